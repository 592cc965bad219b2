"""The words people read about an imported file, in Norwegian Bokmål and English.

One table from code to text; `{names}` are filled from the fault. No decisions here.
"""

from typing import Final, NamedTuple

from domain.catalogue import CATALOGUE
from domain.language import Text
from domain.refusals import Code


class FaultText(NamedTuple):
    """What is wrong, and what to do about it."""

    what: Text
    advice: Text


_CORRECT_IN_SOURCE: Final = Text(
    "Rett verdien i kilden og eksporter på nytt, eller rett den i filen.",
    "Correct the value in its source and export again, or correct it in the file.",
)
_EXPORT_AGAIN: Final = Text(
    "Ta ut den detaljerte rapporten som CSV på nytt, og importer filen uten å lagre den fra et regneark.",
    "Export the detailed report as CSV again, and import it without saving it from a spreadsheet.",
)

FAULT_TEXTS: Final[dict[str, FaultText]] = {
    "invalid_value": FaultText(CATALOGUE[Code.INVALID_VALUE].text, _CORRECT_IN_SOURCE),
    "invalid_date": FaultText(
        Text("«{excerpt}» er ikke en dag skrevet som {format}.", "'{excerpt}' is not a day written as {format}."),
        _CORRECT_IN_SOURCE,
    ),
    "invalid_time": FaultText(
        Text("«{excerpt}» er ikke et klokkeslett.", "'{excerpt}' is not a time of the day."),
        Text("Skriv 08:00 eller 8:00am.", "Write 08:00 or 8:00am."),
    ),
    "invalid_duration": FaultText(
        Text("«{excerpt}» er ikke en varighet.", "'{excerpt}' is not a duration."),
        Text(
            "Skriv 26:15:00 eller 3:00; minutter og sekunder til 59.",
            "Write 26:15:00 or 3:00; minutes and seconds to 59.",
        ),
    ),
    "duration_mismatch": FaultText(
        Text(
            "{heading} er {excerpt}, som ikke stemmer med varigheten.",
            "{heading} is {excerpt}, which does not agree with the duration.",
        ),
        _CORRECT_IN_SOURCE,
    ),
    "clock_mismatch": FaultText(
        Text(
            "Varigheten er {excerpt}, men fra start til slutt går det {clock}.",
            "The duration is {excerpt}, but from start to end it is {clock}.",
        ),
        _CORRECT_IN_SOURCE,
    ),
    "units_required": FaultText(
        Text("Beløpet gjelder null enheter.", "The amount is for zero units."),
        Text("Fyll ut antallet, eller la det stå tomt.", "Fill in the number of units, or leave it empty."),
    ),
    "mixed_currencies": FaultText(
        Text(
            "Overskriftene nevner to valutaer: {first} og {second}.",
            "The headings name two currencies: {first} and {second}.",
        ),
        _EXPORT_AGAIN,
    ),
    "invalid_number": FaultText(
        Text(
            "«{excerpt}» er ikke et tall slik filen ellers skriver tall.",
            "'{excerpt}' is not a number as the rest of the file writes numbers.",
        ),
        Text(
            "Skriv tallet med sifre og det desimaltegnet resten av filen bruker, uten eksponent.",
            "Write the number in digits with the decimal sign the rest of the file uses, without an exponent.",
        ),
    ),
    "negative_quantity": FaultText(
        Text("{heading} kan ikke være negativ: {excerpt}.", "{heading} cannot be negative: {excerpt}."),
        Text(
            "Ta raden ut av filen, og trekk tilbake den opprinnelige føringen i stedet.",
            "Take the row out of the file, and recall the original entry instead.",
        ),
    ),
    "negative_amount": FaultText(
        Text("{heading} kan ikke være negativ: {excerpt}.", "{heading} cannot be negative: {excerpt}."),
        _CORRECT_IN_SOURCE,
    ),
    "currency_required": FaultText(
        Text("Valutaen mangler.", "The currency is missing."),
        Text(
            "Oppgi valutaen i filen, for eksempel «Euro - EUR», eller med --currency; den gjettes aldri.",
            "State the currency in the file, for example 'Euro - EUR', or with --currency; it is never guessed.",
        ),
    ),
    "unknown_currency": FaultText(
        Text("«{excerpt}» slutter ikke med en valutakode.", "'{excerpt}' does not end with a currency code."),
        Text(
            "Bruk en kode fra ISO 4217, for eksempel NOK eller EUR.", "Use a code of ISO 4217, for example NOK or EUR."
        ),
    ),
    "column_count": FaultText(
        Text(
            "Raden har {values} verdier under {headings} overskrifter.",
            "The row has {values} values under {headings} headings.",
        ),
        Text(
            "Sett anførselstegn rundt tekst som inneholder skilletegnet; ingenting flyttes for å få det til å passe.",
            "Put quotes around text that contains the delimiter; nothing is shifted to make it fit.",
        ),
    ),
    "duplicate_row": FaultText(
        Text("Raden er lik linje {other_line} i alle kolonner.", "The row equals line {other_line} in every column."),
        Text(
            "Fjern raden hvis den er en kopi, eller si at like rader er ment (--accept-equal-rows).",
            "Remove the row if it is a copy, or say that equal rows are meant (--accept-equal-rows).",
        ),
    ),
    "invalid_encoding": FaultText(
        Text("Teksten er ikke UTF-8: {excerpt}.", "The text is not UTF-8: {excerpt}."),
        Text(
            "Lagre filen som «CSV UTF-8», eller eksporter den på nytt.",
            "Save the file as 'CSV UTF-8', or export it again.",
        ),
    ),
    "formula_text": FaultText(
        Text(
            "Teksten begynner med «=» og kan kjøres av et regneark: {excerpt}.",
            "The text begins with '=' and could be run by a spreadsheet: {excerpt}.",
        ),
        Text("Fjern likhetstegnet i begynnelsen av teksten.", "Remove the equals sign at the beginning of the text."),
    ),
    "control_character": FaultText(
        Text("Teksten inneholder et kontrolltegn: {excerpt}.", "The text contains a control character: {excerpt}."),
        Text(
            "Fjern tegnet; bare tabulator og linjeskift er tillatt.",
            "Remove the character; only tabs and line breaks are allowed.",
        ),
    ),
    "invisible_character": FaultText(
        Text(
            "Teksten inneholder et usynlig tegn, eller et som snur leseretningen: {excerpt}.",
            "The text contains an invisible character, or one that turns the reading direction: {excerpt}.",
        ),
        Text("Fjern tegnet, eller skriv teksten på nytt.", "Remove the character, or write the text anew."),
    ),
    "stacked_marks": FaultText(
        Text("Teksten stabler for mange aksenter på en bokstav.", "The text stacks too many accents on a letter."),
        Text("Skriv teksten på nytt.", "Write the text anew."),
    ),
    "record_too_long": FaultText(
        Text(
            "Raden er lengre enn {most} KiB: {excerpt}.",
            "The record is longer than {most} KiB: {excerpt}.",
        ),
        Text(
            "Sett inn anførselstegnet som mangler, eller forkort teksten.",
            "Add the quote that is missing, or shorten the text.",
        ),
    ),
    "amount_mismatch": FaultText(
        Text(
            "Beløpet {excerpt} er ikke {hours} timer ganger {rate} ({expected}).",
            "The amount {excerpt} is not {hours} hours times {rate} ({expected}).",
        ),
        Text("Rett timene, satsen eller beløpet.", "Correct the hours, the rate or the amount."),
    ),
    "invalid_flag": FaultText(
        Text("«{excerpt}» er verken Yes eller No.", "'{excerpt}' is neither Yes nor No."),
        Text("Skriv Yes eller No.", "Write Yes or No."),
    ),
    "person_required": FaultText(
        Text("Raden sier ikke hvem som har arbeidet.", "The row does not say who did the work."),
        Text("Fyll ut navnet eller e-postadressen.", "Fill in the name or the e-mail address."),
    ),
    "project_required": FaultText(
        Text("Prosjektet mangler.", "The project is missing."),
        Text("Fyll ut Project.", "Fill in Project."),
    ),
    "unterminated_quote": FaultText(
        Text("Anførselstegnet blir aldri lukket: {excerpt}.", "The quote is never closed: {excerpt}."),
        Text(
            "Sett inn det manglende anførselstegnet der teksten slutter.", "Add the missing quote where the text ends."
        ),
    ),
    "stray_quote": FaultText(
        Text(
            "Et anførselstegn står der det ikke kan stå: {excerpt}.", "A quote stands where none can stand: {excerpt}."
        ),
        Text(
            "Sett anførselstegn rundt hele teksten, og dobbelt anførselstegn inne i den.",
            "Put quotes around the whole text, and double the quotes inside it.",
        ),
    ),
    "empty_file": FaultText(Text("Filen er tom.", "The file is empty."), _EXPORT_AGAIN),
    "no_heading": FaultText(
        Text("Den første linjen er ikke en overskrift: {excerpt}.", "The first line is not a heading: {excerpt}."),
        _EXPORT_AGAIN,
    ),
    "unknown_headings": FaultText(
        Text(
            "Overskriftene er ikke fra denne rapporten: {excerpt}.",
            "The headings are not those of this report: {excerpt}.",
        ),
        _EXPORT_AGAIN,
    ),
    "duplicate_heading": FaultText(
        Text(
            "Overskriften {heading} står også i kolonne {other_column}.",
            "The heading {heading} also stands in column {other_column}.",
        ),
        Text("Fjern eller gi nytt navn til den ene kolonnen.", "Remove or rename one of the columns."),
    ),
    "missing_heading": FaultText(
        Text("Kolonnen {heading} mangler.", "The column {heading} is missing."),
        _EXPORT_AGAIN,
    ),
    "too_large": FaultText(
        Text(
            "Filen er for stor: {size} av høyst {most} {unit_nb}.",
            "The file is too large: {size} of at most {most} {unit_en}.",
        ),
        Text("Eksporter en kortere periode om gangen.", "Export a shorter period at a time."),
    ),
    "mixed_number_formats": FaultText(
        Text(
            "Filen skriver tall på flere måter: «{first}» og «{second}».",
            "The file writes numbers in several ways: '{first}' and '{second}'.",
        ),
        Text("Skriv alle tall på samme måte.", "Write all numbers in the same way."),
    ),
    "mixed_date_formats": FaultText(
        Text(
            "Filen skriver dager på flere måter: «{first}» og «{second}».",
            "The file writes days in several ways: '{first}' and '{second}'.",
        ),
        Text("Skriv alle dager på samme måte.", "Write all days in the same way."),
    ),
    "ambiguous_dates": FaultText(
        Text(
            "Dagene kan leses på to måter, for eksempel «{excerpt}».",
            "The days can be read in two ways, for example '{excerpt}'.",
        ),
        Text(
            "Si hvilken med --date-format, for eksempel DD/MM/YYYY.",
            "Say which with --date-format, for example DD/MM/YYYY.",
        ),
    ),
    "ambiguous_numbers": FaultText(
        Text(
            "Tallene kan leses på to måter, for eksempel «{excerpt}».",
            "The numbers can be read in two ways, for example '{excerpt}'.",
        ),
        Text(
            "Si hva som er desimaltegnet med --number-format dot eller comma.",
            "Say which is the decimal sign with --number-format dot or comma.",
        ),
    ),
}

