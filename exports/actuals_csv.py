"""Actuals as CSV (RFC 4180): UTF-8 without byte order mark, lines end with CRLF, every column of the ledger.

Numbers are plain: a dot, no grouping, no exponent. Texts of people that a spreadsheet would run get an apostrophe in
front (time-exports, rule 6: harmless when we write CSV). Where a list is parted by semicolons, as in Norway, a spreadsheet
begins a cell behind every semicolon, tab and line break of a text: what it would run there gets an apostrophe, too. So does
what begins with one: taking one apostrophe away in each place gives every text back.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from domain.money import plain, plain_amount
from domain.project.actuals import Actual, ActualValues
from domain.project.exporting import ExportedActual

MEDIA_TYPE: Final = "text/csv; charset=utf-8; header=present"
COLUMNS: Final = (
    "id",
    "unit",
    "project",
    "project_name",
    "entry",
    "type",
    "class",
    "billing_type",
    "customer",
    "quantity",
    "unit_of_measure",
    "price",
    "amount",
    "currency",
    "amount_method",
    "tax",
    "extended_amount",
    "exchange_rate",
    "exchange_rate_date",
    "base_amount",
    "base_currency",
    "percent",
    "basis_quantity",
    "basis_amount",
    "document_date",
    "start_date",
    "end_date",
    "accounting_date",
    "task",
    "resource",
    "role",
    "category",
    "product",
    "contract",
    "contract_line",
    "adjustment_status",
    "billing_status",
    "reverses",
    "reversed_by",
    "generation",
    "posting_kind",
    "posting",
    "act",
    "invoice",
    "invoice_number",
    "written_at",
)
_AMOUNTS: Final = {"amount", "tax", "extended_amount", "basis_amount"}
_RENAMED: Final = {"class": "class_"}
_BEGINS_A_CELL: Final = r"(?:\A|(?<=[;\t\r\n]))"
_RUN_BY_SPREADSHEETS: Final = re.compile(rf"{_BEGINS_A_CELL}(?=\s*[=+\-@\uff1d\uff0b\uff0d\uff20']|\A[\t\r\n])")
_MADE_HARMLESS: Final = re.compile(f"{_BEGINS_A_CELL}'")


def heading() -> str:
    """The first line."""
    return ",".join(COLUMNS) + "\r\n"


def lines(rows: Iterable[ExportedActual]) -> str:
    """One record for each row."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(_record(row) for row in rows)
    return text.getvalue()


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return _RUN_BY_SPREADSHEETS.sub("'", text)


def restored(text: str) -> str:
    """The text that `harmless` was given."""
    return _MADE_HARMLESS.sub("", text)


def _record(row: ExportedActual) -> list[str]:
    values = row.actual.values
    own = {
        "base_amount": plain_amount(values.base_amount, row.base_currency),
        "adjustment_status": row.actual.adjustment.value,
        "billing_status": row.actual.billing.value,
    }
    holders = (row, row.actual, values)
    return [
        own[name] if holder is None else _shown(getattr(holders[holder], field), name=name, currency=values.currency)
        for name, holder, field in _PLACES
    ]


def _places() -> Iterator[tuple[str, int | None, str]]:
    """Where each column stands: its name, which of row, actual and values holds it (None: none as it is), its field."""
    known = [{field.name for field in fields(kind)} for kind in (ExportedActual, Actual, ActualValues)]
    for name in COLUMNS:
        field = _RENAMED.get(name, name)
        found = [holder for holder, names in enumerate(known) if field in names and name != "base_amount"]
        yield name, (found[0] if found else None), field


_PLACES: Final = tuple(_places())


def _shown(value: object, *, name: str, currency: str) -> str:
    match value:
        case str():
            return value.value if isinstance(value, StrEnum) else harmless(value)
        case Decimal():
            return plain_amount(value, currency) if name in _AMOUNTS else plain(value)
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case _:
            return "" if value is None else str(value)
