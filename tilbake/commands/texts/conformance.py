"""What `tilbake conformance` says of itself."""

from typing import Final

from domain.language import Text

SHORT: Final = Text("kjør konformitetstilfeller mot tjenesten", "run conformance cases against the service")
LONG: Final = Text(
    """\
Kjører hvert tilfelle i filene gjennom det åpne API-et: setter opp den lille verdenen, tar stegene, og sammenligner det som er
der, med det som skal være der. Skriver én linje for hvert tilfelle, og til slutt "N passed, N failed".

Uten --url starter den en egen stabel på en tom database og kaster den etterpå. Med --url bruker den en tjeneste som alt
kjører; den må ha testklokken på (TILBAKE_TEST_CLOCK=1), og hvert tilfelle etterlater en egen enhet.""",
    """\
Runs every case of the files through the public API: sets up its small world, takes its steps, compares what is there
with what must be there. Prints one line for each case, and at the end "N passed, N failed".

Without --url it starts a stack of its own on an empty database and throws it away afterwards. With --url it uses a
service that runs already; that service must have its test clock switched on (TILBAKE_TEST_CLOCK=1), and each case
leaves a unit of its own behind.""",
)
EXAMPLES: Final = Text(
    """Avslutter med 0 når alle gikk gjennom, 1 når et tilfelle feilet, 2 når en fil ikke følger formatet (fil, tilfelle og nøkkel nevnes).
Formatet: tests/conformance/cases/README.md. Slik legger du til et: docs/conformance.md.

eksempler:
  scripts/tilbake conformance tests/conformance/cases/project-states.yaml
  scripts/tilbake conformance tests/conformance/cases/project-golden.yaml --only PG-01,PG-02""",
    """Exit code: 0 all passed, 1 a case failed, 2 a file does not follow the format (file, case and key are named).
Format of the cases: tests/conformance/cases/README.md. How to add one: docs/conformance.md.

examples:
  scripts/tilbake conformance tests/conformance/cases/project-states.yaml
  scripts/tilbake conformance tests/conformance/cases/project-golden.yaml --only PG-01,PG-02""",
)
FILES: Final = Text("filer med tilfeller (YAML)", "case files (YAML)")
ONLY: Final = Text("bare disse tilfellene", "only these cases")
JOBS: Final = Text("tilfeller om gangen (ellers: {count})", "cases at a time (default {count})")
URL: Final = Text(
    "bruk tjenesten på denne adressen, for eksempel http://127.0.0.1:8080",
    "use the service at this address, for example http://127.0.0.1:8080",
)
DATA_DIR: Final = Text(
    "med --url: hvor den tjenesten har utstedernøkkelen sin (ellers: TILBAKE_DATA_DIR)",
    "with --url: where that service keeps its issuer key (default TILBAKE_DATA_DIR)",
)
NO_COUNT: Final = Text("må være et helt tall over 0, ikke {text}", "must be a whole number above 0, got {text}")
