"""What has changed in the other system since an entry was imported: told, never written (imports.md, Rows that changed).

A row is told apart from the entry it became by what the file says of it and what is stored. Nothing of what is stored is
overwritten: it may have been approved, invoiced, corrected or taken back here meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from domain.money import plain
from domain.project.entries import AmountMethod, BillingType, EntryKind, EntryStatus
from domain.project.importing import ImportedAs, ImportedEntry


class Change(StrEnum):
    """What a row says otherwise than the store; the names are codes of warnings."""

    CHANGED_SINCE = "changed_since"
    CHANGED_ROW = "changed_row"
    APPROVED_SINCE = "approved_since"
    INVOICED_SINCE = "invoiced_since"
    APPROVAL_GONE = "approval_gone"
    INVOICE_GONE = "invoice_gone"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing a row says otherwise: of which field, what is stored and what the file says, as plain texts.

    `status` is that of the stored entry, where it is about approval or invoice.
    """

    change: Change
    field: str
    stored: str = ""
    said: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class StoredRow:
    """An imported entry as it is stored now.

    `approved_by_import` says that the file said so when it was imported; `billed_on` is the kind of the invoice it is billed
    on. `billable_quantity` is that of its approval.
    """

    id: str
    identity: str
    status: EntryStatus
    quantity: Decimal
    billing_type: BillingType
    cost_price: Decimal | None
    sales_price: Decimal | None
    amount: Decimal | None
    billable_quantity: Decimal | None
    billed_on: str | None
    approved_by_import: bool


@dataclass(frozen=True, slots=True)
class Likeness:
    """What an entry and a changed row of it still have in common: where, who, when and what, but not how much."""

    project: str
    owner: str
    day: date
    kind: EntryKind
    task: str | None
    category: str | None
    description: str | None


@dataclass(frozen=True, slots=True)
class Says:
    """What the file says at all: a report without a column for it says nothing about approval, or invoices."""

    approval: bool
    invoices: bool


APPROVED: Final = frozenset({EntryStatus.APPROVED, EntryStatus.RECALL_REQUESTED})
_DECIDED: Final = frozenset({ImportedAs.APPROVED, ImportedAs.BILLED})
EXTERNAL: Final = "external"


def differences(said: ImportedEntry, stored: StoredRow, *, says: Says, same_row: bool) -> tuple[Difference, ...]:
    """What a row says otherwise than the entry it became.

    `same_row` tells one that is recognised by all of its columns, so that only the store can have changed, from one that is
    only like it: that row was changed in the other system.
    """
    if stored.status is EntryStatus.DELETED:
        return tuple(_standing(said, stored, says))
    change = Change.CHANGED_SINCE if same_row else Change.CHANGED_ROW
    return (*_values(said, stored, change), *_standing(said, stored, says))


def _values(said: ImportedEntry, stored: StoredRow, change: Change) -> Iterator[Difference]:
    fixed = said.amount_method is AmountMethod.FIXED
    pairs = [
        ("quantity", stored.quantity, said.quantity),
        ("billable_quantity", stored.billable_quantity, said.billable_quantity),
        ("sales_price", None if fixed else stored.sales_price, said.sales_price),
        ("cost_price", None if fixed else stored.cost_price, said.cost_price),
        ("amount", stored.amount, said.amount),
    ]
    for field, before, now in pairs:
        if before is not None and now is not None and before != now and not _follows(field, pairs):
            yield Difference(change, field, plain(before), plain(now))
    was, is_now = (_yes_or_no(one) for one in (stored.billing_type, said.billing_type))
    if was != is_now:
        yield Difference(change, "billable", was, is_now)


def _follows(field: str, pairs: Sequence[tuple[str, Decimal | None, Decimal | None]]) -> bool:
    """The billable quantity is told by itself only where it does not simply follow the quantity."""
    values = {name: (before, now) for name, before, now in pairs}
    return field == "billable_quantity" and values["quantity"] == values["billable_quantity"]


def _yes_or_no(billing_type: BillingType) -> str:
    return "No" if billing_type is BillingType.NOT_AVAILABLE else "Yes"


def _standing(said: ImportedEntry, stored: StoredRow, says: Says) -> Iterator[Difference]:
    """What has become of it: approved and invoiced there and not here, or no longer there what it was when it was imported."""
    status = stored.status.value
    has_sales = said.billing_type is not BillingType.NOT_AVAILABLE
    if said.becomes is ImportedAs.BILLED and has_sales and stored.billed_on is None:
        yield Difference(Change.INVOICED_SINCE, "invoiced", status=status)
    elif said.becomes in _DECIDED and stored.status not in APPROVED:
        yield Difference(Change.APPROVED_SINCE, "approved", status=status)
    elif said.becomes not in _DECIDED and says.approval and stored.approved_by_import and stored.status in APPROVED:
        yield Difference(Change.APPROVAL_GONE, "approved", status=status)
    elif said.becomes is not ImportedAs.BILLED and says.invoices and stored.billed_on == EXTERNAL:
        yield Difference(Change.INVOICE_GONE, "invoiced", status=status)


def pair(rows: Sequence[ImportedEntry], stored: Sequence[StoredRow]) -> list[tuple[ImportedEntry, StoredRow]]:
    """Which new row is which entry changed, of rows and entries that are alike.

    Those that differ in nothing that is stored come first, then they are taken in their order. Rows that are left are new,
    entries that are left are no longer in the file.
    """
    equal: dict[tuple[object, ...], list[StoredRow]] = {}
    for one in reversed(stored):
        equal.setdefault(_stored_values(one), []).append(one)
    found: list[tuple[ImportedEntry, StoredRow]] = []
    others: list[ImportedEntry] = []
    for row in rows:
        matches = equal.get(_said_values(row))
        if matches:
            found.append((row, matches.pop()))
        else:
            others.append(row)
    taken = {match.id for _, match in found}
    return [*found, *zip(others, (one for one in stored if one.id not in taken), strict=False)]


def _stored_values(one: StoredRow) -> tuple[object, ...]:
    return (one.quantity, one.sales_price, one.cost_price, one.amount, _yes_or_no(one.billing_type))


def _said_values(row: ImportedEntry) -> tuple[object, ...]:
    return (row.quantity, row.sales_price, row.cost_price, row.amount, _yes_or_no(row.billing_type))
