"""The policy of a unit: reading its versions, setting a new one, and what it must fulfil."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from application.work import Refused, Work, business_now, note, require_finance, unit_of
from application.working_days import birth_of, countries, time_zones
from domain.recall import policy_replay
from domain.recall.policy import Policy
from domain.recall.policy_check import InReach, PolicyFacts, PolicyFault, check_policy
from domain.recall.policy_diff import Changed, differences
from domain.recall.policy_replay import Change, PastRequest
from domain.refusals import Code, Refusal
from store import history, past_requests, policies, projects
from store.paging import Listed, Span
from store.policies import NewPolicy, StoredPolicy, policy_values
from store.projects import StoredUnit
from store.turns import aside

_AS_MANY_LINES: Final = 20
"""As long as looking at one past request takes: others have their turn meanwhile."""


class PolicyRefused(Refused):
    """A policy with faults, each with its place in the document."""

    def __init__(self, faults: Sequence[PolicyFault]) -> None:
        """`faults` are at least one."""
        super().__init__(*(fault.refusal for fault in faults), pointers=[f"/policy{one.pointer}" for one in faults])


@dataclass(frozen=True, slots=True)
class Wanted:
    """A policy that is to come into force, why, and for which versions of now; None for whatever it is."""

    policy: Policy
    comment: str
    instead_of: frozenset[int] | None


@dataclass(frozen=True, slots=True)
class Set:
    """The version in force after a policy was set, and what it changed."""

    stored: StoredPolicy
    changed: Sequence[Changed]


async def in_force(work: Work, unit: str) -> StoredPolicy:
    """The policy of a unit; unknown_unit where there is no such unit, or the person may not see it."""
    found = await policies.in_force(work.connection, unit, by=work.person)
    if found is None:
        raise Refused(Refusal(Code.UNKNOWN_UNIT, unit))
    return found


async def version_of(work: Work, unit: str, number: int) -> StoredPolicy:
    """One version of the policy of a unit; not_found where there is none."""
    await in_force(work, unit)
    found = await policies.version(work.connection, unit, number)
    if found is None:
        raise Refused(Refusal(Code.NOT_FOUND, str(number), {"why": "no_such_version"}))
    return found


async def unit_to_set(work: Work, id: str) -> StoredUnit:
    """The unit, for finance alone."""
    await require_finance(work, id)
    return await unit_of(work, id)


async def set_policy(work: Work, unit: StoredUnit, wanted: Wanted) -> Set:
    """Add a version that is in force from now on; open requests keep the one they were born under.

    The same values again are no new version.
    """
    await projects.hold_unit(work.connection, unit.id)
    now = await in_force(work, unit.id)
    if wanted.instead_of is not None and now.version not in wanted.instead_of:
        raise Refused(Refusal(Code.STALE_VERSION, unit.id, {"version": str(now.version), "why": "resource"}))
    await require_sound(work, wanted.policy, currency=unit.currency, unit=unit.id)
    changed = differences(now.document, policy_values(wanted.policy))
    if not changed:
        return Set(now, ())
    new = NewPolicy(unit.id, now.version + 1, wanted.policy, wanted.comment, by=work.person, at=work.now)
    await policies.add(work.connection, new)
    facts = {"version": str(new.version), "changed": ", ".join(one.field for one in changed)}
    happened = history.Happened("unit", unit.id, "policy_changed", facts=facts)
    await note(work, unit, happened)
    return Set(await in_force(work, unit.id), changed)


async def require_sound(work: Work, policy: Policy, *, currency: str, unit: str | None = None) -> None:
    """Refuse a policy with faults, naming all of them. `unit` is the one it is for, if that is there already."""
    people = [] if policy.escalate_to is None else [policy.escalate_to]
    facts = PolicyFacts(
        currency=currency,
        countries=countries(),
        time_zones=time_zones(),
        unknown_people=frozenset(await projects.unknown_people(work.connection, people)),
        scarcest=() if unit is None else await _scarcest(work, unit, policy),
    )
    faults = check_policy(policy, facts)
    if faults:
        raise PolicyRefused(faults)


async def _scarcest(work: Work, unit: str, policy: Policy) -> tuple[InReach, ...]:
    """Every project of a unit, and its production, have enough people who may decide; else requests would wait for ever."""
    fewest = await projects.fewest_approvers(work.connection, unit, also=policy.escalate_to)
    approvers = await projects.approvers_of_unit(work.connection, unit)
    produces = bool(approvers) or await projects.has_production(work.connection, unit)
    deciders = len({*approvers, policy.escalate_to} - {None})
    of_projects = () if fewest is None else (InReach(*fewest),)
    return (*of_projects, *((InReach(unit, deciders, produces=True),) if produces else ()))


async def difference(work: Work, unit: str, *, before: int, after: int) -> Sequence[Changed]:
    """What two versions of the policy of a unit differ in."""
    new, old = await version_of(work, unit, after), await version_of(work, unit, before)
    return differences(old.document, new.document)


@dataclass(frozen=True, slots=True)
class Replayed:
    """A past request, and what another policy would have changed for it."""

    past: PastRequest
    changes: Sequence[Change]


async def replay(work: Work, unit: StoredUnit, policy: Policy, span: Span) -> Listed[Replayed]:
    """What a policy would have changed on a part of the past requests of a unit, in the order of their numbers. Writes nothing."""
    await require_sound(work, policy, currency=unit.currency, unit=unit.id)
    found = await past_requests.of_unit(work.connection, unit.id, span)
    now = business_now(work, unit)

    def replayed() -> list[Replayed]:
        return [Replayed(past, _replayed(past, policy, now=now)) for past in found.items]

    return found.of(await aside(len(found.items) * _AS_MANY_LINES, replayed))


def _replayed(past: PastRequest, policy: Policy, *, now: datetime) -> tuple[Change, ...]:
    was = birth_of(past.request.policy, born=past.born, now=now)
    return policy_replay.replay(past, was=was, would_be=birth_of(policy, born=past.born, now=now), now=now)
