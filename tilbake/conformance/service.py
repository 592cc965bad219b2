"""Where the service under test comes from: one that runs already, or a throw-away stack of our own."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tilbake import texts
from tilbake.errors import CannotStart
from tilbake.settings import Settings
from tilbake.stack import Stack
from tilbake.tokens import local_token


@dataclass(frozen=True)
class Service:
    """A service to drive: its address, and how to sign in as anybody."""

    url: str
    token_for: Callable[[str], str]


def signed_in(url: str, *, settings: Settings) -> Service:
    """A service whose local issuer has its key where the settings say."""
    return Service(url, lambda person: local_token(person, settings.issuer_key_path))


def running(url: str, *, data_dir: Path | None) -> Service:
    """A service that runs already; `data_dir` holds its issuer key, else the environment says where it is.

    Raises CannotStart where there is no such key: signing in with one made up on the spot could only fail later.
    """
    chosen = {"TILBAKE_DATA_DIR": str(data_dir)} if data_dir else {}
    settings = Settings.from_environment({**os.environ, **chosen})
    if not settings.issuer_key_path.is_file():
        raise CannotStart(texts.NO_ISSUER_KEY, data_dir=settings.data_dir)
    return signed_in(url.rstrip("/"), settings=settings)


@asynccontextmanager
async def throw_away() -> AsyncIterator[Service]:
    """A stack of our own on an empty database and free ports, with the test clock; gone afterwards."""
    async with Stack.throw_away() as stack:
        yield signed_in(stack.settings.api_url, settings=stack.settings)
