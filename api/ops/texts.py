"""The words of the pages below /ops, in Norwegian Bokmål and English."""

from __future__ import annotations

from typing import Final

from domain.language import Text

TITLE: Final = Text("Driftsoversikt", "Operations dashboard")
SIGN_IN: Final = Text("Logg inn", "Sign in")
SIGN_OUT: Final = Text("Logg ut", "Sign out")
TOKEN: Final = Text("Token", "Token")
HOW: Final = Text(
    "Lim inn et gyldig token for en operatør, en revisor eller administratoren; lokalt lager scripts/tilbake token admin ett. "
    "Innloggingen varer så lenge som tokenet.",
    "Paste a valid token of an operator, an auditor or the administrator; locally, scripts/tilbake token admin makes one. "
    "The sign-in lasts as long as the token.",
)
WRONG: Final = Text(
    "Tokenet er ikke gyldig, eller det er utløpt. Lag et nytt og lim det inn.",
    "The token is not valid, or it has expired. Make a new one and paste it.",
)
TOO_LONG: Final = Text(
    "Tokenet er for langt for en nettleser. Bruk en proxy som sender det i Authorization.",
    "The token is too long for a browser. Use a proxy that sends it as Authorization.",
)
ENDED: Final = Text("Innloggingen er over. Logg inn på nytt.", "The sign-in has ended. Sign in again.")
ALREADY: Final = Text("Allerede logget inn? Gå videre.", "Signed in already? Go on.")
OPENING: Final = Text("Åpner driftsoversikten …", "Opening the dashboard …")
BY_HAND: Final = Text(
    "Skjer det ingenting, velg en visning:",
    "If nothing happens, choose a view:",
)
NO_UI: Final = Text(
    "Det er ikke satt opp noe Temporal UI (TILBAKE_TEMPORAL_UI_URL). Forespørslene kan leses med GET /v1/recalls.",
    "No Temporal UI is set up (TILBAKE_TEMPORAL_UI_URL). The requests can be read by GET /v1/recalls.",
)
BACK: Final = Text("Til driftsoversikten", "To the dashboard")
