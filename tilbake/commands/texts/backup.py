"""What `tilbake backup` and `tilbake restore` say."""

from typing import Final

from domain.language import Text

SHORT: Final = Text(
    "skriv database, ventende arbeidsflyter og nøkler til en mappe",
    "write database, waiting workflows and keys to a directory",
)
LONG: Final = Text(
    "Skriver databasen, det den innebygde Temporal venter på, og nøklene til en ny mappe.",
    "Writes the database, what the embedded Temporal waits for, and the keys to a new directory.",
)
TARGET: Final = Text("en mappe som ikke finnes ennå", "a directory that is not there yet")
EXAMPLES: Final = Text(
    """Mappen må ikke finnes fra før. Den inneholder nøkler og alt folk har skrevet: pass på den som på databasen.
Tjenesten kan kjøre videre imens; alt den har bekreftet før sikkerhetskopien begynte, er med. docs/backup.md sier mer.

eksempler:
  scripts/tilbake backup backups/monday
  TILBAKE_OWNER_DATABASE_URL=postgresql://owner@db/tilbake scripts/tilbake backup backups/monday     din egen Postgres

Avslutter med 0 når den er skrevet, 1 med én setning når den ikke er det.
""",
    """The directory must not be there yet. It holds keys and everything people wrote: keep it as you keep the database.
The service may run on meanwhile; what it acknowledged before the backup began is in it. docs/backup.md says more.

examples:
  scripts/tilbake backup backups/monday
  TILBAKE_OWNER_DATABASE_URL=postgresql://owner@db/tilbake scripts/tilbake backup backups/monday     your own Postgres

Exit code 0 when it is written, 1 with one sentence when it is not.
""",
)
WRITTEN: Final = Text(
    "Alt som ble bekreftet før {made_at}, ligger i {directory}: {files}.",
    "Everything acknowledged before {made_at} is in {directory}: {files}.",
)
WITHOUT_TEMPORAL: Final = Text(
    "Temporal er ikke med: etter en gjenoppretting startes det som var åpent, på nytt fra databasen.",
    "Temporal is not part of it: after a restore, what was open is started anew from the database.",
)
WITHOUT_KEY: Final = Text(
    "Det finnes ingen secrets.key: ingenting er forseglet ennå, eller TILBAKE_SECRETS_KEY_FILE nevner et annet sted.",
    "There is no secrets.key: nothing is sealed yet, or TILBAKE_SECRETS_KEY_FILE names another place.",
)
WITHOUT_RING: Final = Text(
    "Nøkkelringen i {setting} ({keys}) er ikke med: ta vare på den filen et annet sted, en gjenoppretting ser etter den.",
    "The ring of {setting} ({keys}) is no part of it: keep that file apart, a restore looks for it.",
)
UNKNOWN_KEYS: Final = Text(
    "Temporal har noe som ble kryptert med {keys}, men {why}: let etter nøkkelen, og ta vare på den et annet sted.",
    "Temporal keeps what was encrypted with {keys}, but {why}: look for the key, and keep it apart.",
)

RESTORE_SHORT: Final = Text("les en sikkerhetskopi inn i en tom database", "read a backup into an empty database")
RESTORE_LONG: Final = Text(
    "Leser en sikkerhetskopi inn i en tom database som ingenting kjører på.",
    "Reads a backup into an empty database, on which nothing runs.",
)
SOURCE: Final = Text("det tilbake backup har skrevet", "what tilbake backup has written")
LEAVE_OUT: Final = Text("utelat det Temporal ventet på", "leave out what Temporal waited for")
RESTORE_EXAMPLES: Final = Text(
    """Avslås der Tilbake kjører, der databasen inneholder noe, der en fil i sikkerhetskopien ikke er det som ble skrevet, og
der en annen nøkkel er i veien, og der TILBAKE_PAYLOAD_KEYS_FILE mangler en nøkkel som det Temporal ventet på er kryptert med:
da endres ingenting. Start tjenesten etterpå; det Temporal ikke vet, får den vite innen et minutt, og
scripts/tilbake doctor sier hva det var. docs/backup.md sier mer.

eksempler:
  TILBAKE_DATA_DIR=/srv/tilbake scripts/tilbake restore backups/monday
  scripts/tilbake restore backups/monday --without-temporal     alt åpent startes på nytt fra databasen

Avslutter med 0 når den er gjenopprettet, 1 med én setning når den ikke er det.
""",
    """Refused where Tilbake runs, where the database holds anything, where a file of the backup is not what was written, and
where another key is in the way, and where TILBAKE_PAYLOAD_KEYS_FILE lacks a key that what Temporal waited for is encrypted with:
nothing is changed then. Start the service afterwards; what Temporal does not know, it is told
within a minute, and scripts/tilbake doctor says what that was. docs/backup.md says more.

examples:
  TILBAKE_DATA_DIR=/srv/tilbake scripts/tilbake restore backups/monday
  scripts/tilbake restore backups/monday --without-temporal     everything open is started anew from the database

Exit code 0 when it is restored, 1 with one sentence when it is not.
""",
)
RESTORED: Final = Text(
    "Gjenopprettet: alt som ble bekreftet før {made_at}. Start tjenesten nå.",
    "Restored: everything acknowledged before {made_at}. Start the service now.",
)
KEYS_OF_THEN: Final = Text(
    "Nøklene fra den gang ({keys}) mangler her, for {why}: det Temporal din har under dem, kan ikke leses uten; docs/encryption.md "
    "sier hva du gjør.",
    "The keys of then ({keys}) are missing here, as {why}: what your Temporal keeps under them stays unreadable without, "
    "docs/encryption.md says what to do.",
)
