"""Why a process cannot begin, or cannot reach what it needs, in Norwegian Bokmål and English."""

from typing import Final

from domain.language import Text

NO_FIGURES: Final = Text(
    "Tallene kan ikke vises på {address}; se TILBAKE_WORKER_METRICS_ADDRESS.",
    "Figures cannot be served at {address}; see TILBAKE_WORKER_METRICS_ADDRESS.",
)
TOO_MUCH: Final = Text(
    "TILBAKE_DATABASE_URL logger inn som en rolle som kan for mye når TILBAKE_MODE er production: {found}. "
    "Nevn en rolle som bare er medlem av tilbake_application (docs/security.md).",
    "TILBAKE_DATABASE_URL signs in as a role that may do too much for TILBAKE_MODE production: {found}. "
    "Name a login role that is a member of tilbake_application alone (docs/security.md).",
)
MISSING: Final = Text("{setting} mangler.", "{setting} is missing.")
OLD_POSTGRES: Final = Text(
    "Databasen er Postgres {major}, og Tilbake trenger {oldest} eller nyere; se {setting}.",
    "The database is Postgres {major}, and Tilbake needs {oldest} or later; see {setting}.",
)
DATABASE_SLOW: Final = Text(
    "Databasen svarer ikke innen {seconds} s; se {setting}.",
    "The database does not answer within {seconds} s; see {setting}.",
)
DATABASE_SILENT: Final = Text(
    "Databasen svarer ikke ({why}); se {setting}.", "The database does not answer ({why}); see {setting}."
)
DATABASE_REFUSES: Final = Text(
    "Databasen avslår ({why}); se {setting}.", "The database refuses ({why}); see {setting}."
)
DATABASE_OF_NO_USE: Final = Text(
    "Databasen kan ikke brukes ({why}); se {setting}.", "The database cannot be used ({why}); see {setting}."
)
NO_ADDRESS: Final = Text(
    "{setting} kan ikke leses som adressen til en Postgres.", "{setting} cannot be read as the address of a Postgres."
)
EMBEDDED_SILENT: Final = Text(
    "Den innebygde Temporal svarer ikke på port {port}; det som startet den, venter på den, og loggen er {log}.",
    "The embedded Temporal does not answer on port {port}; what started it waits for it, its log is {log}.",
)
WITH_TLS: Final = Text("{address} med TLS", "{address} with TLS")
TEMPORAL_UNWELL: Final = Text(
    "Temporal på {address} er der, men ikke i orden ({why}); se på den og på databasen dens.",
    "Temporal on {address} is there and not well ({why}); look at it and at its database.",
)
TEMPORAL_SILENT: Final = Text(
    "Temporal svarer ikke på {address}; se {setting}.", "Temporal does not answer on {address}; see {setting}."
)
NO_NAMESPACE: Final = Text(
    "Temporal på {address} har ikke navnerommet {namespace}; lag det der, eller sett TILBAKE_TEMPORAL_NAMESPACE.",
    "Temporal on {address} has no namespace {namespace}; create it there or set TILBAKE_TEMPORAL_NAMESPACE.",
)
TEMPORAL_REFUSES: Final = Text(
    "Temporal på {address} avslår ({why}); se {setting}.", "Temporal on {address} refuses ({why}); see {setting}."
)
SECRETS_UNREADABLE: Final = Text(
    "{setting} nevner en fil som ikke kan leses: {why}. I produksjon lages den én gang og bringes til hver prosess.",
    "{setting} names a file that cannot be read: {why}. In production it is made once, and brought to every process.",
)
SECRETS_NO_KEY: Final = Text(
    "{setting} nevner en fil uten nøkkel: 32 byte i base64.",
    "{setting} names a file that holds no key: 32 bytes in base64.",
)
UNREADABLE: Final = Text(
    "{setting} nevner en fil som ikke kan leses: {why}.", "{setting} names a file that cannot be read: {why}."
)
NOT_OF_A_PROCESS: Final = Text(
    "{setting} mangler; scripts/tilbake start setter den.", "{setting} is missing; scripts/tilbake start sets it."
)
KEY_OF_NO_USE: Final = Text("{path} kan ikke leses eller skrives: {why}.", "{path} cannot be read or written: {why}.")
