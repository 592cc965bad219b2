"""Makes a file's rows into what the service imports: people, projects, entries (time-exports, section 6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from domain.money import round_quantity, round_to
from domain.project.entries import BillingType, EntryKind
from domain.project.importing import ImportBatch, ImportedAs, ImportedEntry, ImportedPerson, ImportedProject
from imports.people import Person, assign_ids
from imports.report import Report, Row

_ZERO: Final = Decimal(0)
_PRICE_DIGITS: Final = 5


def make_batch(report: Report, *, known: Mapping[Person, str], unit_currency: str) -> ImportBatch:
    """The batch of a report. `known` are the people stored already, with their ids."""
    ids = assign_ids(report.people, known=known)
    people = tuple(
        ImportedPerson(id, person.first_name, person.last_name, person.mark or None) for person, id in ids.items()
    )

    def portions() -> Iterator[Sequence[ImportedEntry]]:
        for rows in report.portions():
            yield [_entry(row, owner=ids[_person(row)], report=report) for row in rows]

    projects = {_key(row): _project(row, unit_currency) for row in report.latest.values()}
    return ImportBatch(
        source=report.source.slug,
        people=people,
        projects=projects,
        identities=report.identities,
        portions=portions,
        tells_approval=report.approval_column,
        tells_invoices="invoiced" in report.places,
    )


def _person(row: Row) -> Person:
    return Person(row.first_name, row.last_name, row.mark)


def _key(row: Row) -> str:
    return "\n".join(row.project_key)


def _project(row: Row, unit_currency: str) -> ImportedProject:
    return ImportedProject(
        key=_key(row),
        client=row.client,
        name=row.project,
        code=row.project_code or None,
        currency=row.currency or unit_currency,
        cost_price=round_to(row.cost_rate or _ZERO, _PRICE_DIGITS),
        sales_price=round_to(row.billable_rate or _ZERO, _PRICE_DIGITS),
    )


def _entry(row: Row, *, owner: str, report: Report) -> ImportedEntry:
    """Time has prices per hour. An expense is a total, and its price only says what a unit of it came to."""
    kind = report.source.kind
    expense = kind is EntryKind.EXPENSE
    return ImportedEntry(
        identity=row.identity,
        project=_key(row),
        owner=owner,
        kind=kind,
        date=row.date,
        quantity=round_quantity(row.quantity),
        billable_quantity=round_quantity(row.billable_quantity),
        billing_type=BillingType.CHARGEABLE if row.billable else BillingType.NOT_AVAILABLE,
        cost_price=round_to(row.cost_rate or _ZERO, _PRICE_DIGITS),
        sales_price=round_to(row.billable_rate or _ZERO, _PRICE_DIGITS),
        becomes=ImportedAs(report.unapproved if row.outcome == "unapproved" else row.outcome),
        task=row.task or None,
        description=row.notes or None,
        role=row.roles or None,
        category=row.category or None,
        unit_of_measure=None if expense else "hour",
        amount=row.cost_amount if expense else None,
        external_invoice=row.external_invoice or None,
        line=row.line,
        record=row.record,
    )
