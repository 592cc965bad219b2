"""Two acts meet within their transactions, with nobody between them who puts them in order: F11, F12 and F13.

Temporal settles the decisions on a request one after the other; here that guard is left out, as when a worker that was thought dead
still runs. The twin of each takes the row locks as well, and has to turn red.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import pytest
from temporalio.client import Client

from store.audit import audit
from tests.acting import ask_database
from tests.counts import count
from tests.databases import FreshDatabase
from tests.faults.same_process import without_row_locks
from tests.in_process import Stage, on_stage
from workflows.contracts import ToSettle

pytestmark = pytest.mark.faults
_ENDS = "select count(*) from history where subject_kind = 'recall' and subject_id = $1 and to_status <> 'awaiting_decision'"
Round = Callable[[Stage], Awaitable[None]]


async def two_decisions(stage: Stage) -> None:
    """F11: two approvers, each by a worker of their own."""
    (recall,) = await stage.people.asked(1)
    told = [ToSettle(recall["id"], await stage.decided(recall, by=number)) for number in (0, 1)]

    await asyncio.gather(*map(stage.activities.settle_decision, told))

    ended = await stage.people.recall(recall)
    assert sorted(one["outcome"] for one in ended["decisions"]) == ["applied", "refused"]
    assert len(await stage.people.reversals(recall["lines"][0]["subject"])) == 2


async def a_decision_and_a_withdrawal(stage: Stage) -> None:
    """F12."""
    (recall,) = await stage.people.asked(1)
    told, path = ToSettle(recall["id"], await stage.decided(recall)), f"/recalls/{recall['id']}/withdraw"

    settled, withdrawn = await asyncio.gather(
        stage.activities.settle_decision(told), stage.people.call("POST", path, by=stage.people.owner, body={})
    )

    assert (settled.status, withdrawn.status_code) in {("recalled", 409), ("withdrawn", 200)}
    assert await ask_database(stage.database.url, _ENDS, recall["id"]) == [(1,)]


async def a_decision_and_a_draft(stage: Stage) -> None:
    """F13."""
    (recall,) = await stage.people.asked(1)
    told = ToSettle(recall["id"], await stage.decided(recall))
    body = {"project": stage.people.project, "entries": [recall["lines"][0]["subject"]]}

    settled, drafted = await asyncio.gather(
        stage.activities.settle_decision(told),
        stage.people.call("POST", "/invoices", by=stage.people.finance, body=body),
    )

    assert (settled.status, drafted.status_code) in {("recalled", 422), ("awaiting_decision", 201)}


ROUNDS = [two_decisions, a_decision_and_a_withdrawal, a_decision_and_a_draft]


async def rounds(stage: Stage, one_round: Round, *, number: int) -> None:
    for _ in range(number):
        await one_round(stage)
        assert await audit(stage.people.settings.owner_database_url or "") == []


async def test_of_two_acts_at_once_one_is_done_and_the_other_is_told(
    database: FreshDatabase, temporal_client: Client
) -> None:
    async with on_stage(database, temporal_client, working=False) as stage:
        for one_round in ROUNDS:
            await rounds(stage, one_round, number=count(3, 100))


@pytest.mark.parametrize("one_round", [pytest.param(one, marks=pytest.mark.long) for one in ROUNDS])
async def test_without_row_locks_it_turns_red(
    one_round: Round, damaged_database: FreshDatabase, temporal_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with on_stage(damaged_database, temporal_client, working=False) as stage:
        without_row_locks(monkeypatch)

        with pytest.raises((AssertionError, asyncpg.PostgresError)):
            await rounds(stage, one_round, number=20)
