"""Asking for a recall: preview and request (architecture, One request, start to end)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Sized
from dataclasses import dataclass
from typing import Any

from application import messages, routing
from application.memory import MEMORIES
from application.recallable import RECALLABLES, Recallable
from application.work import LONG_LINES, Refused, Work, business_now, known_unit, today_in
from application.working_days import birth_of
from domain.limits import MOST_LINES
from domain.money import Money
from domain.recall.asking import Accepted, Ask, decide_ask
from domain.recall.kinds import Context, Subject
from domain.recall.next_step import SoFar, expiry_of, next_step
from domain.recall.plan import Plan, request_hash
from domain.recall.policy import Policy
from domain.recall.routing import Asked as AskedNow
from domain.refusals import Code, Refusal
from store import new_requests, outbox, projects, recall_plans, recalls
from store import routing as store_routing
from store.history import Act
from store.ids import new_id
from store.new_requests import NewLine, NewRequest, Remembered
from store.projects import StoredUnit
from store.questions import answers
from store.recalls import StoredRequest
from store.routing import Askable
from store.turns import aside


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
    policy_version: int
    context: Context
    act: Act
    wish: Wish
    askable: Askable


async def preview(work: Work, wish: Wish) -> Preview:
    """What a request for these would write, and what would refuse it. Writes nothing."""
    checked = await _check(work, wish, Ask(wish.subjects, None, preview=True), lock=False)
    facts = {id: checked.subjects[id].facts for id in wish.subjects}

    def shown() -> Preview:
        return Preview(
            plans=checked.accepted.plans,
            labels={id: checked.recallable.label(fact) for id, fact in facts.items()},
            worth=checked.recallable.worth(list(facts.values())),
            warnings=checked.accepted.warnings,
        )

    return await aside(len(facts), shown)


async def ask(work: Work, wish: Wish) -> Asked:
    """Make the requests: accepted or refused as a whole, in one transaction with their workflows' start messages."""
    checked = await _check(work, wish, Ask(wish.subjects, wish.reason, wish.reason_code), lock=True)
    batch = new_id()
    made = [await _make(work, checked, group, batch=batch) for group in checked.accepted.groups]
    requests, starts = tuple(request for request, _ in made), [message for _, message in made]
    started = await outbox.add_first(work.connection, starts, subjects=_about(checked.subjects))
    told = tuple(started.messages)
    if not checked.askable.is_as_of(started.approvers, started.delegated):
        told += await routing.reroute_made(work, [request.request.id for request in requests])
        requests = tuple(await recalls.load_many(work.connection, [request.request.id for request in requests]))
    return Asked(batch, requests, checked.accepted.plans, checked.accepted.warnings, told)


def check_size(lines: Sized) -> None:
    """One request has at most so many lines, whichever way they were named."""
    if len(lines) > MOST_LINES:
        raise Refused(Refusal(Code.TOO_MANY_LINES, None, {"limit": str(MOST_LINES)}))


async def _check(work: Work, wish: Wish, command: Ask, *, lock: bool) -> _Checked:
    check_size(command.subjects)
    recallable = wish.of or RECALLABLES[wish.kind]
    subjects = await recallable.subjects(work.connection, command.subjects, person=work.person, lock=lock)
    unit, askable = await _surroundings(work, subjects)
    version, context, act = _context(work, unit)
    outcome = await aside(
        len(subjects), lambda: decide_ask(command, kind=recallable.kind, subjects=subjects, context=context)
    )
    if not isinstance(outcome, Accepted):
        raise Refused(*outcome)
    return _Checked(recallable, subjects, outcome, unit.id if unit else "", version, context, act, wish, askable)


async def _surroundings(work: Work, subjects: Mapping[str, Subject[Any]]) -> tuple[StoredUnit | None, Askable]:
    """The unit of the subjects, which must be one, and who may be asked about them: by one statement."""
    units = {subject.unit for subject in subjects.values()}
    if not units:
        return None, Askable({}, {})
    if len(units) > 1:
        raise Refused(Refusal(Code.NOT_SUPPORTED, None, {"field": "entries", "why": "several_units"}))
    id = units.pop()
    asking = store_routing.questions(_about(subjects))
    unit, order, given = await answers(work.connection, projects.unit_question(id), *asking)
    return known_unit(projects.unit_of_answer(unit), id), store_routing.askable_of(order, given)


