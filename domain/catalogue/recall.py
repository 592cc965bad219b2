"""Texts of the codes around requests and decisions. Messages: project-recall 12, word for word."""

from domain.catalogue.meaning import Kind, Meaning
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
    Code.NOTHING_SELECTED: Meaning(
        Text("Velg minst én oppføring.", "Select at least one entry."),
        Advice("Ta med id-en til minst én oppføring.", "Name the id of at least one entry."),
    ),
    Code.DUPLICATE_LINE: Meaning(
        Text("Oppføringen er valgt to ganger.", "The entry is selected twice."),
        Advice("La oppføringen stå én gang og send på nytt.", "Keep the entry once and send again."),
    ),
    Code.TOO_MANY_LINES: Meaning(
        Text("Utvalget har mer enn {limit} linjer.", "The selection has more than {limit} lines."),
        Advice("Del utvalget, for eksempel etter datoer.", "Divide the selection, for example by dates."),
    ),
    Code.UNKNOWN_ENTRY: Meaning(
        Text("Oppføringen finnes ikke.", "The entry does not exist."),
        Advice(
            "Kontroller id-en; oppføringer du ikke har tilgang til vises heller ikke.",
            "Check the id; entries that you have no access to are not shown either.",
        ),
        Kind.MISSING,
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
    ),
    Code.RECALL_PENDING: Meaning(
        Text("Det finnes allerede en åpen tilbakekallingsforespørsel.", "A recall request is already open."),
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
        Text("Fristen for tilbakekalling på {days} dager er ute.", "The recall window of {days} days has passed."),
        Advice("Be økonomi om en korrigering i stedet.", "Ask finance for a correction instead."),
    ),
    Code.NOT_YOURS: Meaning(
        Text("Du kan bare tilbakekalle egne oppføringer.", "You can recall only your own entries."),
        Advice(
            "Be eieren om det, eller om en delegering som dekker oppføringens dato.",
            "Ask the owner, or have the owner delegate to you for the entry's date.",
        ),
        Kind.FORBIDDEN,
    ),
    Code.NOT_APPROVER: Meaning(
        Text("Du er ikke godkjenner for dette prosjektet.", "You are not an approver for this project."),
        Advice("La en av prosjektets godkjennere gjøre det.", "Leave it to one of the project's approvers."),
        Kind.FORBIDDEN,
    ),
    Code.OWN_REQUEST: Meaning(
        Text(
            "Du kan ikke avgjøre en tilbakekalling du selv er part i.", "You cannot decide a recall that concerns you."
        ),
        Advice(
            "En annen godkjenner av prosjektet må avgjøre den.", "Another approver of the project has to decide it."
        ),
        Kind.FORBIDDEN,
    ),
    Code.ALREADY_DECIDED: Meaning(
        Text("Linjen er allerede avgjort.", "The line is already decided."),
        Advice(
            "Les forespørselen på nytt; du trenger ikke gjøre noe mer med denne linjen.",
            "Read the request again; nothing more is needed from you for this line.",
        ),
        Kind.CONFLICT,
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
    ),
    Code.DELEGATION_EXPIRED: Meaning(
        Text("Delegeringen gikk ut {date}.", "The delegation ended on {date}."),
        Advice("Be om en ny delegering som dekker dagen.", "Ask for a new delegation that covers the day."),
        Kind.FORBIDDEN,
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