STORE_TEXTS: Final[dict[str, Text]] = {
    "changed_since": Text(
        "{heading} er {said} i filen, men {stored} er lagret; ingenting er overskrevet",
        "{heading} is {said} in the file, but {stored} is stored; nothing was overwritten",
    ),
    "changed_row": Text(
        "raden er endret siden den ble importert: {heading} er {said} i filen, men {stored} er lagret. Den importeres ikke på nytt: "
        "rett oppføringen her, eller slett den og importer filen igjen",
        "the row was changed since it was imported: {heading} is {said} in the file, but {stored} is stored. It is not imported "
        "again: correct the entry here, or delete it and import the file again",
    ),
    "approved_since": Text(
        "godkjent i filen, men lagret med status {status}; ingenting er overskrevet",
        "approved in the file, but stored in status {status}; nothing was overwritten",
    ),
    "invoiced_since": Text(
        "fakturert i filen, men ikke fakturert her (status {status}); ingenting er overskrevet",
        "invoiced in the file, but not invoiced here (status {status}); nothing was overwritten",
    ),
    "approval_gone": Text(
        "ikke lenger godkjent i filen, men lagret med status {status}; ingenting er overskrevet",
        "no longer approved in the file, but stored in status {status}; nothing was overwritten",
    ),
    "invoice_gone": Text(
        "ikke lenger fakturert i filen, men fakturert her; ingenting er overskrevet",
        "no longer invoiced in the file, but invoiced here; nothing was overwritten",
    ),
    "new_approver": Text(
        "{person} var ikke kjent her; importen oppretter en ny person som godkjenner på filens nye prosjekter; er navnet feil, rett "
        "godkjennerne",
        "{person} was not known here: the import makes a new person, who approves on new projects of the file; correct the approvers if "
        "the name is wrong",
    ),
    "new_unit": Text(
        "enheten {unit} fantes ikke her; importen oppretter den med valutaen {currency}; er navnet feil, står alt i filen i en ny enhet",
        "there was no unit {unit} here: the import makes it with the currency {currency}; if the name is wrong, everything in the file "
        "stands in a new unit",
    ),
    "closed_day": Text(
        "{date} ligger i en lukket periode; det som bokføres, teller for {accounting_date}",
        "{date} is in a closed period; what is posted counts for {accounting_date}",
    ),
}
"""Warnings that only the service can give, because they are about what is stored there."""

WARNING_TEXTS: Final[dict[str, Text]] = STORE_TEXTS | {
    "invoiced_without_approval": Text(
        "fakturert uten godkjenning; regnes som fakturert", "invoiced without approval; treated as billed"
    ),
    "zero_quantity": Text("null timer; gir faktiske verdier på null", "zero hours; gives actuals of zero"),
    "no_rate": Text("ingen sats; importeres uten beløp", "no rate; imported without an amount"),
    "no_billable_column": Text(
        "filen sier ikke hva som er fakturerbart; det er rader med beløp",
        "the file does not say what is billable; rows with an amount are",
    ),
    "no_approval_column": Text(
        "filen sier ikke hva som er godkjent; manglende godkjenning er ikke godkjenning",
        "the file does not say what is approved; missing approval is not approval",
    ),
}
