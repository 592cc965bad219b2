"""Approval channels: registered, changed, given new secrets, switched off; and what they may speak for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from application.new_secrets import make_secret, rotated
from application.people import require_people
from application.work import Check, Refused, Work, note, require_administrator, unit_of
from domain.refusals import Code, Refusal
from store import channels, projects
from store.channels import Channel, Scope
from store.history import Happened
from store.ids import is_id
from store.recalls import StoredRequest
from store.vault import Vault


@dataclass(frozen=True, slots=True)
class WithSecret:
    """A channel and its newest secret, which nobody can read again."""

    channel: Channel
    secret: str


def owner(channel: str) -> str:
    """Whose its secrets are, as the vault has it."""
    return f"channel:{channel}"


async def create(work: Work, id: str, *, unit: str, scope: Scope, vault: Vault) -> WithSecret:
    """Register a channel; its secret is known only now."""
    require_administrator(work)
    await unit_of(work, unit)
    await _require_scope(work, unit, scope)
    secret = make_secret(vault, owner=owner(id))
    if not await channels.insert(work.connection, id, unit=unit, secret=secret.kept, scope=scope):
        raise Refused(Refusal(Code.ALREADY_EXISTS, id, {"id": id}))
    await _note(work, id, unit=unit, event="created")
    return WithSecret(await read(work, id), secret.told)


async def read(work: Work, id: str) -> Channel:
    """The channel, or the refusal unknown_channel."""
    require_administrator(work)
    found = await channels.by_id(work.connection, id)
    if found is None:
        raise Refused(Refusal(Code.UNKNOWN_CHANNEL, id))
    return found


async def change(
    work: Work, id: str, *, people: Sequence[str] | None, projects: Sequence[str] | None, check: Check
) -> Channel:
    """Give a channel other people or projects to speak for; what is left out stays. Decisions that came in before stand."""
    channel = await _to_change(work, id)
    check(channel.version)
    scope = Scope(
        channel.scope.people if people is None else tuple(people),
        channel.scope.projects if projects is None else tuple(projects),
    )
    await _require_scope(work, channel.unit, scope)
    if scope != channel.scope:
        await channels.set_scope(work.connection, id, scope)
        await _note(work, id, unit=channel.unit, event="changed")
    return await read(work, id)


async def rotate(work: Work, id: str, *, old_until: datetime | None, vault: Vault) -> WithSecret:
    """A new secret beside the present one, which stays good until then or until it is retired."""
    channel = await _to_change(work, id)
    secret = make_secret(vault, owner=owner(id))
    live = rotated(channel.secrets, secret, now=work.now, old_until=old_until)
    await channels.set_secrets(work.connection, id, live)
    await _note(work, id, unit=channel.unit, event="rotated")
    return WithSecret(await read(work, id), secret.told)


async def retire(work: Work, id: str) -> Channel:
    """The old secret is good no more; nothing happens where there is none."""
    channel = await _to_change(work, id)
    if channel.secrets.old is not None:
        await channels.set_secrets(work.connection, id, channel.secrets.retired())
        await _note(work, id, unit=channel.unit, event="retired")
    return await read(work, id)


async def switch(work: Work, id: str, *, enabled: bool) -> Channel:
    """Switch a channel on or off; once it is off, nothing that comes by it is taken in."""
    channel = await _to_change(work, id)
    if channel.enabled != enabled:
        await channels.set_enabled(work.connection, id, enabled=enabled)
        await _note(work, id, unit=channel.unit, event="enabled" if enabled else "disabled")
    return await read(work, id)


def require_enabled(channel: Channel) -> None:
    """Nothing is taken in by a channel that is off, not even a repetition."""
    if not channel.enabled:
        raise Refused(Refusal(Code.CHANNEL_DISABLED))


def require_person(channel: Channel, person: str) -> None:
    """The channel may speak for this person; said before anything about a recall is looked at."""
    people = channel.scope.people
    if people and person not in people:
        raise Refused(Refusal(Code.OUTSIDE_CHANNEL))


def require_recall(channel: Channel, stored: StoredRequest) -> None:
    """The recall is one the channel may speak for. Any other is not there for it: that it exists is not told."""
    projects = channel.scope.projects
    if stored.unit != channel.unit or (projects and stored.subject not in projects):
        raise Refused(Refusal(Code.UNKNOWN_RECALL, stored.request.id))


async def _to_change(work: Work, id: str) -> Channel:
    require_administrator(work)
    await channels.hold_to_change(work.connection, id)
    return await read(work, id)


async def _require_scope(work: Work, unit: str, scope: Scope) -> None:
    """People who exist, and projects of the channel's unit."""
    await require_people(work, scope.people)
    found = await projects.projects(work.connection, [id for id in scope.projects if is_id(id)])
    wrong = [id for id in scope.projects if id not in found or found[id].unit != unit]
    if wrong:
        raise Refused(*(Refusal(Code.UNKNOWN_PROJECT, id) for id in dict.fromkeys(wrong)))


async def _note(work: Work, id: str, *, unit: str, event: str) -> None:
    await note(work, await unit_of(work, unit), Happened("channel", id, event))
