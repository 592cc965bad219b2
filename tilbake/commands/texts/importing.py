"""What `tilbake import` says; of a production world: `contoso`."""

from typing import Final

from domain.language import Text

SHORT: Final = Text(
    "hent inn oppføringer eksportert fra et annet system, eller en produksjonsverden",
    "bring in entries exported from another system, or a production world",
)
LONG: Final = Text(
    "Leser en eksport fra et annet system, sier hva den inneholder, og sender den til tjenesten som kjører.",
    "Reads an export of another system, says what it holds, and sends it to the running service.",
)
SOURCE: Final = Text("KILDE", "SOURCE")
EXAMPLES: Final = Text(
    """\
eksempler:
  scripts/tilbake import harvest export.csv --check            les og fortell, skriv ingenting
  scripts/tilbake import harvest export.csv --approver mia     mia godkjente det som er merket som godkjent
  scripts/tilbake import harvest-expenses expenses.csv --approver mia --unit oslo --unapproved submitted
  scripts/tilbake import clockify export.csv --approved yes --approver mia      filen har ingen kolonne for godkjenning
  scripts/tilbake import contoso MAPPE --unit-cost BOLT=12.50  en produksjonsverden: sentre, varer, ruter, ordrer
  scripts/tilbake import toggl export.csv --approved no --currency NOK          og ikke alltid en valuta
Å importere den samme filen to ganger endrer ingenting.
""",
    """\
examples:
  scripts/tilbake import harvest export.csv --check            read and report, write nothing
  scripts/tilbake import harvest export.csv --approver mia     mia approved what is marked approved
  scripts/tilbake import harvest-expenses expenses.csv --approver mia --unit oslo --unapproved submitted
  scripts/tilbake import clockify export.csv --approved yes --approver mia      the file has no column for approval
  scripts/tilbake import contoso DIR --unit-cost BOLT=12.50    a production world: centers, items, routings, orders
  scripts/tilbake import toggl export.csv --approved no --currency NOK          nor always a currency
Importing the same file twice changes nothing.
""",
)
EXAMPLES_AND_EXITS: Final = Text(
    EXAMPLES.nb
    + "avslutter med: 0 i orden, 1 feil funnet eller avslått, 2 filen kan ikke leses eller kommandoen er ufullstendig, "
    "3 ingen tjeneste\n",
    EXAMPLES.en
    + "exit codes: 0 good, 1 faults found or refused, 2 the file cannot be read or the call is incomplete, 3 no service\n",
)
OF_SOURCE_SHORT: Final = Text("{title}, eksportert som CSV", "{title}, exported as CSV")
OF_SOURCE_LONG: Final = Text("Leser {title}, eksportert som CSV.", "Reads {title}, exported as CSV.")
FILE: Final = Text("den eksporterte CSV-filen", "the exported CSV file")
CHECK: Final = Text(
    "bare les og fortell; avslutter med 0 i orden, 1 feil funnet, 2 kan ikke leses",
    "read and report only; exit 0 good, 1 faults found, 2 cannot be read",
)
UNIT: Final = Text(
    "enheten det importeres til; lages hvis den ikke finnes (ellers: main)",
    "the unit to import into; made if it is not there (default: main)",
)
NAME: Final = Text("NAVN", "NAME")
APPROVER: Final = Text(
    "hvem som godkjente det som er godkjent, en id eller et navn; filen sier det ikke",
    "who approved what is approved, an id or a name; the file does not say",
)
APPROVED: Final = Text(
    "om rader er godkjent, der filen ikke har noen kolonne for det; usagt er de ikke det",
    "whether rows are approved, where the file has no column for it; unsaid they are not",
)
UNAPPROVED: Final = Text("hva rader uten godkjenning blir", "what rows without approval become")
CURRENCY: Final = Text("valutaen, der ingen står i filen", "the currency, where none stands in the file")
EQUAL_ROWS: Final = Text(
    "rader som er like i hver kolonne, er ment slik, ikke kopiert ved en feil",
    "rows equal in every column are meant, not copied by mistake",
)
DATE_FORMAT: Final = Text(
    "trengs bare hvis dagene kan leses på to måter", "needed only if the days can be read in two ways"
)
NUMBER_FORMAT: Final = Text(
    "desimaltegnet; trengs bare hvis tall kan leses på to måter",
    "the decimal sign; needed only if numbers can be read in two ways",
)
IS_SAMPLE: Final = Text(
    "{name} er et eksempel, og TILBAKE_MODE er production: importer en egen eksport.",
    "{name} is a sample, and TILBAKE_MODE is production: import an export of your own.",
)
