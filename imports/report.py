"""What a good file holds: rows, sums and warnings. Data only; how it is read stands in `imports.harvest`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as day
from datetime import time
from decimal import Decimal
from typing import Literal

from domain.currencies import MINOR_DIGITS
from imports.faults import RowWarning

Outcome = Literal["approved", "billed", "unapproved"]
Status = Literal["approved_invoiced", "approved_not_invoiced", "invoiced_without_approval", "not_approved"]


@dataclass(frozen=True, slots=True)
class TimeRow:
    """One time entry of a Harvest detailed time report.

    `line` and `record` say where it stands. Texts are as in the file, empty where the column is absent. Hours, rates
    (per hour) and amounts are exact; a rate or amount is None where the cell is empty or the column absent. `currency`
    holds for billable and cost amounts alike; it is empty only in a file without money columns and without Currency.
    `billable_hours` is what the billable amount was worked out from: `hours`, or `hours_rounded` where only that
    explains it. `identity` is 64 hex digits, the same in every export of this entry.
    """

    line: int
    record: int
    date: day
    client: str
    project: str
    project_code: str
    task: str
    notes: str
    hours: Decimal
    hours_rounded: Decimal | None
    billable_hours: Decimal
    billable: bool
    invoiced: bool
    approved: bool
    first_name: str
    last_name: str
    employee_id: str
    roles: str
    employee: bool | None
    billable_rate: Decimal | None
    billable_amount: Decimal | None
    cost_rate: Decimal | None
    cost_amount: Decimal | None
    currency: str
    external_reference: str
    started_at: time | None
    ended_at: time | None
    identity: str

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
    approved or not, and `cost_amount` all rows, both per currency.
    """

    rows: int
    hours: Decimal
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
        """For JSON: numbers of rows as integers, hours and amounts as strings with the digits of the currency."""
        return {
            "rows": self.rows,
            "hours": f"{self.hours:f}",
            "zero_hours": self.zero_hours,
            "not_billable": self.not_billable,
            "no_rate": self.no_rate,
            "outcomes": dict(sorted(self.outcomes.items())),
            "status": dict(sorted(self.statuses.items())),
            "billable_amount": self.shown_billable,
            "cost_amount": self.shown_cost,
        }


@dataclass(frozen=True, slots=True)
class HarvestReport:
    """A file without faults. `columns` are its headings, `ignored` those nobody asked for.

    `approval_column` says whether the file itself tells what is approved. `date_format` and `decimal_sign` are what was
    found or given.
    """

    rows: tuple[TimeRow, ...]
    warnings: tuple[RowWarning, ...]
    sums: Sums
    columns: tuple[str, ...]
    ignored: tuple[str, ...]
    approval_column: bool
    unapproved: Literal["draft", "submitted"]
    date_format: str
    decimal_sign: str


def _money(amounts: Mapping[str, Decimal]) -> dict[str, str]:
    return {code: f"{amount:.{MINOR_DIGITS[code]}f}" for code, amount in sorted(amounts.items())}
