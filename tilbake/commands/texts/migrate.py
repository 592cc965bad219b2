"""What `tilbake migrate` says."""

from typing import Final

from domain.language import Text

SHORT: Final = Text(
    "bring databasen til skjemaet for denne versjonen", "bring the database to the schema of this release"
)
LONG: Final = Text(
    "Bringer databasen til skjemaet for denne versjonen: bare fremover, hver migrering én gang.",
    "Brings the database to the schema of this release: forward only, each migration once.",
)
CHECK: Final = Text("si hva som mangler, og endre ingenting", "say what is missing and change nothing")
EXAMPLES: Final = Text(
    """Første steg i en oppgradering: koden fra forrige versjon går videre med det nye skjemaet (docs/deploying.md).
Trenger TILBAKE_OWNER_DATABASE_URL for rollen som eier skjemaet, og TILBAKE_DATABASE_URL for applikasjonens rolle,
som slippes inn; --check trenger bare den siste og skriver ingenting.

eksempler:
  scripts/tilbake migrate            utfør det som mangler, og si hva som ble kjørt; kjørt igjen gjør det ingenting
  scripts/tilbake migrate --check    hva denne versjonen ennå mangler, en linje for hver

Avslutter med 0 når skjemaet er det denne versjonen trenger (--check: eller et senere); 1 når noe mangler eller er i veien.
""",
    """The first step of a release: the code of the release before goes on with the new schema (docs/deploying.md).
Needs TILBAKE_OWNER_DATABASE_URL for the role that owns the schema, and TILBAKE_DATABASE_URL for the application's role,
which is let in; --check needs the latter alone and writes nothing.

examples:
  scripts/tilbake migrate            apply what is missing, and say what ran; run again, it does nothing
  scripts/tilbake migrate --check    what this release still needs, one line each

Exit code 0 when the schema is that of this release (--check: or a later one); 1 when something is missing or in the way.
""",
)

NO_DATABASE: Final = Text(
    "{setting} mangler; den innebygde Postgres migreres av scripts/tilbake start.",
    "{setting} is missing; the embedded Postgres is migrated by scripts/tilbake start.",
)
OTHER_DATABASE: Final = Text(
    "{owner} nevner en annen database enn {database}: bare den første av dem ble migrert.",
    "{owner} names another database than {database}: only the first of them was migrated.",
)
MISSING: Final = Text("Mangler: {name}", "Missing: {name}")
APPLIED: Final = Text("Utført: {name}", "Applied: {name}")
NOTHING_MISSING: Final = Text("Ingenting mangler i skjema {schema}.", "Nothing is missing of schema {schema}.")
LATER: Final = Text(
    "Ingenting mangler i skjema {schema}. Databasen har {later}, fra en senere versjon: denne går videre med det.",
    "Nothing is missing of schema {schema}. The database has {later}, of a later release: this one serves on with it.",
)
DONE: Final = Text("Databasen har skjema {schema}.", "The database has schema {schema}.")
