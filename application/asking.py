"""Asking for a recall: preview and request (architecture, One request, start to end)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from application import messages
from application.memory import MEMORIES
from application.recallable import RECALLABLES, Recallable
from application.work import CHUNK_LINES, Refused, Work, business_now, unit_of
from domain.money import Money
from domain.recall.asking import Accepted, Ask, decide_ask
from domain.recall.kinds import Context, Subject
from domain.recall.plan import Plan, request_hash
from domain.recall.policy import Policy
from domain.refusals import Code, Refusal
from store import outbox, recall_plans, recalls
from store.history import Act
from store.ids import new_id
from store.policies import policy_of
from store.recalls import NewLine, NewRequest, StoredRequest


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks to be taken back, and why.

    `of` is a kind that knows what the request says of each subject beyond its id; else the kind of this name.
    """

    subjects: tuple[str, ...]
    reason: str | None
    reason_code: str | None = None
    kind: str = "project_entry"
    of: Recallable[Any] | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """The plan of a request that is not made yet, in the order it was asked for."""

    plans: Mapping[str, Plan]
    labels: Mapping[str, str]
    worth: Money
    warnings: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """The requests an ask became, under one batch, with the plan of every line."""

    batch: str
    requests: tuple[StoredRequest, ...]
    plans: Mapping[str, Plan]
    warnings: tuple[Refusal, ...]
    messages: tuple[outbox.Message, ...]


@dataclass(frozen=True, slots=True)
class _Checked:
    recallable: Recallable[Any]
    subjects: Mapping[str, Subject[Any]]
    accepted: Accepted
    unit: str
    context: Context
    act: Act


async def preview(work: Work, wish: Wish) -> Preview:
    """What a request for these would write, and what would refuse it. Writes nothing."""
    checked = await _check(work, wish, Ask(wish.subjects, None, preview=True), lock=False)
    facts = {id: checked.subjects[id].facts for id in wish.subjects}
    return Preview(
        plans=checked.accepted.plans,
        labels={id: checked.recallable.label(fact) for id, fact in facts.items()},
        worth=checked.recallable.worth(list(facts.values())),
        warnings=checked.accepted.warnings,
    )


async def ask(work: Work, wish: Wish) -> Asked:
    """Make the requests: accepted or refused as a whole, in one transaction with their workflows' start messages."""
    checked = await _check(work, wish, Ask(wish.subjects, wish.reason), lock=True)
    batch = new_id()
    made = [
        await _make(work, checked, _new_request(work, checked, group, wish=wish, batch=batch))
        for group in checked.accepted.groups
    ]
    stored = await outbox.add(work.connection, [message for _, message in made])
    requests = tuple(request for request, _ in made)
    return Asked(batch, requests, checked.accepted.plans, checked.accepted.warnings, tuple(stored))


async def _check(work: Work, wish: Wish, command: Ask, *, lock: bool) -> _Checked:
    recallable = wish.of or RECALLABLES[wish.kind]
    subjects = await recallable.subjects(work.connection, command.subjects, person=work.person, lock=lock)
    unit, context, act = await _context(work, subjects)
    outcome = decide_ask(command, kind=recallable.kind, subjects=subjects, context=context)
    if not isinstance(outcome, Accepted):
        raise Refused(*outcome)
    return _Checked(recallable, subjects, outcome, unit, context, act)


async def _context(work: Work, subjects: Mapping[str, Subject[Any]]) -> tuple[str, Context, Act]:
    """The unit of the subjects with its day and policy; all of a request must be of one unit."""
    units = {subject.unit for subject in subjects.values()}
    if not units:
        return "", Context(work.now.date(), Policy()), work.act(work.now)
    if len(units) > 1:
        raise Refused(Refusal(Code.NOT_SUPPORTED, None, {"field": "entries of several units"}))
    unit = await unit_of(work, units.pop())
    now = business_now(work, unit)
    return unit.id, Context(now.date(), policy_of(unit.policy)), work.act(now)


def _new_request(work: Work, checked: _Checked, group: tuple[str, ...], *, wish: Wish, batch: str) -> NewRequest:
    members = [checked.subjects[id] for id in checked.accepted.groups[group]]
    plans = {member.id: checked.accepted.plans[member.id].hash for member in members}
    label = checked.recallable.label
    subject, approver, *_ = group
    return NewRequest(
        id=new_id(),
        batch=batch,
        unit=checked.unit,
        kind=checked.recallable.kind.name,
        subject=subject,
        title=members[0].title,
        requester=work.person,
        approver=approver or None,
        reason=(wish.reason or "").strip(),
        reason_code=wish.reason_code,
        policy=checked.context.policy,
        plan_hash=request_hash(plans),
        amount=checked.recallable.worth([member.facts for member in members]),
        lines=tuple(NewLine(m.id, m.owner, label(m.facts), plans[m.id]) for m in members),
        created_at=work.now,
        business_at=checked.act.at,
    )


async def _make(work: Work, checked: _Checked, new: NewRequest) -> tuple[StoredRequest, outbox.Message]:
    number = await recalls.insert(work.connection, new)
    plans = {name: plan.rows for name, plan in _plans(checked, new).items()}
    await recall_plans.keep_plan(work.connection, new.id, new.plan_hash, plans)
    facts = {line.subject: checked.subjects[line.subject].facts for line in new.lines}
    await checked.recallable.mark_requested(work.connection, facts, act=checked.act)
    memory = MEMORIES.get(new.kind)
    if memory is not None and len(new.lines) > CHUNK_LINES:
        free = {name: plan for name, plan in _plans(checked, new).items() if _is_free(checked, facts[name])}
        await memory.remember(work.connection, new.id, free, context=checked.context)
    stored = recalls.as_stored(new, number)
    return stored, messages.start(stored)


def _plans(checked: _Checked, new: NewRequest) -> dict[str, Plan]:
    return {line.subject: checked.accepted.plans[line.subject] for line in new.lines}


def _is_free(checked: _Checked, facts: Any) -> bool:
    """Whether a decision of now would find nothing in the way."""
    return checked.recallable.kind.check_decision(facts, checked.context) is None
