"""A soak that could find nothing would prove nothing: what is lost and what is doubled is named."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import httpx
import pytest

from tests.databases import FreshDatabase
from tests.faults.same_process import in_process_way
from tests.soak import acts
from tests.soak.comparing import Outcome, compare
from tests.soak.insisting import Insisting
from tests.soak.ledger import Ledger
from tests.soak.people import Pool, settle_in

pytestmark = pytest.mark.faults
ACTS = (acts.work, acts.ask, acts.decide, acts.ask, acts.withdraw, acts.post_output, acts.draft, acts.confirm)
_UNHEARD = {"/v1/entries", "/v1/production/output-journals"}
LOSSES = {
    "entry": "delete from entry where id = (select subject_id from recall_line limit 1)",
    "decision": "delete from decision",
    "withdrawn": "update recall_line set status = 'open' where status = 'withdrawn'",
    "register": "delete from item_entry",
    "confirmed": "delete from history where subject_kind = 'invoice' and event = 'confirmed'",
}


class Unheard(httpx.AsyncBaseTransport):
    """Does what is asked, and of entries and journals half of the time nobody hears the answer."""

    def __init__(self, way: httpx.AsyncBaseTransport, seed: random.Random) -> None:
        self._way = way
        self._random = seed

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._way.handle_async_request(request)
        await answer.aread()
        if request.url.path in _UNHEARD and self._random.random() < 0.5:
            raise httpx.ReadError("nothing came", request=request)
        return answer


class Forgetful(Insisting):
    """Asks again without the key it asked with before."""

    async def _sent(self, request: httpx.Request) -> httpx.Response | None:
        request.headers.pop("idempotency-key", None)
        return await super()._sent(request)


@asynccontextmanager
async def at_work(
    database: FreshDatabase, kind: type[Insisting] = Insisting, *, heard: bool = True
) -> AsyncIterator[Pool]:
    """A unit whose people have done each act."""
    async with in_process_way(database, database.app_url) as (settings, way):
        seed, ledger = random.Random(5), Ledger()
        transport = kind(ledger, random.Random(6), way if heard else Unheard(way, random.Random(7)))
        async with httpx.AsyncClient(transport=transport, base_url="http://api") as http:
            pool = await settle_in(http, settings, ledger, seed)
            for act in ACTS:
                await act(pool)
            yield pool


async def judged(pool: Pool, database: FreshDatabase) -> Outcome:
    return await compare(pool.ledger, database.owner_url)


async def broken(database: FreshDatabase, sql: str) -> None:
    """Against every guard, as no application could."""
    connection = await asyncpg.connect(database.admin_url)
    await connection.execute(f"set session_replication_role = replica; {sql}")
    await connection.close()


async def test_what_was_acknowledged_and_is_gone_is_lost(damaged_database: FreshDatabase) -> None:
    async with at_work(damaged_database) as pool:
        assert (await judged(pool, damaged_database)).good
        for kind, sql in LOSSES.items():
            await broken(damaged_database, sql)

            found = await judged(pool, damaged_database)

            assert [one for one in found.lost if one.startswith(f"{kind} ")], kind
            assert found.doubled == []


async def test_what_nobody_was_told_of_is_doubled(damaged_database: FreshDatabase) -> None:
    async with at_work(damaged_database) as pool:
        await broken(
            damaged_database,
            "create temporary table copied as select * from entry limit 1; update copied set id = gen_random_uuid(); "
            "insert into entry select * from copied",
        )

        found = await judged(pool, damaged_database)

    assert (found.lost, [one.split()[0] for one in found.doubled]) == ([], ["entry"])


@pytest.mark.long
@pytest.mark.parametrize(("kind", "good"), [(Insisting, True), (Forgetful, False)], ids=["with keys", "without"])
async def test_who_hears_nothing_and_asks_again_doubles_nothing_as_long_as_there_is_a_key(
    *, kind: type[Insisting], good: bool, damaged_database: FreshDatabase
) -> None:
    async with at_work(damaged_database, kind, heard=False) as pool:
        found = await judged(pool, damaged_database)

    assert found.good is good
    assert bool(found.doubled) is not good
