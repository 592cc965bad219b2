"""Texts of the codes around production output. Messages: output-reversal 9, word for word."""

from domain.catalogue.meaning import Case, Meaning
from domain.language import Advice, Text
from domain.refusals import Code

ORDERS = {
    Code.APPROVAL_REQUIRED: Meaning(
        Text(
            "Tilbakeføring krever godkjenning. Send en tilbakekallingsforespørsel.",
            "A reversal needs approval. Send a recall request.",
        ),
        Advice(
            "Forespørselen navngir posten; en godkjenner av enheten avgjør den.",
            "The request names the entry; an approver of the unit decides it.",
        ),
    ),
    Code.ORDER_NOT_RELEASED: Meaning(
        Text("Produksjonsordre {order} er ikke frigitt.", "Production order {order} is not released."),
        Advice("Frigi ordren først.", "Release the order first."),
    ),
    Code.ORDER_FINISHED: Meaning(
        Text(
            "Produksjonsordre {order} er ferdig. Åpne den på nytt først.",
            "Production order {order} is finished. Reopen it first.",
        ),
        Advice("En ordre kan åpnes på nytt én gang.", "An order can be reopened once."),
    ),
    Code.NO_OUTPUT: Meaning(
        Text(
            "Ordre {order} har en linje uten avgang og kan ikke avsluttes eller åpnes på nytt.",
            "Order {order} has a line without output and cannot be finished or reopened.",
        ),
        Advice(
            "Ferdigmeld linjen, eller tilbakefør forbruk og tid på ordren først.",
            "Post output on the line, or reverse the order's consumption and time first.",
        ),
    ),
    Code.REOPENED_ONCE: Meaning(
        Text("Ordre {order} er allerede åpnet på nytt én gang.", "Order {order} has already been reopened once."),
        Advice("Bruk en ny ordre eller en justering av lageret.", "Use a new order or a stock adjustment."),
    ),
    Code.FINISHED_NEGATIVE: Meaning(
        Text(
            "Ferdig antall på linjen kan ikke bli negativt.",
            "The finished quantity of the line cannot become negative.",
        ),
        Advice(
            "Tilbakefør ikke mer enn det som er ferdigmeldt på linjen.",
            "Take back no more than has been finished on the line.",
        ),
    ),
}

_CHECK_NUMBER = Advice(
    "Kontroller nummeret; det må finnes i samme enhet.", "Check the number; it must exist in the same unit."
)

NAMED = {
    Code.UNKNOWN_ORDER: Meaning(
        Text("Produksjonsordre {order} finnes ikke her.", "There is no production order {order} here."), _CHECK_NUMBER
    ),
    Code.UNKNOWN_ITEM: Meaning(Text("Vare {item} finnes ikke her.", "There is no item {item} here."), _CHECK_NUMBER),
    Code.UNKNOWN_CENTER: Meaning(
        Text("Arbeidssenter {center} finnes ikke her.", "There is no work center {center} here."), _CHECK_NUMBER
    ),
}

LINES = {
    Code.EMPTY_LINE: Meaning(
        Text("Linjen er tom. Angi avgang, vrak eller tid.", "The line is empty. Enter output, scrap or time."),
        Advice(
            "Fyll ut minst ett av feltene, eller fjern linjen.",
            "Fill in at least one of the figures, or remove the line.",
        ),
    ),
    Code.OPERATION_REQUIRED: Meaning(
        Text("Angi en operasjon fra ruten til ordrelinjen.", "Enter an operation of the order line's routing."),
        Advice("Ordrelinjen viser operasjonene den har.", "The order line lists the operations it has."),
    ),
    Code.OPERATION_FINISHED: Meaning(
        Text(
            "Operasjon {operation} er ferdig. Bekreft at mer skal bokføres.",
            "Operation {operation} is finished. Confirm that more is to be posted.",
        ),
        Advice("Send linjen igjen med confirm_finished.", "Send the line again with confirm_finished."),
    ),
    Code.SUBCONTRACTED: Meaning(
        Text(
            "Operasjon {operation} er satt bort til en leverandør og kan ikke bokføres eller tilbakeføres her.",
            "Operation {operation} is subcontracted and cannot be posted or reversed here.",
        ),
        Advice("Bruk innkjøpsordren til leverandøren.", "Use the subcontractor's purchase order."),
    ),
    Code.ITEM_BLOCKED: Meaning(
        Text("Vare {item} er sperret.", "Item {item} is blocked."),
        Advice("Opphev sperringen av varen først.", "Unblock the item first."),
    ),
    Code.NEGATIVE_STOCK: Meaning(
        Text("Det er for lite av {item} på lager: {quantity}.", "There is too little of {item} in stock: {quantity}."),
        Advice(
            "Bokfør tilgang av varen først, eller et mindre antall.",
            "Post a receipt of the item first, or a smaller quantity.",
        ),
        cases={
            "reserved": Case(
                Text(
                    "Av {item} er bare {quantity} ledig; {reserved} er reservert.",
                    "Only {quantity} of {item} is free; {reserved} is reserved.",
                ),
                Advice(
                    "Opphev en reservasjon, eller be om det som er ledig.",
                    "Release a reservation, or ask for what is free.",
                ),
            )
        },
    ),
    Code.FIGURE_TOO_LARGE: Meaning(
        Text(
            "Tallene blir til sammen større enn det som kan føres.",
            "The figures come to more than can be booked.",
        ),
        Advice(
            "Kontroller antall, enheter, priser og kurser, eller del det opp.",
            "Check quantities, units, prices and rates, or do it in smaller parts.",
        ),
    ),
    Code.TRACKING_MISMATCH: Meaning(
        Text(
            "Parti- eller serienummer mangler eller stemmer ikke med posten.",
            "The lot or serial number is missing or differs from the entry.",
        ),
        Advice(
            "Oppgi parti- eller serienummeret; en tilbakeføring bruker det samme som posten sin.",
            "State the lot or serial number; a reversal uses that of its entry.",
        ),
        cases={
            "in_stock": Case(
                Text(
                    "Serienummer {serial} av {item} er alt på lager.",
                    "Serial number {serial} of {item} is in stock already.",
                ),
                Advice(
                    "Bruk et annet serienummer, eller ta tilbake avgangen som har dette.",
                    "Use another serial number, or take back the output that has this one.",
                ),
            )
        },
    ),
    Code.WRONG_SIGN: Meaning(
        Text(
            "Linjen må ha motsatt fortegn av utligningsposten.",
            "The line must have the opposite sign of the applies-to entry.",
        ),
        Advice(
            "Skriv antallet negativt, eller ta bort utligningsposten.",
            "Enter the quantity as negative, or leave the applies-to entry out.",
        ),
    ),
}

