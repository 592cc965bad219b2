"""What Clockify and Toggl share: entries with a start, an end and a duration by the wall clock, and people by e-mail.

Duration wins. Times have no zone, so an entry over the night in which clocks are set differs from them by exactly the
shift, which is no fault (time-exports, sections 3 and 4).
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from imports.cells import Bad
from imports.checks import (
    PER_HOUR,
    UNITS,
    Found,
    Product,
    find_mismatches,
    find_nameless,
    find_negative,
    find_overpriced,
    find_too_fine,
)
from imports.sheet import Sheet
from imports.source import Content, Heading, named

CLOCKS: Final = (
    Heading("Start date", Content.DAY, gives="date"),
    Heading("Start time", Content.CLOCK, gives="started_at"),
    Heading("End date", Content.DAY, gives="ended_on"),
    Heading("End time", Content.CLOCK, gives="ended_at"),
)
NAMES: Final = (
    named("User", gives="user"),
    named("Email"),
    named("Client"),
    named("Project"),
    named("Task"),
    Heading("Description", gives="notes"),
)
NEEDED: Final = ("start date", "user", "project", "description", "start time")
"""Besides the duration."""
WHO_AND_WHAT: Final = ("start date", "billable", "client", "project", "task", "description")
WHEN: Final = ("start time", "end date", "end time")
_SHIFTS: Final = (timedelta(0), timedelta(minutes=30), timedelta(hours=1))
_UNSHOWN: Final = timedelta(minutes=1)
_PRICE: Final = Decimal("0.00001")


def judge_clocked(sheet: Sheet, *, duration: str) -> Iterator[tuple[str, Found]]:
    """Who worked, and whether the times agree with the duration."""
    yield "user", find_nameless(sheet.text("user"), sheet.text("email"))
    yield duration, _find_contradictions(sheet, duration=duration)


def judge_amounts(
    sheet: Sheet, product: Product, *, duration: str, amount: str, rate: str
) -> Iterator[tuple[str, Found]]:
    """Signs, amounts against the exact time, and prices that follow from them."""
    mismatches = find_mismatches(product)
    yield amount, find_negative(product.amount, beside=product.quantity)
    yield amount, mismatches
    yield amount, _find_too_fine(sheet, product, but={index for index, _ in mismatches})
    yield amount, find_overpriced(rates_of(sheet, duration=duration, amount=amount, rate=rate))


def _find_too_fine(sheet: Sheet, product: Product, *, but: Container[int]) -> Found:
    """Amounts of billable rows: a price is made from them. `but` are rows of which another amount was expected anyway."""
    billable = sheet.flag("billable")
    found = find_too_fine(product.amount, currency=product.currency)
    return [(index, bad) for index, bad in found if billable[index] is not False and index not in but]


def derive_clocked(sheet: Sheet, *, duration: str, amount: str, rate: str) -> dict[str, Sequence[object]]:
    """The fields of rows that follow from several columns.

    Hours keep five decimals, as entries do. The rate is the file's, unless the amount of so many hours would then differ
    from the file's: the amount follows the exact time, so a rate is taken that gives it back.
    """
    seconds = sheet.number(duration)
    hours = [_hours(found) for found in seconds]
    billable = _billable(sheet, amount=amount)
    people = [_person(user, email) for user, email in zip(sheet.text("user"), sheet.text("email"), strict=True)]
    return {
        "seconds": seconds,
        "quantity": hours,
        "billable": billable,
        "billable_amount": sheet.number(amount),
        "billable_rate": rates_of(sheet, duration=duration, amount=amount, rate=rate),
        "first_name": [first for first, _ in people],
        "last_name": [last for _, last in people],
    }


def rates_of(sheet: Sheet, *, duration: str, amount: str, rate: str) -> list[Decimal | None]:
    """The rate of each row: the file's, or the one that gives its amount back."""
    hours = [_hours(found) for found in sheet.number(duration)]
    money = zip(hours, sheet.number(rate), sheet.number(amount), sheet.currencies(), strict=True)
    return [_rate(*row) for row in money]


def identity_of(*, duration: str, amounts: Sequence[str]) -> tuple[str, ...]:
    """The columns that tell entries apart; the person is the e-mail address where there is one."""
    return (*WHO_AND_WHAT, "person", *WHEN, duration, *amounts, "currency")


def _hours(seconds: Decimal | None) -> Decimal | None:
    return None if seconds is None else (seconds / PER_HOUR).quantize(_PRICE)


def _billable(sheet: Sheet, *, amount: str) -> list[bool]:
    """As the file says; where it has no such column, what has an amount is billable."""
    flags = sheet.flag("billable")
    return [bool(found) if flag is None else flag for flag, found in zip(flags, sheet.number(amount), strict=True)]


def _rate(hours: Decimal | None, rate: Decimal | None, amount: Decimal | None, currency: str | None) -> Decimal | None:
    if amount is None or not hours or currency is None:
        return rate if amount is None or rate is not None else Decimal(0)
    if rate is not None and (hours * rate).quantize(UNITS[currency]) == amount:
        return rate
    return (amount / hours).quantize(_PRICE)


def _person(user: str | None, email: str | None) -> tuple[str, str]:
    """First and last name: the last word is the last name; without a name, what stands before the @."""
    words = (user or "").split() or [(email or "").partition("@")[0]]
    return (words[0], "") if len(words) == 1 else (" ".join(words[:-1]), words[-1])


def _find_contradictions(sheet: Sheet, *, duration: str) -> Found:
    columns = zip(*_moments(sheet), sheet.number(duration), strict=True)
    found = []
    for index, (start, end, seconds) in enumerate(columns):
        if start is None or end is None or seconds is None:
            continue
        off = abs(end - start - timedelta(seconds=int(seconds)))
        if all(abs(off - shift) >= _UNSHOWN for shift in _SHIFTS):
            found.append((index, Bad("clock_mismatch", {"clock": str(end - start)})))
    return found


def _moments(sheet: Sheet) -> Iterator[list[datetime | None]]:
    for edge in ("start", "end"):
        pairs = zip(sheet.day(f"{edge} date"), sheet.clock(f"{edge} time"), strict=True)
        yield [None if day is None or clock is None else datetime.combine(day, clock) for day, clock in pairs]


Derived = Mapping[str, Sequence[object]]
