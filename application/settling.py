"""Settling: one transaction that checks everything again under lock and writes the outcome, or changes nothing.

Every function here may run twice: the second run finds its work done and answers the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from application import bulk, messages, routing
from application.deciding import at_decision, context_of, held_request, known_request, request_of, right_once_decided
from application.memory import MEMORIES
from application.recallable import RECALLABLES, Settling
from application.settled import Settled, change_of, line_outcome, told_next_step
from application.work import CLOCK, LONG_LINES, Refused, Work
from application.working_days import birth_of, day_in
from domain.recall.deciding import Settlement, decide_settle
from domain.recall.ending import decide_close, decide_expire, decide_withdraw
from domain.recall.next_step import Birth, SoFar, Step, is_over, last_reminder_due, next_step
from domain.recall.request import Event, Request, RequestEnded, RequestStatus, Verdict, evolve
from domain.refusals import Code, Refusal
from domain.reserved import OPERATOR
from store import chunks, decisions, history, outbox, recalls
from store.chunks import Run
from store.decisions import LineOutcome, StoredDecision
from store.ids import is_id
from store.questions import answers
from store.recalls import StoredRequest
from store.writes import Write, write


async def settle_decision(work: Work, id: str, *, request: str, run: Run | None = None) -> Settled:
    """Settle a stored decision: recheck rights, rows and invoices under lock, write reversals, statuses and history.

    An id that is no stored decision on this request changes nothing: anybody who reaches Temporal can send one.
    Of a long decision only the next chunk is settled; the outcome is pending until the last one is (ADR 010). Who settles
    several has them share a `run`.
    """
    if not is_id(id) or not is_id(request):
        return await standing(work, request)
    if await chunks.hold(work.connection, id, request=request, most=LONG_LINES):
        settled = await bulk.settle_chunk(work, id, request=request, run=run or Run())
        return settled or await standing(work, request)
    found = await answers(work.connection, recalls.question(request), decisions.question(id))
    stored, current = known_request(await recalls.of_answer(found[0]), request), decisions.of_answer(found[1])
    if current is None or current.request != request:
        return _standing(stored, stored.request)
    if current.outcome != "pending":
        return _standing(stored, stored.request, current)
    settlement, facts = await _decide(work, stored, current)
    after = evolve(stored.request, *settlement.events)
    act = history.Act(current.decision.by, stored.business_now or work.now, current.on_behalf_of)
    decided = _closing(work, current, settlement, after=after)
    if settlement.events:
        change = recalls.changing(change_of(stored.request, settlement.events, after), act=act, now=work.now)
        settling = Settling(stored.request.id, context_of(work, stored), act, along=(change, decided))
        await RECALLABLES[stored.kind].settle(work.connection, settlement.events, facts, settling=settling)
        cause = routing.Cause(act.by, act.on_behalf_of)
        stored = await routing.reroute_approved(work, stored, cause=cause)
    else:
        await write(work.connection, decided)
    return _standing(stored, after, current, settlement=settlement)


async def _decide(work: Work, stored: StoredRequest, current: StoredDecision) -> tuple[Settlement, dict[str, Any]]:
    recallable = RECALLABLES[stored.kind]
    decision = current.decision
    open_lines = stored.request.open_lines
    names = [name for name in decision.lines or () if name in open_lines]
    right_of, day = current.on_behalf_of or decision.by, day_in(stored.request.policy, current.business_at)
    right = right_once_decided(work, stored, decision.by, right_of=right_of, decided_on=day)
    facts, authority = await recallable.facts_and_authority(work.connection, names, right, lock=True)
    now = {}
    if decision.verdict is Verdict.APPROVE:
        now = at_decision(recallable, facts, context=context_of(work, stored))
    return decide_settle(stored.request, decision, authority=authority, seen=current.seen, now=now), dict(facts)


def _closing(work: Work, current: StoredDecision, settlement: Settlement, *, after: Request) -> Write:
    """How the decision ended; others that are stored but come too late are refused."""
    by_line = {refusal.subject: refusal for refusal in settlement.refusals}
    outcomes = {
        event.subject: line_outcome(event) for event in settlement.events if not isinstance(event, RequestEnded)
    }
    whole = next((refusal for refusal in settlement.refusals if refusal.subject == current.request), None)
    lines = [
        LineOutcome(name, outcomes.get(name, "refused"), by_line.get(name, whole))
        for name in current.decision.lines or ()
    ]
    has_ended = after.status is not RequestStatus.AWAITING_DECISION
    outcome = decisions.Outcome(settlement.applied, whole, lines, Code.REQUEST_CLOSED if has_ended else None)
    return decisions.settling(current.id, outcome, now=work.now)


def _standing(
    stored: StoredRequest,
    request: Request,
    current: StoredDecision | None = None,
    *,
    settlement: Settlement | None = None,
) -> Settled:
    """How a request stands: its state by now, and from how it was stored what happens next."""
    statuses = [line.status.value for line in request.lines.values()]
    blocked = sorted({line.blocked_by.code.value for line in request.lines.values() if line.blocked_by})
    outcome = current.outcome if current else ""
    if settlement is not None:
        outcome = "applied" if settlement.applied else "refused"
    settled = Settled(
        status=request.status.value,
        blocked_by=tuple(blocked),
        recalled=statuses.count("recalled"),
        rejected=statuses.count("rejected"),
        open=statuses.count("open") + statuses.count("blocked"),
        parked=sum(1 for line in request.lines.values() if line.parked_by),
        outcome=outcome,
        decided_by=current.decision.by if current else "",
        verdict=current.decision.verdict.value if current else "",
        born=stored.created_at if current else None,
    )
    return told_next_step(settled, stored)


async def withdraw(work: Work, id: str) -> tuple[outbox.Message, ...]:
    """The requester or an owner takes the request back; it ends without effect."""
    stored = await held_request(work, id)
    outcome = decide_withdraw(stored.request, work.person)
    if isinstance(outcome, Refusal):
        raise Refused(outcome)
    owners = {id: line.owner for id, line in stored.request.lines.items()}
    act = history.Act(work.person, _due(stored, work.now), history.acting_for(work.person, owners.values()))
    acts_for_owners = work.person == stored.request.requester
    for_whom = {id: owner for id, owner in owners.items() if acts_for_owners and owner != work.person}
    await _end(work, stored, outcome, act=act, for_whom=for_whom)
    return tuple(await outbox.add(work.connection, [messages.changed(stored)]))


async def expire(work: Work, id: str) -> Settled:
    """The time of a request is up: it ends without effect, unless it has ended already."""
    stored = await _decided_first(work, id)
    events = decide_expire(stored.request)
    return await _end_if(work, stored, events, by=CLOCK)


async def close(work: Work, id: str) -> Settled:
    """An operator ends a request: what is still open is withdrawn, unless it has ended already."""
    stored = await _decided_first(work, id)
    events = decide_close(stored.request)
    return await _end_if(work, stored, events, by=OPERATOR)


async def _decided_first(work: Work, id: str) -> StoredRequest:
    """The held request after every decision that was taken in before: whoever was told so may rely on it."""
    await held_request(work, id)
    for decision in await decisions.of_requests(work.connection, [id]):
        settled = decision.outcome
        while settled == "pending":
            settled = (await settle_decision(work, decision.id, request=id)).outcome
    return await request_of(work, id)


async def _end_if(work: Work, stored: StoredRequest, events: Sequence[Event], *, by: str) -> Settled:
    if not events:
        return _standing(stored, stored.request)
    return await _end(work, stored, events, act=history.Act(by, _due(stored, work.now)))


def _due(stored: StoredRequest, now: datetime) -> datetime:
    return stored.business_now or now


async def _end(
    work: Work,
    stored: StoredRequest,
    events: Sequence[Event],
    *,
    act: history.Act,
    for_whom: Mapping[str, str] = MappingProxyType({}),
) -> Settled:
    recallable, memory = RECALLABLES[stored.kind], MEMORIES.get(stored.kind)
    names = list(stored.request.open_lines)
    after = evolve(stored.request, *events)
    along = (
        recalls.changing(change_of(stored.request, events, after), act=act, now=work.now),
        decisions.refusing_pending(after.id, code=Code.REQUEST_CLOSED, now=work.now),
    )
    settling = Settling(stored.request.id, context_of(work, stored), act, along, for_whom)
    if memory is not None and len(names) > LONG_LINES:
        await memory.hold_unchanged(work.connection, stored.request.id, names, unit=stored.unit)
        lines = [event for event in events if not isinstance(event, RequestEnded)]
        await memory.settle(work.connection, lines, settling=settling)
        await write(work.connection, *along)
    else:
        facts = await recallable.facts(work.connection, names, lock=True)
        await recallable.settle(work.connection, events, facts, settling=settling)
    return _standing(stored, after)


async def remind(work: Work, id: str, *, count: int, after_seconds: float) -> Settled:
    """The approver is reminded for the `count`-th time, so long after the birth of the request; then what comes next is set.

    One reminder stands for all that were missed, and says how many these are; none is given where the request is to expire now.
    """
    stored = await held_request(work, id)
    if stored.request.open_lines and stored.reminders < count:
        birth, at = _birth(work, stored), stored.business_at + timedelta(seconds=after_seconds)
        number = last_reminder_due(birth, count, at=at)
        so_far = SoFar(number, stored.escalated_to is not None)
        if is_over(birth, at=at):
            if stored.next_step != Step.EXPIRY:
                stored = await _go_on(work, stored, so_far, reminders=stored.reminders)
        else:
            missed = number - stored.reminders - 1
            stored = await _go_on(work, stored, so_far, reminders=number)
            await _note(work, stored, "reminded", {"count": str(number), "missed": str(missed)})
    return _standing(stored, stored.request)


async def escalate(work: Work, id: str) -> Settled:
    """The escalation person of the policy may decide from now on, too; nothing is taken from the approvers."""
    stored = await held_request(work, id)
    person = stored.request.policy.escalate_to
    if stored.request.open_lines and person is not None and stored.escalated_to is None:
        await recalls.escalate(work.connection, id, to=person)
        so_far = SoFar(stored.reminders, escalated=True)
        stored = await _go_on(work, stored, so_far, reminders=stored.reminders)
        await _note(work, stored, "escalated", {"to": person})
    return _standing(stored, stored.request)


async def reroute(work: Work, id: str, *, after_seconds: float) -> Settled:
    """The moment has come, so long after its birth, when somebody else is asked about a request."""
    stored = await held_request(work, id)
    await routing.reroute_due(work, id, due=stored.business_at + timedelta(seconds=after_seconds))
    return await standing(work, id)


async def _go_on(work: Work, stored: StoredRequest, so_far: SoFar, *, reminders: int) -> StoredRequest:
    """Set what happens next to a request after so much, and the number of the last reminder that was given."""
    asked_until = None if stored.asked is None else stored.asked.until
    following = next_step(_birth(work, stored), replace(so_far, asked_until=asked_until))
    await recalls.set_next_step(work.connection, stored.request.id, following=following, reminders=reminders)
    return replace(stored, next_step=following.step.value, next_step_at=following.at, reminders=reminders)


def _birth(work: Work, stored: StoredRequest) -> Birth:
    return birth_of(
        stored.request.policy, born=stored.business_at, now=_due(stored, work.now), promised=stored.expires_at
    )


async def _note(work: Work, stored: StoredRequest, event: str, facts: Mapping[str, str]) -> None:
    """A step of the clock in the history of the request, and for the world."""
    happened = history.Happened("recall", stored.request.id, event, facts=facts)
    await recalls.tell(work.connection, happened, act=history.Act(CLOCK, _due(stored, work.now)))


async def standing(work: Work, id: str) -> Settled:
    """How a request stands now."""
    stored = await request_of(work, id)
    return _standing(stored, stored.request)
