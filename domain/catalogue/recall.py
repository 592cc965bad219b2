"""Texts of the codes around requests and decisions. Messages: project-recall 12, word for word, but for cases it does not know."""

from domain.catalogue.meaning import Case, Kind, Meaning
from domain.language import Advice, Text
from domain.refusals import Code

RECALL = {
    Code.REASON_REQUIRED: Meaning(
        Text("Angi en årsak til tilbakekallingen.", "Enter a reason for the recall."),
        Advice(
            "Skriv kort hva som er feil, så godkjenneren ser hvorfor.",
            "Say briefly what is wrong, so that the approver sees why.",
        ),
    ),
    Code.REASON_CODE_REQUIRED: Meaning(
        Text("Velg en årsakskode: {known}.", "Choose a reason code: {known}."),
        Advice(
            "Kodene står i enhetens regler, med tekst på norsk og engelsk.",
            "The codes stand in the policy of the unit, with texts in Norwegian and English.",
        ),
    ),
    Code.UNKNOWN_REASON_CODE: Meaning(
        Text(
            "Årsakskoden {reason_code} finnes ikke; kodene er {known}.",
            "There is no reason code {reason_code}; the codes are {known}.",
        ),
        Advice(
            "Velg en av dem, eller be økonomi om å ta den inn i enhetens regler.",
            "Choose one of them, or ask finance to add it to the policy of the unit.",
        ),
    ),
    Code.NOTHING_SELECTED: Meaning(
        Text("Velg minst én oppføring.", "Select at least one entry."),
        Advice("Ta med id-en til minst én oppføring.", "Name the id of at least one entry."),
        cases={
            "nothing_found": Case(
                Text(
                    "Utvalget har ingenting som kan tilbakekalles.", "The selection has nothing that can be recalled."
                ),
                Advice(
                    "Bare sendte og godkjente oppføringer er ment. Kontroller prosjekt, oppgave, dager og eier.",
                    "Only submitted and approved entries are meant. Check project, task, days and owner.",
                ),
            ),
            "no_place": Case(
                Text(
                    "Utvalget nevner verken et prosjekt eller en import.",
                    "The selection names neither a project nor an import.",
                ),
                Advice(
                    "Oppgi id-en til et prosjekt (project) eller en import (import).",
                    "Name the id of a project (project) or of an import (import).",
                ),
            ),
            "no_line": Case(
                Text("Velg minst én linje.", "Select at least one line."),
                Advice(
                    "Nevn minst én linje, eller utelat lines for å avgjøre alle.",
                    "Name at least one line, or leave lines out to decide all of them.",
                ),
            ),
            "no_quantity": Case(
                Text("Det er ikke oppgitt noe antall.", "No quantity is given."),
                Advice(
                    "Oppgi minst én oppføring med antallet som skal faktureres eller beholdes.",
                    "Name at least one entry with the quantity that is to be billed or kept.",
                ),
            ),
        },
    ),
    Code.DUPLICATE_LINE: Meaning(
        Text("Oppføringen er valgt to ganger.", "The entry is selected twice."),
        Advice("La oppføringen stå én gang og send på nytt.", "Keep the entry once and send again."),
    ),
    Code.TOO_MANY_LINES: Meaning(
        Text("Utvalget har mer enn {limit} linjer.", "The selection has more than {limit} lines."),
        Advice(
            "Del utvalget i flere, for eksempel etter datoer, og send hver del for seg.",
            "Divide the selection, for example by dates, and send each part on its own.",
        ),
    ),
    Code.UNKNOWN_ENTRY: Meaning(
        Text("Oppføringen finnes ikke.", "The entry does not exist."),
        Advice(
            "Kontroller id-en; oppføringer du ikke har tilgang til vises heller ikke.",
            "Check the id; entries that you have no access to are not shown either.",
        ),
        Kind.MISSING,
        cases={
            "other_project": Case(
                Text("Oppføringen hører til et annet prosjekt.", "The entry belongs to another project."),
                Advice("Nevn bare oppføringer på dette prosjektet.", "Name only entries of this project."),
            ),
            "not_a_line": Case(
                Text("Oppføringen er ikke en linje i forespørselen.", "The entry is no line of the request."),
                Advice(
                    "Les forespørselen; lines nevner linjene dens ved subject.",
                    "Read the request; lines names its lines by subject.",
                ),
            ),
        },
    ),
    Code.NOT_RECALLABLE: Meaning(
        Text(
            "En oppføring med status {status} kan ikke tilbakekalles.",
            "An entry in status {status} cannot be recalled.",
        ),
        Advice(
            "Bare sendte og godkjente oppføringer kan tilbakekalles. Utkast, returnerte og avviste kan rettes direkte.",
            "Only submitted and approved entries can be recalled. Drafts, returned and rejected ones can be edited at once.",
        ),
        cases={
            "submitted": Case(
                advice=Advice(
                    "Den er ikke godkjent ennå og kan tas tilbake med en gang, uten forespørsel: POST /v1/entries/recall.",
                    "It is not approved yet and can be taken back at once, without a request: POST /v1/entries/recall.",
                )
            ),
            "approved": Case(
                advice=Advice(
                    "Den er godkjent; be om tilbakekalling med en årsak: POST /v1/recalls.",
                    "It is approved; ask for its recall with a reason: POST /v1/recalls.",
                )
            ),
            "recall_requested": Case(
                advice=Advice(
                    "Det er alt bedt om tilbakekalling. Vent på avgjørelsen, eller trekk forespørselen.",
                    "Its recall is asked for already. Wait for the decision, or withdraw the request.",
                )
            ),
            "deleted": Case(
                advice=Advice(
                    "En slettet oppføring forblir slettet. Opprett en ny ved behov.",
                    "A deleted entry stays deleted. Create a new one if it is needed.",
                )
            ),
        },
    ),
    Code.RECALL_PENDING: Meaning(
        Text(
            "Det finnes allerede en åpen tilbakekallingsforespørsel: {request}.",
            "A recall request is already open: {request}.",
        ),
        Advice(
            "Vent på avgjørelsen, eller trekk den åpne forespørselen først.",
            "Wait for its decision, or withdraw the open request first.",
        ),
        Kind.CONFLICT,
    ),
    Code.EXTERNAL_ENTRY: Meaning(
        Text("Oppføringen eies av et annet system.", "The entry is owned by another system."),
        Advice("Rett den i systemet den kommer fra.", "Correct it in the system it comes from."),
    ),
    Code.NO_LIVE_ACTUALS: Meaning(
        Text(
            "Oppføringen er godkjent, men har ingen gjeldende faktiske verdier.",
            "The entry is approved but has no live actuals.",
        ),
        Advice(
            "Det er ingenting å tilbakeføre. Be økonomi om å se på oppføringen.",
            "There is nothing to reverse. Ask finance to look at the entry.",
        ),
    ),
    Code.OUTSIDE_RECALL_WINDOW: Meaning(
        Text("Fristen for tilbakekalling på {days} er ute.", "The recall window of {days} has passed."),
        Advice("Be økonomi om en korrigering i stedet.", "Ask finance for a correction instead."),
    ),
    Code.NOT_YOURS: Meaning(
        Text("Du kan bare tilbakekalle egne oppføringer.", "You can recall only your own entries."),
        Advice(
            "Be eieren om det, eller om en delegering som dekker oppføringens dato.",
            "Ask the owner, or have the owner delegate to you for the entry's date.",
        ),
        Kind.FORBIDDEN,
        cases={
            "entry_of_another": Case(
                Text("Oppføringen er ikke din.", "The entry is not yours."),
                Advice(
                    "La eieren gjøre det, eller be eieren om en delegering (requests) som dekker oppføringens dato.",
                    "Leave it to the owner, or have the owner delegate to you (requests) for the entry's date.",
                ),
            ),
            "for_another": Case(
                Text("Du kan ikke føre for {subject} den dagen.", "You cannot book for {subject} on that day."),
                Advice(
                    "La owner stå tom for å føre for deg selv, eller be om en delegering (requests) som dekker dagen.",
                    "Leave owner out to book for yourself, or ask for a delegation (requests) that covers the day.",
                ),
            ),
            "withdrawal": Case(
                Text(
                    "Bare den som ba om det og eierne av oppføringene kan trekke forespørselen.",
                    "Only the requester and the owners of its entries can withdraw the request.",
                ),
                Advice(
                    "Be en av dem om å trekke den, eller en godkjenner om å avvise den.",
                    "Ask one of them to withdraw it, or an approver to reject it.",
                ),
            ),
            "production": Case(
                Text(
                    "Bare medlemmer og planleggere i enheten kan be om å ta tilbake produksjon.",
                    "Only members and planners of the unit can ask for production to be taken back.",
                ),
                Advice(
                    "Be noen i enheten om det, eller administratoren om rollen.",
                    "Ask somebody of the unit, or the administrator for the role.",
                ),
            ),
        },
    ),
    Code.NOT_APPROVER: Meaning(
        Text("Du er ikke godkjenner for dette prosjektet.", "You are not an approver for this project."),
        Advice("La en av prosjektets godkjennere gjøre det.", "Leave it to one of the project's approvers."),
        Kind.FORBIDDEN,
        cases={
            "unit": Case(
                Text("Du er ikke godkjenner i denne enheten.", "You are not an approver of this unit."),
                Advice("La en av enhetens godkjennere gjøre det.", "Leave it to one of the unit's approvers."),
            )
        },
    ),
    Code.OWN_REQUEST: Meaning(
        Text(
            "Du kan ikke avgjøre en tilbakekalling du selv er part i.", "You cannot decide a recall that concerns you."
        ),
        Advice(
            "Part er den som ba om det, eierne, deres delegater i dag, og den som bruker deres rett. En annen godkjenner må avgjøre den.",
            "It concerns the requester, the owners, their delegates of today, and who uses their right. Another approver has to decide it.",
        ),
        Kind.FORBIDDEN,
        cases={
            "own_entry": Case(
                Text(
                    "Du kan ikke kansellere godkjenningen av en oppføring som er din, eller som du kan be om for eieren.",
                    "You cannot cancel the approval of an entry that is yours, or that you may ask for on behalf of its owner.",
                ),
                Advice(
                    "La en annen godkjenner gjøre det, eller be om en tilbakekalling.",
                    "Leave it to another approver, or ask for a recall.",
                ),
            )
        },
    ),
    Code.ALREADY_DECIDED: Meaning(
        Text("Linjen er allerede avgjort.", "The line is already decided."),
        Advice(
            "Les forespørselen på nytt; du trenger ikke gjøre noe mer med denne linjen.",
            "Read the request again; nothing more is needed from you for this line.",
        ),
        Kind.CONFLICT,
        cases={
            "pending": Case(
                Text(
                    "Du har alt avgjort dette; avgjørelsen venter på å bli utført.",
                    "You have decided this already; the decision waits to be carried out.",
                ),
                Advice(
                    "Les forespørselen igjen om litt; under decisions står hvordan det gikk.",
                    "Read the request again in a moment; decisions tells how it ended.",
                ),
            ),
            "counted": Case(
                Text(
                    "Du, eller den du godkjenner for, har alt godkjent dette; det trengs godkjenning fra flere.",
                    "You, or whoever you approve for, have approved this already; approvals of others are needed.",
                ),
                Advice(
                    "Vent på de andre godkjennerne. Du kan fremdeles avvise.",
                    "Wait for the other approvers. You can still reject.",
                ),
            ),
        },
    ),
    Code.REQUEST_CLOSED: Meaning(
        Text("Forespørselen er avsluttet.", "The request has ended."),
        Advice(
            "Oppføringen kan om nødvendig tilbakekalles med en ny forespørsel.",
            "If it is still needed, the entry can be recalled with a new request.",
        ),
        Kind.CONFLICT,
    ),
    Code.STALE_VERSION: Meaning(
        Text("Forespørselen er endret siden du åpnet den.", "The request has changed since you opened it."),
        Advice(
            "Les den på nytt, se over radene og avgjør igjen.", "Read it again, look at the rows, and decide again."
        ),
        Kind.STALE,
        cases={
            "resource": Case(
                Text(
                    "Det du vil endre er endret siden du leste det.",
                    "What you want to change was changed since you read it.",
                ),
                Advice(
                    "Les det på nytt, og send endringen igjen med den nye ETag-en i If-Match.",
                    "Read it again, and send your change again with the new ETag in If-Match.",
                ),
            )
        },
    ),
    Code.DELEGATION_EXPIRED: Meaning(
        Text("Delegeringen gikk ut {date}.", "The delegation ended on {date}."),
        Advice("Be om en ny delegering som dekker dagen.", "Ask for a new delegation that covers the day."),
        Kind.FORBIDDEN,
        cases={
            "ended": Case(
                Text(
                    "Delegeringen er alt avsluttet; den gjaldt til {date}.",
                    "The delegation has ended already; it held until {date}.",
                ),
                Advice(
                    "Den gir ingen rett lenger; det er ikke mer å gjøre.",
                    "It gives no right any more; nothing is left to do.",
                ),
            )
        },
    ),
    Code.QUORUM_OUT_OF_REACH: Meaning(
        Text(
            "{quorum} må godkjenne, men prosjektet {project} har bare {approvers} som kan.",
            "{quorum} people must approve, but project {project} has only {approvers} who may.",
        ),
        Advice(
            "Velg et lavere quorum, eller gi prosjektet flere godkjennere først.",
            "Choose a lower quorum, or give the project more approvers first.",
        ),
        cases={
            "unit": Case(
                Text(
                    "{quorum} må godkjenne, men enheten {unit} har bare {approvers} som kan avgjøre produksjon.",
                    "{quorum} people must approve, but unit {unit} has only {approvers} who may decide production.",
                ),
                Advice(
                    "Velg et lavere quorum, eller gi enheten flere godkjennere (rollen approver) først.",
                    "Choose a lower quorum, or give the unit more approvers (role approver) first.",
                ),
            )
        },
    ),
    Code.MANAGERS_DECIDE: Meaning(
        Text(
            "Om oppføringer uten prosjekt avgjør enhetens ledere; de har ingen egne godkjennere.",
            "The managers of the unit decide on entries without a project; these have no approvers of their own.",
        ),
        Advice(
            "Gi personen rollen leder (manager) i enheten.",
            "Give the person the role manager in the unit.",
        ),
    ),
}