ENTRIES = {
    Code.APPLIES_TO_REQUIRED: Meaning(
        Text("Velg utligningspost for negativ avgang.", "Select an applies-to entry for negative output."),
        Advice("Velg avgangsposten som skal tilbakeføres.", "Select the output entry that is to be reversed."),
    ),
    Code.AMBIGUOUS_APPLIES_TO: Meaning(
        Text(
            "Flere poster passer: {entries}. Velg utligningspost.",
            "Several entries match: {entries}. Select the applies-to entry.",
        ),
        Advice("Velg én av postene som er nevnt.", "Select one of the entries named."),
    ),
    Code.APPLIES_TO_MISMATCH: Meaning(
        Text(
            "Utligningsposten gjelder en annen ordre, ordrelinje, vare, variant, lokasjon eller posttype.",
            "The applies-to entry belongs to another order, line, item, variant, location or entry type.",
        ),
        Advice("Velg en post fra samme ordrelinje og vare.", "Select an entry of the same order line and item."),
    ),
    Code.REMAINING_TOO_LOW: Meaning(
        Text(
            "Bare {quantity} gjenstår på post {entry}; resten er brukt av {entries}.",
            "Only {quantity} remains on entry {entry}; the rest was used by {entries}.",
        ),
        Advice(
            "Ta tilbake det som er brukt først, eller be om et mindre antall.",
            "Take back what was used first, or ask for a smaller quantity.",
        ),
        cases={
            "taken_back": Case(
                Text(
                    "Bare {quantity} gjenstår på post {entry}; resten er alt tatt tilbake.",
                    "Only {quantity} remains on entry {entry}; the rest is already taken back.",
                ),
                Advice("Be om det som gjenstår.", "Ask for what remains."),
            ),
            "never_more": Case(
                Text("Post {entry} har ikke mer enn {quantity}.", "Entry {entry} has no more than {quantity}."),
                Advice("Be om høyst så mye.", "Ask for no more than that."),
            ),
        },
    ),
    Code.RESERVED: Meaning(
        Text(
            "Post {entry} er reservert for {demand}; {quantity} er ledig.",
            "Entry {entry} is reserved for {demand}; {quantity} is free.",
        ),
        Advice(
            "Opphev reservasjonen, eller be om det som er ledig.", "Release the reservation, or ask for what is free."
        ),
    ),
    Code.WRONG_ENTRY_TYPE: Meaning(
        Text(
            "Post {entry} er av typen {type} og kan ikke tilbakeføres her.",
            "Entry {entry} is of type {type} and cannot be reversed here.",
        ),
        Advice("Før opp posten under sin egen type.", "List the entry under its own type."),
    ),
    Code.ALREADY_REVERSED: Meaning(
        Text("Post {entry} er allerede tilbakeført.", "Entry {entry} is already reversed."),
        Advice("Det er ikke mer å ta tilbake på posten.", "Nothing is left to take back on the entry."),
    ),
    Code.LAST_OPERATION: Meaning(
        Text(
            "Siste operasjon tilbakeføres fra vareposten {entry}.",
            "Reverse the last operation from item entry {entry}.",
        ),
        Advice("Velg vareposten; kapasiteten følger med.", "Select the item entry; its capacity comes along."),
    ),
    Code.REVERSAL_OF_REVERSAL: Meaning(
        Text(
            "Post {entry} er selv en tilbakeføring. Bokfør avgangen på nytt i stedet.",
            "Entry {entry} is itself a reversal. Post the output again instead.",
        ),
        Advice(
            "En tilbakeføring tas ikke tilbake; en ny bokføring erstatter den.",
            "A reversal is not taken back; a new posting replaces it.",
        ),
    ),
}

PRODUCTION = ORDERS | NAMED | LINES | ENTRIES
