"""Registered approval channels: what they may speak for, and their live secrets, newest first and sealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain.live_secrets import LiveSecrets, OldSecret
from store.database import Connection, Row, execute, fetch_one
from store.paging import Listed, Order, Span, listed
from store.questions import Question

ORDER: Final = Order("channels", {"id": str})


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom and what a channel speaks for; nobody named means everybody, no project named everything of its unit."""

    people: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel decisions come in by."""

    id: str
    unit: str
    secrets: LiveSecrets
    scope: Scope
    enabled: bool
    created_at: datetime
    version: int


async def by_id(connection: Connection, id: str) -> Channel | None:
    """The channel with this id."""
    row = await fetch_one(connection, "select * from channel where id = :id", id=id)
    return None if row is None else _channel(row)


async def hold_to_change(connection: Connection, id: str) -> None:
    """Hold a channel until the end of the transaction."""
    await execute(connection, "select from channel where id = :id for update", id=id)


def held(id: str) -> Question:
    """Which channel has this id, held until the end of the transaction so that nobody changes it meanwhile."""
    return Question("select * from channel where id = :id for share", {"id": id})


def of_answer(rows: Sequence[Row]) -> Channel:
    """The channel of the answer: one that was there once stays."""
    return _channel(rows[0])


async def page(connection: Connection, span: Span, *, unit: str | None) -> Listed[Channel]:
    """A part of the channels, by id; of one unit, if it is named."""
    found = await listed(
        connection,
        "select * from channel where cast(:unit as text) is null or unit_id = cast(:unit as text)",
        span,
        unit=unit,
    )
    return found.of([_channel(row) for row in found.items])


async def insert(connection: Connection, id: str, *, unit: str, secret: str, scope: Scope) -> bool:
    """Register a channel with its first secret, sealed; False if the id is taken."""
    sql = """insert into channel (id, unit_id, secrets, people, projects)
             values (:id, :unit, array[cast(:secret as text)], :people, cast(:projects as uuid[])) on conflict do nothing"""
    people, projects = list(scope.people), list(scope.projects)
    return await execute(connection, sql, id=id, unit=unit, secret=secret, people=people, projects=projects) == 1


async def set_scope(connection: Connection, id: str, scope: Scope) -> None:
    """What a channel speaks for from now on."""
    sql = """update channel set people = :people, projects = cast(:projects as uuid[]), version = version + 1
              where id = :id"""
    await execute(connection, sql, id=id, people=list(scope.people), projects=list(scope.projects))


async def set_secrets(connection: Connection, id: str, secrets: LiveSecrets) -> None:
    """The secrets of a channel from now on."""
    old = secrets.old
    await execute(
        connection,
        """update channel set secrets = :secrets, secret_since = :since, old_since = :old_since, old_until = :old_until,
                  version = version + 1
            where id = :id""",
        id=id,
        secrets=[secrets.kept, *([] if old is None else [old.kept])],
        since=secrets.since,
        old_since=old and old.since,
        old_until=old and old.until,
    )


async def set_enabled(connection: Connection, id: str, *, enabled: bool) -> None:
    """Switch a channel on or off."""
    sql = "update channel set enabled = :enabled, version = version + 1 where id = :id"
    await execute(connection, sql, id=id, enabled=enabled)


def live_secrets(row: Row) -> LiveSecrets:
    """The secrets of a row that has them: of a channel, or of a subscription."""
    newest, *others = row.secrets
    old = OldSecret(others[0], row.old_since, row.old_until) if others else None
    return LiveSecrets(newest, row.secret_since, old)


def _channel(row: Row) -> Channel:
    scope = Scope(tuple(row.people), tuple(str(project) for project in row.projects))
    return Channel(row.id, row.unit_id, live_secrets(row), scope, row.enabled, row.created_at, row.version)
