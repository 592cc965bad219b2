"""What `scripts/tilbake --help` says, in Norwegian Bokmål and English."""

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
