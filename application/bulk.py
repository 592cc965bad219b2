"""Settling long decisions in chunks, each one transaction that holds what it needs, checks it again and writes (ADR 010).

A chunk is the next lines without an outcome, so it may run, fail and run again at any time; nothing else remembers how far a
decision got. The rules are those of short decisions, asked for the lines of the chunk.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from application import routing
from application.deciding import at_decision, context_of, right_once_decided
from application.memory import MEMORIES
from application.recallable import RECALLABLES, Settling
from application.settled import Settled, change_of, line_outcome, told_next_step
from application.work import CHUNK_LINES, Work
from application.working_days import day_in
from domain.recall.deciding import LineAtDecision, Settlement, decide_settle
from domain.recall.request import Event, LineBlocked, LineEvent, Request, RequestEnded, RequestStatus, Verdict, evolve
from domain.refusals import Code
from store import chunks, decisions, history, recalls
from store.chunks import Chunk, Run, Tally
from store.recalls import StoredRequest
from store.turns import aside
from store.writes import write


async def settle_chunk(work: Work, id: str, *, request: str, run: Run) -> Settled | None:
    """Settle the next lines of a stored decision; None where it is no decision on this request.

    The outcome is pending as long as lines are left. `run` is what this chunk belongs to.
    """
    chunk = await chunks.next_chunk(work.connection, id, request=request, most=CHUNK_LINES, known=run.tally)
    if chunk is None:
        return None
    if chunk.outcome != "pending":
        return _standing(chunk, chunk.stored.request, chunk.outcome)
    facts, now = await _facts(work, chunk)
    by, used = chunk.decision.by, chunk.on_behalf_of or chunk.decision.by
    before = chunk.stored.request
    day = day_in(before.policy, chunk.decided_at)
    right = right_once_decided(work, chunk.stored, by, right_of=used, decided_on=day)
    authority = (await RECALLABLES[chunk.stored.kind].authorities(work.connection, [right]))[0]

    def settled() -> tuple[Settlement, Request]:
        settlement = decide_settle(before, chunk.decision, authority=authority, seen=chunk.seen, now=now)
        return settlement, evolve(before, *settlement.events)

    settlement, after = await aside(len(chunk.lines), settled)
    if settlement.events:
        await _write(work, chunk, settlement, after=after, facts=facts)
    run.tally = _tally_after(chunk, after) if settlement.events else chunk.tally
    outcome = await _write_outcomes(work, id, chunk, settlement=settlement)
    stored = await _follow(work, chunk, settlement, after=after)
    return _standing(replace(chunk, stored=stored), after, outcome)


def _tally_after(chunk: Chunk, after: Request) -> Tally:
    before = chunk.stored.request
    return chunk.tally.after((before.lines[name] for name in chunk.lines), (after.lines[name] for name in chunk.lines))


async def _facts(work: Work, chunk: Chunk) -> tuple[dict[str, Any], dict[str, LineAtDecision]]:
    """Hold the subjects of the chunk. The facts of those that must be looked at, and what the kind says about all.

    Of a line whose remembered plan is that of now the kind would say what it said then, so it is not asked again.
    """
    stored = chunk.stored
    open_lines = stored.request.open_lines
    names = [name for name in chunk.lines if name in open_lines]
    memory = MEMORIES.get(stored.kind)
    same: frozenset[str] = frozenset()
    if memory is not None:
        same = await memory.hold_unchanged(work.connection, stored.request.id, names, unit=stored.unit)
        if chunk.decision.verdict is Verdict.REJECT:
            return {}, {}
    recallable = RECALLABLES[stored.kind]
    looked_at = [name for name in names if name not in same]
    facts = dict(await recallable.facts(work.connection, looked_at, lock=True)) if looked_at else {}
    now = {name: LineAtDecision(None, stored.request.lines[name].plan_hash) for name in names if name in same}
    context = context_of(work, stored)
    return facts, now | await aside(len(facts), lambda: at_decision(recallable, facts, context=context))


async def _write(work: Work, chunk: Chunk, settlement: Settlement, *, after: Request, facts: dict[str, Any]) -> None:
    """The lines, the request, and what both mean for the subjects."""
    stored = chunk.stored
    act = history.Act(chunk.decision.by, stored.business_now or work.now, chunk.on_behalf_of)
    change = change_of(stored.request, settlement.events, after, plan_hash=stored.plan_hash)
    await write(work.connection, recalls.changing(change, act=act, now=work.now))
    settling = Settling(stored.request.id, context_of(work, stored), act)
    memory = MEMORIES.get(stored.kind)
    known = [event for event in _of_lines(settlement) if event.subject not in facts]
    others = [event for event in _of_lines(settlement) if event.subject in facts]
    if known and memory is not None:
        await memory.settle(work.connection, known, settling=settling)
    if others:
        await RECALLABLES[stored.kind].settle(work.connection, others, facts, settling=settling)


def _of_lines(settlement: Settlement) -> list[LineEvent]:
    return [event for event in settlement.events if not isinstance(event, RequestEnded)]


async def _write_outcomes(work: Work, id: str, chunk: Chunk, *, settlement: Settlement) -> str:
    """How the decision ended for each line; after its last line, or refused as a whole, how it ended."""
    request = chunk.stored.request.id
    whole = next((refusal for refusal in settlement.refusals if refusal.subject == request), None)
    if whole is None:
        by_line = {refusal.subject: refusal for refusal in settlement.refusals}
        ended = {event.subject: line_outcome(event) for event in _of_lines(settlement)}
        outcomes = {name: (ended.get(name, "refused"), by_line.get(name)) for name in chunk.lines}
        await chunks.write_outcomes(work.connection, id, outcomes)
        if not chunk.is_last:
            return "pending"
    return await chunks.close(work.connection, id, refused=whole, now=work.now)


async def _follow(work: Work, chunk: Chunk, settlement: Settlement, *, after: Request) -> StoredRequest:
    """What a chunk means for the request beyond its lines: its end, what an approval of it stands for, and who is asked next.

    Lines that were settled leave the plan of the others as it was, so the request is planned anew only after the last chunk or
    where the plan of a line changed: nobody may approve that one by what was seen before.
    """
    request = chunk.stored.request
    if after.status is not RequestStatus.AWAITING_DECISION:
        late = decisions.refusing_pending(request.id, code=Code.REQUEST_CLOSED, now=work.now)
        await write(work.connection, late)
    elif chunk.is_last or any(_replanned(request, event) for event in settlement.events):
        await chunks.set_hash(work.connection, request.id, await chunks.open_hash(work.connection, request.id))
        cause = routing.Cause(chunk.decision.by, chunk.on_behalf_of)
        return await routing.reroute_approved(work, chunk.stored, cause=cause)
    return chunk.stored


def _replanned(request: Request, event: Event) -> bool:
    return isinstance(event, LineBlocked) and request.lines[event.subject].plan_hash != event.plan_hash


def _standing(chunk: Chunk, after: Request, outcome: str) -> Settled:
    """The chunk's lines as they are now and the others as they were, counted."""
    counts: Counter[str] = Counter()
    for one in chunk.others:
        counts[one.status.value] += one.count
        counts["parked"] += one.count if one.parked else 0
    for name in chunk.lines:
        counts[after.lines[name].status.value] += 1
        counts["parked"] += 1 if after.lines[name].parked_by else 0
    settled = Settled(
        status=after.status.value,
        blocked_by=tuple(sorted({line.blocked_by.code.value for line in after.lines.values() if line.blocked_by})),
        recalled=counts["recalled"],
        rejected=counts["rejected"],
        open=counts["open"] + counts["blocked"],
        parked=counts["parked"],
        outcome=outcome,
        decided_by=chunk.decision.by,
        verdict=chunk.decision.verdict.value,
        born=chunk.stored.created_at,
    )
    return told_next_step(settled, chunk.stored)
