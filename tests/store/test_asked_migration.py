"""Requests from before it was kept who is asked: the approver, until their workflows have looked at the delegations there are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest

from store.migrate import migrate
from tests.databases import database_of_before
from tests.servers import Addresses

pytestmark = pytest.mark.store
_PEOPLE = "insert into person (id, name) select name, name from unnest($1::text[]) as name"
_UNIT = """
with made as (insert into unit (id, name, currency) values ('oslo', 'Oslo', 'NOK'))
insert into policy_version (unit_id, version, document, comment, set_by) values ('oslo', 1, '{}', 'Set up', 'admin')"""
_REQUEST = """
insert into recall_request (id, number, batch_id, unit_id, kind, subject, title, requester_id, approver_id, reason, policy, policy_version,
                            status, plan_hash, amount, currency, created_at, business_at, closed_at, next_step, next_step_at)
select $1::uuid, $2, $1::uuid, 'oslo', 'project_entry', 'p', 'Alfa', 'bob', $3, 'Wrong', '{}', 1, $4, '', -800, 'NOK', now(), now(),
       case when $4 <> 'awaiting_decision' then now() end, case when $4 = 'awaiting_decision' then 'reminder' end,
       case when $4 = 'awaiting_decision' then now() + interval '1 day' end"""
_DELEGATION = """
insert into delegation (id, giver_id, taker_id, since, until, purpose, created_by, ended_by, ended_at)
select gen_random_uuid(), giver, 'noor', '2020-01-01', '2199-12-31', purpose, giver, case when ended then giver end,
       case when ended then now() end
  from (values ('mia', 'decisions', false), ('per', 'decisions', true), ('ida', 'requests', false)) t (giver, purpose, ended)"""


@pytest.fixture
async def old(servers: Addresses) -> AsyncIterator[str]:
    async with database_of_before(servers, 19) as url:
        yield url


async def test_the_workflows_that_a_delegation_concerns_are_woken_and_no_others(old: str) -> None:
    connection = await asyncpg.connect(old)
    await connection.execute(_PEOPLE, ["bob", "mia", "noor", "per", "ida"])
    await connection.execute(_UNIT)
    await connection.execute(_DELEGATION)
    first = str(uuid4())
    await connection.execute(_REQUEST, first, 1, "mia", "awaiting_decision")
    for number, approver in enumerate(["per", "ida", None], start=2):
        await connection.execute(_REQUEST, str(uuid4()), number, approver, "awaiting_decision")
    await connection.execute(_REQUEST, str(uuid4()), 5, "mia", "withdrawn")

    await migrate(old)

    rows = await connection.fetch(
        "select asked_id, next_step, asked_until = next_step_at from recall_request order by number"
    )
    assert [tuple(row) for row in rows] == [
        ("mia", "rerouting", True),
        ("per", "reminder", None),
        ("ida", "reminder", None),
        (None, "reminder", None),
        (None, None, None),
    ]
    woken = await connection.fetch("select request_id::text, kind, workflow_id, payload from outbox")
    assert [tuple(row) for row in woken] == [(first, "changed", f"recall-1-{first[:8]}", "{}")]
    await connection.close()
