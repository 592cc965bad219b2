"""Tells a person what a good file holds and what becomes of it, as plain lines in Norwegian or English.

Says the assumptions out loud: which rows count as invoiced, and in which currency cost is taken (time-exports,
sections 1 and 6). No decisions here.
"""

from collections.abc import Iterator
from typing import Final

from domain.language import Language, Text
from imports.report import Report
from imports.texts import WARNING_TEXTS

_READ: Final = Text(
    "{rows} rader{hours}, {columns} kolonner; dager skrevet {days}, desimaltegn «{sign}»",
    "{rows} rows{hours}, {columns} columns; days written {days}, decimal sign '{sign}'",
)
_HOURS: Final = Text(", {hours} timer", ", {hours} hours")
_OUTCOMES: Final = {
    "approved": Text(
        "{count} godkjente: får kostnad og ufakturert salg, og kan tilbakekalles",
        "{count} approved: get actuals of cost and unbilled sales, and can be recalled",
    ),
    "billed": Text(
        "{count} fakturerte: kan ikke tilbakekalles før fakturaen er kreditert",
        "{count} billed: cannot be recalled until the invoice is credited",
    ),
    "draft": Text(
        "{count} ikke godkjente: blir utkast uten faktiske verdier",
        "{count} not approved: become drafts without actuals",
    ),
    "submitted": Text(
        "{count} ikke godkjente: blir sendt inn til godkjenning, uten faktiske verdier",
        "{count} not approved: become submitted entries without actuals",
    ),
}
_NOT_BILLABLE: Final = Text(
    "{count} ikke fakturerbare: bare kostnad, uansett hvilket beløp som står der",
    "{count} not billable: cost only, whatever amount stands there",
)
_MONEY: Final = Text("{code}: fakturerbart {billable}, kostnad {cost}", "{code}: billable {billable}, cost {cost}")
_WARNING: Final = Text("advarsel, {count} x {code}: {text}", "warning, {count} x {code}: {text}")
_INVOICED: Final = Text(
    "Rader merket fakturert regnes som fakturert på en ekstern faktura; filen sier ikke hvilken.",
    "Rows marked invoiced count as billed on an external invoice; the file does not say which.",
)
_INVOICED_ON: Final = Text(
    "Rader merket fakturert regnes som fakturert på {count} eksterne fakturaer.",
    "Rows marked invoiced count as billed on {count} external invoices.",
)
_CURRENCY: Final = Text(
    "Filen har én valuta per rad; kostnad er tatt i radens valuta.",
    "The file has one currency per row; cost is taken in the row's currency.",
)
_IGNORED: Final = Text("Kolonner som ikke brukes: {names}", "Columns not used: {names}")


def summarise(report: Report, *, language: Language) -> list[str]:
    """The summary of `report`, one line each."""
    return [text.in_language(language).format(**facts) for text, facts in _lines(report, language=language)]


def _lines(report: Report, *, language: Language) -> Iterator[tuple[Text, dict[str, object]]]:
    sums = report.sums
    hours = "" if sums.hours is None else _HOURS.in_language(language).format(hours=f"{sums.hours:f}")
    read = {"rows": sums.rows, "hours": hours, "columns": len(report.columns)}
    yield _READ, {**read, "days": report.date_format, "sign": report.decimal_sign}
    for outcome, count in sorted(sums.outcomes.items()):
        yield _OUTCOMES[report.unapproved if outcome == "unapproved" else outcome], {"count": count}
    if sums.not_billable:
        yield _NOT_BILLABLE, {"count": sums.not_billable}
    yield from _money(report)
    for code, count in sorted(report.warned.items()):
        yield _WARNING, {"count": count, "code": code, "text": WARNING_TEXTS[code].in_language(language)}
    if sums.outcomes.get("billed"):
        yield (_INVOICED_ON if report.invoices else _INVOICED), {"count": len(report.invoices)}
    if sums.cost_amount:
        yield _CURRENCY, {}
    if report.ignored:
        yield _IGNORED, {"names": ", ".join(report.ignored)}


def _money(report: Report) -> Iterator[tuple[Text, dict[str, object]]]:
    billable, cost = report.sums.shown_billable, report.sums.shown_cost
    for code in sorted({*billable, *cost}):
        yield _MONEY, {"code": code, "billable": billable.get(code, "-"), "cost": cost.get(code, "-")}
