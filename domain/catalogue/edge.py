"""Texts of the codes that belong to the edge: who asks, how, for what, and whether the service can answer."""

from domain.catalogue.meaning import Case, Kind, Meaning
from domain.language import Advice, Text
from domain.refusals import Code

_CHECK_ID = Advice(
    "Kontroller id-en; det du ikke har tilgang til vises heller ikke.",
    "Check the id; what you have no access to is not shown either.",
)

MISSING = {
    Code.NOT_FOUND: Meaning(
        Text("Det finnes ingenting på denne adressen.", "There is nothing at this address."),
        Advice("Adressene står i /openapi.json.", "The addresses are listed in /openapi.json."),
        Kind.MISSING,
        cases={
            "dashboard": Case(
                advice=Advice(
                    "Driftsoversikten begynner på /ops, og visningene er der.",
                    "The dashboard begins at /ops, and its views are there.",
                )
            ),
            "no_such_id": Case(
                Text("Det finnes ingenting med id-en {subject}.", "There is nothing with the id {subject}."), _CHECK_ID
            ),
            "no_such_version": Case(
                Text("Regelverket har ingen versjon {subject}.", "The policy has no version {subject}."),
                Advice("GET versions viser versjonene som finnes.", "GET versions lists those that are there."),
            ),
            "no_such_source": Case(
                Text("Det finnes ingen import fra {subject}.", "There is no import from {subject}."),
                Advice(
                    "Kildene er harvest, harvest-expenses, clockify og toggl.",
                    "The sources are harvest, harvest-expenses, clockify and toggl.",
                ),
            ),
            "not_closed": Case(
                Text("Det er ikke lukket til og med {date}.", "There is no closing up to {date}."),
                Advice(
                    "GET periods viser lukkingene som gjelder; åpne en av de dagene.",
                    "GET periods shows the closings in force; reopen one of those days.",
                ),
            ),
        },
    ),
    Code.UNKNOWN_RECALL: Meaning(
        Text("Forespørselen finnes ikke.", "The recall request does not exist."),
        Advice(
            "Kontroller id-en; et nummer som R-1002 er ingen, GET /v1/recalls viser begge. Det du ikke har tilgang til vises heller ikke.",
            "Check the id; a number such as R-1002 is none, GET /v1/recalls shows both. What you have no access to is not shown either.",
        ),
        Kind.MISSING,
    ),
    Code.UNKNOWN_INVOICE: Meaning(
        Text("Fakturaen finnes ikke.", "The invoice does not exist."),
        _CHECK_ID,
        Kind.MISSING,
    ),
    Code.UNKNOWN_PROJECT: Meaning(
        Text("Prosjektet {subject} finnes ikke.", "The project {subject} does not exist."),
        Advice(
            "Kontroller id-en; GET /v1/projects?unit= viser prosjektene i en enhet.",
            "Check the id; GET /v1/projects?unit= shows the projects of a unit.",
        ),
        Kind.MISSING,
    ),
    Code.UNKNOWN_UNIT: Meaning(
        Text("Enheten {subject} finnes ikke.", "The unit {subject} does not exist."),
        Advice(
            "Kontroller id-en, eller be administratoren legge til enheten.",
            "Check the id, or have the administrator add the unit.",
        ),
        Kind.MISSING,
    ),
    Code.UNKNOWN_PERSON: Meaning(
        Text("Personen {subject} finnes ikke.", "The person {subject} does not exist."),
        Advice(
            "Kontroller id-en, eller be administratoren legge til personen.",
            "Check the id, or have the administrator add the person.",
        ),
        Kind.MISSING,
    ),
    Code.UNKNOWN_CHANNEL: Meaning(Text("Kanalen finnes ikke.", "The channel does not exist."), _CHECK_ID, Kind.MISSING),
    Code.UNKNOWN_SUBSCRIPTION: Meaning(
        Text("Abonnementet finnes ikke.", "The subscription does not exist."), _CHECK_ID, Kind.MISSING
    ),
    Code.UNKNOWN_DELIVERY: Meaning(
        Text("Leveringen finnes ikke.", "The delivery does not exist."), _CHECK_ID, Kind.MISSING
    ),
}

