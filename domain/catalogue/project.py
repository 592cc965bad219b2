"""Texts of the codes around entries, invoices and periods. Messages: project-recall 12, word for word, but for cases it does not know."""

from domain.catalogue.meaning import Case, Meaning
from domain.language import Advice, Text
from domain.refusals import Code

PROJECT = {
    Code.ALREADY_INVOICED: Meaning(
        Text(
            "Oppføringen er fakturert på {invoice}. Krediter hele linjen med en korrigeringsfaktura først.",
            "The entry is invoiced on {invoice}. Credit the full line with a corrective invoice first.",
        ),
        Advice(
            "Be økonomi kreditere hele linjen. Når det er bekreftet: be om tilbakekalling, eller godkjenn den som venter, på nytt.",
            "Have finance credit the full line. Once that is confirmed, ask again, or approve the waiting recall again.",
        ),
    ),
    Code.PARTIALLY_CREDITED: Meaning(
        Text(
            "Bare {quantity} er kreditert på {invoice}; full kreditt kreves.",
            "Only {quantity} is credited on {invoice}; full credit is required.",
        ),
        Advice(
            "Krediter resten av linjen med en ny korrigeringsfaktura og prøv igjen.",
            "Credit the rest of the line with another corrective invoice and try again.",
        ),
    ),
    Code.ON_DRAFT_INVOICE: Meaning(
        Text(
            "Oppføringen ligger på fakturautkast {invoice}. Fjern den derfra før tilbakekallingen godkjennes.",
            "The entry is on draft invoice {invoice}. Remove it before approving the recall.",
        ),
        Advice(
            "Be økonomi fjerne oppføringen fra utkastet, og godkjenn igjen. Å avvise er alltid mulig.",
            "Have finance remove the entry from the draft, then approve again. Rejecting is always possible.",
        ),
        cases={
            "not_a_recall": Case(
                Text(
                    "Oppføringen ligger på fakturautkast {invoice}. Fjern den derfra først.",
                    "The entry is on draft invoice {invoice}. Remove it there first.",
                ),
                Advice(
                    "Be økonomi fjerne oppføringen fra utkastet, og prøv igjen.",
                    "Have finance remove the entry from the draft, then try again.",
                ),
            )
        },
    ),
    Code.VENDOR_INVOICE_LOCK: Meaning(
        Text(
            "Kostnaden er avstemt mot leverandørfaktura {invoice}. Kanseller den først.",
            "The cost is matched to vendor invoice {invoice}. Cancel that first.",
        ),
        Advice(
            "Når leverandørfakturaen er kansellert, er kostnaden fri og handlingen mulig igjen.",
            "Canceling the vendor invoice frees the cost; then the action is possible again.",
        ),
    ),
    Code.CORRECTION_IN_PROCESS: Meaning(
        Text("Faktiske verdier er under korrigering.", "Actuals are being corrected."),
        Advice("Fullfør eller slett korrigeringsjournalen først.", "Finish or delete the correction journal first."),
    ),
    Code.PERIOD_CLOSED: Meaning(
        Text("Datoen {date} ligger i en lukket periode.", "The date {date} is in a closed period."),
        Advice(
            "Velg en dag i en åpen periode, eller be økonomi åpne perioden.",
            "Choose a day in an open period, or ask finance to reopen it.",
        ),
        cases={
            "today": Case(
                Text(
                    "Tilbakeføringer får avgjørelsens dato, og {date} ligger i en lukket periode.",
                    "Reversals carry the day of the decision, and {date} is in a closed period.",
                ),
                Advice(
                    "Be økonomi åpne perioden, eller endre reversal_date for nye forespørsler. Å avvise er alltid mulig.",
                    "Ask finance to reopen it, or to change reversal_date for new requests. Rejecting is always possible.",
                ),
            ),
            "closed_already": Case(
                Text("{date} er alt lukket.", "{date} is closed already."),
                Advice(
                    "Det er ikke mer å gjøre. Med periods/reopen tas lukkingen tilbake.",
                    "Nothing is left to do. periods/reopen takes the closing back.",
                ),
            ),
        },
    ),
    Code.WRONG_STATUS: Meaning(
        Text("Handlingen er ikke mulig med status {status}.", "The action is not possible in status {status}."),
        Advice(
            "Les på nytt og se under allowed_actions hva som er mulig nå.",
            "Read it again; allowed_actions says what is possible now.",
        ),
        cases={
            "no_rows": Case(
                advice=Advice(
                    "Bare godkjente oppføringer har rader som kan prises på nytt eller korrigeres. Et utkast kan rettes direkte.",
                    "Only approved entries have rows that can be repriced or corrected. A draft can be edited at once.",
                )
            ),
            "canceled": Case(
                advice=Advice(
                    "Leverandørfakturaen er alt kansellert, og kostnadene er fri.",
                    "The vendor invoice is canceled already, and the costs are free.",
                )
            ),
        },
    ),
    Code.LOCKED: Meaning(
        Text("Oppføringen er låst i status {status}.", "The entry is locked in status {status}."),
        Advice("Tilbakekall oppføringen først; da kan den endres.", "Recall the entry first; then it can be changed."),
        cases={
            "submitted": Case(
                advice=Advice(
                    "Ta den tilbake med en gang (POST /v1/entries/recall); da er den et utkast igjen.",
                    "Take it back at once (POST /v1/entries/recall); then it is a draft again.",
                )
            ),
            "approved": Case(
                advice=Advice(
                    "Be om tilbakekalling (POST /v1/recalls). Når den er godkjent, kan oppføringen endres.",
                    "Ask for its recall (POST /v1/recalls). Once that is approved the entry can be changed.",
                )
            ),
            "recall_requested": Case(
                advice=Advice(
                    "Det er bedt om tilbakekalling. Når den er godkjent, kan oppføringen endres.",
                    "Its recall is asked for. Once that is approved the entry can be changed.",
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
    Code.INVOICE_CONFIRMED: Meaning(
        Text(
            "Faktura {invoice} er bekreftet og kan ikke endres.",
            "Invoice {invoice} is confirmed and cannot be changed.",
        ),
        Advice("Lag en korrigeringsfaktura i stedet.", "Make a corrective invoice instead."),
    ),
    Code.INVOICE_NOT_CONFIRMED: Meaning(
        Text("Faktura {invoice} er ikke bekreftet.", "Invoice {invoice} is not confirmed."),
        Advice(
            "Bekreft fakturaen først, eller endre utkastet direkte.",
            "Confirm the invoice first, or change the draft itself.",
        ),
    ),
    Code.NOT_INVOICEABLE: Meaning(
        Text("Oppføringen har ingenting å fakturere.", "The entry has nothing to invoice."),
        Advice(
            "Bare godkjente oppføringer med ufakturert salg som ikke ligger på et annet utkast, kan faktureres.",
            "Only approved entries with unbilled sales that are not on another draft can be invoiced.",
        ),
        cases={
            "no_lines": Case(
                Text("Fakturautkast {invoice} har ingen linjer.", "Draft invoice {invoice} has no lines."),
                Advice(
                    "Slett utkastet, og lag et nytt med oppføringene som skal faktureres.",
                    "Delete the draft, and make a new one with the entries to invoice.",
                ),
            ),
            "all_credited": Case(
                Text("Faktura {invoice} har ikke mer å kreditere.", "Invoice {invoice} has nothing left to credit."),
                Advice(
                    "Alt er kreditert, eller flyttet til en korrigeringsfaktura som kan revideres.",
                    "All of it is credited, or stands on a corrective invoice that can be revised.",
                ),
            ),
            "not_on_it": Case(
                Text("Oppføringen ligger ikke på {invoice}.", "The entry is not on {invoice}."),
                Advice(
                    "Les fakturaen; lines nevner hva som ligger på den.", "Read the invoice; lines names what is on it."
                ),
            ),
            "other_project": Case(
                Text("Oppføringen hører til et annet prosjekt.", "The entry belongs to another project."),
                Advice(
                    "En faktura gjelder ett prosjekt; lag en for hvert.",
                    "An invoice is about one project; make one for each.",
                ),
            ),
            "no_customer": Case(
                Text(
                    "Det som føres uten prosjekt, har ingen kunde.", "What is booked without a project has no customer."
                ),
                Advice(
                    "Fakturer milepælen på prosjektet den er avtalt for.",
                    "Bill the milestone on the project it was agreed for.",
                ),
            ),
            "not_named": Case(
                Text(
                    "Antallet gjelder en oppføring som ikke er valgt.",
                    "The quantity is for an entry that is not selected.",
                ),
                Advice(
                    "Ta oppføringen med under entries, eller ta antallet bort.",
                    "Name the entry under entries, too, or leave the quantity out.",
                ),
            ),
            "not_billed_there": Case(
                Text("Ingenting av dette er fakturert på {invoice}.", "Nothing of this is billed on {invoice}."),
                Advice(
                    "Revider fakturaen det er fakturert på; er noe kreditert før, er det korrigeringsfakturaen.",
                    "Revise the invoice it is billed on; if a part was credited before, that is the corrective invoice.",
                ),
            ),
            "on_corrective": Case(
                Text(
                    "Oppføringen ligger alt på korrigeringsutkastet {invoice}.",
                    "The entry is on the corrective draft {invoice} already.",
                ),
                Advice(
                    "Bekreft utkastet, ta oppføringen av det, eller slett det først.",
                    "Confirm that draft, take the entry off it, or delete it first.",
                ),
            ),
            "keeps_all": Case(
                Text(
                    "Antallet som skal beholdes er ikke mindre enn det som er fakturert på {invoice}.",
                    "The quantity to keep is not less than what is billed on {invoice}.",
                ),
                Advice(
                    "Oppgi hvor mye som fortsatt skal være fakturert; 0 krediterer alt.",
                    "Say how much is to stay billed; 0 credits all of it.",
                ),
            ),
            "credited_since": Case(
                Text(
                    "Linjen er kreditert siden utkastet ble laget.", "The line was credited since the draft was made."
                ),
                Advice(
                    "Slett utkastet. Er det mer å kreditere, lag et nytt av fakturaen det nå er fakturert på.",
                    "Delete the draft. If there is more to credit, make a new one of the invoice it is billed on now.",
                ),
            ),
        },
    ),
    Code.MILESTONE_PARTIAL_CREDIT: Meaning(
        Text("En milepæl kan bare krediteres i sin helhet.", "A milestone can only be credited in full."),
        Advice(
            "Sett antallet til 0 for å kreditere hele milepælen.",
            "Set the quantity to 0 to credit the whole milestone.",
        ),
    ),
}
