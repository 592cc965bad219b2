"""People with the address their mail goes to and the language it is written in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from store.database import Connection, Row, execute, fetch, fetch_one


@dataclass(frozen=True, slots=True)
class StoredPerson:
    """A person; without an address nothing is mailed to them, without a language in that of the service."""

    id: str
    name: str
    email: str | None
    language: str | None


async def by_id(connection: Connection, id: str) -> StoredPerson | None:
    """The person with this id."""
    row = await fetch_one(connection, "select * from person where id = :id", id=id)
    return None if row is None else _person(row)


async def hold(connection: Connection, id: str) -> None:
    """Hold a person until the end of the transaction, to change them."""
    await execute(connection, "select from person where id = :id for no key update", id=id)


async def with_address(connection: Connection, ids: Sequence[str]) -> list[StoredPerson]:
    """Those of the people whom mail can reach, by id."""
    sql = "select * from person where id = any(:ids) and email is not null order by id"
    return [_person(row) for row in await fetch(connection, sql, ids=list(ids))]


async def names(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    """The names of people by id."""
    rows = await fetch(connection, "select id, name from person where id = any(:ids)", ids=list(ids))
    return {row.id: row.name for row in rows}


async def change(connection: Connection, person: StoredPerson) -> None:
    """A person as they are from now on."""
    sql = "update person set name = :name, email = :email, language = :language where id = :id"
    await execute(connection, sql, id=person.id, name=person.name, email=person.email, language=person.language)


@dataclass(frozen=True, slots=True)
class RoleInUnit:
    """A role that a person has in a unit."""

    unit: str
    role: str


async def roles(connection: Connection, person: str) -> list[RoleInUnit]:
    """The roles of a person in all units."""
    sql = "select unit_id, role from unit_role where person_id = :person order by unit_id, role"
    return [RoleInUnit(row.unit_id, row.role) for row in await fetch(connection, sql, person=person)]


async def projects_decided(connection: Connection, person: str, *, most: int) -> list[str]:
    """Ids of projects whose entries a person decides on, in their own right."""
    sql = """select distinct project_id::text as project from project_decider where person_id = :person
              order by project limit :most"""
    return [row.project for row in await fetch(connection, sql, person=person, most=most)]


def _person(row: Row) -> StoredPerson:
    return StoredPerson(row.id, row.name, row.email, row.language)