def _about(subjects: Mapping[str, Subject[Any]]) -> list[str]:
    """What requests for these are about: with who is asked first it is what a request has in common (ADR 004)."""
    return sorted({subject.group[0] for subject in subjects.values()})


def _context(work: Work, unit: StoredUnit | None) -> tuple[int, Context, Act]:
    """The policy of the unit with its version, and its day."""
    if unit is None:
        return 0, Context(work.now.date(), Policy()), work.act(work.now)
    now = business_now(work, unit)
    return unit.policy_version, Context(today_in(work, unit), unit.policy), work.act(now)


async def _to_remember(work: Work, checked: _Checked, names: Sequence[str]) -> Mapping[str, Remembered]:
    """What the lines of a long request remember of their plans, where a decision of now would find nothing in the way."""
    memory = MEMORIES.get(checked.recallable.kind.name)
    if memory is None or len(names) <= LONG_LINES:
        return {}
    check = checked.recallable.kind.check_decision
    free = [name for name in names if check(checked.subjects[name].facts, checked.context) is None]
    plans = {name: checked.accepted.plans[name] for name in free}
    return await memory.to_remember(work.connection, plans, unit=checked.unit, context=checked.context)


def _new_lines(checked: _Checked, names: Sequence[str], memories: Mapping[str, Remembered]) -> tuple[NewLine, ...]:
    members = [checked.subjects[name] for name in names]
    label, plans = checked.recallable.label, checked.accepted.plans
    warned = {warning.subject: warning.code.value for warning in checked.accepted.warnings}
    return tuple(
        NewLine(one.id, one.owner, label(one.facts), plans[one.id].hash, memories.get(one.id), warned.get(one.id))
        for one in members
    )


def _new_request(
    work: Work, checked: _Checked, group: tuple[str, ...], *, memories: Mapping[str, Remembered], batch: str
) -> NewRequest:
    names = checked.accepted.groups[group]
    lines = _new_lines(checked, names, memories)
    subject, approver, *_ = group
    facts = [checked.subjects[name].facts for name in names]
    birth = birth_of(checked.context.policy, born=checked.act.at, now=checked.act.at)
    asked = _asked(work, checked, group, lines=lines)
    asked_until = None if asked is None else asked.until
    return NewRequest(
        id=new_id(),
        batch=batch,
        unit=checked.unit,
        kind=checked.recallable.kind.name,
        subject=subject,
        title=checked.subjects[names[0]].title,
        requester=work.person,
        approver=approver or None,
        asked=asked,
        reason=(checked.wish.reason or "").strip(),
        reason_code=checked.wish.reason_code,
        policy=checked.context.policy.with_reason(checked.wish.reason_code),
        policy_version=checked.policy_version,
        plan_hash=request_hash({line.subject: line.plan_hash for line in lines}),
        amount=checked.recallable.worth(facts),
        base_worth=checked.recallable.base_worth(facts),
        lines=lines,
        holding=checked.askable.holding(subject),
        created_at=work.now,
        business_at=checked.act.at,
        expires_at=expiry_of(birth),
        next_step=next_step(birth, SoFar(asked_until=asked_until)),
    )


def _asked(work: Work, checked: _Checked, group: tuple[str, ...], *, lines: Sequence[NewLine]) -> AskedNow | None:
    """Who is asked about a new request, by its approver, its parties and the day of the unit."""
    parties = frozenset({work.person, *(line.owner for line in lines)})
    policy, at = checked.context.policy, checked.act.at
    return routing.asked_first(group, policy=policy, at=at, askable=checked.askable, parties=parties)


async def _make(
    work: Work, checked: _Checked, group: tuple[str, ...], *, batch: str
) -> tuple[StoredRequest, outbox.Message]:
    names = checked.accepted.groups[group]
    memories = await _to_remember(work, checked, names)
    new = await aside(len(names), lambda: _new_request(work, checked, group, memories=memories, batch=batch))
    plan = await recall_plans.written({name: checked.accepted.plans[name].rows for name in names})
    number = await new_requests.insert(work.connection, new, plan=plan)
    facts = {name: checked.subjects[name].facts for name in names}
    await checked.recallable.mark_requested(work.connection, facts, act=checked.act)
    stored = new_requests.as_stored(new, number)
    return stored, messages.start(stored)
