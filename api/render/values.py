"""The small forms every answer is made of."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from domain.money import plain, plain_amount

Json = dict[str, object]


def money(amount: Decimal, currency: str) -> Json:
    """An amount with its currency."""
    return {"amount": plain_amount(amount, currency), "currency": currency}


def number(value: Decimal | None) -> str | None:
    """A quantity, price or rate as plain text."""
    return None if value is None else plain(value)


def instant(at: datetime | None) -> str | None:
    """An instant in UTC (RFC 3339)."""
    return None if at is None else at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
