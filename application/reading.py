"""Reading entries and lists: what a page shows, with what its reader may do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from application.entries import delegations_of, facts_of
from application.work import Refused, Work
from domain.project.entries import EntryFacts
from domain.refusals import Code, Refusal
from store import actuals, entries, history, lists, projects
from store.actuals import StoredActual
from store.entries import StoredEntry
from store.lists import EntryFilter
from store.paging import Listed, Span


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An entry, its contract currency, and what its reader is to it."""

    stored: StoredEntry
    currency: str
    facts: EntryFacts


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
    known = await projects.projects(work.connection, [one.entry.project for one in found])
    mine = await delegations_of(work, found)
    return [
        ShownEntry(
            stored=one,
            currency=known[one.entry.project].contract.currency,
            facts=facts_of(work, one, known, mine),
        )
        for one in found
    ]


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


async def entry_history(work: Work, id: str, span: Span) -> Listed[Row[Any]]:
    """A part of what happened to an entry."""
    await stored_entry(work, id)
    return await history.of_subject(work.connection, "entry", id, span)


async def recall_ids_of_entry(work: Work, id: str, span: Span) -> Listed[str]:
    """A part of the requests that named an entry."""
    await stored_entry(work, id)
    return await lists.recalls_of_entry(work.connection, id, span, by=work.person)
