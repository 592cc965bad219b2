"""Requests of many lines: settled in chunks, whatever happens between them (ADR 010)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from asyncpg.connection import LoggedQuery

from application import settling
from application.settled import Settled
from application.work import CHUNK_LINES, Work
from store.database import Connection, Database
from tests.acting import ADMIN, Actors, actors, ask_database
from tests.chunking import chunks_of
from tests.counts import count
from tests.databases import FreshDatabase
from tests.harness import Service, start_service
from tests.servers import Addresses
from tests.waiting import until

pytestmark = pytest.mark.faults

LINES = count(CHUNK_LINES + 200, 10_000)
CHUNK = 500
"""Lines of a chunk where a test settles one by one."""
_COUNTS = """
select count(*) filter (where l.status = 'recalled'), count(*) filter (where l.status = 'withdrawn'),
       count(*) filter (where l.status = 'blocked'), count(*) filter (where l.status = 'open')
  from recall_line l where l.request_id = $1::uuid
"""
_REVERSED = """
select count(*), count(distinct reverses_id), count(distinct entry_id) from actual where posting_id = $1::uuid
"""


def report(lines: int) -> bytes:
    """Approved hours of one person on one project."""
    head = (
        "Date,Client,Project,Project Code,Task,Notes,Hours,Billable?,Invoiced?,Approved?,First Name,Last Name,Employee Id,"
        "Roles,Employee?,Billable Rate,Billable Amount,Cost Rate,Cost Amount,Currency,External Reference URL"
    )
    row = "2026-02-02,Client,Long,L-1,Development,note {},2.0,Yes,No,Yes,Bulk,Owner,,Developer,Yes,100,200,50,100,US Dollar - USD,"
    return "\n".join([head, *(row.format(number) for number in range(lines))]).encode() + b"\n"


async def long_request(people: Actors, lines: int = LINES) -> dict[str, Any]:
    """Import so many approved entries, and ask for all of them at once."""
    headers = {"content-type": "text/csv"}
    await people.call("GET", "/me", by=ADMIN)
    token = people._tokens[ADMIN]
    answer = await people.http.post(
        f"/v1/imports/harvest?unit={people.unit}&approver={people.approvers[0]}",
        content=report(lines),
        headers=headers | {"authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 201, answer.text
    sql = "select id::text, owner_id from entry where unit_id = $1 order by id"
    rows = await ask_database(people.settings.database_url, sql, people.unit)
    body = {"entries": [id for id, _ in rows], "reason": "wrong project"}
    (recall,) = (await people.done("POST", "/recalls", by=rows[0][1], body=body))["recalls"]
    return dict(recall)


async def counted(people: Actors, recall: dict[str, Any]) -> tuple[int, int, int, int]:
    """How many lines are recalled, withdrawn, blocked, open."""
    (row,) = await ask_database(people.settings.database_url, _COUNTS, recall["id"])
    return (row[0], row[1], row[2], row[3])


async def settled(people: Actors, recall: dict[str, Any]) -> None:
    """Wait until no decision of the request is pending."""
    sql = "select count(*) from decision where request_id = $1::uuid and outcome = 'pending'"

    async def look() -> bool:
        return await ask_database(people.settings.database_url, sql, recall["id"]) == [(0,)]

    await until(look, what="the decision is settled", seconds=90)


async def assert_reversed_once(people: Actors, recall: dict[str, Any], lines: int) -> None:
    (row,) = await ask_database(people.settings.database_url, _REVERSED, recall["id"])
    assert row == (2 * lines, 2 * lines, lines)


@pytest.fixture
async def people(database: FreshDatabase, servers: Addresses) -> AsyncIterator[Actors]:
    """People of a service whose worker is not there: a test settles chunk by chunk itself."""
    service = await start_service(database, temporal_address=servers.temporal_address)
    await service.worker.stop(grace_seconds=1.0)
    try:
        async with actors(service.url, service.settings) as found:
            yield found
    finally:
        await service.stop()


async def settle_one(people: Actors, recall: dict[str, Any], decision: str) -> Settled:
    """The next chunk of a decision."""
    database = Database(people.settings.database_url or "", pool_size=1)
    try:
        with chunks_of(CHUNK):
            async with database.begin() as connection:
                work = Work(connection, "clock", datetime.now(UTC))
                return await settling.settle_decision(work, decision, request=recall["id"])
    finally:
        await database.close()


async def settle_rest(people: Actors, recall: dict[str, Any], decision: str) -> None:
    while (await settle_one(people, recall, decision)).outcome == "pending":
        pass


async def decided(people: Actors, recall: dict[str, Any]) -> str:
    answer = await people.decide(recall, by=people.approvers[0])
    assert answer.status_code == 202, answer.text
    return str(answer.json()["decision"])


@pytest.mark.parametrize("point", [pytest.param("chunk.before_commit", marks=pytest.mark.long), "chunk.after_commit"])
async def test_a_worker_killed_in_the_middle_goes_on_and_reverses_each_line_once(
    point: str, database: FreshDatabase, servers: Addresses, tmp_path: Path
) -> None:
    marker = tmp_path / point
    extra = {"TILBAKE_FAILPOINT": f"{point}={marker}"}
    service = await start_service(database, temporal_address=servers.temporal_address, worker_extra=extra)
    try:
        async with actors(service.url, service.settings) as people:
            recall = await long_request(people)
            assert "rows" not in recall["lines"][0]
            await decided(people, recall)

            await killed_at(service, marker)
            await settled(people, recall)

            ended = await people.recall(recall)
            assert ended["status"] == "recalled"
            assert ended["progress"] == {
                "lines": LINES,
                "open": 0,
                "blocked": 0,
                "recalled": LINES,
                "rejected": 0,
                "withdrawn": 0,
                "expired": 0,
                "parked": 0,
            }
            await assert_reversed_once(people, recall, LINES)
            page = await people.done("GET", f"/recalls/{recall['id']}/lines?limit=200", by=people.approvers[0])
            assert [len(line["rows"]) for line in page["items"]] == [2] * 200
    finally:
        await service.stop()


async def killed_at(service: Service, marker: Path) -> None:
    async def reached() -> bool:
        return await asyncio.to_thread(marker.exists)

    await until(reached, what=f"the worker reached {marker.name}", seconds=60)
    service.worker.kill()
    await service.restart_worker()


async def test_a_draft_between_chunks_blocks_its_lines_and_no_other(people: Actors) -> None:
    recall = await long_request(people, 1_200)
    decision = await decided(people, recall)
    assert (await settle_one(people, recall, decision)).outcome == "pending"
    last = sorted(line["subject"] for line in recall["lines"])[-3:]
    sql = "select distinct project_id::text from entry where id = $1::uuid"
    ((project,),) = await ask_database(people.settings.database_url, sql, last[0])

    body = {"project": project, "entries": last}
    drafted = await people.call("POST", "/invoices", by=people.finance, body=body)
    await settle_rest(people, recall, decision)

    assert drafted.status_code == 201, drafted.text
    assert await counted(people, recall) == (1_197, 0, 3, 0)
    await assert_reversed_once(people, recall, 1_197)


async def test_a_withdrawal_between_chunks_takes_the_lines_that_are_left(people: Actors) -> None:
    recall = await long_request(people, 1_200)
    decision = await decided(people, recall)
    await settle_one(people, recall, decision)

    answer = await people.call("POST", f"/recalls/{recall['id']}/withdraw", by=recall["requester"], body={})
    again = await settle_one(people, recall, decision)

    assert answer.status_code == 200, answer.text
    assert await counted(people, recall) == (CHUNK, 1_200 - CHUNK, 0, 0)
    assert (again.status, again.outcome) == ("partly_recalled", "applied")
    await assert_reversed_once(people, recall, CHUNK)


async def test_lines_are_found_by_their_subject_although_nobody_knew_of_open_ones(
    people: Actors, database: FreshDatabase
) -> None:
    recall = await long_request(people, 1_200)
    rejected = (await people.decide(recall, by=people.approvers[0], verdict="reject")).json()["decision"]
    await settle_rest(people, recall, rejected)
    await ask_database(database.owner_url, "analyze recall_line")
    body = {"entries": [line["subject"] for line in recall["lines"]], "reason": "wrong project"}
    (again,) = (await people.done("POST", "/recalls", by=recall["requester"], body=body))["recalls"]
    decision = await decided(people, again)

    plans = await plans_of_next_chunk(people, again, decision)

    of_lines = [plan for plan in plans if "recall_line l" in plan and "l.subject_id = " in plan]
    assert len(of_lines) == 4
    assert not [plan for plan in of_lines if "recall_line_one_open" in plan or "recall_line_pkey" in plan]


async def plans_of_next_chunk(people: Actors, recall: dict[str, Any], decision: str) -> list[str]:
    """Settle a chunk; each of its statements with the plan it has for any values."""
    database = Database(people.settings.database_url or "", pool_size=1)
    said: list[str] = []

    def keep(record: LoggedQuery) -> None:
        said.append(record.query)

    try:
        async with database.begin() as connection:
            with connection.driver.query_logger(keep):
                work = Work(connection, "clock", datetime.now(UTC))
                await settling.settle_decision(work, decision, request=recall["id"])
        async with database.begin() as connection:
            return [await plan_of(connection, sql) for sql in dict.fromkeys(said)]
    finally:
        await database.close()


async def plan_of(connection: Connection, sql: str) -> str:
    values = ", ".join(["null"] * len(set(re.findall(r"\$\d+", sql))))
    await connection.driver.execute(f"prepare looked_at as {sql}")
    rows = await connection.driver.fetch(f"explain execute looked_at{f'({values})' if values else ''}")
    plan = "\n".join(line for (line,) in rows)
    await connection.driver.execute("deallocate looked_at")
    return f"{sql}\n{plan}"
