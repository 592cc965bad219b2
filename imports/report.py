"""What a good file holds: rows, sums and warnings. Data only; how it is read stands in `imports.reading`."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as day
from datetime import time
from decimal import Decimal
from typing import Final, Literal

from domain.currencies import MINOR_DIGITS
from domain.project.entries import EntryKind
from imports.checks import PER_HOUR
from imports.faults import RowWarning
from imports.people import Person
from imports.source import Source

Outcome = Literal["approved", "billed", "unapproved"]
ProjectKey = tuple[str, str, str]
"""Client, project and currency."""
Status = Literal["approved_invoiced", "approved_not_invoiced", "invoiced_without_approval", "not_approved"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One entry of a report.

    `line` and `record` say where it stands. Texts are as in the file, empty where the column is absent. Hours or units,
    rates (per hour or unit) and amounts are exact; a rate or amount is None where the cell is empty or the column
    absent. `currency` holds for billable and cost amounts alike; it is empty only in a file without money and currency.
    `billable_quantity` is what the billable amount was worked out from: `quantity`, or the rounded hours where only
    those explain it. `seconds` is the exact time where the source has one; `quantity` is then its hours, 5 decimals.
    `priced` says that the row has what its amount follows from. `identity` is 64 hex digits, the same in every export; it is
    known only when all rows were seen, and empty before.
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
    def project_key(self) -> ProjectKey:
        """Equal project names under several clients are common, so the client tells projects apart, and so does the currency."""
        return self.client, self.project, self.currency

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


_HEADINGS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "date": ("date", "start date"),
    "quantity": ("hours", "units", "duration (h)", "duration"),
    "billable_quantity": ("hours rounded", "billable amount", "hours"),
    "billable": ("billable", "billable amount", "amount"),
    "sales_price": ("billable rate", "billable amount", "amount"),
    "cost_price": ("cost rate", "cost amount"),
    "amount": ("amount",),
    "approved": ("approved",),
    "invoiced": ("invoiced",),
}
"""From which column a field of an entry comes: the first of these that the file has."""


@dataclass(frozen=True, slots=True)
class Report:
    """A file without faults. `columns` are its headings, `ignored` those nobody asked for.

    `places` are those of its known columns by normal name, counted from 0. `portions` reads the rows, a few at a time, as
    often as it is called. `identities` are those of the rows, 32 bytes
    each. `latest` is the last row of each project, by its client, name and currency. `warnings` are the first
    hundred, `warned` counts all by code. `approval_column` says whether the file itself tells what is approved.
    `date_format` and `decimal_sign` are what was found or given.
    """

    source: Source
    portions: Callable[[], Iterator[Sequence[Row]]]
    identities: Sequence[bytes]
    people: frozenset[Person]
    latest: Mapping[ProjectKey, Row]
    invoices: frozenset[str]
    currencies: Mapping[str, int]
    warnings: tuple[RowWarning, ...]
    warned: Mapping[str, int]
    sums: Sums
    columns: tuple[str, ...]
    places: Mapping[str, int]
    ignored: tuple[str, ...]
    approval_column: bool
    unapproved: Literal["draft", "submitted"]
    date_format: str
    decimal_sign: str

    @property
    def rows(self) -> Iterator[Row]:
        """All rows, one by one."""
        return (row for portion in self.portions() for row in portion)

    def place_of(self, field: str) -> tuple[int | None, str | None]:
        """The column, counted from 1, and the heading a field of an entry was read from; None where it has none of its own."""
        place = next((self.places[name] for name in _HEADINGS_OF.get(field, ()) if name in self.places), None)
        return (None, None) if place is None else (place + 1, self.columns[place])

    @property
    def decided(self) -> int:
        """How many rows are approved or billed."""
        return self.sums.rows - self.sums.outcomes.get("unapproved", 0)


class Gathered:
    """What is kept of rows that have gone by: who, which projects, how many and how much."""

    def __init__(self, kind: EntryKind) -> None:
        self._kind = kind
        self._counts: Counter[str] = Counter()
        self._hours = self._seconds = Decimal(0)
        self._exact = False
        self._outcomes: Counter[Outcome] = Counter()
        self._statuses: Counter[Status] = Counter()
        self._billable: dict[str, Decimal] = defaultdict(Decimal)
        self._cost: dict[str, Decimal] = defaultdict(Decimal)
        self.people: set[Person] = set()
        self.latest: dict[ProjectKey, Row] = {}
        self.invoices: set[str] = set()
        self.currencies: Counter[str] = Counter()

    def add(self, rows: Sequence[Row]) -> None:
        """Look at more rows of the file."""
        for row in rows:
            self._outcomes[row.outcome] += 1
            self._statuses[row.status] += 1
            self._count(row)
            self._add_up(row)
            self.people.add(Person(row.first_name, row.last_name, row.mark))
            self.latest[row.project_key] = row
            if row.invoiced and row.external_invoice:
                self.invoices.add(row.external_invoice)
            if row.currency:
                self.currencies[row.currency] += 1

    def sums(self) -> Sums:
        """The control sums of the rows (expected.json: billable amounts of rows with Billable Yes, cost of all rows)."""
        hours, seconds = self._time() if self._kind is EntryKind.TIME else (None, None)
        return Sums(
            rows=self._outcomes.total(),
            hours=hours,
            seconds=seconds,
            zero_hours=self._counts["zero_hours"],
            not_billable=self._counts["not_billable"],
            no_rate=self._counts["no_rate"],
            outcomes=self._outcomes,
            statuses=self._statuses,
            billable_amount=dict(self._billable),
            cost_amount=dict(self._cost),
        )

    def _count(self, row: Row) -> None:
        self._counts["zero_hours"] += not row.quantity
        self._counts["not_billable"] += not row.billable
        self._counts["no_rate"] += not row.priced

    def _add_up(self, row: Row) -> None:
        if row.billable and row.billable_amount is not None:
            self._billable[row.currency] += row.billable_amount
        if row.cost_amount is not None:
            self._cost[row.currency] += row.cost_amount
        self._hours += row.quantity
        if row.seconds is not None:
            self._exact = True
            self._seconds += row.seconds

    def _time(self) -> tuple[Decimal, Decimal | None]:
        """Hours, and seconds where they are known; hours are then those of all seconds, not of each row's rounded hours."""
        if not self._exact:
            return self._hours, None
        return (self._seconds / PER_HOUR).quantize(Decimal("0.00001")), self._seconds


def _money(amounts: Mapping[str, Decimal]) -> dict[str, str]:
    return {code: f"{amount:.{MINOR_DIGITS[code]}f}" for code, amount in sorted(amounts.items())}