ACCESS = {
    Code.UNAUTHENTICATED: Meaning(
        Text("Logg inn for å gjøre dette.", "Sign in to do this."),
        Advice(
            "Send et gyldig token: Authorization: Bearer TOKEN. Lokalt lager scripts/tilbake token PERSON ett.",
            "Send a valid token: Authorization: Bearer TOKEN. Locally, scripts/tilbake token PERSON makes one.",
        ),
        Kind.UNAUTHENTICATED,
    ),
    Code.INVALID_SIGNATURE: Meaning(
        Text("Meldingen kunne ikke bekreftes.", "The message could not be verified."),
        Advice(
            "Kontroller hemmeligheten, klokken og at innholdet sendes uendret.",
            "Check the secret, the clock, and that the body is sent unchanged.",
        ),
        Kind.UNAUTHENTICATED,
    ),
    Code.NOT_ALLOWED: Meaning(
        Text("Du har ikke rettighet til dette.", "You have no right to do this."),
        Advice("Be den som administrerer enheten om rettigheten.", "Ask whoever administers the unit for the right."),
        Kind.FORBIDDEN,
        cases={
            "administrator": Case(
                Text("Bare administratoren kan gjøre dette.", "Only the administrator can do this."),
                Advice("Be administratoren (admin) om å gjøre det.", "Ask the administrator (admin) to do it."),
            ),
            "giver": Case(
                Text("Bare den som gir en delegering kan opprette den.", "Only its giver can make a delegation."),
                Advice(
                    "Be den som skal gi den, eller administratoren, om å opprette den.",
                    "Ask the giver, or the administrator, to make it.",
                ),
            ),
            "concerned": Case(
                Text("Delegeringen gjelder ikke deg.", "The delegation does not concern you."),
                Advice(
                    "Bare den som gir, den som får og administratoren kan se og avslutte den.",
                    "Only giver, taker and the administrator can see and end it.",
                ),
            ),
            "withdrawal": Case(
                Text("Forespørsler i denne enheten kan ikke trekkes.", "Requests of this unit cannot be withdrawn."),
                Advice("Be en godkjenner om å avvise den.", "Ask an approver to reject it."),
            ),
            "dashboard": Case(
                Text(
                    "Driftsoversikten er bare for operatører, revisorer og administratoren.",
                    "The dashboard is for operators, auditors and the administrator only.",
                ),
                Advice(
                    "Be administratoren om rollen operatør (operator) i en enhet.",
                    "Ask the administrator for the role operator in a unit.",
                ),
            ),
        },
    ),
    Code.NOT_FINANCE: Meaning(
        Text("Bare økonomi i enheten kan gjøre dette.", "Only finance of the unit can do this."),
        Advice("Be økonomi i enheten om å gjøre det.", "Ask finance of the unit to do it."),
        Kind.FORBIDDEN,
        cases={
            "sight": Case(
                Text(
                    "Bare økonomi, ledere og revisorer i enheten kan lese dette.",
                    "Only finance, managers and auditors of the unit can read this.",
                ),
                Advice(
                    "Be en av dem om det, eller administratoren om en av rollene.",
                    "Ask one of them for it, or the administrator for one of the roles.",
                ),
            )
        },
    ),
    Code.NOT_PLANNER: Meaning(
        Text("Bare planleggere i enheten kan gjøre dette.", "Only planners of the unit can do this."),
        Advice("Be en planlegger i enheten om å gjøre det.", "Ask a planner of the unit to do it."),
        Kind.FORBIDDEN,
    ),
}

