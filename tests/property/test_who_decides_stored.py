"""Who decides, over random organisations on a real database: the service beside a plain model, and the ledger audited at the end."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from store.audit import audit
from store.database import Database
from tests.counts import LONG, PATIENCE, count
from tests.databases import fresh_database
from tests.organisation_stored import stored_organisation
from tests.organisations import TOLD, Story, stories
from tests.servers import Addresses
from tests.who_decides import EVERYTHING, compare

OFTEN = {"taken", "not_approver", "own_request", "later None"}
pytestmark = [pytest.mark.property, pytest.mark.timeout(120 * PATIENCE)]


@asynccontextmanager
async def database_of(servers: Addresses) -> AsyncIterator[Database]:
    """A database of this test, audited after it."""
    async with fresh_database(servers) as fresh:
        database = Database(fresh.app_url, pool_size=2)
        try:
            yield database
        finally:
            await database.close()
        assert await audit(fresh.owner_url) == []


def test_the_service_answers_as_the_model_does(servers: Addresses) -> None:
    seen = Counter[str]()
    with asyncio.Runner() as runner:
        opened = database_of(servers)
        database = runner.run(opened.__aenter__())

        async def play(story: Story) -> None:
            await compare(story, await stored_organisation(database, story.organisation), seen)

        @settings(
            max_examples=count(20, 600),
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[phase for phase in Phase if phase is not Phase.explain],
        )
        @given(stories())
        def check(story: Story) -> None:
            runner.run(play(story))

        try:
            for story in TOLD:
                runner.run(play(story))
            check()
        finally:
            runner.run(opened.__aexit__(None, None, None))
    assert seen.keys() >= (EVERYTHING if LONG else OFTEN), seen
