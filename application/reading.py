"""Reading entries and lists: what a page shows, with what its reader may do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from application.entries import delegations_of, facts_of
from application.project_recallable import ProjectRecallable, entry_facts, subject_of
from application.work import Refused, Work, today_in
from domain.project.entries import EntryAction, EntryFacts, decide
from domain.project.recall_rules import EntryRecallFacts, accounting_day, check_cancel
from domain.recall.asking import check_subject
from domain.recall.kinds import Context, Subject
from domain.refusals import Code, Refusal
from store import actuals, entries, history, lists, projects
from store.actuals import StoredActual
from store.database import Row
from store.entries import StoredEntry
from store.lists import EntryFilter
from store.paging import Listed, Span


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An entry, its contract currency, the day it counts for, and what is in the way of each action of its reader."""

    stored: StoredEntry
    currency: str
    accounting_day: date | None
    actions: Mapping[str, Refusal | None]


async def stored_entry(work: Work, id: str) -> StoredEntry:
    """The entry, or the refusal unknown_entry, also to those who may not see it."""
    found = await entries.load(work.connection, [id], by=work.person)
    if id not in found:
        raise Refused(Refusal(Code.UNKNOWN_ENTRY, id))
    return found[id]


async def entry(work: Work, id: str) -> ShownEntry:
    """One entry for its reader."""
    return (await _shown(work, [await stored_entry(work, id)]))[0]


async def _shown(work: Work, found: Sequence[StoredEntry]) -> list[ShownEntry]:
    """Entries for their reader, by as many statements for a page of them as for one."""
    known = await projects.projects(work.connection, [one.entry.project for one in found])
    mine = await delegations_of(work, found)
    facts = await entry_facts(work.connection, {one.entry.id: one for one in found}, lock=False)
    units = await projects.units(work.connection, [one.unit for one in found])
    contexts = {id: Context(today_in(work, unit), unit.policy) for id, unit in units.items()}
    return [
        ShownEntry(
            stored=one,
            currency=known[one.entry.project].contract.currency,
            accounting_day=accounting_day(facts[one.entry.id]),
            actions=_actions(
                subject_of(one, facts[one.entry.id], person=work.person, delegations=mine),
                who=replace(facts_of(work, one, known, mine), decides_own=units[one.unit].policy.allow_self_decision),
                context=contexts[one.unit],
            ),
        )
        for one in found
    ]


def _actions(subject: Subject[EntryRecallFacts], *, who: EntryFacts, context: Context) -> dict[str, Refusal | None]:
    """What is in the way of each action, by the rules that the acts ask."""
    entry = subject.facts.entry
    outcomes = {action: decide(entry, action, who) for action in EntryAction}
    found = {action.value: one if isinstance(one, Refusal) else None for action, one in outcomes.items()}
    if found[EntryAction.CANCEL_APPROVAL] is None:
        found[EntryAction.CANCEL_APPROVAL] = check_cancel(subject.facts, context)
    asked = check_subject(subject, kind=ProjectRecallable.kind, context=context)
    return found | {"request_recall": asked.refusal}


async def entries_page(work: Work, wanted: EntryFilter, span: Span) -> Listed[ShownEntry]:
    """A part of the entries that are wanted."""
    found = await lists.entries(work.connection, wanted, span, by=work.person)
    loaded = await entries.load(work.connection, found.items)
    return found.of(await _shown(work, [loaded[id] for id in found.items]))


async def actuals_of(work: Work, id: str, span: Span) -> tuple[Listed[StoredActual], str]:
    """A part of the actuals of an entry, and the currency of their base amounts."""
    project = (await stored_entry(work, id)).entry.project
    contract = (await projects.projects(work.connection, [project]))[project].contract
    return await actuals.page_of_entry(work.connection, id, span), contract.cost_currency


async def entry_history(work: Work, id: str, span: Span) -> Listed[Row]:
    """A part of what happened to an entry."""
    await stored_entry(work, id)
    return await history.of_subject(work.connection, "entry", id, span)


async def recall_ids_of_entry(work: Work, id: str, span: Span) -> Listed[str]:
    """A part of the requests that named an entry."""
    await stored_entry(work, id)
    return await lists.recalls_of_entry(work.connection, id, span, by=work.person)
