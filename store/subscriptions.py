"""Who has subscribed to events: where they go, which, in which language, and the secrets they are signed with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from domain.live_secrets import LiveSecrets
from store.channels import live_secrets
from store.database import Connection, Row, execute, fetch_one
from store.paging import Listed, Order, Span, listed

ORDER: Final = Order("subscriptions", {"created_at": datetime, "id": UUID})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a subscriber wants: events of these types, at this URL, with words in this language."""

    url: str
    events: tuple[str, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Subscription:
    """A receiver of events of a unit; `disabled_reason` is gone (it answered 410) or switched_off."""

    id: str
    unit: str
    wanted: Wanted
    secrets: LiveSecrets
    enabled: bool
    disabled_reason: str | None
    created_by: str
    created_at: datetime
    version: int


async def by_id(connection: Connection, id: str) -> Subscription | None:
    """The subscription with this id, unless it was deleted."""
    sql = "select * from subscription where id = cast(:id as uuid) and deleted_at is null"
    row = await fetch_one(connection, sql, id=id)
    return None if row is None else _subscription(row)


async def hold(connection: Connection, id: str) -> None:
    """Hold a subscription until the end of the transaction, to change it."""
    await execute(connection, "select from subscription where id = cast(:id as uuid) for no key update", id=id)


async def page(connection: Connection, span: Span, *, unit: str | None) -> Listed[Subscription]:
    """A part of the subscriptions, oldest first; of one unit, if it is named."""
    sql = """select * from subscription
              where deleted_at is null and (cast(:unit as text) is null or unit_id = cast(:unit as text))"""
    found = await listed(connection, sql, span, unit=unit)
    return found.of([_subscription(row) for row in found.items])


@dataclass(frozen=True, slots=True)
class NewSubscription:
    """A subscription about to be written, with its first secret, sealed."""

    id: str
    unit: str
    wanted: Wanted
    secret: str
    by: str


async def insert(connection: Connection, new: NewSubscription) -> bool:
    """Add a subscription; False if the unit has one for this URL."""
    sql = """insert into subscription (id, unit_id, url, events, language, secrets, created_by)
             values (cast(:id as uuid), :unit, :url, :events, :language, array[cast(:secret as text)], :by)
             on conflict (unit_id, url) where deleted_at is null do nothing"""
    wanted = new.wanted
    given = {"url": wanted.url, "events": list(wanted.events), "language": wanted.language}
    return await execute(connection, sql, id=new.id, unit=new.unit, secret=new.secret, by=new.by, **given) == 1


async def is_taken(connection: Connection, subscription: Subscription, url: str) -> bool:
    """Whether another subscription of the unit has this URL."""
    sql = """select id from subscription
              where unit_id = :unit and url = :url and deleted_at is null and id <> cast(:id as uuid)"""
    return await fetch_one(connection, sql, unit=subscription.unit, url=url, id=subscription.id) is not None


async def set_wanted(connection: Connection, id: str, wanted: Wanted) -> None:
    """What a subscriber wants from now on."""
    sql = """update subscription set url = :url, events = :events, language = :language, version = version + 1
              where id = cast(:id as uuid)"""
    await execute(connection, sql, id=id, url=wanted.url, events=list(wanted.events), language=wanted.language)


async def set_secrets(connection: Connection, id: str, secrets: LiveSecrets) -> None:
    """The secrets of a subscription from now on."""
    old = secrets.old
    await execute(
        connection,
        """update subscription set secrets = :secrets, secret_since = :since, old_since = :old_since,
                  old_until = :old_until, version = version + 1
            where id = cast(:id as uuid)""",
        id=id,
        secrets=[secrets.kept, *([] if old is None else [old.kept])],
        since=secrets.since,
        old_since=old and old.since,
        old_until=old and old.until,
    )


async def set_enabled(connection: Connection, id: str, *, reason: str | None) -> None:
    """Switch a subscription on (None), or off for a reason."""
    sql = """update subscription set enabled = :enabled, disabled_reason = :reason, version = version + 1
              where id = cast(:id as uuid)"""
    await execute(connection, sql, id=id, enabled=reason is None, reason=reason)


async def delete(connection: Connection, id: str, *, at: datetime) -> None:
    """Nothing is delivered to it from now on; what was delivered is remembered."""
    sql = "update subscription set deleted_at = :at, version = version + 1 where id = cast(:id as uuid)"
    await execute(connection, sql, id=id, at=at)


def _subscription(row: Row) -> Subscription:
    return Subscription(
        id=str(row.id),
        unit=row.unit_id,
        wanted=Wanted(row.url, tuple(row.events), row.language),
        secrets=live_secrets(row),
        enabled=row.enabled,
        disabled_reason=row.disabled_reason,
        created_by=row.created_by,
        created_at=row.created_at,
        version=row.version,
    )
