"""From every schema there has been, with data: the newest migrations run, the audit finds nothing, and work goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, cast

import asyncpg
import pytest
from temporalio.client import Client

from store.audit import audit
from store.migrate import migrate, migrations
from tests.acting import Actors
from tests.databases import FreshDatabase, database_of_before, with_database
from tests.in_process import Stage, on_stage
from tests.released.rows import PRODUCTION, put_rows, released
from tests.servers import Addresses
from tilbake.embedded.postgres import APPLICATION
from workflows.contracts import ToSettle

pytestmark = pytest.mark.store
SCHEMAS = [number for number, _, _ in migrations()]
WHOLE: Final = ("actual", "approval", "channel", "entry", "invoice", "invoice_line", "person", "project", "unit")
"""Of these every schema has room for every row."""
IN_SHORT = {1, SCHEMAS[-2]}
"""The first, and the one a release is most often from."""


@asynccontextmanager
async def carried(servers: Addresses, schema: int) -> AsyncIterator[tuple[FreshDatabase, dict[str, int]]]:
    """A database that was of this schema, with rows, and is of the newest; how many rows there were, by table."""
    async with database_of_before(servers, schema + 1) as owner_url:
        name = owner_url.rpartition("/")[2]
        written = await put_rows(owner_url, schema)
        await migrate(owner_url, application_role=APPLICATION)
        yield (
            FreshDatabase(
                name, owner_url, with_database(servers.app_url, name), with_database(servers.admin_url, name)
            ),
            written,
        )


@pytest.mark.parametrize(
    "schema", [pytest.param(one, marks=() if one in IN_SHORT else pytest.mark.long) for one in SCHEMAS]
)
async def test_what_a_release_left_is_carried_through_and_work_goes_on(servers: Addresses, schema: int) -> None:
    async with carried(servers, schema) as (database, written):
        assert await counts(database.owner_url, written) == written
        assert {name: written[name] for name in WHOLE} == {name: len(released().tables[name]) for name in WHOLE}
        assert (written["recall_request"], "item_entry" in written) == (
            (6, True) if schema >= PRODUCTION else (4, False)
        )
        assert await audit(database.owner_url) == []

        async with on_stage(database, cast("Client", None), working=False) as stage:
            people = people_of(stage)
            waiting = await people.done("GET", f"/entries/{released().open_entry}", by=people.owner)
            new = await people.ask(released().free_entry)
            for request in (waiting["open_recall"], new["id"]):
                assert await taken_back(stage, people, request) == "recalled"

        assert await audit(database.owner_url) == []


def people_of(stage: Stage) -> Actors:
    """The people who wrote those rows."""
    known = released()
    people = Actors(stage.people.http, stage.people.settings, known.suffix, unit=known.unit, project=known.project)
    people.approvers = [f"mia-{known.suffix}"]
    return people


async def taken_back(stage: Stage, people: Actors, request: str) -> str:
    """Approve a request and settle the decision as its workflow does: how the request ended."""
    recall = await people.done("GET", f"/recalls/{request}", by=people.approvers[0])
    decided = await people.decide(recall, by=people.approvers[0])
    assert decided.status_code == 202, decided.text
    settled = await stage.activities.settle_decision(ToSettle(request, decided.json()["decision"]))
    return settled.status


async def counts(url: str, tables: dict[str, int]) -> dict[str, int]:
    """How many rows of those tables there are, without those that a migration or the database adds."""
    connection = await asyncpg.connect(url)
    found = {name: await connection.fetchval(f"select count(*) from {name}") for name in tables}
    await connection.close()
    return {name: min(found[name], tables[name]) for name in tables}


async def test_the_rows_are_of_every_table_that_work_writes(servers: Addresses) -> None:
    async with database_of_before(servers, SCHEMAS[-1] + 1) as url:
        written = await put_rows(url, SCHEMAS[-1])
        there = await counts(url, written)

    assert there == written
    assert len(written) > 30
