"""Subscriptions to events: made, changed, given new secrets, switched off, tried out. By the administrator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from application.new_secrets import make_secret, rotated
from application.work import Check, Refused, Work, note, require_administrator, unit_of
from domain.outgoing.events import PING
from domain.refusals import Code, Refusal
from store import deliveries, subscriptions
from store.deliveries import Delivery
from store.history import Happened
from store.ids import is_id, new_id, new_ordered_id
from store.subscriptions import NewSubscription, Subscription, Wanted
from store.vault import Vault

SWITCHED_OFF: Final = "switched_off"
GONE: Final = "gone"


@dataclass(frozen=True, slots=True)
class WithSecret:
    """A subscription and its newest secret, which nobody can read again."""

    subscription: Subscription
    secret: str


def owner(subscription: str) -> str:
    """Whose its secrets are, as the vault has it."""
    return f"subscription:{subscription}"


async def create(work: Work, unit: str, wanted: Wanted, *, vault: Vault) -> WithSecret:
    """Add a subscription; its secret is known only now. already_exists where the unit has one for this URL."""
    require_administrator(work)
    await unit_of(work, unit)
    id = new_ordered_id()
    secret = make_secret(vault, owner=owner(id))
    new = NewSubscription(id, unit, wanted, secret.kept, work.person)
    if not await subscriptions.insert(work.connection, new):
        raise Refused(Refusal(Code.ALREADY_EXISTS, wanted.url))
    await _note(work, id, unit=unit, event="created")
    return WithSecret(await read(work, id), secret.told)


async def read(work: Work, id: str) -> Subscription:
    """The subscription, or the refusal unknown_subscription."""
    require_administrator(work)
    found = await subscriptions.by_id(work.connection, id) if is_id(id) else None
    if found is None:
        raise Refused(Refusal(Code.UNKNOWN_SUBSCRIPTION, id))
    return found


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be changed of a subscription; None stays as it is."""

    url: str | None = None
    events: Sequence[str] | None = None
    language: str | None = None


async def change(work: Work, id: str, changes: Changes, *, check: Check) -> Subscription:
    """Send other events, or the same elsewhere: what is under way goes there at its next attempt, too."""
    found = await _to_change(work, id)
    check(found.version)
    wanted = found.wanted
    if changes.url is not None:
        if await subscriptions.is_taken(work.connection, found, changes.url):
            raise Refused(Refusal(Code.ALREADY_EXISTS, changes.url))
        wanted = replace(wanted, url=changes.url)
    if changes.events is not None:
        wanted = replace(wanted, events=tuple(dict.fromkeys(changes.events)))
    if changes.language is not None:
        wanted = replace(wanted, language=changes.language)
    if wanted != found.wanted:
        await subscriptions.set_wanted(work.connection, id, wanted)
        await _note(work, id, unit=found.unit, event="changed")
    return await read(work, id)


async def rotate(work: Work, id: str, *, old_until: datetime | None, vault: Vault) -> WithSecret:
    """A new secret beside the present one: until that ends, every message is signed with both."""
    found = await _to_change(work, id)
    secret = make_secret(vault, owner=owner(id))
    live = rotated(found.secrets, secret, now=work.now, old_until=old_until)
    await subscriptions.set_secrets(work.connection, id, live)
    await _note(work, id, unit=found.unit, event="rotated")
    return WithSecret(await read(work, id), secret.told)


async def retire(work: Work, id: str) -> Subscription:
    """Nothing is signed with the old secret any more; nothing happens where there is none."""
    found = await _to_change(work, id)
    if found.secrets.old is not None:
        await subscriptions.set_secrets(work.connection, id, found.secrets.retired())
        await _note(work, id, unit=found.unit, event="retired")
    return await read(work, id)


async def switch(work: Work, id: str, *, enabled: bool) -> Subscription:
    """Switch a subscription on or off. What happens while it is off is not delivered to it, and what was under way is canceled."""
    found = await _to_change(work, id)
    if found.enabled != enabled:
        await subscriptions.set_enabled(work.connection, id, reason=None if enabled else SWITCHED_OFF)
        await _note(work, id, unit=found.unit, event="enabled" if enabled else "disabled")
    return await read(work, id)


async def delete(work: Work, id: str) -> None:
    """End a subscription."""
    found = await _to_change(work, id)
    await subscriptions.delete(work.connection, id, at=work.now)
    await _note(work, id, unit=found.unit, event="deleted")


async def ping(work: Work, id: str) -> Delivery:
    """Have a test delivered, once, whether the subscription is on or off."""
    await read(work, id)
    delivery = new_id()
    await deliveries.insert_ping(work.connection, delivery, subscription=id, event_type=PING)
    found = await deliveries.by_id(work.connection, delivery)
    assert found is not None
    return found


async def gone(work: Work, id: str) -> None:
    """The receiver said that nobody wants any more of it (410): it is switched off."""
    await subscriptions.hold(work.connection, id)
    found = await subscriptions.by_id(work.connection, id)
    if found is not None and found.enabled:
        await subscriptions.set_enabled(work.connection, id, reason=GONE)
        await _note(work, id, unit=found.unit, event="gone")


async def _to_change(work: Work, id: str) -> Subscription:
    require_administrator(work)
    if is_id(id):
        await subscriptions.hold(work.connection, id)
    return await read(work, id)


async def _note(work: Work, id: str, *, unit: str, event: str) -> None:
    await note(work, await unit_of(work, unit), Happened("subscription", id, event))
