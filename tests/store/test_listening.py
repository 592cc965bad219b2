"""The connection by which a process hears that decisions are settled is there again when it was lost."""

from __future__ import annotations

import pytest

from api.outcomes import Outcomes
from tests.acting import ask_database
from tests.databases import FreshDatabase
from tests.waiting import until

pytestmark = pytest.mark.store

_LISTENING = "select pid from pg_stat_activity where datname = $1 and query ilike 'listen %'"


async def test_a_lost_connection_is_replaced_by_another(database: FreshDatabase) -> None:
    outcomes = Outcomes(database.app_url)

    async def listening() -> set[int]:
        return {pid for (pid,) in await ask_database(database.admin_url, _LISTENING, database.name)}

    async def another() -> bool:
        return bool(await listening() - first)

    await outcomes.start()
    try:
        first = await until(listening, what="somebody listens")
        for pid in first:
            await ask_database(database.admin_url, "select pg_terminate_backend($1)", pid)

        await until(another, what="somebody listens again", seconds=10)
    finally:
        await outcomes.stop()
