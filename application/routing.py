"""Who is asked about open requests: worked out at birth, at approvals of several, and when delegations or their days turn (ADR 023).

Nobody gains or loses a right by it; rights are asked anew at every decision (application.rights).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from application import messages
from application.work import CLOCK, Work
from application.working_days import birth_of, calendar_facts
from domain.recall.delegation import Delegation, Purpose
from domain.recall.next_step import next_step
from domain.recall.policy import Policy
from domain.recall.routing import Approvals, Asked, Circle, asked_at
from store import outbox, projects, routing
from store.questions import answers
from store.recalls import StoredRequest
from store.routing import Askable, OpenRequest, Rerouted
from store.turns import aside


@dataclass(frozen=True, slots=True)
class Cause:
    """Who makes somebody else be asked, for whom, and, where it is the clock, the moment that has come."""

    by: str
    on_behalf_of: str | None = None
    due: datetime | None = None


def asked_first(
    group: tuple[str, ...], *, policy: Policy, at: datetime, askable: Askable, parties: frozenset[str]
) -> Asked | None:
    """Who is asked about a request that is made now; nobody where there is no approver."""
    subject, first, *_ = group
    facts = calendar_facts(policy.calendar, born=at, now=at)
    circle = Circle(first or None, askable.of(subject), askable.given, parties, policy.allow_self_decision)
    return asked_at(circle, now=at, facts=facts)


async def reroute_of(work: Work, delegation: Delegation, *, cause: Cause) -> tuple[outbox.Message, ...]:
    """Work out anew who is asked about the open requests that a delegation concerns, given or ended in this transaction.

    One for decisions concerns what its giver may be asked about; one for requests what its giver is a party of, as its taker acts for
    a party then. Requests that others make now are waited for, or find out themselves: none is left with who was asked before.
    """
    if delegation.purpose is Purpose.DECISIONS:
        await routing.hold(work.connection, [delegation.giver])
        held = await routing.held_of_approver(work.connection, delegation.giver)
    else:
        await routing.hold(work.connection, [delegation.taker])
        held = await routing.held_of_party(work.connection, delegation.giver)
    return await _wake(work, await _reroute(work, held, cause=cause))


async def reroute_on(work: Work, subjects: Sequence[str]) -> None:
    """The same for projects, or units with their production, whose approvers have changed in this transaction.

    Their workflows are told as messages fall due.
    """
    if not subjects:
        return
    await routing.hold(work.connection, subjects)
    held = await routing.held_of_subjects(work.connection, subjects)
    await _wake(work, await _reroute(work, held, cause=Cause(work.person)))


async def reroute_decided_in(work: Work, unit: str) -> None:
    """The same for what the people of a unit decide by their roles: its production, and its entries without a project."""
    without_project = await projects.known_without_project(work.connection, unit)
    await reroute_on(work, [unit, *without_project])


async def reroute_made(work: Work, ids: Sequence[str]) -> tuple[outbox.Message, ...]:
    """The same for requests made in this transaction, where somebody has changed delegations meanwhile."""
    held = await routing.held(work.connection, ids)
    return await _wake(work, await _reroute(work, held, cause=Cause(CLOCK)))


async def reroute_replanned(work: Work, ids: Sequence[str]) -> None:
    """The same for requests where several have to approve, whose rows have changed in this transaction.

    Their workflows are told as messages fall due.
    """
    if ids:
        await _wake(work, await _reroute(work, await routing.held(work.connection, ids), cause=Cause(work.person)))


async def reroute_in(work: Work, unit: str) -> tuple[outbox.Message, ...]:
    """The same for a unit whose test clock was set to another day."""
    held = await routing.held_of_unit(work.connection, unit)
    return await _wake(work, await _reroute(work, held, cause=Cause(CLOCK)))


async def reroute_due(work: Work, id: str, *, due: datetime) -> None:
    """The day has come on which somebody else is asked about a request, whatever the clock of this machine says.

    Its workflow is told by the answer, so it is not woken.
    """
    await _reroute(work, await routing.held(work.connection, [id]), cause=Cause(CLOCK, due=due))


async def reroute_approved(work: Work, stored: StoredRequest, *, cause: Cause) -> StoredRequest:
    """A request where several have to approve, after a decision: whoever's approval it has is asked no more, the next one is.

    One that has ended by it stays as it is. Its workflow is told by the answer, so it is not woken.
    """
    if stored.request.approvals_needed == 1:
        return stored
    held = await routing.held(work.connection, [stored.request.id])
    changes = await _reroute(work, held, cause=cause)
    for _, new in changes:
        following = new.next_step
        stored = replace(stored, asked=new.asked, next_step=following.step.value, next_step_at=following.at)
    return stored


_Change = tuple[OpenRequest, Rerouted]


async def _reroute(work: Work, held: Sequence[OpenRequest], *, cause: Cause) -> list[_Change]:
    if not held:
        return []
    asking = routing.questions(sorted({one.subject for one in held}))
    askable = routing.askable_of(*await answers(work.connection, *asking))
    people = {person for one in askable.given.values() for person in (one.giver, one.taker)}
    among = sorted(people.union(*askable.approvers.values()))
    parties = await routing.parties(work.connection, [one.number for one in held], among)
    approvals = await routing.approvals(work.connection, [one.id for one in held])

    def circle_of(one: OpenRequest) -> Circle:
        own_allowed, given = one.policy.allow_self_decision, approvals.get(one.id, Approvals())
        return Circle(
            one.approver, askable.of(one.subject), askable.given, parties.get(one.number, ()), own_allowed, given
        )

    def worked_out() -> list[_Change]:
        found = [(one, _rerouted(one, cause.due, now=work.now, circle=circle_of(one))) for one in held]
        return [(one, new) for one, new in found if (new.asked, new.next_step) != (one.asked, one.next_step)]

    changes = await aside(len(held), worked_out)
    if changes:
        new = [new for _, new in changes]
        await routing.reroute(work.connection, new, by=cause.by, on_behalf_of=cause.on_behalf_of)
    return changes


def _rerouted(one: OpenRequest, due: datetime | None, *, now: datetime, circle: Circle) -> Rerouted:
    at = one.business_now or now
    moment = at if due is None else max(at, due)
    birth = birth_of(one.policy, born=one.business_at, now=moment, promised=one.promised)
    asked = asked_at(circle, now=moment, facts=birth.facts) or one.asked
    following = next_step(birth, replace(one.so_far, asked_until=None if asked is None else asked.until))
    return Rerouted(one.id, asked, following, at, _facts(one.asked, asked, approved=circle.approvals.people))


def _facts(before: Asked | None, after: Asked | None, *, approved: Collection[str]) -> dict[str, str] | None:
    """Who was asked, if anybody was, who is, and the delegation that did it; None where the same person is asked.

    The delegation by which somebody was asked who has approved since is not what made the next one be asked.
    """
    if after is None or (before is not None and before.person == after.person):
        return None
    ended = before.through if before and before.person not in approved else None
    because = after.through or ended
    found = {"from": before and before.person, "to": after.person, "delegation": because}
    return {name: value for name, value in found.items() if value}


async def _wake(work: Work, changes: Sequence[_Change]) -> tuple[outbox.Message, ...]:
    """Their workflows look again, where who is waited for or what comes next has changed."""
    woken = [
        messages.look_again(one.number, one.id)
        for one, new in changes
        if new.facts is not None or new.next_step != one.next_step
    ]
    return tuple(await outbox.add(work.connection, woken)) if woken else ()
