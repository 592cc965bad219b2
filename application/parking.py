"""Approvals that wait for a credit: when a corrective invoice is confirmed, they go on by themselves, once.

The same transaction that credits takes the waiting approvals off their lines and stores them as decisions, so nothing is ever resumed
twice or without its credit. What becomes of them is settled like any decision: under lock, with every check and every right.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from application import messages
from application.deciding import context_of, request_of
from application.recallable import RECALLABLES
from application.work import Work
from domain.recall.deciding import Decision
from domain.recall.kinds import Context
from domain.recall.request import Line, Verdict
from store import decisions, outbox, parked, recalls
from store.history import Happened
from store.ids import new_id
from store.recalls import StoredRequest

SOURCE: Final = "parked"


@dataclass(frozen=True, slots=True, order=True)
class _Right:
    """Who approved, and by whose right."""

    person: str
    giver: str

    @property
    def name(self) -> str:
        """As the event of a decision names it."""
        return self.person if self.giver == self.person else f"{self.person}:{self.giver}"


@dataclass(frozen=True, slots=True)
class _Resumed:
    """A line whose way was cleared: as it was parked, the plan it would write now, and what that comes to."""

    line: Line
    plan_hash: str
    effect: str | None


async def resume_after_credit(work: Work, invoice: str, subjects: Collection[str]) -> tuple[outbox.Message, ...]:
    """Let the approvals go on that waited for the credit of these subjects; their requests are held already.

    Lines that are still invoiced go on waiting. Returns what the workflows are to be told.
    """
    told: list[outbox.Message] = []
    for request, waiting in (await parked.requests_of(work.connection, subjects)).items():
        told += await _resume(work, await request_of(work, request), waiting, invoice=invoice)
    return tuple(told)


async def _resume(
    work: Work, stored: StoredRequest, waiting: Sequence[str], *, invoice: str
) -> Sequence[outbox.Message]:
    cleared = await _cleared(work, stored, waiting)
    told = []
    for right, lines in sorted(_by_right(cleared).items()):
        message = await _store(work, stored, lines, right=right, invoice=invoice)
        told += [] if message is None else [message]
    if cleared:
        await parked.take_off(work.connection, stored.request.id, [one.line.subject for one in cleared])
        happened = Happened(
            "recall", stored.request.id, "resumed", facts={"invoice": invoice, "lines": str(len(cleared))}
        )
        await recalls.tell(work.connection, happened, act=work.act(stored.business_now or work.now))
    return told


async def _cleared(work: Work, stored: StoredRequest, waiting: Sequence[str]) -> list[_Resumed]:
    """The waiting lines that no invoice is in the way of any more, whatever else may be."""
    recallable, context = RECALLABLES[stored.kind], context_of(work, stored)
    facts = await recallable.facts(work.connection, waiting, lock=True)
    lines = stored.request.open_lines
    found = (_look(recallable, fact, lines[id], context=context) for id, fact in facts.items() if id in lines)
    return [one for one in found if one is not None]


def _look(recallable: Any, fact: Any, line: Line, *, context: Context) -> _Resumed | None:
    kind = recallable.kind
    refusal = kind.check_decision(fact, context)
    if refusal is not None and kind.effect_once_credited(fact, refusal) is not None:
        return None
    return _Resumed(line, kind.plan(fact, context).hash, kind.effect_once_credited(fact, None))


def _by_right(cleared: Sequence[_Resumed]) -> dict[_Right, list[_Resumed]]:
    """Lines by the right they were approved by: of one person each right goes on, or has ended, for itself."""
    found: dict[_Right, list[_Resumed]] = {}
    for one in cleared:
        for person, waits in one.line.parked_by.items():
            found.setdefault(_Right(person, waits.right_of), []).append(one)
    return found


async def _store(
    work: Work, stored: StoredRequest, lines: Sequence[_Resumed], *, right: _Right, invoice: str
) -> outbox.Message | None:
    """The approval as a decision of its own, bound to the rows of now where they come to what was approved."""
    subjects = tuple(one.line.subject for one in lines)
    new = decisions.NewDecision(
        id=new_id(),
        request=stored.request.id,
        source=SOURCE,
        event=f"{invoice}:{stored.request.id}:{right.name}",
        body_hash="",
        decision=Decision(right.person, Verdict.APPROVE, subjects),
        comment=None,
        seen=_seen(lines, person=right.person),
        received_at=work.now,
        business_at=stored.business_now or work.now,
        on_behalf_of=None if right.giver == right.person else right.giver,
    )
    return await decisions.insert(work.connection, new, told=messages.decision(stored, new.id))


def _seen(lines: Sequence[_Resumed], *, person: str) -> Mapping[str, str]:
    """No plan is bound where the credit left something else than what was approved: the line is answered as changed."""
    return {one.line.subject: one.plan_hash if one.line.parked_by[person].effect == one.effect else "" for one in lines}
