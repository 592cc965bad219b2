"""What people do with entries: create, edit, delete, submit, take back, approve, reject. All of a call or none of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from application.setup import project_of
from application.work import ADMINISTRATOR, Refused, Work, business_now, raise_if, unit_of
from domain.project.actuals import ApprovedAs, NewActual, Posting, rows_at_approval
from domain.project.entries import (
    ApprovalStage,
    BillingType,
    Entry,
    EntryAction,
    EntryEvent,
    EntryFacts,
    decide,
    stage_after,
    status_after,
)
from domain.refusals import Code, Refusal
from store import actuals, entries, history, projects
from store.entries import StoredEntry
from store.ids import new_ordered_id


async def create(work: Work, values: Mapping[str, object]) -> str:
    """Add a draft for the person signed in (the administrator may add one for anybody); returns its id."""
    project = await project_of(work, str(values["project_id"]))
    owner = str(values["owner_id"])
    if work.person not in {owner, ADMINISTRATOR}:
        raise Refused(Refusal(Code.NOT_YOURS, owner))
    if await projects.unknown_people(work.connection, [owner]):
        raise Refused(Refusal(Code.UNKNOWN_PERSON, owner))
    entry = dict(values) | {"id": new_ordered_id(), "unit_id": project.unit, "status": "draft"}
    await entries.insert(work.connection, entry)
    now = business_now(work, await unit_of(work, project.unit))
    created = history.Happened("entry", str(entry["id"]), EntryEvent.CREATED.value, None, "draft")
    await history.append(work.connection, [created], act=work.act(now))
    return str(entry["id"])


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
    outcomes = {id: decide(stored.entry, action, _facts(work, stored, found_projects)) for id, stored in found.items()}
    raise_if([outcome for outcome in outcomes.values() if isinstance(outcome, Refusal)])
    event = next(outcome for outcome in outcomes.values() if isinstance(outcome, EntryEvent))
    unit = await unit_of(work, next(iter(found.values())).unit)
    return Decided(found, event, business_now(work, unit))


def _facts(work: Work, stored: StoredEntry, found: Mapping[str, projects.StoredProject]) -> EntryFacts:
    return EntryFacts(
        acts_for_owner=stored.entry.owner == work.person,
        approves=work.person in found[stored.entry.project].approvers,
    )


async def _record(work: Work, decided: Decided, *, facts: Mapping[str, str] | None = None) -> None:
    """Set the statuses an event leads to and write it into the history of each entry."""
    changes = {id: status_after(stored.entry.kind, decided.event) for id, stored in decided.entries.items()}
    await entries.set_statuses(work.connection, {id: status for id, status in changes.items() if status})
    happened = [
        history.Happened(
            "entry",
            id,
            decided.event.value,
            stored.entry.status.value,
            (changes[id] or stored.entry.status).value if changes[id] else None,
            facts or {},
        )
        for id, stored in decided.entries.items()
    ]
    await history.append(work.connection, happened, act=work.act(decided.at))


async def edit(work: Work, id: str, changes: Mapping[str, object], *, check: Callable[[StoredEntry], None]) -> None:
    """Change fields of an entry; `check` sees the locked entry first and may refuse (a stale version)."""
    decided = await _decide(work, [id], EntryAction.EDIT)
    check(decided.entries[id])
    if not changes:
        return
    _check_fixed_amount(decided.entries[id].entry, changes)
    await entries.update_fields(work.connection, id, changes)
    await _record(work, decided, facts={name: str(value) for name, value in changes.items() if name not in _PRIVATE})


_PRIVATE: Final = frozenset({"description"})


def _check_fixed_amount(entry: Entry, changes: Mapping[str, object]) -> None:
    check_amount(str(changes.get("amount_method", entry.amount_method.value)), changes.get("amount", entry.amount))


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
    """Approve submitted entries and write their actuals. `billable` and `billing_type` are the approver's, if given."""
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
    generations = await entries.submissions(work.connection, list(decided.entries))
    for id, stored in decided.entries.items():
        contract = contracts[stored.entry.project].contract
        rows = rows_at_approval(stored.entry, approved=approved[id], contract=contract)
        posting = Posting((), tuple(NewActual(values) for values in rows))
        of = actuals.PostingOf("approval", records[id])
        await actuals.write(work.connection, posting, of=of, generations={id: generations[id]})
