"""What the doctor says of work on its way, on databases where it flows and where it does not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import asyncpg
import pytest
from temporalio.client import Client

from tests.databases import FreshDatabase
from tests.in_process import Stage, on_stage
from tilbake.commands.doctor.database import database as looked_at
from tilbake.commands.doctor.findings import Finding
from tilbake.commands.doctor.flowing import flowing
from tilbake.settings import Settings

pytestmark = pytest.mark.store


@pytest.fixture
async def stage(database: FreshDatabase, temporal_client: Client) -> AsyncIterator[Stage]:
    async with on_stage(database, temporal_client, working=False) as found:
        yield found


async def lines(database: FreshDatabase) -> dict[str, Finding]:
    return {one.subject: one for one in await flowing(replace(Settings(), database_url=database.app_url))}


async def change(database: FreshDatabase, sql: str) -> None:
    connection = await asyncpg.connect(database.owner_url)
    await connection.execute(sql)
    await connection.close()


async def test_where_nothing_waits_all_is_good(database: FreshDatabase) -> None:
    found = await lines(database)

    assert list(found) == ["Outbox", "Open requests", "Agreement"]
    assert all(one.good for one in found.values())
    assert found["Open requests"].text == "none"


async def test_what_is_on_its_way_is_counted(database: FreshDatabase, stage: Stage) -> None:
    await stage.people.asked(2)

    found = await lines(database)

    assert found["Outbox"].good
    assert found["Outbox"].text.startswith("2 on their way, the oldest for 0:00:0")
    assert found["Open requests"].good
    assert found["Open requests"].text.startswith("2, the oldest for 0:00:0")


async def test_what_temporal_was_not_told_for_long_is_bad(database: FreshDatabase, stage: Stage) -> None:
    await stage.people.asked(1)
    await change(database, "update outbox set created_at = now() - interval '2 hours'")

    outbox = (await lines(database))["Outbox"]

    assert outbox.good is False
    assert outbox.text.startswith("1 not delivered, the oldest for 2:00:0")
    assert "see that Temporal answers" in outbox.text


async def test_a_step_that_did_not_come_is_bad(database: FreshDatabase, stage: Stage) -> None:
    await stage.people.asked(2)
    await change(database, "update recall_request set next_step_at = now() - interval '1 hour' where number % 2 = 0")

    requests = (await lines(database))["Open requests"]

    assert requests.good is False
    assert "1 are overdue" in requests.text


async def test_a_difference_that_stays_is_bad_and_one_that_is_gone_is_not(database: FreshDatabase) -> None:
    columns = "insert into difference (kind, workflow_id, repairs, gone_at) values"
    await change(database, f"{columns} ('lost', 'recall-1-abc', 3, null), ('lost', 'recall-2-abc', 1, now())")

    agreement = (await lines(database))["Agreement"]

    assert agreement.good is False
    assert agreement.text.startswith("1 differences between Postgres and Temporal, 3 repairs tried")


async def test_who_is_named_as_the_service_is_told(database: FreshDatabase) -> None:
    settings = replace(Settings(), owner_database_url=database.owner_url)
    before = await looked_at(settings)

    await change(database, "insert into person (id, name) values ('clock', 'Carl Lock'), ('ola', 'Ola Moen')")
    after = {one.subject: one for one in await looked_at(settings)}

    assert [one.subject for one in before] == ["Database", "Clock"]
    assert (after["People"].mark, after["People"].text.partition(";")[0]) == ("WARN", "clock")
