"""What the command line, the stack and its watch say, in Norwegian Bokmål and English; each command has texts of its own."""

from typing import Final

from domain.language import Text

COMMAND: Final = Text("KOMMANDO", "COMMAND")
DESCRIPTION: Final = Text(
    "Tar tilbake det som alt er godkjent eller bokført: én gang, helt, og med bevis.",
    "Takes back what is already approved or posted: once, wholly, and with proof.",
)
VERSION: Final = Text("vis versjonen og avslutt", "print the version of this release")
EXAMPLES: Final = Text(
    """eksempler:
  scripts/tilbake start              alt på denne maskinen, på http://127.0.0.1:8080
  scripts/tilbake start --once       det samme på en database som kastes; viser hva det gjør, og stopper
  scripts/tilbake migrate --check    hva databasen ennå mangler for denne versjonen
  scripts/tilbake doctor             hva som er satt, hva som kjører, og hva du gjør med resten
  scripts/tilbake import harvest export.csv --check      hva en eksport inneholder; ingenting trenger å kjøre
  scripts/tilbake export beancount -o ledger.beancount   bokføringen som journal; faktiske verdier og tilbakeføringer som CSV
  scripts/tilbake policy replay policy.yaml   hva andre regler ville ha endret på tidligere forespørsler
  scripts/tilbake token tom.field    logger inn en person: curl -H "Authorization: Bearer $(...)"
  scripts/tilbake keys new ring.keys  en nøkkel som krypterer det Temporal lagrer
  scripts/tilbake backup MAPPE       database, ventende arbeidsflyter og nøkler; tilbake restore MAPPE leser dem inn igjen
  scripts/tilbake KOMMANDO --help    mer om en av dem

Innstillinger er miljøvariabler; docs/settings.md har alle. TILBAKE_LANGUAGE er nb eller en.
""",
    """examples:
  scripts/tilbake start              everything on this machine, on http://127.0.0.1:8080
  scripts/tilbake start --once       the same on a throw-away database; shows what it does and stops
  scripts/tilbake migrate --check    what the database still needs for this release
  scripts/tilbake doctor             what is set, what runs, and what to do about the rest
  scripts/tilbake import harvest export.csv --check      what an export holds; needs nothing running
  scripts/tilbake export beancount -o ledger.beancount   the ledger as a journal; actuals and reversals as CSV
  scripts/tilbake policy replay policy.yaml   what other rules would have changed on past requests
  scripts/tilbake token tom.field    signs a person in: curl -H "Authorization: Bearer $(...)"
  scripts/tilbake keys new ring.keys  a key that what Temporal stores is encrypted with
  scripts/tilbake backup DIR         database, waiting workflows and keys; tilbake restore DIR reads them back
  scripts/tilbake COMMAND --help     more about one of them

Settings come from environment variables; docs/settings.md lists them. TILBAKE_LANGUAGE is nb or en.
""",
)

RUNS_ALREADY: Final = Text(
    "Tilbake kjører alt på denne datamappen (prosess {pid}); stopp den først, eller sett TILBAKE_DATA_DIR.",
    "Tilbake already runs on this data directory (process {pid}); stop it first or set TILBAKE_DATA_DIR.",
)
TEMPORAL_NEEDS_OURS: Final = Text(
    "Den innebygde Temporal har radene sine i den innebygde Postgres her, og TILBAKE_DATABASE_URL nevner en annen; "
    "sett også TILBAKE_TEMPORAL_ADDRESS, eller ingen av dem.",
    "The embedded Temporal keeps its rows in the embedded Postgres here, and TILBAKE_DATABASE_URL names another; "
    "set TILBAKE_TEMPORAL_ADDRESS, too, or neither.",
)
THE_DATABASE: Final = Text("Databasen (TILBAKE_DATABASE_URL)", "The database (TILBAKE_DATABASE_URL)")
STARTING_AGAIN: Final = Text("{name} {ended}; starter på nytt.", "{name} {ended}; starting it again.")
RUNS_AGAIN: Final = Text("{name} kjører igjen etter {seconds} s.", "{name} runs again after {seconds} s.")
NOT_STARTED_AGAIN: Final = Text(
    "{name} kunne ikke startes på nytt, forsøk {count} av {most}: {why}",
    "{name} could not be started again, try {count} of {most}: {why}",
)
SILENT: Final = Text("{name} svarer ikke; venter.", "{name} does not answer; waiting for it.")
SILENT_PROCESS: Final = Text(
    "{name} kjører (prosess {pid}), men svarer ikke; venter.",
    "{name} runs (process {pid}) but does not answer; waiting for it.",
)
ANSWERS_AGAIN: Final = Text("{name} svarer igjen etter {seconds} s.", "{name} answers again after {seconds} s.")
GIVEN_UP: Final = Text(
    "{name} kan ikke holdes i gang ({count} forsøk på å starte på nytt), så Tilbake stopper; {log} sier hvorfor.",
    "{name} cannot be kept running ({count} tries to start it again), so Tilbake stops; {log} says why.",
)
TOKEN_PERSON: Final = Text(
    "{person!r} er ingen id for en person: små bokstaver, sifre, . _ og -, høyst 64.",
    "{person!r} is no id of a person: lower case letters, digits, . _ and -, at most 64.",
)
TOKEN_HOURS: Final = Text(
    "Et token varer fra 1 til {most} timer, ikke {hours}.", "A token lasts from 1 to {most} hours, not {hours}."
)
NO_ISSUER_KEY: Final = Text(
    "Ingen utstedernøkkel i {data_dir}; nevn tjenestens datamappe med --data-dir.",
    "No issuer key in {data_dir}; name the service's data directory with --data-dir.",
)
NO_DATABASE: Final = Text(
    "Det finnes ingen database i {data_dir} ennå; scripts/start lager en.",
    "There is no database yet in {data_dir}; scripts/start makes one.",
)
