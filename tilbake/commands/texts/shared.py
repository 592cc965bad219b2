"""What several commands say of their arguments."""

from typing import Final

from domain.language import Text

FILE: Final = Text("FIL", "FILE")
DIRECTORY: Final = Text("MAPPE", "DIR")
CURRENCY: Final = Text("KODE", "CODE")
UNIT: Final = Text("ENHET", "UNIT")
URL: Final = Text(
    "tjenesten (ellers: http://127.0.0.1:8080, eller det TILBAKE_API_PORT sier)",
    "the service (default: http://127.0.0.1:8080, or what TILBAKE_API_PORT says)",
)
LANGUAGE: Final = Text(
    "språket i meldinger (ellers: TILBAKE_LANGUAGE, så terminalens)",
    "the language of messages (default: TILBAKE_LANGUAGE, then the terminal's)",
)
NO_LANGUAGE: Final = Text("må være nb eller en, ikke {text}", "must be nb or en, got {text}")
NO_ADDRESS: Final = Text(
    "må begynne med http:// eller https://, ikke {text}", "must begin with http:// or https://, got {text}"
)
NO_CURRENCY: Final = Text("må være en kode i ISO 4217, ikke {text}", "must be a code of ISO 4217, got {text}")
UNREADABLE: Final = Text("Filen {file} kan ikke leses: {why}", "The file {file} cannot be read: {why}")