FORM = {
    Code.MALFORMED_BODY: Meaning(
        Text("Innholdet er ikke gyldig JSON: {problem}.", "The body is not valid JSON: {problem}."),
        Advice(
            "Send UTF-8 uten gjentatte nøkler, med vanlige tall og høyst 16 nivåer.",
            "Send UTF-8 without repeated keys, with plain numbers and at most 16 levels.",
        ),
        Kind.MALFORMED,
    ),
    Code.UNKNOWN_FIELD: Meaning(
        Text("{field} er ukjent her.", "{field} is not known here."),
        Advice(
            "Ta det bort, eller rett navnet etter /openapi.json.", "Leave it out, or correct its name by /openapi.json."
        ),
        Kind.MALFORMED,
    ),
    Code.INVALID_VALUE: Meaning(
        Text("Verdien av {field} godtas ikke: {expected}.", "The value of {field} is not accepted: {expected}."),
        Advice("Rett verdien og send på nytt.", "Correct the value and send again."),
        Kind.MALFORMED,
        cases={
            "allowed": Case(
                Text(
                    "Verdien av {field} godtas ikke; mulig er {allowed}.",
                    "The value of {field} is not accepted; possible are {allowed}.",
                )
            )
        },
    ),
    Code.METHOD_NOT_ALLOWED: Meaning(
        Text("Metoden finnes ikke på denne adressen.", "The method does not exist at this address."),
        Advice("Svarhodet Allow nevner metodene som finnes.", "The Allow header names the methods that exist."),
        Kind.WRONG_METHOD,
        cases={
            "dashboard": Case(
                Text(
                    "Driftsoversikten viser bare; ingenting kan endres her.",
                    "The dashboard only shows; nothing can be changed here.",
                ),
                Advice(
                    "Forespørsler avgjøres i Tilbake; hva en operatør kan gjøre, står i docs/runbook.md.",
                    "Requests are decided in Tilbake; what an operator can do stands in docs/runbook.md.",
                ),
            )
        },
    ),
    Code.PAYLOAD_TOO_LARGE: Meaning(
        Text("Innholdet er større enn {limit} byte.", "The body is larger than {limit} bytes."),
        Advice("Del det opp i mindre deler.", "Split it into smaller parts."),
        Kind.TOO_LARGE,
    ),
    Code.BODY_TOO_SLOW: Meaning(
        Text("Innholdet var ikke kommet etter {seconds} sekunder.", "The body had not come after {seconds} seconds."),
        Advice(
            "Send det på nytt over en raskere forbindelse, eller del det opp i mindre deler.",
            "Send it again over a faster connection, or split it into smaller parts.",
        ),
        Kind.TOO_SLOW,
    ),
    Code.UNSUPPORTED_MEDIA_TYPE: Meaning(
        Text("Innholdet må sendes som {media_type}.", "The body must be sent as {media_type}."),
        Advice("Sett Content-Type, og send uten komprimering.", "Set Content-Type, and send it uncompressed."),
        Kind.UNSUPPORTED,
    ),
    Code.UNDECRYPTABLE: Meaning(
        Text("Innholdet kan ikke dekrypteres: det er endret.", "What was sent cannot be decrypted: it was changed."),
        Advice(
            "Send det slik Temporal har det. Kommer det derfra, er det skadet eller skrevet av noen uten nøkkelen.",
            "Send it as Temporal has it. If it comes from there, it is damaged or was written by somebody without the key.",
        ),
        cases={
            "unknown_key": Case(
                Text("Nøkkelen {key} finnes ikke i nøkkelringen.", "The key {key} is not in the key ring."),
                Advice(
                    "Legg den tilbake i filen i TILBAKE_PAYLOAD_KEYS_FILE og start tjenesten på nytt; se docs/encryption.md.",
                    "Put it back into the file of TILBAKE_PAYLOAD_KEYS_FILE and restart the service; see docs/encryption.md.",
                ),
            )
        },
    ),
    Code.NOT_SUPPORTED: Meaning(
        Text("{field} støttes ikke ennå.", "{field} is not supported yet."),
        Advice("La verdien stå på standard.", "Leave the value at its default."),
        cases={
            "several_units": Case(
                Text("Oppføringene hører til flere enheter.", "The entries belong to several units."),
                Advice("Gjør det for hver enhet for seg.", "Do it for each unit on its own."),
            ),
            "test_clock": Case(
                Text("Testklokken er slått av.", "The test clock is switched off."),
                Advice(
                    "Bare en tjeneste som er startet med TILBAKE_TEST_CLOCK=1 har en; den er til for tester.",
                    "Only a service started with TILBAKE_TEST_CLOCK=1 has one; it is there for tests.",
                ),
            ),
        },
    ),
}

