"""Taking a decision in: who is it, may they, is it the plan they saw; then it is stored, once for each source event."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from application import messages
from application.memory import MEMORIES
from application.recallable import RECALLABLES, Recallable, RightToDecide
from application.work import LONG_LINES, Refused, Work, raise_if
from application.working_days import day_in
from domain.recall.authority import Authority
from domain.recall.deciding import Decision, LineAtDecision, check_decision, decided_lines
from domain.recall.kinds import Context
from domain.recall.plan import Difference, Plan, brief, compare, request_hash
from domain.recall.request import Request, Verdict
from domain.refusals import Code, Refusal
from store import channels, decisions, outbox, recall_plans, recalls
from store.channels import Channel
from store.ids import is_id, new_id
from store.questions import answer, answers
from store.recalls import StoredRequest
from store.turns import aside


@dataclass(frozen=True, slots=True)
class Source:
    """Where a decision comes from: its channel, the id of its event there, and a fingerprint of what was said.

    `by_key`: the event is named by an Idempotency-Key of the person, not by the id of a message.
    """

    name: str
    event: str
    body_hash: str
    by_key: bool = False

    @property
    def reused(self) -> Refusal:
        """What is in the way where the event has said something else before."""
        if self.by_key:
            return Refusal(Code.IDEMPOTENCY_KEY_REUSED)
        return Refusal(Code.WEBHOOK_ID_REUSED, self.event)


@dataclass(frozen=True, slots=True)
class Taken:
    """A stored decision and what the workflow has to be told; nothing to tell where it was stored before."""

    decision: str
    request: str
    messages: tuple[outbox.Message, ...] = ()


async def request_of(work: Work, id: str) -> StoredRequest:
    """The request, or the refusal unknown_recall."""
    return known_request(await recalls.load(work.connection, id) if is_id(id) else None, id)


def known_request(stored: StoredRequest | None, id: str) -> StoredRequest:
    """The request that was looked for, or the refusal unknown_recall."""
    if stored is None:
        raise Refused(Refusal(Code.UNKNOWN_RECALL, id))
    return stored


def at_decision(
    recallable: Recallable[Any], facts: Mapping[str, Any], *, context: Context
) -> dict[str, LineAtDecision]:
    """What the kind says now about each line: what blocks it, and the plan it would write."""
    return {id: _line_at_decision(recallable, fact, context=context) for id, fact in facts.items()}


def _line_at_decision(recallable: Recallable[Any], fact: Any, *, context: Context) -> LineAtDecision:
    refusal = recallable.kind.check_decision(fact, context)
    effect = None if refusal is None else recallable.kind.effect_once_credited(fact, refusal)
    return LineAtDecision(refusal, recallable.kind.plan(fact, context).hash, effect)


def context_of(work: Work, stored: StoredRequest) -> Context:
    """The day of the unit, by the clocks of the policy the request was born under, and that policy."""
    return Context(today_of(work, stored), stored.request.policy)


def today_of(work: Work, stored: StoredRequest) -> date:
    """The day by the clocks of the unit of a request (ADR 029)."""
    return day_in(stored.request.policy, stored.business_now or work.now)


async def right_to_decide(
    work: Work,
    stored: StoredRequest,
    person: str,
    *,
    lines: tuple[str, ...] | None = None,
) -> Authority:
    """What a person may decide now about lines of a request, or all open ones. What they have decided and waits counts already."""
    right = _right_now(work, stored, person, lines=lines)
    return (await RECALLABLES[stored.kind].authorities(work.connection, [right]))[0]


def _right_now(work: Work, stored: StoredRequest, person: str, *, lines: tuple[str, ...] | None) -> RightToDecide:
    return replace(_question(work, stored, person), lines=lines, waiting_of=stored.request.id)


def right_once_decided(
    work: Work, stored: StoredRequest, person: str, *, right_of: str, decided_on: date
) -> RightToDecide:
    """The question what a person may still decide by the right that their stored decision has used.

    What was taken from them meanwhile counts; that the days of a delegation are over by now does not, as they are those of the
    decision (project-recall, section 7).
    """
    return replace(_question(work, stored, person), settled_by=right_of, today=decided_on)


async def rights_to_decide(
    work: Work, found: Sequence[StoredRequest], person: str, *, used: Mapping[str, frozenset[str]]
) -> list[Authority]:
    """The right to decide each of several requests, by as many statements as there are kinds among them.

    `used` are the rights that what waits of others uses, by request; what waits of the person is for the caller to say.
    """
    rights: dict[str, Authority] = {}
    for kind in {stored.kind for stored in found}:
        some = [stored for stored in found if stored.kind == kind]
        questions = [replace(_question(work, one, person), used=used[one.request.id]) for one in some]
        found_rights = await RECALLABLES[kind].authorities(work.connection, questions)
        rights |= {one.request.id: right for one, right in zip(some, found_rights, strict=True)}
    return [rights[stored.request.id] for stored in found]


def _question(work: Work, stored: StoredRequest, person: str) -> RightToDecide:
    return RightToDecide(stored.subject, person, today_of(work, stored), stored.request, stored.escalated_to)


async def repeated(work: Work, source: Source) -> Taken | None:
    """The decision this event brought before; the same event with another body is refused."""
    stored = await decisions.by_event(work.connection, source.name, source.event)
    if stored is None:
        return None
    if stored.body_hash != source.body_hash:
        raise Refused(source.reused)
    return Taken(stored.id, stored.request)


async def taken_or_repeated(work: Work, source: Source, taking: Awaitable[Taken]) -> Taken:
    """What an earlier copy of the event was answered counts more than a refusal of this one: the request may have ended by it."""
    try:
        return await taking
    except Refused:
        found = await repeated(work, source)
        if found is None:
            raise
        return found


@dataclass(frozen=True, slots=True)
class Said:
    """What a decider said. `seen` are the plans an approval is good for; None stands for the one last stored on the request."""

    decision: Decision
    comment: str | None = None
    seen: frozenset[str] | None = None


async def held_request(work: Work, id: str) -> StoredRequest:
    """The request, held until the end of the transaction to be changed."""
    if is_id(id):
        await recalls.hold(work.connection, id, to_change=True)
    return await request_of(work, id)


async def request_to_decide(work: Work, id: str, *, by: str) -> StoredRequest:
    """The request, held until the end of the transaction: others may decide it, too, but one person decides once at a time."""
    if is_id(id):
        await answer(work.connection, recalls.held_to_decide(id, by=by))
    return await request_of(work, id)


async def hold_with_channel(work: Work, id: str, *, by: str, channel: str) -> Channel:
    """The channel that a decision came by, and the request it is about, both held until the end of the transaction."""
    held = [recalls.held_to_decide(id, by=by)] if is_id(id) else []
    found, *_ = await answers(work.connection, channels.held(channel), *held)
    return channels.of_answer(found)


async def take(work: Work, stored: StoredRequest, said: Said, *, source: Source) -> Taken:
    """Store a decision on a held request, bound to the plan that was seen (api.md).

    Nothing is written to the ledger here: the workflow settles the decision. Whoever ends the request refuses the decisions
    that are stored and not settled by then, so none is left behind.
    """
    decision = said.decision
    request = stored.request
    authority, now = await _authority_and_lines(work, stored, decision)
    raise_if(check_decision(request, decision, authority))
    seen = {name: request.lines[name].plan_hash for name in decided_lines(request, decision)}
    if decision.verdict is Verdict.APPROVE:
        plans = frozenset({stored.plan_hash}) if said.seen is None else said.seen
        seen = await _seen_plans(work, stored, seen, plans=plans, now=now or await current_lines(work, stored))
    new = decisions.NewDecision(
        id=new_id(),
        request=request.id,
        source=source.name,
        event=source.event,
        body_hash=source.body_hash,
        decision=decision,
        comment=said.comment,
        seen=seen,
        on_behalf_of=authority.on_behalf_of,
        received_at=work.now,
        business_at=stored.business_now or work.now,
    )
    told = await decisions.insert(work.connection, new, told=messages.decision(stored, new.id))
    if told is None:
        return await repeated(work, source) or Taken(new.id, request.id)
    return Taken(new.id, request.id, (told,))


async def _authority_and_lines(
    work: Work, stored: StoredRequest, decision: Decision
) -> tuple[Authority, Mapping[str, LineAtDecision] | None]:
    """What the person may decide; and what an approval needs, the open lines as they are now, where a request is not a long one."""
    lines = stored.request.open_lines
    if decision.verdict is not Verdict.APPROVE or len(lines) > LONG_LINES:
        return await right_to_decide(work, stored, decision.by, lines=decision.lines), None
    recallable, right = RECALLABLES[stored.kind], _right_now(work, stored, decision.by, lines=decision.lines)
    facts, authority = await recallable.facts_and_authority(work.connection, list(lines), right, lock=False)
    return authority, at_decision(recallable, facts, context=context_of(work, stored))


async def _seen_plans(
    work: Work,
    stored: StoredRequest,
    lines: Mapping[str, str],
    *,
    plans: frozenset[str],
    now: Mapping[str, LineAtDecision],
) -> dict[str, str]:
    """The plan hash each decided line was approved with; lines whose rows changed since are refused.

    A line that is blocked now is answered by its code whatever was seen: it goes on to the workflow, which blocks it.
    """
    if request_hash({name: line.plan_hash for name, line in now.items()}) in plans:
        return {name: now[name].plan_hash for name in lines}
    seen = dict(lines) if stored.plan_hash in plans else dict.fromkeys(lines, "")
    stale = [name for name, hash in seen.items() if now[name].refusal is None and now[name].plan_hash != hash]
    if stale:
        differences = await _differences(work, stored, stale, plans=plans)
        raise Refused(*(Refusal(Code.STALE_VERSION, name) for name in stale), differences=differences)
    return seen


async def _differences(
    work: Work, stored: StoredRequest, stale: Sequence[str], *, plans: frozenset[str]
) -> list[Difference]:
    """What has changed since the plan that was seen, row by row."""
    before = await recall_plans.kept_plan(work.connection, stored.request.id, sorted(plans)) or {}
    now = await current_plans(work, stored)
    found = (compare(name, before.get(name, ()), brief(now[name].rows)) for name in stale)
    return [difference for difference in found if difference is not None]


async def current_lines(work: Work, stored: StoredRequest) -> dict[str, LineAtDecision]:
    """What the kind says now about each open line of a request.

    Of the lines of a long one whose remembered plan is that of now it would say what it said then: they are not planned again.
    """
    lines = stored.request.open_lines
    recallable, memory = RECALLABLES[stored.kind], MEMORIES.get(stored.kind)
    same: frozenset[str] = frozenset()
    if memory is not None and len(lines) > LONG_LINES:
        same = await memory.unchanged(work.connection, stored.request.id, unit=stored.unit)
    looked_at = [name for name in lines if name not in same]
    facts = await recallable.facts(work.connection, looked_at, lock=False) if looked_at else {}
    context = context_of(work, stored)
    found = await aside(len(facts), lambda: at_decision(recallable, facts, context=context))
    return {name: found.get(name) or LineAtDecision(None, line.plan_hash) for name, line in lines.items()}


async def current_plans(work: Work, stored: StoredRequest) -> dict[str, Plan]:
    """The rows each open line of a request would write now."""
    return await plans_of(work, stored, list(stored.request.open_lines))


async def plans_of(work: Work, stored: StoredRequest, subjects: Sequence[str]) -> dict[str, Plan]:
    """The rows that these lines would write now."""
    recallable = RECALLABLES[stored.kind]
    facts = await recallable.facts(work.connection, subjects, lock=False)
    context = context_of(work, stored)
    return await aside(len(facts), lambda: {id: recallable.kind.plan(fact, context) for id, fact in facts.items()})


def current_hash(request: Request, plans: Mapping[str, str]) -> str:
    """The fingerprint of a request as it is now, from the plan hash of each open line: its ETag."""
    return request_hash({name: plans[name] for name in request.open_lines})
