"""What comes between two chunks of a long decision (ADR 010), on requests of six lines that are settled two at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from temporalio.client import Client

from application import settling
from application.settled import Settled
from application.work import CLOCK, Work
from store import chunks
from store.chunks import Run, Tally
from store.database import Connection, execute, fetch_one
from tests.acting import ADMIN, Actors, ask_database
from tests.chunking import chunks_of, settle_and_die
from tests.databases import FreshDatabase
from tests.in_process import Stage, on_stage
from workflows.contracts import Standing, ToSettle

pytestmark = pytest.mark.store

Json = dict[str, Any]
LINES, AT_ONCE = 6, 2
COUNT = chunks._counted


@pytest.fixture
async def stage(database: FreshDatabase, temporal_client: Client) -> AsyncIterator[Stage]:
    with chunks_of(AT_ONCE):
        async with on_stage(database, temporal_client, working=False) as made:
            yield made


@pytest.fixture
async def quorum_stage(database: FreshDatabase, temporal_client: Client) -> AsyncIterator[Stage]:
    with chunks_of(AT_ONCE):
        async with on_stage(database, temporal_client, working=False, policy={"quorum": 2}) as made:
            yield made


@dataclass(frozen=True)
class UnderWay:
    """A long request with an approval of which the first chunk is settled; its subjects in the order they are settled in."""

    stage: Stage
    recall: Json
    decision: str

    @property
    def people(self) -> Actors:
        return self.stage.people

    @property
    def subjects(self) -> list[str]:
        return sorted(line["subject"] for line in self.recall["lines"])

    async def chunk(self, decision: str | None = None) -> Standing:
        """Settle the next chunk of a decision."""
        return await self.stage.activities.settle_decision(ToSettle(self.recall["id"], decision or self.decision))

    async def chunk_of(self, run: Run) -> Settled:
        """Settle the next chunk of the decision as one of a run."""
        async with self.stage.database.begin() as connection:
            work = Work(connection, CLOCK, await self.stage.database.now(connection))
            return await settling.settle_decision(work, self.decision, request=self.recall["id"], run=run)

    async def rest(self, decision: str | None = None) -> Standing:
        """Settle the rest of a decision."""
        standing = await self.chunk(decision)
        while standing.is_under_way:
            standing = await self.chunk(decision)
        return standing

    async def lines(self) -> list[tuple[str, str | None]]:
        """Status and code of each line, in the order they are settled in."""
        now = await self.people.recall(self.recall)
        found = {line["subject"]: line for line in now["lines"]}
        shown = [found[subject] for subject in self.subjects]
        return [(line["status"], line["blocked_by"] and line["blocked_by"]["code"]) for line in shown]

    async def outcomes(self, decision: str | None = None) -> list[tuple[str | None, str | None]]:
        """Outcome and code of a decision for each line it names, in the same order."""
        now = await self.people.recall(self.recall)
        (one,) = (one for one in now["decisions"] if one["id"] == (decision or self.decision))
        found = {line["subject"]: (line["outcome"], line["code"]) for line in one["lines"]}
        return [found[subject] for subject in self.subjects if subject in found]

    async def reversed_entries(self) -> list[int]:
        """How many reversals each entry has, in the same order."""
        return [len(await self.people.reversals(subject)) for subject in self.subjects]


async def under_way(stage: Stage) -> UnderWay:
    recall = await stage.people.ask(*await stage.people.approved_entries(LINES))
    found = UnderWay(stage, recall, await stage.decided(recall))
    assert (await found.chunk()).outcome == "pending"
    return found


async def test_nothing_comes_between_and_every_line_is_taken_back(stage: Stage) -> None:
    one = await under_way(stage)
    assert await one.lines() == [("recalled", None)] * 2 + [("open", None)] * 4

    standing = await one.rest()

    assert (standing.status, standing.recalled, standing.outcome) == ("recalled", LINES, "applied")
    assert await one.reversed_entries() == [2] * LINES


async def test_a_chunk_that_dies_before_its_commit_is_done_again(stage: Stage) -> None:
    one = await under_way(stage)

    await settle_and_die(stage.activities, ToSettle(one.recall["id"], one.decision))

    assert await one.reversed_entries() == [2, 2, 0, 0, 0, 0]
    assert (await one.rest()).status == "recalled"
    assert await one.reversed_entries() == [2] * LINES


async def test_a_decision_on_all_lines_waits_and_comes_too_late(stage: Stage) -> None:
    one = await under_way(stage)

    second = await stage.decided(one.recall, by=1, verdict="reject")
    await one.rest()
    standing = await one.chunk(second)

    assert (standing.status, standing.recalled) == ("recalled", LINES)
    assert set(await one.outcomes(second)) == {("refused", "request_closed")}


async def test_a_decision_on_some_lines_settled_between_takes_them_and_no_other(stage: Stage) -> None:
    one = await under_way(stage)
    body = {"decision": "reject", "lines": one.subjects[-2:]}
    path = f"/recalls/{one.recall['id']}/decisions"
    second = (await one.people.done("POST", path, by=one.people.approvers[1], body=body))["decision"]

    await one.chunk(second)
    standing = await one.rest()

    assert standing.status == "partly_recalled"
    assert await one.lines() == [("recalled", None)] * 4 + [("rejected", None)] * 2
    assert await one.outcomes() == [("recalled", None)] * 4 + [("refused", "request_closed")] * 2
    assert await one.reversed_entries() == [2, 2, 2, 2, 0, 0]


@pytest.mark.parametrize("act", ["expire_request", "close_request"])
async def test_what_was_decided_before_the_end_is_settled_first(stage: Stage, act: str) -> None:
    one = await under_way(stage)

    standing = await getattr(stage.activities, act)(one.recall["id"])

    assert (standing.status, standing.recalled) == ("recalled", LINES)
    assert await one.reversed_entries() == [2] * LINES


async def test_a_withdrawal_takes_the_lines_that_are_left(stage: Stage) -> None:
    one = await under_way(stage)

    await one.people.done("POST", f"/recalls/{one.recall['id']}/withdraw", by=one.people.owner, body={})
    standing = await one.rest()

    assert (standing.status, standing.outcome) == ("partly_recalled", "applied")
    assert await one.lines() == [("recalled", None)] * 2 + [("withdrawn", None)] * 4
    assert await one.outcomes() == [("recalled", None)] * 2 + [("refused", "request_closed")] * 4


async def parking(stage: Stage) -> UnderWay:
    """A long request for what is invoiced, with an approval that waits for the credit; nothing of it is settled."""
    people = stage.people
    recall = await people.ask(*await people.approved_entries(LINES))
    body = {"project": people.project, "entries": [line["subject"] for line in recall["lines"]]}
    drafted = await people.done("POST", "/invoices", by=people.finance, body=body)
    await people.done("POST", f"/invoices/{drafted['id']}/confirm", by=people.finance, body={})
    path, said = f"/recalls/{recall['id']}/decisions", {"decision": "approve", "park": True}
    answer = await people.call("POST", path, by=people.approvers[0], body=said, headers={"if-match": "*"})
    return UnderWay(stage, recall, answer.json()["decision"])


async def test_what_waits_is_counted_over_all_chunks(stage: Stage) -> None:
    standing = await (await parking(stage)).rest()

    assert (standing.parked, standing.open) == (LINES, LINES)


async def test_a_decision_whose_first_lines_wait_for_a_credit_was_applied_when_the_rest_is_withdrawn(
    stage: Stage,
) -> None:
    one = await parking(stage)
    await one.chunk()

    await stage.people.done("POST", f"/recalls/{one.recall['id']}/withdraw", by=stage.people.owner, body={})
    standing = await one.rest()

    assert (standing.status, standing.outcome) == ("withdrawn", "applied")
    assert [outcome for outcome, _ in await one.outcomes()] == ["parked"] * 2 + ["refused"] * 4


async def test_a_right_that_is_lost_refuses_the_rest_and_somebody_else_goes_on(stage: Stage) -> None:
    one = await under_way(stage)
    approvers = one.people.approvers
    path = f"/projects/{one.people.project}/approvers"

    await one.people.done("PUT", path, by=ADMIN, body={"approvers": [approvers[1]]})
    standing = await one.rest()

    assert (standing.status, standing.open) == ("awaiting_decision", 4)
    assert await one.outcomes() == [("recalled", None)] * 2 + [("refused", "not_approver")] * 4
    again = await stage.decided(await one.people.recall(one.recall), by=1)
    assert (await one.rest(again)).status == "recalled"
    assert await one.reversed_entries() == [2] * LINES


async def test_a_delegation_that_is_ended_refuses_the_rest(stage: Stage) -> None:
    recall = await stage.people.ask(*await stage.people.approved_entries(LINES))
    giver, taker = stage.people.approvers[0], stage.people.finance
    body = {"giver": giver, "taker": taker, "since": "2026-01-01", "until": "2199-12-31", "purpose": "decisions"}
    id = (await stage.people.done("POST", "/delegations", by=giver, body=body))["id"]
    answer = await stage.people.decide(recall, by=taker)
    one = UnderWay(stage, recall, answer.json()["decision"])
    await one.chunk()

    await stage.people.done("DELETE", f"/delegations/{id}", by=giver)
    standing = await one.rest()

    assert (standing.status, standing.open) == ("awaiting_decision", 4)
    assert await one.outcomes() == [("recalled", None)] * 2 + [("refused", "delegation_expired")] * 4


async def test_a_decision_of_the_last_day_of_a_delegation_goes_on_after_midnight(stage: Stage) -> None:
    people, clock = stage.people, f"/units/{stage.people.unit}/clock"
    await people.done("POST", clock, by=ADMIN, body={"today": "2026-12-31"})
    recall = await people.ask(*await people.approved_entries(LINES))
    days = {"since": "2026-12-31", "until": "2026-12-31", "purpose": "decisions"}
    body = {"giver": people.approvers[0], "taker": people.finance, **days}
    await people.done("POST", "/delegations", by=people.approvers[0], body=body)
    answer = await people.decide(recall, by=people.finance)
    one = UnderWay(stage, recall, answer.json()["decision"])
    await one.chunk()

    await people.done("POST", clock, by=ADMIN, body={"today": "2027-01-01"})
    standing = await one.rest()

    assert (standing.status, standing.recalled) == ("recalled", LINES)
    assert (await people.decide(recall, by=people.finance)).json()["code"] == "delegation_expired"


async def test_a_quorum_is_complete_line_by_line(quorum_stage: Stage) -> None:
    one = await under_way(quorum_stage)
    assert await one.reversed_entries() == [0] * LINES

    second = await quorum_stage.decided(one.recall, by=1)
    await one.chunk(second)
    assert await one.reversed_entries() == [2, 2, 0, 0, 0, 0]
    await one.rest()
    await one.rest(second)

    assert await one.outcomes() == [("approved", None)] * LINES
    assert await one.outcomes(second) == [("recalled", None)] * LINES
    assert await one.reversed_entries() == [2] * LINES


async def test_one_approver_alone_is_no_quorum_however_many_chunks(quorum_stage: Stage) -> None:
    one = await under_way(quorum_stage)

    standing = await one.rest()
    answer = await one.people.decide(one.recall, by=one.people.approvers[0])

    assert (standing.status, standing.open) == ("awaiting_decision", LINES)
    assert (answer.status_code, answer.json()["code"]) == (409, "already_decided")
    assert await one.reversed_entries() == [0] * LINES


async def test_an_invoice_confirmed_between_blocks_its_line_and_no_other(stage: Stage) -> None:
    one = await under_way(stage)

    body = {"project": one.people.project, "entries": [one.subjects[3]]}
    drafted = await one.people.done("POST", "/invoices", by=one.people.finance, body=body)
    await one.people.done("POST", f"/invoices/{drafted['id']}/confirm", by=one.people.finance, body={})
    standing = await one.rest()

    assert (standing.status, standing.blocked_by) == ("awaiting_decision", ["already_invoiced"])
    assert await one.lines() == [("recalled", None)] * 3 + [("blocked", "already_invoiced")] + [("recalled", None)] * 2
    assert await one.reversed_entries() == [2, 2, 2, 0, 2, 2]


async def test_rows_that_changed_between_are_approved_by_nobody_yet(stage: Stage) -> None:
    one = await under_way(stage)

    body = {"entries": one.subjects[2:3], "rates": {"cost": "120", "sales": "240"}}
    await one.people.done("POST", f"/projects/{one.people.project}/reprice", by=one.people.finance, body=body)
    await one.rest()
    lines = await one.lines()
    again = await stage.decided(await one.people.recall(one.recall), by=0)

    assert lines == [("recalled", None)] * 2 + [("blocked", "stale_version")] + [("recalled", None)] * 3
    assert (await one.rest(again)).status == "recalled"
    assert await one.reversed_entries() == [2] * LINES


async def test_a_period_closed_between_moves_the_dates_nobody_has_seen(stage: Stage) -> None:
    one = await under_way(stage)

    path = f"/units/{one.people.unit}/periods/close"
    await one.people.done("POST", path, by=one.people.finance, body={"until": "2026-02-28"})
    await one.rest()
    lines = await one.lines()
    again = await stage.decided(await one.people.recall(one.recall), by=0)
    await one.rest(again)

    assert lines == [("recalled", None)] * 2 + [("blocked", "stale_version")] * 4
    sql = "select distinct entry_id::text, accounting_date::text from actual where posting_id = $1::uuid order by 1"
    days = await ask_database(stage.database.url, sql, one.recall["id"])
    assert days == [(subject, "2026-02-02" if n < 2 else "2026-03-01") for n, subject in enumerate(one.subjects)]


async def test_a_line_whose_memory_is_lost_is_planned_anew(stage: Stage) -> None:
    one = await under_way(stage)

    async with stage.database.begin() as connection:
        await execute(connection, "update recall_line set basis = null")
    standing = await one.rest()

    assert standing.status == "recalled"
    assert await one.reversed_entries() == [2] * LINES


async def test_what_a_run_counted_holds_as_long_as_nobody_else_changes_the_request(stage: Stage) -> None:
    one, run = await under_way(stage), Run()

    async with counted(one) as counts:
        await one.chunk_of(run)
        await agrees(one, run)
        another = await one.people.ask(*await one.people.approved_entries(1))
        await stage.activities.settle_decision(ToSettle(another["id"], await stage.decided(another)))
        standing = await one.chunk_of(run)

    assert len(counts) == 1
    assert (standing.status, standing.recalled, standing.open) == ("recalled", LINES, 0)


async def test_what_a_run_counted_is_counted_again_after_somebody_else_has_settled_a_line(stage: Stage) -> None:
    one, run = await under_way(stage), Run()
    last = one.subjects[-1]

    async with counted(one) as counts:
        await one.chunk_of(run)
        path = f"/recalls/{one.recall['id']}/decisions"
        body = {"decision": "reject", "lines": [last]}
        short = await one.people.call("POST", path, by=one.people.approvers[1], body=body, headers={"if-match": "*"})
        await one.chunk(short.json()["decision"])
        standing = await one.chunk_of(run)
        await agrees(one, run)

    assert len(counts) == 2
    assert (standing.status, standing.recalled, standing.rejected) == ("partly_recalled", LINES - 1, 1)
    assert await one.reversed_entries() == [2] * (LINES - 1) + [0]


async def test_what_was_counted_for_another_request_is_not_taken_for_this_one(stage: Stage) -> None:
    first, second, run = await under_way(stage), await under_way(stage), Run()

    for one in (first, second, first, second):
        await one.chunk_of(run)
        await agrees(one, run)

    assert {(await one.people.recall(one.recall))["status"] for one in (first, second)} == {"recalled"}


@asynccontextmanager
async def counted(one: UnderWay) -> AsyncIterator[list[str]]:
    """The requests whose lines are counted meanwhile, once for each time."""
    found: list[str] = []

    async def noting(connection: Connection, request: str, *, version: int) -> Tally:
        found.append(request)
        return await COUNT(connection, request, version=version)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunks, "_counted", noting)
        yield found
    assert set(found) <= {one.recall["id"]}


async def agrees(one: UnderWay, run: Run) -> None:
    """What the run knows is what stands in the database."""
    async with one.stage.database.begin() as connection:
        row = await fetch_one(
            connection, "select version from recall_request where id = cast(:id as uuid)", id=one.recall["id"]
        )
        assert row is not None
        stored = await COUNT(connection, one.recall["id"], version=row.version)
    assert run.tally is not None
    known = {group: count for group, count in run.tally.counts.items() if count}
    assert (run.tally.request, run.tally.version, known) == (stored.request, stored.version, dict(stored.counts))
