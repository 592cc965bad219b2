"""Bulk writing for imports: what is new of a batch is copied in, table by table, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from domain.project.importing import ImportedPerson, ImportedProject
from store.database import Connection, execute, fetch
from store.ids import new_id

_ASKED_AT_ONCE: Final = 2000


async def allow_time(connection: Connection) -> None:
    """An import may take minutes, where everything else has seconds."""
    await execute(connection, "set local statement_timeout = '120s'")
    await execute(connection, "set local idle_in_transaction_session_timeout = '120s'")
    await execute(connection, "set local lock_timeout = '30s'")


async def hold_unit(connection: Connection, unit: str) -> None:
    """One import at a time for a unit, so that two of the same file do not meet."""
    await execute(connection, "select pg_advisory_xact_lock(hashtextextended(:unit, 11))", unit=unit)


async def known_people(connection: Connection) -> list[ImportedPerson]:
    """The people an earlier import brought, with their names as the file had them."""
    rows = await fetch(
        connection, "select id, first_name, last_name, employee_id from person where first_name is not null"
    )
    return [ImportedPerson(row.id, row.first_name, row.last_name or "", row.employee_id) for row in rows]


async def is_known(connection: Connection, person: str) -> bool:
    """Whether there is somebody with this id."""
    return bool(await fetch(connection, "select 1 from person where id = :person", person=person))


async def add_people(connection: Connection, people: Sequence[ImportedPerson]) -> None:
    """Add those who are new."""
    await execute(
        connection,
        """insert into person (id, name, first_name, last_name, employee_id)
           select * from unnest(cast(:ids as text[]), cast(:names as text[]), cast(:firsts as text[]), cast(:lasts as text[]),
                                cast(:employees as text[]))
               on conflict (id) do nothing""",
        ids=[person.id for person in people],
        names=[person.name for person in people],
        firsts=[person.first_name for person in people],
        lasts=[person.last_name for person in people],
        employees=[person.employee_id for person in people],
    )


async def known_entries(connection: Connection, unit: str, identities: Sequence[bytes]) -> set[str]:
    """Those of the identities that are imported already, as hex."""
    found: set[str] = set()
    for start in range(0, len(identities), _ASKED_AT_ONCE):
        rows = await fetch(
            connection,
            "select import_identity from entry where unit_id = :unit and import_identity = any(:identities)",
            unit=unit,
            identities=[one.hex() for one in identities[start : start + _ASKED_AT_ONCE]],
        )
        found.update(row.import_identity for row in rows)
    return found


async def add_projects(connection: Connection, unit: str, projects: Mapping[str, ImportedProject]) -> dict[str, str]:
    """Add the projects that are new; returns the id of each by its key."""
    keys = {f"{unit}\n{key}": project for key, project in projects.items()}
    await execute(
        connection,
        """with added as (
               insert into project (id, unit_id, name, code, client, billing, currency, cost_currency, cost_price, sales_price, import_key)
               select t.id, :unit, t.name, t.code, t.client, 'time_and_materials', t.currency, t.currency, t.cost, t.sales, t.key
                 from unnest(cast(:ids as uuid[]), cast(:names as text[]), cast(:codes as text[]), cast(:clients as text[]),
                             cast(:currencies as text[]), cast(:costs as numeric[]), cast(:sales as numeric[]), cast(:keys as text[]))
                      as t(id, name, code, client, currency, cost, sales, key)
                   on conflict (import_key) do nothing
               returning id, coalesce(nullif(client, ''), name) as customer
           )
           insert into project_customer (project_id, customer, share, rounding, position)
           select id, customer, 100, true, 1 from added""",
        unit=unit,
        ids=[new_id() for _ in keys],
        names=[project.name or project.client or "-" for project in keys.values()],
        codes=[project.code for project in keys.values()],
        clients=[project.client for project in keys.values()],
        currencies=[project.currency for project in keys.values()],
        costs=[project.cost_price for project in keys.values()],
        sales=[project.sales_price for project in keys.values()],
        keys=list(keys),
    )
    rows = await fetch(
        connection, "select id::text as id, import_key from project where import_key = any(:keys)", keys=list(keys)
    )
    return {row.import_key.removeprefix(f"{unit}\n"): row.id for row in rows}


async def add_approver(connection: Connection, projects: Sequence[str], approver: str) -> list[str]:
    """Make somebody the approver of those projects that have none; returns these.

    Who approves in the others is not the importer's to say.
    """
    rows = await fetch(
        connection,
        """insert into project_approver (project_id, person_id, position)
           select t.id, :approver, 1 from unnest(cast(:ids as uuid[])) as t(id)
            where not exists (select from project_approver a where a.project_id = t.id)
           returning project_id::text as id""",
        ids=list(projects),
        approver=approver,
    )
    return [row.id for row in rows]


async def copy(connection: Connection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Copy rows of equal columns into a table."""
    if not rows:
        return
    columns = list(rows[0])
    await connection.driver.copy_records_to_table(
        table, columns=columns, records=[tuple(row[name] for name in columns) for row in rows]
    )


@dataclass(frozen=True, slots=True)
class NewBatch:
    """An import as it is noted: the file's fingerprint, how many rows it had and how many were new."""

    id: str
    unit: str
    source: str
    file_hash: str
    rows: int
    created: int
    by: str


async def add_batch(connection: Connection, new: NewBatch) -> None:
    """Note that a file was imported."""
    await execute(
        connection,
        """insert into import_batch (id, unit_id, source, file_hash, rows, created, imported_by)
           values (cast(:id as uuid), :unit, :source, :hash, :rows, :created, :by)""",
        id=new.id,
        unit=new.unit,
        source=new.source,
        hash=new.file_hash,
        rows=new.rows,
        created=new.created,
        by=new.by,
    )
