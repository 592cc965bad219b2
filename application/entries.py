"""What people do with entries: create, edit, delete, submit, take back, approve, reject. All of a call or none of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from application.setup import project_of
from application.work import (
    ADMINISTRATOR,
    Refused,
    Work,
    business_now,
    is_finance,
    raise_if,
    require_amount_in,
    seen_unit,
    unit_of,
)
from domain.periods import Periods
from domain.project.actuals import ApprovedAs, NewActual, Posting, rows_at_approval
from domain.project.dating import on_open_days
from domain.project.entries import (
    ApprovalStage,
    BillingType,
    Entry,
    EntryAction,
    EntryEvent,
    EntryFacts,
    EntryStatus,
    decide,
    stage_after,
    status_after,
)
from domain.recall.delegation import Delegation, may_request_for
from domain.refusals import Code, Refusal
from store import actuals, delegations, entries, history, projects
from store.entries import StoredEntry
from store.ids import new_ordered_id


async def create(work: Work, values: Mapping[str, object]) -> str:
    """Add a draft for the person signed in, or for one who delegated that day; the administrator may for anybody."""
    owner = str(values["owner_id"])
    project = await _place(work, values, by=work.person if work.person == ADMINISTRATOR else owner)
    await _require_day(work, owner, values["work_date"])
    if await projects.unknown_people(work.connection, [owner]):
        raise Refused(Refusal(Code.UNKNOWN_PERSON, owner))
    if not project.bookable:
        raise Refused(Refusal(Code.NOT_ALLOWED, project.id))
    if values["amount"] is not None:
        require_amount_in(project.contract.currency, Decimal(str(values["amount"])))
    placed = {"project_id": project.id, "unit_id": project.unit}
    entry = dict(values) | placed | {"id": new_ordered_id(), "status": "draft"}
    await entries.insert(work.connection, entry)
    now = business_now(work, await unit_of(work, project.unit))
    created = history.Happened("entry", str(entry["id"]), EntryEvent.CREATED.value, None, "draft")
    await history.append(work.connection, [created], act=_act(work, now, owner))
    return str(entry["id"])


async def _require_day(work: Work, owner: str, day: object) -> None:
    """Who books for somebody else has a delegation for that day; the administrator needs none."""
    mine = [] if owner == work.person else await delegations.taken_by(work.connection, work.person)
    allowed = isinstance(day, date) and may_request_for(owner, work.person, day=day, delegations=mine)
    if not allowed and work.person != ADMINISTRATOR:
        raise Refused(Refusal(Code.NOT_YOURS, owner, {"why": "for_another"}))


async def _place(work: Work, values: Mapping[str, object], *, by: str) -> projects.StoredProject:
    """The project that is named, or the one that holds the entries of a unit without a project; seen by whose entry it is."""
    if values["project_id"] is not None:
        return await project_of(work, str(values["project_id"]), by=by)
    unit = await seen_unit(work, str(values["unit_id"]), by=by)
    id = await projects.without_project(work.connection, unit.id, currency=unit.currency)
    return await project_of(work, id, by=by)


def _act(work: Work, at: datetime, owner: str) -> history.Act:
    """Who acts, and for whom if it is not their own."""
    return history.Act(work.person, at, None if owner == work.person else owner)


async def load_all(work: Work, ids: Sequence[str], *, lock: bool = True) -> dict[str, StoredEntry]:
    """The named entries, all there and each named once; otherwise one refusal for each bad line."""
    if not ids:
        raise Refused(Refusal(Code.NOTHING_SELECTED))
    found = await entries.load(work.connection, ids, lock=lock)
    refusals = []
    seen: set[str] = set()
    for id in ids:
        if id in seen:
            refusals.append(Refusal(Code.DUPLICATE_LINE, id))
        elif id not in found:
            refusals.append(Refusal(Code.UNKNOWN_ENTRY, id))
        seen.add(id)
    raise_if(refusals)
    return {id: found[id] for id in ids}


async def one_unit_of(work: Work, found: Mapping[str, StoredEntry]) -> projects.StoredUnit:
    """The unit of all these entries: what is done with them together is seen, dated and undone in it."""
    units = sorted({stored.unit for stored in found.values()})
    if len(units) > 1:
        raise Refused(Refusal(Code.NOT_SUPPORTED, None, {"field": "entries", "why": "several_units"}))
    return await unit_of(work, units[0])


async def require_finance_of(work: Work, found: Mapping[str, StoredEntry]) -> None:
    """Only finance of the units of entries goes on; an entry that the person may not even see is unknown to them."""
    others = {unit for unit in {one.unit for one in found.values()} if not await is_finance(work, unit)}
    if not others:
        return
    seen = await entries.load(work.connection, list(found), by=work.person)
    raise_if([Refusal(Code.UNKNOWN_ENTRY, id) for id in found if id not in seen])
    raise Refused(Refusal(Code.NOT_FINANCE, min(others)))


@dataclass(frozen=True, slots=True)
class Decided:
    """Entries an action is possible for, what it does to them, and the time of their unit."""

    entries: dict[str, StoredEntry]
    event: EntryEvent
    at: datetime


async def _decide(work: Work, ids: Sequence[str], action: EntryAction) -> Decided:
    """Load and lock the entries and ask the domain for each; one refusal for each bad line refuses all."""
    found = await load_all(work, ids)
    found_projects = await projects.projects(work.connection, [stored.entry.project for stored in found.values()])
    mine = await delegations_of(work, found.values())
    outcomes = {
        id: decide(stored.entry, action, facts_of(work, stored, found_projects, mine)) for id, stored in found.items()
    }
    raise_if([outcome for outcome in outcomes.values() if isinstance(outcome, Refusal)])
    event = next(outcome for outcome in outcomes.values() if isinstance(outcome, EntryEvent))
    unit = await unit_of(work, next(iter(found.values())).unit)
    return Decided(found, event, business_now(work, unit))


async def delegations_of(work: Work, found: Iterable[StoredEntry]) -> list[Delegation]:
    """What others let the person do; asked only where somebody else's entry is named."""
    if all(stored.entry.owner == work.person for stored in found):
        return []
    return await delegations.taken_by(work.connection, work.person)


