"""What the doctor says, in Norwegian Bokmål and English: help, the subjects of its lines, then line by line."""

from typing import Final

from domain.language import Text

SHORT: Final = Text(
    "se på innstillinger, tjenere og disk, og si hva du gjør", "look at settings, servers and disk, and say what to do"
)
LONG: Final = Text(
    "Ser på innstillinger, programmer, porter, tjenere og disk: én linje for hver, med hva du gjør.",
    "Looks at settings, binaries, ports, servers and disk: one line each, with what to do.",
)
AUDIT: Final = Text(
    "kontroller hver rad i databasen mot invariantene", "check every row of the database against the invariants"
)
EXAMPLES: Final = Text(
    """Avslutter med: 0 alt er i orden; 1 noe er i veien (BAD), eller kontrollen fant noe; 2 kommandoen er skrevet feil;
3 ingenting er i veien ennå, men noe kommer til å være det (WARN). Skriver ingenting.

eksempel:
  scripts/tilbake doctor
  scripts/tilbake doctor --audit    hver oppføring, rad, forespørsel og historikk mot invariantene; logger inn i Postgres med
                                    TILBAKE_AUDITOR_DATABASE_URL der den er satt
""",
    """Exit codes: 0 all is well; 1 something stands in the way (BAD), or the audit found something; 2 the command was written
wrongly; 3 nothing stands in the way yet, but something will (WARN). Writes nothing.

example:
  scripts/tilbake doctor
  scripts/tilbake doctor --audit    every entry, row, request and history against the invariants; signs in to Postgres by
                                    TILBAKE_AUDITOR_DATABASE_URL where it is set
""",
)

SETTINGS: Final = Text("Innstillinger", "Settings")
ADDRESSES: Final = Text("Adresser", "Addresses")
ENCRYPTION: Final = Text("Kryptering", "Encryption")
DISK: Final = Text("Disk", "Disk")
TILBAKE: Final = Text("Tilbake", "Tilbake")
API: Final = Text("API", "API")
POSTGRES_BINARIES: Final = Text("Postgres-filer", "Postgres binaries")
TEMPORAL_BINARY: Final = Text("Temporal-program", "Temporal binary")
PORT: Final = Text("Port", "Port")
DATABASE: Final = Text("Database", "Database")
CLOCK: Final = Text("Klokke", "Clock")
PEOPLE: Final = Text("Personer", "People")
OUTBOX: Final = Text("Utboks", "Outbox")
OPEN_REQUESTS: Final = Text("Åpne forespørsler", "Open requests")
AGREEMENT: Final = Text("Samsvar", "Agreement")
TEMPORAL: Final = Text("Temporal", "Temporal")
WORKER: Final = Text("Arbeider", "Worker")
DELIVERY_WORKER: Final = Text("Leveringsarbeider", "Delivery worker")
WORKFLOWS: Final = Text("Arbeidsflyter", "Workflows")
COMPARISON: Final = Text("Sammenligning", "Comparison")
CREDENTIALS: Final = Text("Legitimasjon", "Credentials")
CERTIFICATES: Final = Text("Sertifikater", "Certificates")
CERTIFICATE: Final = Text("Sertifikat", "Certificate")

NOT_ASKED: Final = Text(
    "Databasen kan ikke spørres ({why}); start den med scripts/start først.",
    "The database cannot be asked ({why}); start it with scripts/start first.",
)
COUNT: Final = Text("{count} funn", "{count} findings")

