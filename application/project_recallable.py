"""Entries as the store side of something recallable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.money import ZERO, Money, plain
from domain.project.actuals import Actual, NewActual
from domain.project.entries import EntryEvent, stage_after, status_after
from domain.project.recall_rules import EntryRecallFacts, ProjectEntries
from domain.project.reversal import describe, reversal_of, value_taken_back
from domain.recall.kinds import Subject
from domain.recall.plan import Row
from domain.recall.request import (
    Authority,
    Event,
    LineBlocked,
    LineExpired,
    LineRecalled,
    LineRejected,
    LineWithdrawn,
    RequestEnded,
)
from store import actuals, entries
from store.database import fetch_one
from store.entries import StoredEntry
from store.history import Act

_EVENT_OF: Final[Mapping[type, EntryEvent]] = {
    LineRecalled: EntryEvent.RECALLED,
    LineRejected: EntryEvent.RECALL_REJECTED,
    LineWithdrawn: EntryEvent.RECALL_WITHDRAWN,
    LineExpired: EntryEvent.RECALL_EXPIRED,
}


class ProjectRecallable:
    """Implements application.recallable.Recallable for time, expense and material entries."""

    kind = ProjectEntries()

    async def subjects(
        self, connection: AsyncConnection, ids: Sequence[str], *, person: str, lock: bool
    ) -> Mapping[str, Subject[EntryRecallFacts]]:
        """The entries there are; each is decided together with those of its project and approver."""
        found = await entries.load(connection, ids, lock=lock)
        facts = await _facts(connection, found, lock=False)
        return {
            id: Subject(
                id=id,
                unit=stored.unit,
                title=stored.project_name,
                owner=stored.entry.owner,
                acts_for_owner=stored.entry.owner == person,
                group=(stored.entry.project, stored.approval.approver or "" if stored.approval else ""),
                open_request=None if stored.open_recall_number is None else f"R-{stored.open_recall_number}",
                facts=facts[id],
            )
            for id, stored in found.items()
        }

    async def facts(
        self, connection: AsyncConnection, ids: Sequence[str], *, lock: bool
    ) -> Mapping[str, EntryRecallFacts]:
        """Entries with all their actuals and the numbers of their invoices."""
        return await _facts(connection, await entries.load(connection, ids, lock=lock), lock=lock)

    def label(self, facts: EntryRecallFacts) -> str:
        """Day, kind, quantity and task, for example "2026-02-02 time 8 Development"."""
        entry = facts.entry
        words = (entry.date.isoformat(), entry.kind.value, plain(entry.quantity), entry.task or "")
        return " ".join(word for word in words if word)[:200]

    def worth(self, facts: Sequence[EntryRecallFacts]) -> Money:
        """The sales taken back, or the cost where there are none, over all entries; they are of one project."""
        values = [value_taken_back(one.actuals, currency="") for one in facts]
        currency = next((value.currency for value in values if value.currency), "XXX")
        return Money(sum((value.amount for value in values if value.currency == currency), ZERO), currency)

    async def authority(self, connection: AsyncConnection, subject: str, person: str) -> Authority:
        """Any approver of the project may decide."""
        row = await fetch_one(
            connection,
            "select 1 as found from project_approver where project_id = cast(:project as uuid) and person_id = :person",
            project=subject,
            person=person,
        )
        return Authority(is_approver=row is not None)

    async def mark_requested(
        self, connection: AsyncConnection, facts: Mapping[str, EntryRecallFacts], *, act: Act
    ) -> None:
        """The entries and their approval records show that a recall is requested."""
        await _record(connection, dict.fromkeys(facts, EntryEvent.RECALL_REQUESTED), facts, act=act)

    async def written(
        self, connection: AsyncConnection, ids: Sequence[str], *, request: str
    ) -> Mapping[str, Sequence[Row]]:
        """The reversals of a request, described as its plan described them, each with its own id."""
        if not ids:
            return {}
        found = await actuals.of_entries(connection, ids)
        return {id: [_row(one.actual) for one in rows if one.posting_id == request] for id, rows in found.items()}

    async def settle(
        self,
        connection: AsyncConnection,
        events: Sequence[Event],
        facts: Mapping[str, EntryRecallFacts],
        *,
        request: str,
        act: Act,
    ) -> None:
        """Write the reversals of the recalled entries, and what each settled line means for its entry."""
        recalled = [event.subject for event in events if isinstance(event, LineRecalled)]
        days = {
            row.reverses: row.values.accounting_date
            for subject in recalled
            for row in reversal_of(facts[subject].actuals).rows
            if row.reverses is not None
        }
        await actuals.write_reversals(connection, days, request=request)
        settled = {
            event.subject: _EVENT_OF[type(event)]
            for event in events
            if not isinstance(event, LineBlocked | RequestEnded)
        }
        await _record(connection, settled, facts, act=act)


def _row(actual: Actual) -> Row:
    return {"id": str(actual.id)} | describe(
        NewActual(actual.values, actual.adjustment, actual.billing, actual.reverses)
    )


async def _facts(
    connection: AsyncConnection, found: Mapping[str, StoredEntry], *, lock: bool
) -> dict[str, EntryRecallFacts]:
    rows = await actuals.of_entries(connection, list(found), lock=lock)
    return {
        id: EntryRecallFacts(
            entry=stored.entry,
            actuals=tuple(row.actual for row in rows[id]),
            invoice_numbers={row.actual.invoice: row.invoice_number or "?" for row in rows[id] if row.actual.invoice},
        )
        for id, stored in found.items()
    }


async def _record(
    connection: AsyncConnection,
    happened: Mapping[str, EntryEvent],
    facts: Mapping[str, EntryRecallFacts],
    *,
    act: Act,
) -> None:
    """Set statuses and stages of entries and write their history, in one statement."""
    changes = [
        entries.EntryChange(
            entry=id,
            event=event.value,
            before=facts[id].entry.status,
            after=status_after(facts[id].entry.kind, event) or facts[id].entry.status,
            stage=stage_after(event),
        )
        for id, event in happened.items()
    ]
    await entries.change_states(connection, changes, act=act)