def facts_of(
    work: Work, stored: StoredEntry, found: Mapping[str, projects.StoredProject], mine: Sequence[Delegation]
) -> EntryFacts:
    """What the person is to an entry: owner or delegate, approver."""
    entry = stored.entry
    return EntryFacts(
        acts_for_owner=may_request_for(entry.owner, work.person, day=entry.date, delegations=mine),
        approves=work.person in found[entry.project].approvers,
    )


_BY_APPROVER: Final = frozenset({EntryEvent.APPROVED, EntryEvent.REJECTED})


async def _record(work: Work, decided: Decided, *, facts: Mapping[str, str] | None = None) -> None:
    """Set the statuses an event leads to and write it into the history of each entry, with who acted for whom."""
    changes = {id: status_after(stored.entry.kind, decided.event) for id, stored in decided.entries.items()}
    await entries.set_statuses(work.connection, {id: status for id, status in changes.items() if status})
    owners = {} if decided.event in _BY_APPROVER else {id: one.entry.owner for id, one in decided.entries.items()}
    for owner in sorted({owners.get(id, work.person) for id in decided.entries}):
        members = [id for id in decided.entries if owners.get(id, work.person) == owner]
        happened = [_happened(decided, id, changes[id], facts or {}) for id in members]
        await history.append(work.connection, happened, act=_act(work, decided.at, owner))


def _happened(decided: Decided, id: str, after: EntryStatus | None, facts: Mapping[str, str]) -> history.Happened:
    before = decided.entries[id].entry.status.value
    return history.Happened("entry", id, decided.event.value, before, after.value if after else None, facts)


async def edit(work: Work, id: str, changes: Mapping[str, object], *, check: Callable[[StoredEntry], None]) -> None:
    """Change fields of an entry; `check` sees the locked entry first and may refuse (a stale version)."""
    decided = await _decide(work, [id], EntryAction.EDIT)
    check(decided.entries[id])
    if not changes:
        return
    entry = decided.entries[id].entry
    if "work_date" in changes:
        await _require_day(work, entry.owner, changes["work_date"])
    await _check_changed_amount(work, entry, changes)
    await entries.update_fields(work.connection, id, changes)
    await _record(work, decided, facts={name: str(value) for name, value in changes.items() if name not in _PRIVATE})


