"""Entries as the store side of something recallable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from application.rights import (
    RightToDecide,
    Settling,
    authorities_of_answer,
    project_authorities,
    project_question,
)
from domain.money import Money, plain, total
from domain.periods import Periods
from domain.project.actuals import Actual, NewActual
from domain.project.entries import EntryEvent, stage_after, status_after
from domain.project.recall_rules import EntryRecallFacts, InvoiceOf, ProjectEntries, planned
from domain.project.reversal import base_value_taken_back, describe, values_taken_back
from domain.recall.authority import Authority
from domain.recall.delegation import Delegation, may_request_for
from domain.recall.kinds import Context, Subject
from domain.recall.plan import Row
from domain.recall.request import (
    Event,
    LineApproved,
    LineBlocked,
    LineExpired,
    LineRecalled,
    LineRejected,
    LineWithdrawn,
    RequestEnded,
)
from store import actuals, delegations, entries
from store.actuals import StoredActual
from store.database import Connection
from store.entries import StoredEntry
from store.history import Act
from store.ids import is_id
from store.questions import answers
from store.turns import aside, parts
from store.writes import write

EVENT_OF: Final[Mapping[type, EntryEvent]] = {
    LineRecalled: EntryEvent.RECALLED,
    LineRejected: EntryEvent.RECALL_REJECTED,
    LineWithdrawn: EntryEvent.RECALL_WITHDRAWN,
    LineExpired: EntryEvent.RECALL_EXPIRED,
}


class ProjectRecallable:
    """Implements application.recallable.Recallable for time, expense and material entries."""

    kind = ProjectEntries()

    async def subjects(
        self, connection: Connection, ids: Sequence[str], *, person: str, lock: bool
    ) -> Mapping[str, Subject[EntryRecallFacts]]:
        """The entries there are; each is decided together with those of its project and approver."""
        found, ledger = await _entries_and_actuals(connection, ids, hold=lock, lock=False)
        mine = await _delegations(connection, found, person=person)
        facts = await aside(len(found), lambda: _facts(found, ledger))

        def subjects() -> dict[str, Subject[EntryRecallFacts]]:
            return {id: subject_of(found[id], one, person=person, delegations=mine) for id, one in facts.items()}

        return await aside(len(found), subjects)

    async def facts(self, connection: Connection, ids: Sequence[str], *, lock: bool) -> Mapping[str, EntryRecallFacts]:
        """Entries with all their actuals and the numbers of their invoices."""
        found, ledger = await _entries_and_actuals(connection, ids, hold=lock, lock=lock)
        return await aside(len(found), lambda: _facts(found, ledger))

    def label(self, facts: EntryRecallFacts) -> str:
        """Day, kind, quantity and task, for example "2026-02-02 time 8 Development"."""
        entry = facts.entry
        words = (entry.date.isoformat(), entry.kind.value, plain(entry.quantity), entry.task or "")
        return " ".join(word for word in words if word)[:200]

    def worth(self, facts: Sequence[EntryRecallFacts]) -> Money:
        """The sales taken back, or the cost where there are none, over all entries; of several currencies in that of the unit."""
        return values_taken_back([one.actuals for one in facts])

    def base_worth(self, facts: Sequence[EntryRecallFacts]) -> Decimal:
        """The same by base amounts, each entry by its size: one of less than nothing makes a request no smaller."""
        return total(abs(base_value_taken_back(one.actuals)) for one in facts)

    async def authorities(self, connection: Connection, questions: Sequence[RightToDecide]) -> list[Authority]:
        """Approvers of the project, the escalation person, and delegates of either."""
        return await project_authorities(connection, questions)

    async def facts_and_authority(
        self, connection: Connection, ids: Sequence[str], right: RightToDecide, *, lock: bool
    ) -> tuple[Mapping[str, EntryRecallFacts], Authority]:
        """Entries with their actuals, and the right over their project, by one statement once they are held."""
        known = await _known(connection, ids, hold=lock)
        questions = entries.question(known), actuals.question(known, lock=lock), project_question([right])
        found, ledger, rights = await answers(connection, *questions)
        facts = _facts({row.id: entries.stored(row) for row in found}, actuals.by_entry(ledger, known))
        return facts, authorities_of_answer([right], rights)[0]

    async def mark_requested(self, connection: Connection, facts: Mapping[str, EntryRecallFacts], *, act: Act) -> None:
        """The entries and their approval records show that a recall is requested, and for whom if not by their owner."""
        for_whom = {id: one.entry.owner for id, one in facts.items() if one.entry.owner != act.by}
        happened = dict.fromkeys(facts, EntryEvent.RECALL_REQUESTED)
        await write(connection, *entries.changing_states(_changes(happened, facts, for_whom=for_whom), act=act))

    async def written(self, connection: Connection, ids: Sequence[str], *, request: str) -> Mapping[str, Sequence[Row]]:
        """The reversals of a request, described as its plan described them, each with its own id."""
        if not ids:
            return {}
        found = await actuals.of_entries(connection, ids)
        return {id: [_row(one.actual) for one in rows if one.posting_id == request] for id, rows in found.items()}

    async def settle(
        self,
        connection: Connection,
        events: Sequence[Event],
        facts: Mapping[str, EntryRecallFacts],
        *,
        settling: Settling,
    ) -> None:
        """Write the reversals of the recalled entries, and what each settled line means for its entry."""
        recalled = [facts[event.subject] for event in events if isinstance(event, LineRecalled)]
        settled = {
            event.subject: EVENT_OF[type(event)]
            for event in events
            if not isinstance(event, LineBlocked | LineApproved | RequestEnded)
        }
        of = actuals.PostingOf("recall", settling.request)
        await write(
            connection,
            *settling.along,
            *actuals.reversing(_reversal_days(recalled, settling.context), of=of),
            *entries.changing_states(_changes(settled, facts, for_whom=settling.for_whom), act=settling.act),
        )


async def write_reversals(
    connection: Connection, taken_back: Sequence[EntryRecallFacts], *, context: Context, of: actuals.PostingOf
) -> None:
    """Write the rows that the plans of these entries say."""
    await actuals.write_reversals(connection, _reversal_days(taken_back, context), of=of)


def _reversal_days(taken_back: Sequence[EntryRecallFacts], context: Context) -> dict[int, date]:
    """The originals that the plans of these entries reverse, with the day of each reversal."""
    return {
        row.reverses: row.values.accounting_date
        for facts in taken_back
        for row in planned(facts, context).rows
        if row.reverses is not None
    }


def subject_of(
    stored: StoredEntry, facts: EntryRecallFacts, *, person: str, delegations: Sequence[Delegation]
) -> Subject[EntryRecallFacts]:
    """An entry as something a person asks to be taken back."""
    entry = stored.entry
    return Subject(
        id=entry.id,
        unit=stored.unit,
        title=stored.project_name,
        owner=entry.owner,
        acts_for_owner=may_request_for(entry.owner, person, day=entry.date, delegations=delegations),
        group=(entry.project, stored.approval.approver or "" if stored.approval else ""),
        open_request=None if stored.open_recall_number is None else f"R-{stored.open_recall_number}",
        facts=facts,
    )


async def _delegations(connection: Connection, found: Mapping[str, StoredEntry], *, person: str) -> list[Delegation]:
    """What others let the person do; asked only where somebody else's entry is named."""
    if all(stored.entry.owner == person for stored in found.values()):
        return []
    return await delegations.taken_by(connection, person)


