"""Who is asked about open requests: worked out at birth, when a delegation is given or ended, and when its days turn (ADR 023).

Nobody gains or loses a right by it; rights are asked anew at every decision (application.rights).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from application import messages
from application.work import CLOCK, Work
from application.working_days import birth_of, calendar_facts
from domain.recall.delegation import Delegation
from domain.recall.next_step import next_step
from domain.recall.policy import Policy
from domain.recall.routing import Asked, asked_at
from store import delegations, outbox, routing
from store.questions import answer
from store.routing import OpenRequest, Rerouted
from store.turns import aside


@dataclass(frozen=True, slots=True)
class Cause:
    """Who makes somebody else be asked, for whom, and, where it is the clock, the moment that has come."""

    by: str
    on_behalf_of: str | None = None
    due: datetime | None = None


def asked_first(
    approver: str | None, *, policy: Policy, at: datetime, given: Mapping[str, Delegation], parties: frozenset[str]
) -> Asked | None:
    """Who is asked about a request that is made now; nobody in particular where nobody approved what it is about."""
    if approver is None:
        return None
    facts = calendar_facts(policy.calendar, born=at, now=at)
    return asked_at(approver, now=at, facts=facts, given=given, parties=parties)


async def reroute_of(work: Work, giver: str, *, cause: Cause) -> tuple[outbox.Message, ...]:
    """Work out anew who is asked about the open requests of a giver, whose delegations have changed in this transaction.

    Requests that others make now are waited for, or find out themselves: none is left with who was asked before.
    """
    await routing.hold_giving(work.connection, giver)
    return await _wake(work, await _reroute(work, await routing.held_of_approver(work.connection, giver), cause=cause))


async def reroute_made(work: Work, ids: Sequence[str]) -> tuple[outbox.Message, ...]:
    """The same for requests made in this transaction, where somebody has changed delegations meanwhile."""
    held = await routing.held(work.connection, ids)
    return await _wake(work, await _reroute(work, held, cause=Cause(CLOCK)))


async def reroute_in(work: Work, unit: str) -> tuple[outbox.Message, ...]:
    """The same for a unit whose test clock was set to another day."""
    held = await routing.held_of_unit(work.connection, unit)
    return await _wake(work, await _reroute(work, held, cause=Cause(CLOCK)))


async def reroute_due(work: Work, id: str, *, due: datetime) -> None:
    """The day has come on which somebody else is asked about a request, whatever the clock of this machine says.

    Its workflow is told by the answer, so it is not woken.
    """
    await _reroute(work, await routing.held(work.connection, [id]), cause=Cause(CLOCK, due=due))


_Change = tuple[OpenRequest, Rerouted]


async def _reroute(work: Work, held: Sequence[OpenRequest], *, cause: Cause) -> list[_Change]:
    if not held:
        return []
    givers = sorted({one.approver for one in held})
    given = delegations.of_answer(await answer(work.connection, delegations.given_by(givers)))
    takers = sorted({one.taker for one in given.values()})
    parties = await routing.parties(work.connection, [one.number for one in held], takers)

    def worked_out() -> list[_Change]:
        found = [
            (one, _rerouted(one, now=work.now, due=cause.due, given=given, parties=parties.get(one.number, ())))
            for one in held
        ]
        return [(one, new) for one, new in found if (new.asked, new.next_step) != (one.asked, one.next_step)]

    changes = await aside(len(held), worked_out)
    if changes:
        new = [new for _, new in changes]
        await routing.reroute(work.connection, new, by=cause.by, on_behalf_of=cause.on_behalf_of)
    return changes


def _rerouted(
    one: OpenRequest,
    *,
    now: datetime,
    due: datetime | None,
    given: Mapping[str, Delegation],
    parties: Collection[str],
) -> Rerouted:
    at = one.business_now or now
    moment = at if due is None else max(at, due)
    birth = birth_of(one.policy, born=one.business_at, now=moment, promised=one.promised)
    asked = asked_at(one.approver, now=moment, facts=birth.facts, given=given, parties=parties)
    following = next_step(birth, replace(one.so_far, asked_until=asked.until))
    return Rerouted(one.id, asked, following, at, _facts(one.asked, asked))


def _facts(before: Asked, after: Asked) -> dict[str, str] | None:
    """Who was asked, who is, and the delegation that did it; None where the same person is asked."""
    if before.person == after.person:
        return None
    because = after.through or before.through
    return {"from": before.person, "to": after.person} | ({"delegation": because} if because else {})


async def _wake(work: Work, changes: Sequence[_Change]) -> tuple[outbox.Message, ...]:
    """Their workflows look again, where who is waited for or what comes next has changed."""
    woken = [
        messages.look_again(one.number, one.id)
        for one, new in changes
        if (new.asked.person, new.next_step) != (one.asked.person, one.next_step)
    ]
    return tuple(await outbox.add(work.connection, woken)) if woken else ()
