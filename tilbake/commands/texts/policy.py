"""What `tilbake policy` says."""

from typing import Final

from domain.language import Text

SHORT: Final = Text(
    "vis regler, sammenlign versjoner, eller prøv andre regler på tidligere forespørsler",
    "show a policy, compare versions, or try one on past requests",
)
LONG: Final = Text(
    "Viser reglene for en enhet, sammenligner versjonene, og prøver andre regler på tidligere forespørsler.",
    "Shows the policy of a unit, compares its versions, and tries another one on past requests.",
)
EXAMPLES: Final = Text(
    """\
eksempler:
  scripts/tilbake policy show --unit oslo > policy.yaml      reglene som gjelder, med alle verdier
  scripts/tilbake policy diff --unit oslo --from 2 --to 5    hva som ble endret mellom to versjoner; ellers de to siste
  scripts/tilbake policy replay policy.yaml --unit oslo      hva filen ville ha endret på tidligere forespørsler

En fil har verdiene til regler, som YAML eller JSON; det den utelater, har sin vanlige verdi:

  remind_after: 8wh            # 8 arbeidstimer etter kalenderen; 24h, 3d, 30m teller hver time
  expire_after: 80wh
  recall_window_days: 90
  second_approver_above: {{amount: 50000, currency: NOK}}
  calendar: {{country: NO, time_zone: Europe/Oslo, half_day_until: 12:00}}

replay går gjennom alle forespørslene i enheten, de eldste først, spør reglene på nytt som om filen hadde vært gjeldende, og
skriver en linje for hver som ville ha blitt avslått, som ville ha utløpt, blitt eskalert eller fått påminnelse på et annet
tidspunkt, eller som andre ville ha avgjort; så hvor mange av hver. Den endrer ingenting: det gjør økonomi, med
PUT /v1/policies/ENHET. Mer: docs/policies.md

avslutter med: 0 besvart, 1 avslått eller feil funnet, 2 filen kan ikke leses eller kommandoen er ufullstendig, 3 ingen tjeneste
""",
    """\
examples:
  scripts/tilbake policy show --unit oslo > policy.yaml      the policy in force, with all its values
  scripts/tilbake policy diff --unit oslo --from 2 --to 5    what changed between two versions; by default the last two
  scripts/tilbake policy replay policy.yaml --unit oslo      what the file would have changed on past requests

A file holds the values of a policy, as YAML or JSON; what it leaves out has its default:

  remind_after: 8wh            # 8 working hours of the calendar; 24h, 3d, 30m count every hour
  expire_after: 80wh
  recall_window_days: 90
  second_approver_above: {{amount: 50000, currency: NOK}}
  calendar: {{country: NO, time_zone: Europe/Oslo, half_day_until: 12:00}}

replay goes through all requests of the unit, oldest first, asks the rules again as if the file had been in force, and prints
one line for each that would have been refused, expired, escalated or reminded at another time, or decided by others; then how
many of each. It sets nothing: finance does, with PUT /v1/policies/UNIT. More: docs/policies.md

exit codes: 0 answered, 1 refused or faults found, 2 the file cannot be read or the call is incomplete, 3 no service
""",
)
SHOW: Final = Text(
    "skriv ut reglene som gjelder, eller en versjon, som YAML", "print the policy in force, or a version, as YAML"
)
SHOW_LONG: Final = Text(
    "Skriver ut reglene som gjelder, eller en versjon, som YAML.", "Print the policy in force, or a version, as YAML."
)
DIFF: Final = Text("skriv ut det to versjoner skiller seg på", "print what two versions differ in")
DIFF_LONG: Final = Text("Skriver ut det to versjoner skiller seg på.", "Print what two versions differ in.")
REPLAY: Final = Text(
    "skriv ut hva regler ville ha endret på tidligere forespørsler; lagrer ingenting",
    "print what a policy would have changed on past requests; writes nothing",
)
REPLAY_LONG: Final = Text(
    "Skriver ut hva regler ville ha endret på tidligere forespørsler; lagrer ingenting.",
    "Print what a policy would have changed on past requests; writes nothing.",
)
VERSION: Final = Text("en versjon (ellers: den som gjelder)", "a version (default: the one in force)")
BEFORE: Final = Text("ellers: versjonen før --to", "default: the version before --to")
AFTER: Final = Text("ellers: versjonen som gjelder", "default: the version in force")
VALUES: Final = Text("verdiene til regler, YAML eller JSON", "the values of a policy, YAML or JSON")
UNIT: Final = Text("enheten (ellers: main)", "the unit (default: main)")

HEADING: Final = Text(
    "# {unit}, versjon {version}, satt av {by} {at}: {comment}",
    "# {unit}, version {version}, set by {by} at {at}: {comment}",
)
DIFFERENCES: Final = Text("{unit}, fra versjon {before} til {after}:", "{unit}, from version {before} to {after}:")
NO_DIFFERENCE: Final = Text("  ingen forskjell", "  nothing differs")
TALLY: Final = Text(
    "{looked_at} forespørsler gjennomgått, {otherwise} av dem ville ha gått annerledes; ingenting ble skrevet.",
    "{looked_at} requests looked at, {otherwise} of them would have gone otherwise; nothing was written.",
)
NO_SERVICE: Final = Text("Ingen tjeneste svarer på {url} ({why}).", "No service answers at {url} ({why}).")
NO_YAML: Final = Text(
    "Filen {file} er ikke regler i YAML eller JSON ({why}).", "The file {file} is not a policy in YAML or JSON ({why})."
)
NO_POLICY: Final = Text(
    "Filen {file} inneholder ingen regler: navn med verdier ventes.",
    "The file {file} holds no policy: names with values are expected.",
)