IN_FORCE: Final = Text(
    "{mode}; data i {data_dir}, cache i {cache_dir}", "{mode}; data in {data_dir}, cache in {cache_dir}"
)
IN_FORCE_WITH_CLOCK: Final = Text(
    "{mode}, testklokken er på; data i {data_dir}, cache i {cache_dir}",
    "{mode}, test clock on; data in {data_dir}, cache in {cache_dir}",
)
PLACES: Final = Text(
    "API {api}, Postgres {postgres}, Temporal {temporal}", "API {api}, Postgres {postgres}, Temporal {temporal}"
)
EMBEDDED: Final = Text("innebygd", "embedded")
NOT_PUBLIC: Final = Text(
    "{text}; ingen andre når det API-et: sett TILBAKE_PUBLIC_URL, den står i e-poster og webhooker",
    "{text}; nobody else reaches that API: set TILBAKE_PUBLIC_URL, it is in mails and webhooks",
)
FREE: Final = Text("{size} GB ledig", "{size} GB free")
MAKE_ROOM: Final = Text("{size} GB ledig; gjør plass til {needed} GB", "{size} GB free; make room for {needed} GB")
NOTHING_LIES_HERE: Final = Text(
    "ingenting av tjenesten ligger her: Postgres og Temporal er andre steder",
    "nothing of the service lies here: Postgres and Temporal are elsewhere",
)
NOT_STARTED: Final = Text(
    "ikke startet fra denne datamappen; scripts/start starter den",
    "not started from this data directory; scripts/start starts it",
)
STARTED: Final = Text("startet av prosess {pid}", "started by process {pid}")
SERVES: Final = Text("svarer på {url}", "serves on {url}")
SILENT: Final = Text("svarer ikke på {url}; les {log}", "does not answer on {url}; read {log}")
NOT_READY: Final = Text(
    "kjører, og er ikke klar: ordne Database først, ellers spør /readyz",
    "runs, and is not ready to serve: mend Database first, else ask /readyz",
)
EMBEDDED_SILENT: Final = Text(
    "den innebygde Postgres svarer ikke; det som startet den, venter på den, og loggen er {log}",
    "the embedded Postgres does not answer; what started it waits for it, its log is {log}",
)
NOT_CACHED: Final = Text(
    "ikke i cachen; neste start finner eller bygger det (omtrent fire minutter, én gang)",
    "not in the cache; the next start finds or builds it (about four minutes, once)",
)
PORT_FREE: Final = Text("{port} er ledig", "{port} is free")
PORT_TAKEN: Final = Text(
    "{port} er opptatt; sett {setting} til en ledig port", "{port} is taken; set {setting} to a free port"
)
NEVER_STARTED: Final = Text("innebygd; aldri startet", "embedded; never started")
EMBEDDED_NOT_STARTED: Final = Text("innebygd; ikke startet", "embedded; not started")

SCHEMA: Final = Text(
    "Postgres {server}, skjema {migrated} av {known}", "Postgres {server}, schema {migrated} of {known}"
)
LATER_SCHEMA: Final = Text(
    "{text}; det er fra en senere versjon, gå videre til den", "{text}; it is of a later release, go on to that"
)
EARLIER_SCHEMA: Final = Text("{text}; scripts/start bringer det à jour", "{text}; scripts/start brings it up to date")
NAMED_AS_THE_SERVICE: Final = Text(
    "{people}; historikken kaller tjenesten selv det: la dem det gjelder, logge inn med en annen id",
    "{people}; histories name the service itself so: let who they are sign in by another id",
)
APART: Final = Text("{seconds} s fra klokken til Postgres", "{seconds} s from that of Postgres")
SET_THE_CLOCK: Final = Text(
    "{text}; innlogging går etter klokken på denne maskinen: still den etter en tidstjener",
    "{text}; sign-in goes by the clock of this machine: set it by a time server",
)

PLAIN: Final = Text(
    "av med disse innstillingene: det de starter, lagrer historikken i vanlig JSON (TILBAKE_PAYLOAD_KEYS_FILE, docs/encryption.md)",
    "off by these settings: what they start stores its histories in plain JSON (TILBAKE_PAYLOAD_KEYS_FILE, docs/encryption.md)",
)
ENCRYPTS: Final = Text("nøkkelen {id} krypterer", "the key {id} encrypts")
OTHERS_DECRYPT: Final = Text("{text}; {others} bare dekrypterer", "{text}; {others} only decrypt")
KEEP_APART: Final = Text(
    "{text}; ingen sikkerhetskopi har dem, så ha en kopi av filen et annet sted",
    "{text}; no backup has them, so keep a copy of the file apart",
)
OPEN_TO_OTHERS: Final = Text(
    "{text}; andre enn eieren kan åpne {file}: chmod 600", "{text}; others than its owner can open {file}: chmod 600"
)

OUTBOX_EMPTY: Final = Text("tom: Temporal vet om alt", "empty: Temporal knows of everything")
ON_THEIR_WAY: Final = Text("{count} er på vei, den eldste i {age}", "{count} on their way, the oldest for {age}")
NOT_DELIVERED: Final = Text(
    "{count} er ikke levert, den eldste har ventet {age}; se til at Temporal svarer og at en arbeider kjører; da leveres alt av seg selv",
    "{count} not delivered, the oldest for {age}; see that Temporal answers and a worker runs; everything is delivered by itself then",
)
NONE: Final = Text("ingen", "none")
OPEN: Final = Text("{count}, den eldste i {age}", "{count}, the oldest for {age}")
OVERDUE: Final = Text(
    "{text}; {count} er over tiden: arbeidsflytene deres skulle ha handlet; se til at en arbeider kjører, og så at neste linje er i orden",
    "{text}; {count} are overdue: their workflows should have acted; see that a worker runs, then that the next line is good",
)
THE_SAME: Final = Text(
    "Postgres og Temporal sier det samme om hver forespørsel", "Postgres and Temporal say the same of every request"
)
MENDED: Final = Text("{text}; rettet det siste døgnet: {kinds}", "{text}; mended within a day: {kinds}")
DIFFERENCES: Final = Text(
    "{count} forskjeller mellom Postgres og Temporal, {repairs} rettinger forsøkt; de sammenlignes hvert halve minutt, "
    "det som blir stående, er i arbeiderens logg",
    "{count} differences between Postgres and Temporal, {repairs} repairs tried; they are compared every half minute, "
    "what stays is in the worker's log",
)

