"""Why a backup cannot be made or read, in Norwegian Bokmål and English."""

from typing import Final

from domain.language import Text

NOT_COPIED: Final = Text(
    "Databasen kunne ikke kopieres til {directory} ({why}).", "The database could not be copied to {directory} ({why})."
)
NOT_READ_BACK: Final = Text(
    "{source} kunne ikke leses inn i databasen, som er like tom som før ({why}).",
    "{source} could not be read into the database, which is as empty as before ({why}).",
)
NO_PROGRAM: Final = Text(
    "{name} mangler; installer klientprogrammene til Postgres.",
    "{name} is missing; install the client programs of Postgres.",
)
NOT_WRITTEN: Final = Text(
    "Sikkerhetskopien kan ikke skrives til {directory} ({why}).", "The backup cannot be written to {directory} ({why})."
)
THERE_ALREADY: Final = Text(
    "{directory} finnes alt; en sikkerhetskopi skrives til en ny mappe.",
    "{directory} is there already; a backup is written to a new directory.",
)
OTHER_BACKUP: Final = Text(
    "En annen sikkerhetskopiering til {directory} er i gang; vent til den er ferdig.",
    "Another backup to {directory} is at work; wait until it has ended.",
)
NOTHING_THERE: Final = Text(
    "Databasen er tom: det er ingenting å ta sikkerhetskopi av.", "The database is empty: there is nothing to back up."
)
SILENT: Final = Text(
    "Databasen svarer ikke ({why}); start den, eller se TILBAKE_DATABASE_URL.",
    "The database does not answer ({why}); start it, or see TILBAKE_DATABASE_URL.",
)
TEMPORAL_NOT_COPIED: Final = Text(
    "Det Temporal venter på, kan ikke kopieres fra {source} til {directory} ({why}).",
    "What Temporal waits for cannot be copied from {source} to {directory} ({why}).",
)
TEMPORAL_NOT_READ: Final = Text(
    "Det Temporal venter på, kan ikke leses i {database} ({why}). Ta en ny sikkerhetskopi, "
    "eller gjenopprett med --without-temporal: da startes alt åpent på nytt fra databasen.",
    "What Temporal waits for cannot be read in {database} ({why}). Make another backup, "
    "or restore --without-temporal: everything open is started anew from the database.",
)
KEYS_MISSING: Final = Text(
    "Det Temporal venter på, er kryptert med {keys}, men {why}. Nevn ringen fra den gang, "
    "eller gjenopprett med --without-temporal: da startes alt åpent på nytt fra databasen.",
    "What Temporal waits for is encrypted with {keys}, but {why}. Name the ring of then, "
    "or restore --without-temporal: everything open is started anew from the database.",
)
NO_RING: Final = Text("{setting} er ikke satt", "{setting} is not set")
NOT_IN_RING: Final = Text("nøkkelringen i {setting} har ikke {keys}", "the ring of {setting} lacks {keys}")
OTHER_KEY: Final = Text(
    "nøkkelringen i {setting} har en annen nøkkel under {keys}", "the ring of {setting} has another key under {keys}"
)
AND: Final = Text(" og ", " and ")
OTHER_FILE: Final = Text(
    "{path} finnes og er en annen enn {ours}; flytt den unna først.",
    "{path} is there and is another one than {ours}; move it away first.",
)
OTHER_RESTORE: Final = Text(
    "En annen gjenoppretting til denne databasen er i gang; vent til den er ferdig.",
    "Another restore into this database is at work; wait until it has ended.",
)
IN_USE: Final = Text(
    "Databasen er i bruk ({users}); stopp det først.", "The database is in use ({users}); stop that first."
)
NOT_EMPTY: Final = Text(
    "Databasen er ikke tom; en sikkerhetskopi gjenopprettes til en tom.",
    "The database is not empty; a backup is restored into an empty one.",
)
NOT_TAKEN: Final = Text(
    "Databasen tar ikke imot sikkerhetskopien ({why}); se TILBAKE_DATABASE_URL.",
    "The database does not take the backup ({why}); see TILBAKE_DATABASE_URL.",
)
HELD: Final = Text(
    "Prosess {pid} holder {data_dir}: Tilbake kjører der, eller en annen gjenoppretting er i gang. Stopp den, eller vent.",
    "Process {pid} holds {data_dir}: Tilbake runs there, or another restore is at work. Stop it, or wait.",
)
OTHER_FORM: Final = Text(
    "{directory} ble laget i en annen form ({form}) enn denne versjonen leser ({ours}).",
    "{directory} was made in another form ({form}) than this release reads ({ours}).",
)
NEWER_RELEASE: Final = Text(
    "{directory} ble laget av en nyere versjon (migrering {schema}); gjenopprett den med den.",
    "{directory} was made by a newer release (migration {schema}); restore it with that one.",
)
NO_BACKUP: Final = Text(
    "{directory} er ingen sikkerhetskopi, eller en som ikke ble ferdig: den har ingen {file}.",
    "{directory} is no backup, or one that was not finished: it has no {file}.",
)
UNREADABLE_LIST: Final = Text("{file} kan ikke leses ({why}).", "{file} cannot be read ({why}).")
NO_LIST: Final = Text(
    "{file} er ikke slik en sikkerhetskopi skriver den ({where}). Bruk en annen sikkerhetskopi.",
    "{file} is not as a backup writes it ({where}). Use another backup.",
)
ALTERED_LIST: Final = Text(
    "{file} er ikke det som ble skrevet: dens egen kontrollsum er en annen. {advice}",
    "{file} is not what was written: its own checksum is another one. {advice}",
)
ALL_OF_IT: Final = Text("hele", "all of it")
NOT_LISTED: Final = Text(
    "{file} har ikke med {missing}: den er ikke det som ble skrevet. Bruk en annen sikkerhetskopi.",
    "{file} does not list {missing}: it is not what was written. Use another backup.",
)
STRANGE_ROLES: Final = Text(
    "{file} nevner roller som ikke hører til Tilbake: {roles!r}.",
    "{file} names roles that are not of Tilbake: {roles!r}.",
)
UNREADABLE_FILE: Final = Text(
    "{path} i sikkerhetskopien kan ikke leses ({why}). {advice}",
    "{path} of the backup cannot be read ({why}). {advice}",
)
OTHER_CHECKSUM: Final = Text(
    "{path} er ikke det som ble sikkerhetskopiert: kontrollsummen er en annen. {advice}",
    "{path} is not what was backed up: its checksum is another one. {advice}",
)
ANOTHER_BACKUP: Final = Text("Bruk en annen sikkerhetskopi.", "Use another backup.")
WITHOUT_TEMPORAL: Final = Text(
    "Bruk en annen sikkerhetskopi, eller gjenopprett med --without-temporal: da startes alt åpent på nytt fra databasen.",
    "Use another backup, or restore --without-temporal: everything open is started anew from the database.",
)
