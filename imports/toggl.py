"""Toggl Track: the detailed report (time-exports, section 4). It has no rate: the amount is kept, the rate derived."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from domain.language import Text
from domain.project.entries import EntryKind
from imports.checks import PER_HOUR, Found, Product
from imports.clocked import CLOCKS, NAMES, NEEDED, Derived, derive_clocked, identity_of, judge_amounts, judge_clocked
from imports.sheet import Sheet
from imports.source import Content, Heading, Source

_DURATION: Final = "duration"
_AMOUNT: Final = "amount"


def _judge(sheet: Sheet) -> Iterator[tuple[str, Found]]:
    """An amount can only be checked where there is no time: no rate gives anything for zero seconds."""
    yield from judge_clocked(sheet, duration=_DURATION)
    seconds = sheet.number(_DURATION)
    product = Product(
        quantity=seconds,
        rate=[Decimal(0)] * sheet.size,
        amount=sheet.number(_AMOUNT),
        currency=sheet.currencies(),
        counts=[found is not None and not found for found in seconds],
        per=PER_HOUR,
    )
    yield from judge_amounts(sheet, product, duration=_DURATION, amount=_AMOUNT, rate="")


def _derive(sheet: Sheet) -> Derived:
    """Amount is empty where an entry is not billable, so only a billable one without amount lacks its rate."""
    found = derive_clocked(sheet, duration=_DURATION, amount=_AMOUNT, rate="")
    pairs = zip(found["billable"], sheet.number(_AMOUNT), strict=True)
    return found | {"priced": [not billable or amount is not None for billable, amount in pairs]}


TOGGL: Final = Source(
    slug="toggl",
    title=Text("Detailed report i Toggl Track", "Toggl Track's Detailed report"),
    origin="toggl",
    profile="detailed",
    kind=EntryKind.TIME,
    headings=(
        *NAMES,
        *CLOCKS,
        Heading("Billable", Content.FLAG),
        Heading("Duration", Content.DURATION),
        Heading("Tags"),
        Heading("Amount", Content.AMOUNT, gives="billable_amount"),
    ),
    needed=(*NEEDED, _DURATION),
    enough=5,
    identity=identity_of(duration=_DURATION, amounts=(_AMOUNT,)),
    judge=_judge,
    derive=_derive,
    priced=(_AMOUNT,),
    currency_in_heading=True,
    quantity=_DURATION,
    price=_AMOUNT,
)
