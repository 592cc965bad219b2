"""`tilbake token PERSON`: a token of the local issuer, alone on standard output."""

import argparse
import sys

from api.local_issuer import IssuerKeyError
from tilbake.settings import Settings
from tilbake.tokens import local_token

EPILOG = """Prints the token and nothing else, so that it can be used in place:

  curl -H "Authorization: Bearer $(scripts/tilbake token bob)" http://127.0.0.1:8080/v1/me

Not where TILBAKE_OIDC_ISSUER names an identity provider, as production demands: that one issues the tokens.
"""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "token",
        help="print a bearer token for a person",
        description="Prints a bearer token that signs a person in to the API of this machine.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("person", metavar="PERSON", help="id of the person, such as bob")
    parser.add_argument("--hours", type=int, default=12, metavar="N", help="how long it is valid (default 12)")


def run(args: argparse.Namespace) -> int:
    """Exit code 0 with the token on standard output; 1 with one sentence on standard error."""
    settings = Settings.from_environment()
    if settings.mode == "production":
        return _failed("The local issuer is switched off in production: sign in with the identity provider instead.")
    if settings.oidc_issuer is not None:
        return _failed(f"This service signs people in by {settings.oidc_issuer}, not by tokens of this machine.")
    try:
        token = local_token(args.person, settings.issuer_key_path, hours=args.hours)
    except (ValueError, IssuerKeyError, OSError) as error:
        return _failed(str(error))
    sys.stdout.write(token + "\n")
    return 0


def _failed(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 1
