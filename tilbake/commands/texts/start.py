"""What `tilbake start` says."""

from typing import Final

from domain.language import Text

SHORT: Final = Text("kjør Postgres, Temporal, API-et og arbeideren", "run Postgres, Temporal, the API and the worker")
LONG: Final = Text(
    "Kjører Postgres, Temporal, API-et og arbeideren; tjenere som innstillingene nevner, brukes i stedet.",
    "Runs Postgres, Temporal, the API and the worker; servers named by the settings are used instead.",
)
ONCE: Final = Text(
    "bruk en database som kastes etterpå, og ledige porter, og stopp så",
    "use a throw-away database and free ports, then stop",
)
PRODUCTION_LIKE: Final = Text(
    "Temporal på Postgres med gjensidig TLS, to API-er og to arbeidere (Temporal-tjeneren bygges én gang, omtrent fire minutter)",
    "Temporal on Postgres with mutual TLS, two APIs and two workers (the Temporal server is built once, about four minutes)",
)
NO_STORY: Final = Text("importer ingen eksempler til en tom database", "import no sample into an empty database")
EXAMPLES: Final = Text(
    """På en tom database hentes eksempler inn og fire tilbakekallinger vises; --no-story lar den stå tom.
Dataene ligger i TILBAKE_DATA_DIR og er der fortsatt ved neste start. Stopp med Ctrl-C.

eksempler:
  scripts/tilbake start                           alt, på http://127.0.0.1:8080
  scripts/tilbake start --once                    det samme på en database som kastes og ledige porter, og så stopp
  scripts/tilbake start --production-like         Temporal på Postgres med gjensidig TLS, to API-er, to arbeidere; også med --once
  scripts/tilbake start --no-story                begynn med egne data: scripts/tilbake import harvest FIL
  TILBAKE_API_PORT=9000 scripts/tilbake start     en annen port; docs/settings.md har alle innstillinger
  TILBAKE_DATABASE_URL=postgresql://tilbake@db/tilbake scripts/tilbake start     din egen Postgres

Avslutter med 0 etter en ren stopp, 1 når den ikke kan starte eller, med --once, når noe ikke gikk som fortalt.
""",
    """On an empty database samples come in and four recalls are shown; --no-story leaves it empty.
The data lives in TILBAKE_DATA_DIR and is still there at the next start. Stop with Ctrl-C.

examples:
  scripts/tilbake start                           everything, on http://127.0.0.1:8080
  scripts/tilbake start --once                    the same on a throw-away database and free ports, then stop
  scripts/tilbake start --production-like         Temporal on Postgres with mutual TLS, two APIs, two workers; also with --once
  scripts/tilbake start --no-story                begin with your own data: scripts/tilbake import harvest FILE
  TILBAKE_API_PORT=9000 scripts/tilbake start     another port; docs/settings.md lists all settings
  TILBAKE_DATABASE_URL=postgresql://tilbake@db/tilbake scripts/tilbake start     your own Postgres

Exit code 0 after a clean stop, 1 when it cannot start or, with --once, when something did not go as told.
""",
)

NOT_ONCE_IN_PRODUCTION: Final = Text(
    "TILBAKE_MODE er production, og start --once er for utprøving: start uten --once.",
    "TILBAKE_MODE is production, and start --once is for trying out: start without --once.",
)
STOPPING: Final = Text("Stopper.", "Stopping.")
STOP_WITH: Final = Text("Stopp med Ctrl-C.", "Stop with Ctrl-C.")
THROWN_AWAY: Final = Text(
    "Det var en database som kastes, og lenkene forsvinner med den; scripts/start beholder en.",
    "That was a throw-away database, and the links end with it; scripts/start keeps one.",
)
SERVES: Final = Text("Tilbake kjører på {url} etter {seconds} s.", "Tilbake serves on {url} after {seconds} s.")
LAID_OUT: Final = Text(
    "Begge API-ene svarer der; {own}. Temporal på {temporal}, med sertifikat. Prosesser: {processes}.",
    "Both APIs answer there; {own}. Temporal on {temporal}, by certificate. Processes: {processes}.",
)
OWN_ADDRESS: Final = Text("{name} på {url}", "{name} on {url}")
