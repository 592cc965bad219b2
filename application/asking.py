"""Asking for a recall: preview and request (architecture, One request, start to end)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from application import messages
from application.recallable import RECALLABLES, Recallable
from application.work import Refused, Work, business_now, unit_of
from domain.money import Money, plain_amount
from domain.recall.asking import Accepted, Ask, decide_ask
from domain.recall.kinds import Context, Subject
from domain.recall.plan import Plan, request_hash
from domain.recall.policy import Policy
from domain.refusals import Code, Refusal
from store import outbox, recalls
from store.history import Happened, append
from store.ids import new_id
from store.recalls import NewLine, NewRequest


@dataclass(frozen=True, slots=True)
class Preview:
    """The plan of a request that is not made yet."""

    plans: Mapping[str, Plan]
    labels: Mapping[str, str]
    worth: Money
    warnings: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """The requests an ask became, under one batch."""

    batch: str
    requests: tuple[str, ...]
    warnings: tuple[Refusal, ...]
    messages: tuple[outbox.Message, ...]


@dataclass(frozen=True, slots=True)
class _Checked:
    recallable: Recallable[Any]
    subjects: Mapping[str, Subject[Any]]
    accepted: Accepted
    unit: str
    context: Context


async def preview(work: Work, ids: Sequence[str], *, kind: str = "project_entry") -> Preview:
    """What a request for these would write, and what would refuse it. Writes nothing."""
    checked = await _check(work, Ask(tuple(ids), None, preview=True), kind=kind, lock=False)
    facts = {id: subject.facts for id, subject in checked.subjects.items()}
    return Preview(
        plans=checked.accepted.plans,
        labels={id: checked.recallable.label(fact) for id, fact in facts.items()},
        worth=checked.recallable.worth(list(facts.values())),
        warnings=checked.accepted.warnings,
    )


async def ask(
    work: Work, ids: Sequence[str], *, reason: str | None, reason_code: str | None = None, kind: str = "project_entry"
) -> Asked:
    """Make the requests: accepted or refused as a whole, in one transaction with their workflows' start messages."""
    checked = await _check(work, Ask(tuple(ids), reason), kind=kind, lock=True)
    batch = new_id()
    made = []
    for group, members in checked.accepted.groups.items():
        new = _new_request(work, checked, group, members, batch=batch, reason=(reason or "", reason_code))
        made.append((new, await _write(work, checked, new)))
    stored = await outbox.add(work.connection, [message for _, message in made])
    return Asked(batch, tuple(new.id for new, _ in made), checked.accepted.warnings, tuple(stored))


async def _check(work: Work, command: Ask, *, kind: str, lock: bool) -> _Checked:
    recallable = RECALLABLES[kind]
    subjects = await recallable.subjects(work.connection, command.subjects, person=work.person, lock=lock)
    unit, context = await _context(work, recallable, subjects)
    outcome = decide_ask(command, kind=recallable.kind, subjects=subjects, context=context)
    if not isinstance(outcome, Accepted):
        raise Refused(*outcome)
    return _Checked(recallable, subjects, outcome, unit, context)


async def _context(work: Work, recallable: Recallable[Any], subjects: Mapping[str, Subject[Any]]) -> tuple[str, Context]:
    """The unit of the subjects with its day and policy; all of a request must be of one unit."""
    if not subjects:
        return "", Context(work.now.date(), Policy())
    units = {await recallable.unit_of(work.connection, subject.facts) for subject in subjects.values()}
    if len(units) > 1:
        raise Refused(Refusal(Code.NOT_SUPPORTED, None, {"value": "entries of several units in one request"}))
    unit = await unit_of(work, units.pop())
    return unit.id, Context(business_now(work, unit).date(), recalls.policy_of(unit.policy))


def _new_request(
    work: Work,
    checked: _Checked,
    group: tuple[str, ...],
    members: Sequence[str],
    *,
    batch: str,
    reason: tuple[str, str | None],
) -> NewRequest:
    plans = {id: checked.accepted.plans[id].hash for id in members}
    facts = [checked.subjects[id].facts for id in members]
    return NewRequest(
        id=new_id(),
        batch=batch,
        unit=checked.unit,
        kind=checked.recallable.kind.name,
        subject=group[0],
        requester=work.person,
        approver=group[1] or None,
        reason=reason[0].strip(),
        reason_code=reason[1],
        policy=checked.context.policy,
        plan_hash=request_hash(plans),
        amount=checked.recallable.worth(facts),
        lines=tuple(
            NewLine(id, checked.subjects[id].owner, checked.recallable.label(checked.subjects[id].facts), plans[id])
            for id in members
        ),
    )


async def _write(work: Work, checked: _Checked, new: NewRequest) -> outbox.Message:
    unit = await unit_of(work, new.unit)
    act = work.act(business_now(work, unit))
    number = await recalls.insert(work.connection, new, now=work.now, business_now=act.at)
    facts = {line.subject: checked.subjects[line.subject].facts for line in new.lines}
    await checked.recallable.mark_requested(work.connection, facts, act=act)
    asked = Happened("recall", new.id, "requested", None, "awaiting_decision", {"lines": str(len(new.lines))})
    await append(work.connection, [asked], act=act)
    title = await checked.recallable.title(work.connection, new.subject)
    amount = f"{plain_amount(new.amount.amount, new.amount.currency)} {new.amount.currency}"
    return messages.start(new, number=number, title=title, amount=amount)
