"""Clockify: the detailed report (time-exports, section 3)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from domain.language import Text
from domain.project.entries import EntryKind
from imports.cells import Bad
from imports.checks import PER_HOUR, Found, Product, find_negative
from imports.clocked import CLOCKS, NAMES, NEEDED, Derived, derive_clocked, identity_of, judge_amounts, judge_clocked
from imports.sheet import Sheet
from imports.source import Content, Heading, Source, named

_DURATION: Final = "duration (h)"
_ROUNDED: Final = "duration (decimal)"
_RATE: Final = "billable rate"
_AMOUNT: Final = "billable amount"
_NEAR: Final = Decimal(36)  # a hundredth of an hour, in seconds


def _judge(sheet: Sheet) -> Iterator[tuple[str, Found]]:
    seconds = sheet.number(_DURATION)
    yield from judge_clocked(sheet, duration=_DURATION)
    yield _ROUNDED, _find_far(sheet)
    yield _RATE, find_negative(sheet.number(_RATE), beside=seconds)
    product = Product(
        quantity=seconds,
        rate=sheet.number(_RATE),
        amount=sheet.number(_AMOUNT),
        currency=sheet.currencies(),
        counts=sheet.flag("billable") if "billable" in sheet.flags else None,
        per=PER_HOUR,
    )
    yield from judge_amounts(sheet, product, duration=_DURATION, amount=_AMOUNT, rate=_RATE)


def _find_far(sheet: Sheet) -> Found:
    """Duration (decimal) is rounded to hundredths, and may be cut; beyond that it contradicts Duration (h)."""
    pairs = zip(sheet.number(_DURATION), sheet.number(_ROUNDED), strict=True)
    return [
        (index, Bad("duration_mismatch"))
        for index, (seconds, hours) in enumerate(pairs)
        if seconds is not None and hours is not None and abs(hours * PER_HOUR - seconds) > _NEAR
    ]


def _derive(sheet: Sheet) -> Derived:
    return derive_clocked(sheet, duration=_DURATION, amount=_AMOUNT, rate=_RATE) | {
        "priced": [rate is not None for rate in sheet.number(_RATE)]
    }


def _plain(text: str) -> str:
    """Clockify writes a double quote inside a text as two apostrophes."""
    return text.replace("''", '"')


CLOCKIFY: Final = Source(
    slug="clockify",
    title=Text("Detailed report i Clockify", "Clockify's Detailed report"),
    origin="clockify",
    profile="detailed",
    kind=EntryKind.TIME,
    headings=(
        *NAMES,
        *CLOCKS,
        Heading("Group"),
        Heading("Tags"),
        Heading("Type"),
        Heading("Billable", Content.FLAG),
        Heading("Invoiced", Content.FLAG),
        named("Invoice ID", gives="external_invoice"),
        Heading("Duration (h)", Content.DURATION),
        Heading("Duration (decimal)", Content.MEASURE),
        Heading("Billable Rate", Content.RATE, gives="file_rate"),
        Heading("Billable Amount", Content.AMOUNT),
        Heading("Date of creation"),
    ),
    needed=(*NEEDED, _DURATION),
    enough=5,
    identity=identity_of(duration=_DURATION, amounts=(_RATE, _AMOUNT)),
    judge=_judge,
    derive=_derive,
    priced=(_RATE, _AMOUNT),
    currency_in_heading=True,
    quantity=_DURATION,
    price=_RATE,
    renamed={"activity": "task", "usuario": "user", "proyecto": "project", "duración (h)": _DURATION},
    plain=_plain,
)
