"""What a good file holds: rows, sums and warnings. Data only; how it is read stands in `imports.reading`."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date as day
from datetime import time
from decimal import Decimal
from typing import Literal

from domain.currencies import MINOR_DIGITS
from domain.project.entries import EntryKind
from imports.checks import PER_HOUR
from imports.faults import RowWarning
from imports.source import Source

Outcome = Literal["approved", "billed", "unapproved"]
Status = Literal["approved_invoiced", "approved_not_invoiced", "invoiced_without_approval", "not_approved"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One entry of a report.

    `line` and `record` say where it stands. Texts are as in the file, empty where the column is absent. Hours or units,
    rates (per hour or unit) and amounts are exact; a rate or amount is None where the cell is empty or the column
    absent. `currency` holds for billable and cost amounts alike; it is empty only in a file without money and currency.
    `billable_quantity` is what the billable amount was worked out from: `quantity`, or the rounded hours where only
    those explain it. `seconds` is the exact time where the source has one; `quantity` is then its hours, 5 decimals.
    `priced` says that the row has what its amount follows from. `identity` is 64 hex digits, the same in every export.
    """

    line: int
    record: int
    identity: str
    date: day
    quantity: Decimal
    billable_quantity: Decimal
    billable: bool
    invoiced: bool
    approved: bool
    priced: bool
    client: str = ""
    project: str = ""
    project_code: str = ""
    task: str = ""
    notes: str = ""
    category: str = ""
    first_name: str = ""
    last_name: str = ""
    employee_id: str = ""
    email: str = ""
    roles: str = ""
    employee: bool | None = None
    seconds: Decimal | None = None
    billable_rate: Decimal | None = None
    billable_amount: Decimal | None = None
    cost_rate: Decimal | None = None
    cost_amount: Decimal | None = None
    currency: str = ""
    external_reference: str = ""
    external_invoice: str = ""
    started_at: time | None = None
    ended_at: time | None = None

    @property
    def mark(self) -> str:
        """What tells people of one name apart: the e-mail address, else the Employee Id."""
        return self.email or self.employee_id

    @property
    def outcome(self) -> Outcome:
        """What becomes of the row (time-exports, section 6): billed wins over approved, invoiced counts as billed.

        A row that is not `billable` is non-chargeable and has cost only, whatever amount stands there.
        """
        if self.invoiced:
            return "billed"
        return "approved" if self.approved else "unapproved"

    @property
    def status(self) -> Status:
        """Approved and Invoiced as one word."""
        if self.invoiced:
            return "approved_invoiced" if self.approved else "invoiced_without_approval"
        return "approved_not_invoiced" if self.approved else "not_approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Control sums to compare with the source.

    `outcomes` and `statuses` count rows and leave out zeros. `billable_amount` sums the rows with Billable Yes,
    approved or not, and `cost_amount` all rows, both per currency. `hours` is None for expenses, `seconds` where the
    source counts hours only.
    """

    rows: int
    hours: Decimal | None
    seconds: Decimal | None
    zero_hours: int
    not_billable: int
    no_rate: int
    outcomes: Mapping[Outcome, int]
    statuses: Mapping[Status, int]
    billable_amount: Mapping[str, Decimal]
    cost_amount: Mapping[str, Decimal]

    @property
    def shown_billable(self) -> dict[str, str]:
        """`billable_amount` with the digits of each currency."""
        return _money(self.billable_amount)

    @property
    def shown_cost(self) -> dict[str, str]:
        """`cost_amount` with the digits of each currency."""
        return _money(self.cost_amount)

    def as_json(self) -> dict[str, object]:
        """For JSON: numbers of rows and seconds as integers, hours and amounts as strings with the currency's digits."""
        hours = {} if self.hours is None else {"hours": f"{self.hours:f}", "zero_hours": self.zero_hours}
        seconds = {} if self.seconds is None else {"seconds": int(self.seconds)}
        return {
            "rows": self.rows,
            **hours,
            **seconds,
            "not_billable": self.not_billable,
            "no_rate": self.no_rate,
            "outcomes": dict(sorted(self.outcomes.items())),
            "status": dict(sorted(self.statuses.items())),
            "billable_amount": self.shown_billable,
            "cost_amount": self.shown_cost,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """A file without faults. `columns` are its headings, `ignored` those nobody asked for.

    `approval_column` says whether the file itself tells what is approved. `date_format` and `decimal_sign` are what was
    found or given.
    """

    source: Source
    rows: tuple[Row, ...]
    warnings: tuple[RowWarning, ...]
    sums: Sums
    columns: tuple[str, ...]
    ignored: tuple[str, ...]
    approval_column: bool
    unapproved: Literal["draft", "submitted"]
    date_format: str
    decimal_sign: str


def add_up(rows: Sequence[Row], *, kind: EntryKind) -> Sums:
    """The control sums of some rows (expected.json: billable amounts of rows with Billable Yes, cost of all rows)."""
    billable: dict[str, Decimal] = {}
    cost: dict[str, Decimal] = {}
    for row in rows:
        if row.billable and row.billable_amount is not None:
            billable[row.currency] = billable.get(row.currency, Decimal(0)) + row.billable_amount
        if row.cost_amount is not None:
            cost[row.currency] = cost.get(row.currency, Decimal(0)) + row.cost_amount
    hours, seconds = _time(rows) if kind is EntryKind.TIME else (None, None)
    return Sums(
        rows=len(rows),
        hours=hours,
        seconds=seconds,
        zero_hours=sum(not row.quantity for row in rows),
        not_billable=sum(not row.billable for row in rows),
        no_rate=sum(not row.priced for row in rows),
        outcomes=Counter(row.outcome for row in rows),
        statuses=Counter(row.status for row in rows),
        billable_amount=billable,
        cost_amount=cost,
    )


def _time(rows: Sequence[Row]) -> tuple[Decimal, Decimal | None]:
    """Hours, and seconds where they are known; hours are then those of all seconds, not of each row's rounded hours."""
    exact = [row.seconds for row in rows if row.seconds is not None]
    if not exact:
        return sum((row.quantity for row in rows), Decimal(0)), None
    seconds = sum(exact, Decimal(0))
    return (seconds / PER_HOUR).quantize(Decimal("0.00001")), seconds


def _money(amounts: Mapping[str, Decimal]) -> dict[str, str]:
    return {code: f"{amount:.{MINOR_DIGITS[code]}f}" for code, amount in sorted(amounts.items())}
