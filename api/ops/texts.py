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
    "Tokenet er ikke gyldig, eller det er utløpt. Lag et nytt for en person som finnes her, og lim det inn.",
    "The token is not valid, or it has expired. Make a new one of a person who exists here, and paste it.",
)
TOO_LONG: Final = Text(
    "Tokenet er for langt for en nettleser. Bruk en proxy som sender det i Authorization.",
    "The token is too long for a browser. Use a proxy that sends it as Authorization.",
)
ENDED: Final = Text("Innloggingen er over. Logg inn på nytt.", "The sign-in has ended. Sign in again.")
SIGNED_IN: Final = Text("Du er logget inn som {person}.", "You are signed in as {person}.")
ANOTHER: Final = Text(
    "Logg ut for å logge inn som en annen eller med et nytt token.",
    "Sign out to sign in as somebody else, or with a new token.",
)
GO_ON: Final = Text("Gå videre", "Go on")
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
OUTAGE: Final = Text("Noe er nede", "Something is down")
DATABASE_AWAY: Final = Text(
    "Postgres svarer ikke, eller ikke i tide. Alle får 503 og kan prøve igjen; ingenting av det som er besvart, er tapt. "
    "Hvem som får se driftsoversikten, står der, så den åpnes først når Postgres er tilbake.",
    "Postgres does not answer, or not in time. Everybody gets 503 and may try again; nothing that was answered is lost. "
    "Who may see the dashboard stands there, so it opens when Postgres is back.",
)
TEMPORAL_IS: Final = {
    "ok": Text("Temporal svarer.", "Temporal answers."),
    "away": Text("Temporal svarer heller ikke.", "Temporal does not answer either."),
    "refused": Text("Temporal slipper ikke tjenesten inn.", "Temporal does not let the service in."),
}
ISSUER_AWAY: Final = Text(
    "Utstederen av innlogginger (TILBAKE_OIDC_ISSUER) svarer heller ikke.",
    "The issuer of sign-ins (TILBAKE_OIDC_ISSUER) does not answer either.",
)
TO_DO: Final = (
    Text(
        "Kjør scripts/tilbake doctor der tjenesten kjører, i en container python -m tilbake doctor, "
        "og utbedre den første linjen med BAD først.",
        "Run scripts/tilbake doctor where the service runs, in a container python -m tilbake doctor, and mend the first BAD line first.",
    ),
    Text(
        "Se på Postgres: kjører den, er disken full, er alle forbindelser i bruk? Loggen dens sier hvorfor; "
        "api.unavailable i loggen til API-et sier hva som er i veien derfra.",
        "Look at Postgres: does it run, is its disk full, are all connections taken? Its log says why; "
        "api.unavailable in the log of the API says what is in the way from there.",
    ),
    Text(
        "Få den opp igjen. Ingenting skal startes på nytt eller gjentas: det som venter, går videre av seg selv.",
        "Bring it back. Nothing is to be restarted or repeated: what waits goes on by itself.",
    ),
)
ASKS_AGAIN: Final = Text("Denne siden spør på nytt hvert tiende sekund.", "This page asks again every ten seconds.")
