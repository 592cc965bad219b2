"""Planned rows as plain text values: what the preview shows, what the approver sees, what the hash covers."""

from __future__ import annotations

from collections.abc import Iterator

from domain.money import plain, plain_amount
from domain.production.model import FIGURES, Capacity, Entry, Traits
from domain.production.rows import NewCapacity, NewEntry, Rows
from domain.recall.plan import Row


def describe(rows: Rows, *, currency: str) -> Iterator[Row]:
    """Each row with its cost in `currency`."""
    for entry in rows.entries:
        yield describe_entry(entry, currency=currency)
    for capacity in rows.capacities:
        yield describe_capacity(capacity, currency=currency)


def describe_entry(entry: NewEntry, *, currency: str) -> dict[str, str | None]:
    """An item ledger entry that is planned; whether it closes its original is part of the plan."""
    return _entry(entry, entry.traits, reverses=entry.reverses, currency=currency) | _closing(entry)


def describe_capacity(capacity: NewCapacity, *, currency: str) -> dict[str, str | None]:
    """A capacity ledger entry that is planned."""
    return _capacity(capacity, reverses=capacity.reverses, currency=currency) | _closing(capacity)


def show_entry(entry: Entry, *, reverses: str, currency: str) -> dict[str, str | None]:
    """An item ledger entry that was written, in the words of its plan."""
    return _entry(entry, entry.traits, reverses=reverses, currency=currency)


def show_capacity(capacity: Capacity, *, reverses: str, currency: str) -> dict[str, str | None]:
    """A capacity ledger entry that was written, in the words of its plan."""
    return _capacity(capacity, reverses=reverses, currency=currency)


def _closing(row: NewEntry | NewCapacity) -> dict[str, str | None]:
    return {"closes": "yes" if row.closes else "no"}


def _entry(entry: NewEntry | Entry, traits: Traits, *, reverses: str | None, currency: str) -> dict[str, str | None]:
    return {
        "ledger": "item",
        "reverses": reverses,
        "type": entry.type.value,
        "quantity": plain(entry.quantity),
        "amount": plain_amount(entry.cost, currency),
        "currency": currency,
        "posting_date": entry.date.isoformat(),
        "order": traits.order,
        "line": traits.line,
        "item": traits.item,
        "variant": traits.variant,
        "location": traits.location,
        "lot": traits.lot,
        "serial": traits.serial,
        "document": traits.document,
        "unit": traits.unit,
    }


def _capacity(capacity: NewCapacity | Capacity, *, reverses: str | None, currency: str) -> dict[str, str | None]:
    return {
        "ledger": "capacity",
        "reverses": reverses,
        "type": "capacity",
        "operation": capacity.operation,
        **{name: plain(getattr(capacity.figures, name)) for name in FIGURES},
        "amount": plain_amount(capacity.cost.total, currency),
        "direct_amount": plain_amount(capacity.cost.direct, currency),
        "currency": currency,
        "posting_date": capacity.date.isoformat(),
        "order": capacity.order,
        "line": capacity.line,
        "document": capacity.document,
    }