ATTRIBUTES_MISSING: Final = Text(
    "søkeattributter mangler: {names}; en arbeider legger dem til innen ti sekunder",
    "search attributes are missing: {names}; a worker adds them within ten seconds",
)
ATTRIBUTES_THERE: Final = Text(
    "navnerom {namespace}, søkeattributtene er registrert", "namespace {namespace}, search attributes registered"
)
NOBODY_POLLS: Final = Text(
    "ingen henter fra køen {queue}; start en: python -m worker",
    "nobody polls the queue {queue}; start one: python -m worker",
)
POLLS: Final = Text("en arbeider henter fra {queue}", "a worker polls {queue}")
NONE_FAILS: Final = Text("ingen feiler ved hvert forsøk", "none fails at every try")
FAILING: Final = Text(
    "{count} feiler ved hvert forsøk og venter på en ny versjon eller en nøkkel (TILBAKE_PAYLOAD_KEYS_FILE); arbeiderens logg "
    "sier hvorfor, {url} hvilke",
    "{count} fail at every try and wait for a release or a key (TILBAKE_PAYLOAD_KEYS_FILE); the worker's log says why, {url} which",
)
SWITCHED_OFF: Final = Text(
    "slått av (TILBAKE_RECONCILE_SECONDS er 0): det Temporal mister, blir borte",
    "switched off (TILBAKE_RECONCILE_SECONDS is 0): what Temporal loses stays lost",
)
NO_SCHEDULE: Final = Text(
    "tidsplanen mangler; en arbeider lager den innen ti sekunder",
    "its schedule is missing; a worker makes it within ten seconds",
)
PAUSED: Final = Text(
    "tidsplanen {id} står på pause; la den gå videre i Temporal UI, eller start en arbeider på nytt",
    "its schedule {id} is paused; let it go on in the Temporal UI, or start a worker anew",
)
LAST_BEGUN: Final = Text("sist begynt for {age} siden", "last begun {age} ago")
NOT_BEGUN: Final = Text("ikke begynt ennå, {age} etter at den ble satt opp", "not begun yet, {age} after it was set up")
LATE: Final = Text(
    "{ran}; se til at en arbeider kjører, og se så på {id} i Temporal UI",
    "{ran}; see that a worker runs, then look at {id} in the UI",
)
EVERY: Final = Text("hvert {seconds}. sekund, {ran}", "every {seconds} s, {ran}")

NO_CERTIFICATES: Final = Text("ingen: ingenting her nås med TLS", "none: nothing here is reached by TLS")
THE_ISSUER: Final = Text("utstederen", "the issuer")
THE_PUBLIC_ADDRESS: Final = Text("den offentlige adressen", "the public address")
THE_MAIL_SERVER: Final = Text("e-posttjeneren", "the mail server")
NO_TLS: Final = Text("den snakker ikke TLS", "it speaks no TLS")
UNREADABLE: Final = Text("{where}: kan ikke leses: {why}", "{where}: cannot be read: {why}")
EXPIRED: Final = Text(
    "{where}: utløp {day}; forny det, ingen kobler seg til før det",
    "{where}: expired on {day}; renew it, nobody connects until then",
)
LEFT: Final = Text("{where}: {days} igjen, til {day}", "{where}: {days} left, until {day}")
RENEW_NOW: Final = Text("{text}; forny det nå", "{text}; renew it now")
OURS: Final = Text("vårt, for Temporal ({setting})", "ours, for Temporal ({setting})")
KEY_TO_TEMPORAL: Final = Text("nøkkelen til Temporal ({setting})", "the key to Temporal ({setting})")
KEY_EXPIRED: Final = Text(
    "nøkkelen til Temporal ({setting}): utløp {day}; det som fornyer den filen, har stoppet",
    "the key to Temporal ({setting}): expired on {day}; whoever renews that file has stopped",
)
