"""What `tilbake export` says."""

from typing import Final

from domain.language import Text

SHORT: Final = Text(
    "skriv faktiske verdier, tilbakeføringer eller en journal til en fil",
    "write actuals, reversals or a journal to a file",
)
LONG: Final = Text(
    "Skriver bokføringen for en enhet eller et prosjekt, slik docs/exports.md sier.",
    "Writes the ledger of a unit or a project, as docs/exports.md says.",
)
WHAT: Final = Text(
    "actuals: alle faktiske verdier som CSV; reversals: bare tilbakeføringene som CSV; "
    "beancount: journallinjer i balanse i formatet til beancount",
    "actuals: all actuals as CSV; reversals: the reversals alone as CSV; beancount: balanced journal lines in beancount's format",
)
UNIT: Final = Text(
    "enheten (ellers: main, hvis ikke et prosjekt er nevnt)", "the unit (default: main, unless a project is named)"
)
PROJECT: Final = Text("ett prosjekt", "one project")
DAY: Final = Text("DAG", "DAY")
SINCE: Final = Text("den første bokføringsdatoen", "the first accounting date")
UNTIL: Final = Text("den siste bokføringsdatoen", "the last accounting date")
OUTPUT: Final = Text(
    "skriv dit, alt eller ingenting; ellers til standard ut",
    "write there, whole or not at all; else to standard output",
)
EXAMPLES: Final = Text(
    """eksempler:
  scripts/tilbake export actuals --unit oslo -o actuals.csv
  scripts/tilbake export reversals --project ID --from 2026-01-01 --until 2026-01-31
  scripts/tilbake export beancount -o ledger.beancount && bean-check ledger.beancount

avslutter med: 0 skrevet, 1 avslått, 2 filen kan ikke skrives eller kommandoen er ufullstendig, 3 ingen tjeneste
""",
    """examples:
  scripts/tilbake export actuals --unit oslo -o actuals.csv
  scripts/tilbake export reversals --project ID --from 2026-01-01 --until 2026-01-31
  scripts/tilbake export beancount -o ledger.beancount && bean-check ledger.beancount

exit codes: 0 written, 1 refused, 2 the file cannot be written or the call is incomplete, 3 no service
""",
)
NO_DAY: Final = Text("må være en dag som 2026-01-31, ikke {text}", "must be a day as 2026-01-31, got {text}")
NOT_WRITTEN: Final = Text("{file} kan ikke skrives: {why}", "{file} cannot be written: {why}")
STANDARD_OUTPUT: Final = Text("Standard ut", "Standard output")
FAILED: Final = Text(
    "Forbindelsen til {url} brast ({why}); ingenting er beholdt.",
    "The connection to {url} failed ({why}); nothing is kept.",
)
