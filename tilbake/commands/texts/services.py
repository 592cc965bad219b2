"""What commands say when they look for the running service."""

from typing import Final

from domain.language import Text

NO_TOKEN: Final = Text(
    "Sett TILBAKE_TOKEN til et token fra {issuer} som kan gjøre dette.",
    "Set TILBAKE_TOKEN to a token of {issuer} that may do this.",
)
GIVEN_REFUSED: Final = Text(
    "Tokenet er det i TILBAKE_TOKEN; sett den til et som gjelder ennå og er fra utstederen tjenesten godtar.",
    "The token is that of TILBAKE_TOKEN; set it to one that is still valid and of the issuer the service accepts.",
)
OWN_REFUSED: Final = Text(
    "Tjenesten godtar ikke denne maskinens tokener; sett TILBAKE_DATA_DIR til mappen tjenesten bruker.",
    "The service does not accept tokens made here; set TILBAKE_DATA_DIR to the directory that service uses.",
)
