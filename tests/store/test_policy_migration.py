"""Units and requests from before policies had versions keep what they had: every policy they were under becomes a version."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from domain.recall.policy import Policy
from store.migrate import migrate
from store.policies import policy_of
from tests.databases import database_of_before
from tests.released.rows import FIRST_POLICY
from tests.servers import Addresses

pytestmark = pytest.mark.store

BEFORE = 13
SLOW = {"remind_after": 172800.0, "escalate_after": 5400.0, "expire_after": 864000.0, "quorum": 2}


@pytest.fixture
async def old(servers: Addresses) -> AsyncIterator[str]:
    """The owner's address of a database of the release before."""
    async with database_of_before(servers, BEFORE) as url:
        yield url


async def put_unit(connection: Any, unit: str, policy: dict[str, Any]) -> None:
    sql = "insert into unit (id, name, currency, policy) values ($1, $1, 'NOK', $2)"
    await connection.execute(sql, unit, json.dumps(policy))


async def put_request(connection: Any, unit: str, policy: dict[str, Any], *, day: int, currency: str = "NOK") -> str:
    id = str(uuid4())
    await connection.execute(
        """insert into recall_request (id, number, batch_id, unit_id, kind, subject, title, requester_id, reason, policy, status,
                                       plan_hash, amount, currency, created_at, business_at, closed_at)
           select $1::uuid, nextval('recall_number'), $1::uuid, $2, 'project_entry', 'p', 'Alfa', 'admin', 'Wrong', $3, 'withdrawn',
                  '', -800, $5, d, d, d from (select make_timestamptz(2026, 3, $4, 12, 0, 0)) t (d)""",
        id, unit, json.dumps(policy), day, currency,
    )  # fmt: skip
    return id


async def test_what_was_in_force_becomes_the_newest_version(old: str) -> None:
    connection = await asyncpg.connect(old)
    await put_unit(connection, "plain", {})
    await put_unit(connection, "slow", FIRST_POLICY | SLOW)

    await migrate(old)

    rows = await connection.fetch("select unit_id, version, document, set_by from policy_version order by unit_id")
    found = {row["unit_id"]: (row["version"], policy_of(json.loads(row["document"])), row["set_by"]) for row in rows}
    assert found == {
        "plain": (1, Policy(), "admin"),
        "slow": (
            1,
            Policy(
                remind_after=timedelta(days=2),
                escalate_after=timedelta(minutes=90),
                expire_after=timedelta(days=10),
                quorum=2,
            ),
            "admin",
        ),
    }
    (times,) = [json.loads(row["document"]) for row in rows if row["unit_id"] == "slow"]
    assert [times[name] for name in ("remind_after", "escalate_after", "expire_after")] == ["48h", "90m", "240h"]
    await connection.close()


async def test_each_request_has_the_version_with_the_values_it_was_born_under(old: str) -> None:
    connection = await asyncpg.connect(old)
    await put_unit(connection, "oslo", FIRST_POLICY | {"quorum": 3, "output_reversal_needs_approval": True})
    first = await put_request(connection, "oslo", FIRST_POLICY, day=1)
    second = await put_request(connection, "oslo", FIRST_POLICY | SLOW, day=2, currency="USD")
    again = await put_request(connection, "oslo", FIRST_POLICY, day=3)
    newest = await put_request(connection, "oslo", FIRST_POLICY | {"quorum": 3}, day=4)

    await migrate(old)

    rows = await connection.fetch("select id::text, policy_version, base_worth, policy from recall_request")
    assert {row["id"]: row["policy_version"] for row in rows} == {first: 1, again: 1, second: 2, newest: 3}
    assert {row["id"]: row["base_worth"] for row in rows} == {first: 800, again: 800, second: None, newest: 800}
    documents = dict(await connection.fetch("select version, document from policy_version where unit_id = 'oslo'"))
    for row in rows:
        assert policy_of(json.loads(documents[row["policy_version"]])) == policy_of(json.loads(row["policy"]))
    await connection.close()


async def test_a_version_is_neither_changed_nor_removed(old: str) -> None:
    await migrate(old)
    connection = await asyncpg.connect(old)
    await connection.execute("insert into unit (id, name, currency) values ('oslo', 'Oslo', 'NOK')")

    for act in (
        "update policy_version set comment = 'x'",
        "delete from policy_version",
        "truncate policy_version cascade",
    ):
        with pytest.raises(asyncpg.RestrictViolationError, match="only ever added"):
            await connection.execute(act)

    row = await connection.fetchrow("select version, document, comment from policy_version where unit_id = 'oslo'")
    assert tuple(row) == (1, "{}", "Set up with the unit.")
    await connection.close()


async def test_a_request_of_a_version_that_is_not_there_is_refused(old: str) -> None:
    await migrate(old)
    connection = await asyncpg.connect(old)
    await connection.execute("insert into unit (id, name, currency) values ('oslo', 'Oslo', 'NOK')")

    with pytest.raises(asyncpg.ForeignKeyViolationError, match="recall_request_policy_version"):
        await connection.execute(
            """insert into recall_request (id, number, batch_id, unit_id, kind, subject, title, requester_id, reason, policy,
                                           policy_version, status, plan_hash, amount, currency, created_at, business_at, closed_at)
               values (gen_random_uuid(), 1, gen_random_uuid(), 'oslo', 'project_entry', 'p', 'Alfa', 'admin', 'Wrong', '{}', 2,
                       'withdrawn', '', 0, 'NOK', now(), now(), now())"""
        )
    await connection.close()
