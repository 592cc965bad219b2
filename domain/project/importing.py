"""Entries that come from another system: what an importer hands over, whatever its file looked like."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from domain.project.entries import AmountMethod, BillingType, EntryKind


class ImportedAs(StrEnum):
    """What becomes of an imported entry (time-exports, section 6)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    BILLED = "billed"


@dataclass(frozen=True, slots=True)
class ImportedPerson:
    """A person of the file. The id is made from the name; the file has no user ids.

    `employee_id` is what tells people of one name apart: an Employee Id or an e-mail address.
    """

    id: str
    first_name: str
    last_name: str
    employee_id: str | None

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class ImportedProject:
    """A project of the file; `key` tells it apart (client, project and currency). One currency is for cost and sales."""

    key: str
    client: str
    name: str
    code: str | None
    currency: str
    cost_price: Decimal
    sales_price: Decimal


@dataclass(frozen=True, slots=True)
class ImportedEntry:
    """An entry of the file. Prices are per unit; `identity` is the same in every export of this entry.

    `amount` is a total that stands as given (an expense), for cost and sales; None is quantity times price.
    `external_invoice` is the number of the invoice it is billed on, where the source says it. `line` and `record` say where
    it stands in the file.
    """

    identity: str
    project: str
    owner: str
    kind: EntryKind
    date: date
    quantity: Decimal
    billable_quantity: Decimal
    billing_type: BillingType
    cost_price: Decimal
    sales_price: Decimal
    becomes: ImportedAs
    task: str | None
    description: str | None
    role: str | None
    category: str | None = None
    unit_of_measure: str | None = None
    amount: Decimal | None = None
    external_invoice: str | None = None
    line: int = 0
    record: int = 0

    @property
    def amount_method(self) -> AmountMethod:
        """Fixed where a total is given."""
        return AmountMethod.MULTIPLY if self.amount is None else AmountMethod.FIXED


@dataclass(frozen=True, slots=True)
class ImportBatch:
    """All that one file holds. `identities` are those of its entries in order, 32 bytes each.

    `portions` gives the entries, a few at a time, as often as it is called: a large file is never in memory as a whole.
    `tells_approval` and `tells_invoices` say whether the file itself has a column for that.
    """

    source: str
    people: tuple[ImportedPerson, ...]
    projects: Mapping[str, ImportedProject]
    identities: Sequence[bytes]
    portions: Callable[[], Iterator[Sequence[ImportedEntry]]]
    tells_approval: bool = False
    tells_invoices: bool = False

    @property
    def entries(self) -> Iterator[ImportedEntry]:
        """All entries, one by one."""
        return (entry for portion in self.portions() for entry in portion)