_PRIVATE: Final = frozenset({"description"})


async def _check_changed_amount(work: Work, entry: Entry, changes: Mapping[str, object]) -> None:
    """Looks at an amount that is new, or whose method is; one that is stored and stays as it is may be an old one."""
    if changes.keys().isdisjoint({"amount", "amount_method"}):
        return
    amount = changes.get("amount", entry.amount)
    check_amount(str(changes.get("amount_method", entry.amount_method.value)), amount)
    if amount is not None:
        found = await projects.projects(work.connection, [entry.project])
        require_amount_in(found[entry.project].contract.currency, Decimal(str(amount)))


def check_amount(method: str, amount: object) -> None:
    """A fixed amount has to be given."""
    if method == "fixed" and amount is None:
        raise Refused(Refusal(Code.INVALID_VALUE, None, {"field": "amount", "expected": "required"}))


async def delete(work: Work, ids: Sequence[str]) -> None:
    """Delete entries: a status, never the removal of a row."""
    await _record(work, await _decide(work, ids, EntryAction.DELETE))


async def submit(work: Work, ids: Sequence[str]) -> None:
    """Submit entries: each gets a new approval record."""
    decided = await _decide(work, ids, EntryAction.SUBMIT)
    chosen = [stored.entry for stored in decided.entries.values()]
    await entries.open_approvals(work.connection, chosen, by=work.person, at=decided.at)
    await _record(work, decided)


async def take_back(work: Work, ids: Sequence[str]) -> None:
    """Take submitted entries back at once; their approval records leave the queue."""
    decided = await _decide(work, ids, EntryAction.RECALL)
    await entries.set_stages(work.connection, dict.fromkeys(decided.entries, ApprovalStage.CLOSED))
    await _record(work, decided)


async def reject(work: Work, ids: Sequence[str], *, comment: str | None) -> None:
    """Reject submitted entries."""
    decided = await _decide(work, ids, EntryAction.REJECT)
    chosen = [entries.Approved(id, ApprovalStage.REJECTED, comment=comment) for id in decided.entries]
    await entries.decide_approvals(work.connection, chosen, by=work.person, at=decided.at)
    await _record(work, decided)


async def approve(
    work: Work, ids: Sequence[str], *, billable: Decimal | None, billing_type: BillingType | None
) -> None:
    """Approve submitted entries and write their actuals, on open days (ADR 015).

    `billable` and `billing_type` are the approver's, if given.
    """
    decided = await _decide(work, ids, EntryAction.APPROVE)
    approved = {id: _approved_as(stored.entry, billable, billing_type) for id, stored in decided.entries.items()}
    records = [
        entries.Approved(
            id, stage_after(decided.event) or ApprovalStage.APPROVED, how.billable_quantity, how.billing_type.value
        )
        for id, how in approved.items()
    ]
    record_ids = await entries.decide_approvals(work.connection, records, by=work.person, at=decided.at)
    await _write_actuals(work, decided, approved, record_ids)
    await _record(work, decided)


def _approved_as(entry: Entry, billable: Decimal | None, billing_type: BillingType | None) -> ApprovedAs:
    return ApprovedAs(entry.quantity if billable is None else billable, billing_type or entry.billing_type)


async def _write_actuals(
    work: Work, decided: Decided, approved: Mapping[str, ApprovedAs], records: Mapping[str, str]
) -> None:
    contracts = await projects.projects(work.connection, [stored.entry.project for stored in decided.entries.values()])
    newest = await actuals.generations(work.connection, list(decided.entries))
    for id, stored in decided.entries.items():
        contract = contracts[stored.entry.project].contract
        rows = rows_at_approval(stored.entry, approved=approved[id], contract=contract)
        new = Posting((), tuple(NewActual(values) for values in rows))
        posting = on_open_days(new, Periods(stored.closed_until))
        of = actuals.PostingOf("approval", records[id])
        await actuals.write(work.connection, posting, of=of, generations={id: newest.get(id, 0) + 1})
