"""What commands say when they look for the running service."""

from typing import Final

from domain.language import Text

NO_TOKEN: Final = Text(
    "Sett TILBAKE_TOKEN til et token fra {issuer} som kan gjøre dette.",
    "Set TILBAKE_TOKEN to a token of {issuer} that may do this.",
)
