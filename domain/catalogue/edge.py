"""Texts of the codes that belong to the edge: who asks, how, for what, and whether the service can answer."""

from domain.catalogue.meaning import Kind, Meaning
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
    ),
    Code.UNKNOWN_RECALL: Meaning(
        Text("Forespørselen finnes ikke.", "The recall request does not exist."), _CHECK_ID, Kind.MISSING
    ),
    Code.UNKNOWN_INVOICE: Meaning(
        Text("Fakturaen finnes ikke.", "The invoice does not exist."), _CHECK_ID, Kind.MISSING
    ),
    Code.UNKNOWN_PROJECT: Meaning(
        Text("Prosjektet finnes ikke.", "The project does not exist."), _CHECK_ID, Kind.MISSING
    ),
    Code.UNKNOWN_UNIT: Meaning(Text("Enheten finnes ikke.", "The unit does not exist."), _CHECK_ID, Kind.MISSING),
    Code.UNKNOWN_PERSON: Meaning(Text("Personen finnes ikke.", "The person does not exist."), _CHECK_ID, Kind.MISSING),
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
            "Send et gyldig token: Authorization: Bearer TOKEN.", "Send a valid token: Authorization: Bearer TOKEN."
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
    ),
    Code.NOT_FINANCE: Meaning(
        Text("Bare økonomi i enheten kan gjøre dette.", "Only finance of the unit can do this."),
        Advice("Be økonomi i enheten om å gjøre det.", "Ask finance of the unit to do it."),
        Kind.FORBIDDEN,
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
    ),
    Code.METHOD_NOT_ALLOWED: Meaning(
        Text("Metoden finnes ikke på denne adressen.", "The method does not exist at this address."),
        Advice("Svarhodet Allow nevner metodene som finnes.", "The Allow header names the methods that exist."),
        Kind.WRONG_METHOD,
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
    Code.NOT_SUPPORTED: Meaning(
        Text("{field} støttes ikke ennå.", "{field} is not supported yet."),
        Advice("La verdien stå på standard.", "Leave the value at its default."),
    ),
}

REPETITION = {
    Code.IF_MATCH_REQUIRED: Meaning(
        Text(
            "Godkjenning krever If-Match med versjonen du så.", "An approval needs If-Match with the version you saw."
        ),
        Advice("Les forespørselen og send dens ETag som If-Match.", "Read the request and send its ETag as If-Match."),
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
        Text("Det finnes alt noe med id {id}.", "Something with the id {id} already exists."),
        Advice("Velg en annen id, eller endre det som finnes.", "Choose another id, or change what exists."),
        Kind.CONFLICT,
    ),
    Code.IMPORT_INVALID: Meaning(
        Text("Filen har {count} feil; ingenting er importert.", "The file has {count} faults; nothing was imported."),
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
    ),
    Code.UNAVAILABLE: Meaning(
        Text("Tjenesten kan ikke svare akkurat nå.", "The service cannot answer right now."),
        Advice("Prøv igjen om litt, med samme Idempotency-Key.", "Try again shortly, with the same Idempotency-Key."),
        Kind.UNAVAILABLE,
    ),
    Code.INTERNAL_ERROR: Meaning(
        Text("Noe gikk galt hos oss.", "Something went wrong on our side."),
        Advice("Oppgi trace_id når du melder fra.", "Name the trace_id when you report it."),
        Kind.FAULT,
    ),
}

EDGE = MISSING | ACCESS | FORM | REPETITION | SERVICE