REPETITION = {
    Code.IF_MATCH_REQUIRED: Meaning(
        Text("Dette krever If-Match med versjonen du så.", "This needs If-Match with the version you saw."),
        Advice("Les det på nytt og send dets ETag som If-Match.", "Read it again and send its ETag as If-Match."),
        Kind.PRECONDITION_REQUIRED,
    ),
    Code.IDEMPOTENCY_KEY_REUSED: Meaning(
        Text("Nøkkelen er alt brukt til noe annet.", "The key was already used for something else."),
        Advice("Bruk en ny Idempotency-Key for en ny handling.", "Use a new Idempotency-Key for a new action."),
    ),
    Code.IDEMPOTENCY_IN_PROGRESS: Meaning(
        Text("Den samme handlingen pågår ennå.", "The same action is still running."),
        Advice("Vent litt og send det samme igjen.", "Wait a moment and send the same again."),
        Kind.CONFLICT,
    ),
    Code.WEBHOOK_ID_REUSED: Meaning(
        Text("Meldingens id er alt brukt med et annet innhold.", "The message id was already used with another body."),
        Advice("Gi hver ny melding en ny id.", "Give every new message a new id."),
        Kind.CONFLICT,
    ),
    Code.ALREADY_EXISTS: Meaning(
        Text("{subject} er alt i bruk.", "{subject} is already in use."),
        Advice(
            "Velg en annen id. Er det det samme, finnes det alt; da er det ikke mer å gjøre.",
            "Choose another id. If it is the same thing, it is there already and nothing is left to do.",
        ),
        Kind.CONFLICT,
        cases={
            "number": Case(
                Text(
                    "Nummeret {subject} er alt i bruk i enheten.", "The number {subject} is already in use in the unit."
                ),
                Advice(
                    "Velg et annet nummer. Er det det samme, finnes det alt; da er det ikke mer å gjøre.",
                    "Choose another number. If it is the same thing, it is there already and nothing is left to do.",
                ),
            )
        },
    ),
    Code.IMPORT_INVALID: Meaning(
        Text(
            "Antall feil i filen: {count}. Ingenting er importert.",
            "Faults in the file: {count}. Nothing was imported.",
        ),
        Advice(
            "Rett feilene som er nevnt og importer filen igjen.", "Correct the faults named and import the file again."
        ),
    ),
    Code.SEVERAL_REFUSALS: Meaning(
        Text("{count} ting står i veien.", "{count} things stand in the way."),
        Advice("Hver av dem står under errors med sitt eget råd.", "Each is named under errors, with its own advice."),
    ),
}

SERVICE = {
    Code.RATE_LIMITED: Meaning(
        Text("Det kom for mange kall på kort tid.", "There were too many calls in a short time."),
        Advice("Vent så lenge Retry-After sier.", "Wait as long as Retry-After says."),
        Kind.RATE_LIMITED,
        cases={
            "streams": Case(
                Text("Du har alt {limit} hendelsesstrømmer åpne.", "You have {limit} event streams open already."),
                Advice(
                    "Lukk en av dem, eller les hendelsene som en liste (Accept: application/json).",
                    "Close one of them, or read the events as a list (Accept: application/json).",
                ),
            )
        },
    ),
    Code.UNAVAILABLE: Meaning(
        Text("Tjenesten kan ikke svare akkurat nå.", "The service cannot answer right now."),
        Advice("Prøv igjen om litt, med samme Idempotency-Key.", "Try again shortly, with the same Idempotency-Key."),
        Kind.UNAVAILABLE,
        cases={
            "dashboard": Case(
                Text(
                    "Temporal UI svarer ikke; forespørslene i Tilbake er der fortsatt.",
                    "The Temporal UI does not answer; the requests in Tilbake are still there.",
                ),
                Advice(
                    "Prøv igjen om litt; kjør ellers scripts/tilbake doctor, og se at UI-et på TILBAKE_TEMPORAL_UI_URL kjører.",
                    "Try again shortly; else run scripts/tilbake doctor, and see that the UI at TILBAKE_TEMPORAL_UI_URL runs.",
                ),
            ),
            "test_clock": Case(
                Text(
                    "Enhetens klokke er flyttet, men Temporal svarer ikke: ikke alle åpne forespørsler er flyttet med.",
                    "The clock of the unit was moved, but Temporal does not answer: not all of its open requests were moved with it.",
                ),
                Advice(
                    "Prøv igjen om litt, med samme Idempotency-Key; uten den flyttes klokken en gang til.",
                    "Try again shortly, with the same Idempotency-Key; without one the clock is moved once more.",
                ),
            ),
        },
    ),
    Code.INTERNAL_ERROR: Meaning(
        Text("Noe gikk galt hos oss.", "Something went wrong on our side."),
        Advice("Oppgi trace_id når du melder fra.", "Name the trace_id when you report it."),
        Kind.FAULT,
    ),
}

EDGE = MISSING | ACCESS | FORM | REPETITION | SERVICE