def _row(actual: Actual) -> Row:
    return {"id": str(actual.id)} | describe(
        NewActual(actual.values, actual.adjustment, actual.billing, actual.reverses)
    )


async def entry_facts(
    connection: Connection, found: Mapping[str, StoredEntry], *, lock: bool
) -> dict[str, EntryRecallFacts]:
    """What the rules ask about entries: their actuals, invoices, vendor invoices and the closed periods of their units.

    `lock` holds the actuals; whoever holds them holds the entries since they were loaded.
    """
    ledger = await actuals.of_entries(connection, list(found), lock=lock)
    return await aside(len(found), lambda: _facts(found, ledger))


async def _known(connection: Connection, ids: Sequence[str], *, hold: bool) -> list[str]:
    """What can be ids of entries, in their order; `hold` holds these until the end of the transaction."""
    known = sorted({id for id in ids if is_id(id)})
    if hold:
        await entries.hold(connection, known)
    return known


async def _entries_and_actuals(
    connection: Connection, ids: Sequence[str], *, hold: bool, lock: bool
) -> tuple[dict[str, StoredEntry], dict[str, list[StoredActual]]]:
    """The entries there are, which `hold` holds, and their actuals, which `lock` holds."""
    known = await _known(connection, ids, hold=hold)
    found: dict[str, StoredEntry] = {}
    ledger: dict[str, list[StoredActual]] = {}
    for part in [known] if lock else parts(known):
        first, second = await answers(connection, entries.question(part), actuals.question(part, lock=lock))
        found |= {row.id: entries.stored(row) for row in first}
        ledger |= actuals.by_entry(second, part)
    return found, ledger


def _facts(
    found: Mapping[str, StoredEntry], ledger: Mapping[str, Sequence[StoredActual]]
) -> dict[str, EntryRecallFacts]:
    return {
        id: EntryRecallFacts(
            entry=stored.entry,
            actuals=tuple(row.actual for row in ledger[id]),
            invoices={row.actual.invoice: _invoice(row) for row in ledger[id] if row.actual.invoice},
            vendor_invoice=stored.vendor_invoice,
            periods=Periods(stored.closed_until),
        )
        for id, stored in found.items()
    }


def _invoice(row: actuals.StoredActual) -> InvoiceOf:
    return InvoiceOf(row.invoice_number or "?", corrective=row.invoice_kind == "corrective")


async def record(
    connection: Connection,
    happened: Mapping[str, EntryEvent],
    facts: Mapping[str, EntryRecallFacts],
    *,
    act: Act,
) -> None:
    """Set statuses and stages of entries and write their history, in one statement. `happened` is the event of each."""
    await write(connection, *entries.changing_states(_changes(happened, facts), act=act))


def _changes(
    happened: Mapping[str, EntryEvent],
    facts: Mapping[str, EntryRecallFacts],
    *,
    for_whom: Mapping[str, str] = MappingProxyType({}),
) -> list[entries.EntryChange]:
    return [
        entries.EntryChange(
            entry=id,
            event=event.value,
            before=facts[id].entry.status,
            after=status_after(facts[id].entry.kind, event) or facts[id].entry.status,
            stage=stage_after(event),
            on_behalf_of=for_whom.get(id),
        )
        for id, event in happened.items()
    ]
