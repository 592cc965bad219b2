"""Harvest: the detailed time report, and the detailed expense report beside it (time-exports, sections 1 and 2)."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from domain.language import Text
from domain.project.entries import EntryKind
from imports.cells import Bad
from imports.checks import (
    Found,
    Product,
    billable_quantities,
    find_long_names,
    find_mismatches,
    find_nameless,
    find_negative,
    find_overpriced,
    find_too_fine,
)
from imports.sheet import Sheet
from imports.source import Content, Heading, Source, named

_MONEY: Final = ("billable rate", "billable amount", "cost rate", "cost amount")
_BEFORE: Final = (
    Heading("Date", Content.DAY),
    named("Client"),
    named("Project", empty="project_required"),
    named("Project Code"),
)
_FLAGS: Final = (
    Heading("Billable?", Content.FLAG),
    Heading("Invoiced?", Content.FLAG),
    Heading("Approved?", Content.FLAG),
)
_PERSON: Final = (
    named("First Name"),
    named("Last Name"),
    named("Employee Id"),
    Heading("Roles"),
    Heading("Teams"),
    Heading("Department"),
    Heading("Employee?", Content.OPTIONAL_FLAG),
)
_CURRENCY: Final = Heading("Currency", Content.CURRENCY)
_NEEDED: Final = ("date", "client", "project")
_NAMES: Final = ("first name", "last name")
_WHERE: Final = ("date", "billable", "client", "project", "project code")


def _headings(what: str, *, measured: Sequence[Heading], money: Sequence[Heading] = ()) -> tuple[Heading, ...]:
    """The columns of a report whose rows are of some task or category."""
    return (*_BEFORE, named(what), Heading("Notes"), *measured, *_FLAGS, *_PERSON, *money, _CURRENCY)


def _identity(what: str, *more: str) -> tuple[str, ...]:
    """The columns that tell entries apart. Their order never changes: it is part of the identity."""
    return (*_WHERE, what, "notes", *_NAMES, *more)


def _judge_person(sheet: Sheet) -> tuple[str, Found]:
    names = [sheet.text(name) for name in _NAMES]
    return "first name", [*find_nameless(*names), *find_long_names(*names)]


def _judge_time(sheet: Sheet) -> Iterator[tuple[str, Found]]:
    yield _judge_person(sheet)
    for name in _MONEY:
        yield name, find_negative(sheet.number(name), beside=sheet.number("hours"))
    yield "billable amount", find_mismatches(_billable(sheet, counts=sheet.flag("billable")))
    yield "cost amount", find_mismatches(_product(sheet, rate="cost rate", amount="cost amount"))


def _billable(sheet: Sheet, *, counts: Sequence[bool | None] | None = None) -> Product:
    return _product(sheet, rate="billable rate", amount="billable amount", counts=counts)


def _product(sheet: Sheet, *, rate: str, amount: str, counts: Sequence[bool | None] | None = None) -> Product:
    """With time rounding on, the amount may follow Hours Rounded or Hours."""
    return Product(
        quantity=sheet.number("hours"),
        rate=sheet.number(rate),
        amount=sheet.number(amount),
        currency=sheet.currencies(),
        rounded=sheet.number("hours rounded"),
        counts=counts,
    )


def _derive_time(sheet: Sheet) -> Mapping[str, Sequence[object]]:
    return {"quantity": sheet.number("hours"), "billable_quantity": billable_quantities(_billable(sheet))}


DETAILED_TIME: Final = Source(
    slug="harvest",
    title=Text("rapporten Detailed time i Harvest", "Harvest's Detailed time report"),
    origin="harvest",
    profile="detailed_time",
    kind=EntryKind.TIME,
    headings=_headings(
        "Task",
        measured=(
            Heading("Hours", Content.HOURS),
            Heading("Hours Rounded", Content.HOURS),
            Heading("Started At", Content.CLOCK),
            Heading("Ended At", Content.CLOCK),
        ),
        money=(
            Heading("Billable Rate", Content.RATE),
            Heading("Billable Amount", Content.AMOUNT),
            Heading("Cost Rate", Content.RATE),
            Heading("Cost Amount", Content.AMOUNT),
            Heading("External Reference URL", gives="external_reference"),
        ),
    ),
    needed=(*_NEEDED, "task", "hours", "billable", "invoiced", *_NAMES),
    enough=6,
    identity=_identity(
        "task",
        "employee id",
        "currency",
        "external reference url",
        "hours",
        *_MONEY,
        "started at",
        "ended at",
    ),
    judge=_judge_time,
    derive=_derive_time,
    priced=_MONEY,
    quantity="hours",
    price="billable rate",
)


def _judge_expense(sheet: Sheet) -> Iterator[tuple[str, Found]]:
    yield _judge_person(sheet)
    yield "units", _find_unitless(sheet)
    yield "amount", find_too_fine(sheet.number("amount"), currency=sheet.currencies())
    yield "amount", find_overpriced(_unit_prices(sheet))


def _find_unitless(sheet: Sheet) -> Found:
    """An amount for zero units has no price."""
    pairs = zip(sheet.number("units"), sheet.number("amount"), strict=True)
    return [
        (index, Bad("units_required"))
        for index, (units, amount) in enumerate(pairs)
        if units is not None and not units and amount
    ]


def _derive_expense(sheet: Sheet) -> Mapping[str, Sequence[object]]:
    """Units only for categories with a unit price; the amount is a total, for cost and sales alike."""
    amounts, rates = sheet.number("amount"), _unit_prices(sheet)
    return {
        "quantity": _units(sheet),
        "billable_amount": amounts,
        "cost_amount": amounts,
        "billable_rate": rates,
        "cost_rate": rates,
    }


def _units(sheet: Sheet) -> list[Decimal]:
    return [Decimal(1) if found is None else found for found in sheet.number("units")]


def _unit_prices(sheet: Sheet) -> list[Decimal | None]:
    """What a unit of each row came to."""
    return [
        None if amount is None else amount / number if number else Decimal(0)
        for amount, number in zip(sheet.number("amount"), _units(sheet), strict=True)
    ]


DETAILED_EXPENSE: Final = Source(
    slug="harvest-expenses",
    title=Text("rapporten Detailed expense i Harvest", "Harvest's Detailed expense report"),
    origin="harvest",
    profile="detailed_expense",
    kind=EntryKind.EXPENSE,
    headings=_headings(
        "Category",
        measured=(
            Heading("Units", Content.UNITS),
            Heading("Amount", Content.TOTAL),
            Heading("Reimbursable", Content.OPTIONAL_FLAG),
        ),
    ),
    needed=(*_NEEDED, "category", "amount", "billable", *_NAMES),
    enough=6,
    identity=_identity("category", "currency", "units", "amount", "reimbursable"),
    judge=_judge_expense,
    derive=_derive_expense,
    priced=("amount",),
    renamed={"cost": "amount"},
)
