"""The time zone of a unit in Postgres is that of its policy in force, and one that Postgres knows."""

from __future__ import annotations

import asyncpg
import pytest

from tests.databases import FreshDatabase

pytestmark = pytest.mark.store
_UNIT = "insert into unit (id, name, currency) values ('oslo', 'Oslo', 'NOK')"
_PERSON = "insert into person (id, name) values ('fia', 'Fia')"
_POLICY = """insert into policy_version (unit_id, version, document, comment, set_by)
             values ('oslo', $1, jsonb_build_object('calendar', jsonb_build_object('time_zone', $2::text)), 'As agreed', 'fia')"""


async def test_a_unit_has_the_time_zone_of_its_newest_policy(database: FreshDatabase) -> None:
    connection = await asyncpg.connect(database.app_url)
    await connection.execute(f"{_PERSON}; {_UNIT}")
    found = [await connection.fetchval("select time_zone from unit")]
    for version, zone in enumerate(("Asia/Kathmandu", "America/St_Johns"), start=2):
        await connection.execute(_POLICY, version, zone)
        found.append(await connection.fetchval("select time_zone from unit"))
    await connection.close()

    assert found == ["Europe/Oslo", "Asia/Kathmandu", "America/St_Johns"]


async def test_a_time_zone_that_postgres_does_not_know_is_refused_with_its_policy(database: FreshDatabase) -> None:
    connection = await asyncpg.connect(database.app_url)
    await connection.execute(f"{_PERSON}; {_UNIT}")

    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await connection.execute(_POLICY, 2, "Mars/Olympus")

    assert refused.value.constraint_name == "unit_time_zone_known"
    assert await connection.fetchval("select count(*) from policy_version") == 1
    await connection.close()
