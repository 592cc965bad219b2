"""The running service as commands reach it: its address, and a token it accepts."""

import os
from dataclasses import dataclass, field

from api.local_issuer import IssuerKeyError
from tilbake.commands.texts.services import NO_TOKEN
from tilbake.errors import CannotStart
from tilbake.file_faults import why
from tilbake.process.texts import KEY_OF_NO_USE
from tilbake.settings import Settings
from tilbake.tokens import local_token


@dataclass(frozen=True, slots=True)
class Service:
    """A service that runs somewhere, and a token it accepts."""

    url: str
    token: str = field(repr=False)


def given_token() -> str:
    """The token of TILBAKE_TOKEN, empty where there is none."""
    return os.environ.get("TILBAKE_TOKEN", "").strip()


def find_service(url: str | None) -> Service:
    """The service at `url`, else this machine's own, with the token of TILBAKE_TOKEN, else one of `admin` by the local issuer.

    Raises CannotStart where the settings or the issuer's key are of no use.
    """
    settings = Settings.from_environment()
    if given := given_token():
        return Service(url or settings.api_url, given)
    if settings.oidc_issuer is not None:
        raise CannotStart(NO_TOKEN, issuer=settings.oidc_issuer)
    try:
        token = local_token("admin", settings.issuer_key_path)
    except IssuerKeyError as error:
        raise CannotStart(error.text, path=settings.issuer_key_path) from error
    except OSError as error:
        raise CannotStart(KEY_OF_NO_USE, path=settings.issuer_key_path, why=why(error)) from error
    return Service(url or settings.api_url, token)
