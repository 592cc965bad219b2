"""Texts of the codes around entries, invoices and periods. Messages: project-recall 12, word for word."""

from domain.catalogue.meaning import Meaning
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
    ),
    Code.WRONG_STATUS: Meaning(
        Text("Handlingen er ikke mulig med status {status}.", "The action is not possible in status {status}."),
        Advice(
            "Les på nytt og se under allowed_actions hva som er mulig nå.",
            "Read it again; allowed_actions says what is possible now.",
        ),
    ),
    Code.LOCKED: Meaning(
        Text("Oppføringen er låst i status {status}.", "The entry is locked in status {status}."),
        Advice("Tilbakekall oppføringen først; da kan den endres.", "Recall the entry first; then it can be changed."),
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
    ),
    Code.MILESTONE_PARTIAL_CREDIT: Meaning(
        Text("En milepæl kan bare krediteres i sin helhet.", "A milestone can only be credited in full."),
        Advice(
            "Sett antallet til 0 for å kreditere hele milepælen.",
            "Set the quantity to 0 to credit the whole milestone.",
        ),
    ),
}
