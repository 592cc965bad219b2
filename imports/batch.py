"""Makes a file's rows into what the service imports: people, projects, entries (time-exports, section 6)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, Literal

from domain.project.entries import BillingType, EntryKind
from domain.project.importing import ImportBatch, ImportedAs, ImportedEntry, ImportedPerson, ImportedProject
from imports.people import Person, assign_ids
from imports.report import HarvestReport, TimeRow

_ZERO: Final = Decimal(0)


def harvest_batch(report: HarvestReport, *, known: Mapping[Person, str], unit_currency: str) -> ImportBatch:
    """The batch of a Harvest time report. `known` are the people stored already, with their ids."""
    ids = assign_ids((_person(row) for row in report.rows), known=known)
    people = tuple(
        ImportedPerson(id, person.first_name, person.last_name, person.employee_id or None)
        for person, id in ids.items()
    )
    projects = {_key(row): _project(row, unit_currency) for row in report.rows}
    entries = tuple(_entry(row, owner=ids[_person(row)], unapproved=report.unapproved) for row in report.rows)
    return ImportBatch("harvest", people, projects, entries)


def _person(row: TimeRow) -> Person:
    return Person(row.first_name, row.last_name, row.employee_id)


def _key(row: TimeRow) -> str:
    """Equal project names under several clients are common, so the client is part of the key, and so is the currency."""
    return f"{row.client}\n{row.project}\n{row.currency}"


def _project(row: TimeRow, unit_currency: str) -> ImportedProject:
    return ImportedProject(
        key=_key(row),
        client=row.client,
        name=row.project,
        code=row.project_code or None,
        currency=row.currency or unit_currency,
        cost_price=row.cost_rate or _ZERO,
        sales_price=row.billable_rate or _ZERO,
    )


def _entry(row: TimeRow, *, owner: str, unapproved: Literal["draft", "submitted"]) -> ImportedEntry:
    return ImportedEntry(
        identity=row.identity,
        project=_key(row),
        owner=owner,
        kind=EntryKind.TIME,
        date=row.date,
        quantity=row.hours,
        billable_quantity=row.billable_hours,
        billing_type=BillingType.CHARGEABLE if row.billable else BillingType.NOT_AVAILABLE,
        cost_price=row.cost_rate or _ZERO,
        sales_price=row.billable_rate or _ZERO,
        becomes=ImportedAs(unapproved if row.outcome == "unapproved" else row.outcome),
        task=row.task or None,
        description=row.notes or None,
        role=row.roles or None,
    )
