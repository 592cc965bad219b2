"""Every activity may run twice: the second run answers the same and changes nothing."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from temporalio.client import Client

from tests.counts import count
from tests.databases import FreshDatabase
from tests.in_process import Stage, on_stage
from workflows.contracts import Reminder, Standing, ToSettle

pytestmark = pytest.mark.store


@pytest.fixture
async def stage(database: FreshDatabase, temporal_client: Client) -> AsyncIterator[Stage]:
    policy = {"expire_after": "10d"}
    async with on_stage(database, temporal_client, working=False, policy=policy) as made:
        yield made


async def everything(url: str) -> dict[str, str]:
    """A fingerprint of the rows of each table."""
    connection = await asyncpg.connect(url)
    tables = await connection.fetch("select tablename from pg_tables where schemaname = 'public'")
    found = {}
    for (table,) in tables:
        sql = f"select md5(coalesce(string_agg(t::text, chr(10) order by t::text), '')) from \"{table}\" t"
        found[table] = await connection.fetchval(sql)
    await connection.close()
    return found


async def run_twice(stage: Stage, act: Callable[[], Awaitable[Standing]]) -> Standing:
    first = await act()
    before = await everything(stage.database.url)
    second = await act()

    assert await everything(stage.database.url) == before
    assert second == first
    return second


@pytest.mark.parametrize(("verdict", "status"), [("approve", "recalled"), ("reject", "rejected")])
async def test_settle_decision(stage: Stage, verdict: str, status: str) -> None:
    (recall,) = await stage.people.asked(1)
    told = ToSettle(recall["id"], await stage.decided(recall, verdict=verdict))

    standing = await run_twice(stage, lambda: stage.activities.settle_decision(told))

    assert (standing.status, standing.outcome) == (status, "applied")


async def test_settle_decision_of_a_blocked_line(stage: Stage) -> None:
    (recall,) = await stage.people.asked(1)
    entries = [recall["lines"][0]["subject"]]
    drafted = {"project": stage.people.project, "entries": entries}
    await stage.people.done("POST", "/invoices", by=stage.people.finance, body=drafted)
    told = ToSettle(recall["id"], await stage.decided(recall))

    standing = await run_twice(stage, lambda: stage.activities.settle_decision(told))

    assert (standing.status, standing.outcome, standing.blocked_by) == (
        "awaiting_decision",
        "refused",
        ["on_draft_invoice"],
    )


@pytest.mark.parametrize("id", ["7c9e6679-7425-40de-944b-e07fc1f90ae7", "approve"])
async def test_settle_decision_that_is_not_stored(stage: Stage, id: str) -> None:
    (recall,) = await stage.people.asked(1)

    standing = await run_twice(stage, lambda: stage.activities.settle_decision(ToSettle(recall["id"], id)))

    assert (standing.is_open, standing.outcome) == (True, "")


async def test_expire_request(stage: Stage) -> None:
    (recall,) = await stage.people.asked(1)

    standing = await run_twice(stage, lambda: stage.activities.expire_request(recall["id"]))

    assert standing.status == "expired"


async def test_close_request(stage: Stage) -> None:
    (recall,) = await stage.people.asked(1)

    standing = await run_twice(stage, lambda: stage.activities.close_request(recall["id"]))

    assert standing.status == "withdrawn"


async def test_remind_approver(stage: Stage) -> None:
    (recall,) = await stage.people.asked(1)

    standing = await run_twice(stage, lambda: stage.activities.remind_approver(Reminder(recall["id"], 1)))

    assert standing.is_open


async def test_one_reminder_is_given_for_those_that_were_missed(stage: Stage) -> None:
    (recall,) = await stage.people.asked(1)
    late = timedelta(days=8, hours=1).total_seconds()

    standing = await run_twice(stage, lambda: stage.activities.remind_approver(Reminder(recall["id"], 1, late)))

    assert (standing.reminders, standing.next_step, standing.next_step_after_seconds) == (8, "reminder", 9 * 24 * 3600)
    assert await told(stage, recall) == [("requested", None), ("reminded", "8")]


async def test_nobody_is_reminded_of_what_expires_now(stage: Stage) -> None:
    await stage.people.set_policy(expire_after="3d")
    (recall,) = await stage.people.asked(1)
    late = timedelta(days=9).total_seconds()

    standing = await run_twice(stage, lambda: stage.activities.remind_approver(Reminder(recall["id"], 1, late)))

    assert (standing.is_open, standing.next_step) == (True, "expiry")
    assert await told(stage, recall) == [("requested", None)]


async def told(stage: Stage, recall: dict[str, Any]) -> list[tuple[str, str | None]]:
    """What the history says, and the number of each reminder."""
    items = (await stage.people.done("GET", f"/recalls/{recall['id']}/history", by=stage.people.owner))["items"]
    return [(one["event"], one["facts"].get("count")) for one in items]


async def test_read_standing(stage: Stage) -> None:
    (recall,) = await stage.people.asked(1)

    await run_twice(stage, lambda: stage.activities.read_standing(recall["id"]))


async def test_a_decision_is_settled_although_its_message_is_being_delivered(stage: Stage) -> None:
    (recall,) = await stage.people.asked(1)
    told = ToSettle(recall["id"], await stage.decided(recall))
    dispatcher = await asyncpg.connect(stage.database.url)
    holding = dispatcher.transaction()
    await holding.start()
    await dispatcher.execute("select from outbox for update")

    standing = await stage.activities.settle_decision(told)

    await holding.rollback()
    await dispatcher.close()
    assert standing.status == "recalled"


async def test_a_row_billed_in_a_later_round_belongs_to_that_round(stage: Stage) -> None:
    people = stage.people
    (recall,) = await people.asked(1)
    entry = [recall["lines"][0]["subject"]]
    await stage.activities.settle_decision(ToSettle(recall["id"], await stage.decided(recall)))
    await people.done("POST", "/entries/submit", by=people.owner, body={"entries": entry})
    await people.done("POST", "/entries/approve", by=people.approvers[0], body={"entries": entry})
    drafted = {"project": people.project, "entries": entry}
    invoice = await people.done("POST", "/invoices", by=people.finance, body=drafted)

    await people.done("POST", f"/invoices/{invoice['id']}/confirm", by=people.finance, body={})

    rows = await people.actuals(entry[0])
    assert {row["generation"] for row in rows if row["invoice"]} == {2}


async def test_an_expiry_and_a_decision_at_once_are_one_end(stage: Stage) -> None:
    number = count(12, 200)
    recalls = await stage.people.asked(number)
    outcomes: Counter[str] = Counter()

    for recall in recalls:
        answer, expired = await asyncio.gather(
            stage.people.decide(recall, by=stage.people.approvers[0]), stage.activities.expire_request(recall["id"])
        )
        ended = await stage.people.recall(recall)
        outcomes[f"{answer.status_code} {expired.status} {ended['status']}"] += 1

    assert sum(outcomes.values()) == number
    assert set(outcomes) <= {"202 recalled recalled", "409 expired expired"}
