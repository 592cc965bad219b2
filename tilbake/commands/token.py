"""`tilbake token PERSON`: a token of the local issuer, alone on standard output."""

import argparse
import sys

from api.local_issuer import IssuerKeyError
from tilbake.commands.arguments import Subparsers, declare
from tilbake.commands.texts import token as texts
from tilbake.file_faults import why
from tilbake.language import said
from tilbake.process.texts import KEY_OF_NO_USE
from tilbake.settings import Settings
from tilbake.tokens import local_token


def add_parser(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = declare(subparsers, "token", short=texts.SHORT, long=texts.LONG, below=texts.EXAMPLES)
    parser.add_argument("person", metavar=said(texts.PERSON), help=said(texts.WHO))
    parser.add_argument("--hours", type=int, default=12, metavar="N", help=said(texts.HOURS))


def run(args: argparse.Namespace) -> int:
    """Exit code 0 with the token on standard output; 1 with one sentence on standard error."""
    settings = Settings.from_environment()
    if settings.mode == "production":
        return _failed(said(texts.NOT_IN_PRODUCTION))
    if settings.oidc_issuer is not None:
        return _failed(said(texts.OTHER_ISSUER, issuer=settings.oidc_issuer))
    try:
        token = local_token(args.person, settings.issuer_key_path, hours=args.hours)
    except IssuerKeyError as error:
        return _failed(said(error.text, path=settings.issuer_key_path))
    except OSError as error:
        return _failed(said(KEY_OF_NO_USE, path=settings.issuer_key_path, why=why(error)))
    except ValueError as error:
        return _failed(str(error))
    sys.stdout.write(token + "\n")
    return 0


def _failed(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 1
