"""The audit finds a request that asks somebody else than the rule says, and leaves alone what was asked by the rule of its day."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest
from temporalio.client import Client

from store.audit import audit
from tests.acting import ADMIN
from tests.damaging import found_altered
from tests.databases import FreshDatabase
from tests.in_process import Stage, on_stage

pytestmark = pytest.mark.store
ELSE = ("I11", "somebody else is asked than the approvers and their delegations say")
ALWAYS = {"since": "2020-01-01", "until": "2199-12-31"}
OF_BEFORE = """update history set facts = facts - 'asked' where subject_kind = 'recall' and event = 'requested';
    delete from history where event = 'rerouted'"""
ASKED = "update recall_request set asked_id = '{}'"


async def approve(stage: Stage, *people: str) -> None:
    """Make these the approvers of the project."""
    path, body = f"/projects/{stage.people.project}/approvers", {"approvers": list(people)}
    await stage.people.done("PUT", path, by=ADMIN, body=body)


@asynccontextmanager
async def passed_over(database: FreshDatabase, client: Client) -> AsyncIterator[Stage]:
    """A request that asks the second approver, as the owner lets the first ask."""
    async with on_stage(database, client, working=False) as stage:
        people = stage.people
        first = people.approvers[0]
        await approve(stage, *people.approvers, people.finance)
        await people.asked(1)
        body = {"giver": people.owner, "taker": first, **ALWAYS, "purpose": "requests"}
        await people.done("POST", "/delegations", by=people.owner, body=body)
        yield stage


async def test_nobody_is_asked_who_may_not_decide_nor_out_of_turn(
    damaged_database: FreshDatabase, temporal_client: Client
) -> None:
    async with passed_over(damaged_database, temporal_client) as stage:
        (first, second), third = stage.people.approvers, stage.people.finance
        owner = stage.people.owner
    assert await audit(damaged_database.owner_url) == []

    admin = await asyncpg.connect(damaged_database.admin_url)
    found = {name: ELSE in await found_altered(admin, ASKED.format(name)) for name in (first, second, third, owner)}
    await admin.close()
    assert found == {first: True, second: False, third: True, owner: True}


async def test_a_request_of_before_may_ask_by_the_rule_of_then_or_of_now(
    damaged_database: FreshDatabase, temporal_client: Client
) -> None:
    async with passed_over(damaged_database, temporal_client) as stage:
        (first, second), third = stage.people.approvers, stage.people.finance

    admin = await asyncpg.connect(damaged_database.admin_url)
    found = {
        name: ELSE in await found_altered(admin, f"{OF_BEFORE}; {ASKED.format(name)}")
        for name in (first, second, third)
    }
    await admin.close()
    assert found == {first: False, second: False, third: True}


async def test_what_requests_of_every_kind_ask_is_right_by_the_audit(
    database: FreshDatabase, temporal_client: Client
) -> None:
    async with passed_over(database, temporal_client) as stage:
        people = stage.people
        (first, second), third = people.approvers, people.finance
        assert await audit(database.owner_url) == []
        for giver, taker, purpose in (
            (second, people.owner, "decisions"),
            (first, second, "decisions"),
            (second, third, "decisions"),
            (people.owner, third, "requests"),
            (people.owner, second, "requests"),
        ):
            body = {"giver": giver, "taker": taker, **ALWAYS, "purpose": purpose}
            await people.done("POST", "/delegations", by=giver, body=body)
            assert await audit(database.owner_url) == []
        for approvers in ([first], [second, third], [], [third]):
            await approve(stage, *approvers)
            assert await audit(database.owner_url) == []
