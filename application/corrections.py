"""What changes the rows of approved entries without a recall: repricing, correction journals, canceling an approval."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from application.entries import delegations_of, facts_of, load_all, one_unit_of, require_finance_of
from application.planning import follow_entries, hold_requests_of
from application.project_recallable import entry_facts, record, write_reversals
from application.setup import project_of
from application.work import Work, business_now, raise_if, require_finance, today_in
from domain.project import corrections
from domain.project.actuals import Actual, Posting
from domain.project.corrections import CORRECTABLE, Rates
from domain.project.dating import on_open_days
from domain.project.entries import EntryAction, EntryEvent, EntryFacts, EntryStatus, decide
from domain.project.recall_rules import EntryRecallFacts, check_cancel, check_replacement
from domain.recall.kinds import Context
from domain.refusals import Code, Refusal
from store import actuals, history, projects
from store.actuals import PostingOf
from store.entries import StoredEntry
from store.ids import new_ordered_id


async def reprice(work: Work, project: str, ids: Sequence[str], *, cost: Decimal, sales: Decimal) -> str:
    """The contract was confirmed with new rates: live rows are neutralised and written again. Returns the posting's id."""
    stored = await project_of(work, project)
    await require_finance(work, stored.unit)
    await hold_requests_of(work, ids)
    found = await load_all(work, ids)
    raise_if(
        [
            Refusal(Code.UNKNOWN_ENTRY, id, {"why": "other_project"})
            for id, one in found.items()
            if one.entry.project != project
        ]
    )
    rounding = next((customer.id for customer in stored.contract.customers if customer.rounding), None)
    rates = Rates(cost, sales, stored.contract.cost_currency, rounding)
    return await _replace(work, found, kind="reprice", renew=lambda rows: corrections.reprice(rows, rates))


async def correct(work: Work, ids: Sequence[str], changes: Mapping[str, str | None]) -> str:
    """A correction journal: live rows are written again with other dimensions. Returns the journal's id."""
    await hold_requests_of(work, ids)
    found = await load_all(work, ids)
    await require_finance_of(work, found)
    raise_if([Refusal(Code.NOT_SUPPORTED, None, {"field": name}) for name in changes if name not in CORRECTABLE])
    return await _replace(work, found, kind="correction", renew=lambda rows: corrections.correct(rows, changes))


async def _replace(
    work: Work, found: Mapping[str, StoredEntry], *, kind: str, renew: Callable[[Sequence[Actual]], Posting]
) -> str:
    """Replace the live rows of approved entries, on open days (ADR 015); what blocks a recall by its ledger blocks this, too."""
    raise_if([_not_approved(stored) for stored in found.values() if not _is_approved(stored)])
    unit = await one_unit_of(work, found)
    facts = await entry_facts(work.connection, found, lock=True)
    raise_if([refusal for one in facts.values() if (refusal := check_replacement(one))])
    posting = new_ordered_id()
    generations = await actuals.generations(work.connection, list(found))
    for id, one in facts.items():
        new = {id: generations.get(id, 0) + 1}
        rows = on_open_days(renew(one.actuals), one.periods)
        await actuals.write(work.connection, rows, of=PostingOf(kind, posting), generations=new)
    await follow_entries(work, found)
    happened = [history.Happened("entry", id, kind, facts={"posting": posting}) for id in found]
    await history.append(work.connection, happened, act=work.act(business_now(work, unit)))
    return posting


def _is_approved(stored: StoredEntry) -> bool:
    return stored.entry.status in (EntryStatus.APPROVED, EntryStatus.RECALL_REQUESTED)


def _not_approved(stored: StoredEntry) -> Refusal:
    return Refusal(Code.WRONG_STATUS, stored.entry.id, {"status": stored.entry.status.value, "why": "no_rows"})


async def cancel_approval(work: Work, ids: Sequence[str]) -> None:
    """The approver takes an approval back: the same reversal as a recall, and the entry is submitted again."""
    found = await load_all(work, ids)
    known = await projects.projects(work.connection, [stored.entry.project for stored in found.values()])
    mine = await delegations_of(work, found.values())
    facts = await entry_facts(work.connection, found, lock=True)
    unit = await one_unit_of(work, found)
    context = Context(today_in(work, unit), unit.policy)
    who = {id: facts_of(work, stored, known, mine) for id, stored in found.items()}
    raise_if([refusal for id in ids if (refusal := _refusal(found[id], who[id], facts[id], context))])
    posting = PostingOf("cancel_approval", new_ordered_id())
    await write_reversals(work.connection, list(facts.values()), context=context, of=posting)
    act = work.act(business_now(work, unit))
    await record(work.connection, dict.fromkeys(ids, EntryEvent.APPROVAL_CANCELED), facts, act=act)


def _refusal(stored: StoredEntry, who: EntryFacts, facts: EntryRecallFacts, context: Context) -> Refusal | None:
    who = replace(who, decides_own=context.policy.allow_self_decision)
    outcome = decide(stored.entry, EntryAction.CANCEL_APPROVAL, who)
    return outcome if isinstance(outcome, Refusal) else check_cancel(facts, context)
