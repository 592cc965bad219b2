"""What a recall leaves behind: rows and bytes in each table of ours and in each table of Temporal's, and how fast it is forgotten."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import asyncpg

from messaging.tidying import Memory, Tidying
from store.database import Database
from tests.bench.commits import told_by_postgres
from tests.bench.ground import UNIT, Ground, prepare
from tests.bench.http import Caller
from tests.bench.recalling import Ours
from tests.receiving import receiver
from tests.waiting import until
from tilbake.layout import Layout
from tilbake.settings import Settings
from tilbake.stack import Stack
from tilbake.tokens import local_token

RECALLS: Final = 600
AT_ONCE: Final = 8
_SIZES: Final = """
select relname::text as name, pg_total_relation_size(oid) as bytes from pg_class
 where relkind = 'r' and relnamespace = 'public'::regnamespace"""
_OLD: Final = (
    "update delivery set ended_at = ended_at - interval '91 days' where ended_at is not null",
    "update outgoing_event set at = at - interval '91 days'",
    "update idempotency set created_at = created_at - interval '31 days'",
)
_LEFT: Final = "select (select count(*) from outbox) + (select count(*) from delivery where status = 'waiting')"


@dataclass(frozen=True, slots=True)
class Size:
    """A table with its indexes."""

    rows: int
    bytes: int


async def bench_growth(layout: Layout) -> None:
    """One run; a subscriber hears how each ends, so that deliveries are counted, too."""
    settings = replace(Settings.from_environment(), webhook_http=True, webhook_private_networks="127.0.0.0/8")
    async with Stack.throw_away(settings, layout=layout) as stack, receiver() as hooks:
        ground = await prepare(stack.settings, RECALLS + 50)
        await _subscribe(stack.settings, hooks.at("bench"))
        async with told_by_postgres(stack.settings.database_url or "") as commits:
            ours = Ours(stack.settings, ground.secret, commits)
            ours.with_keys = True
            await _recall(ours, ground, 50)
            await _calm(stack.settings)
            before = await _measured(stack)
            await _recall(ours, ground, RECALLS)
        await _calm(stack.settings)
        _show(before, await _measured(stack))
        await _forget(stack.settings)


async def _subscribe(settings: Settings, url: str) -> None:
    headers = {"Authorization": f"Bearer {local_token('admin', settings.issuer_key_path)}"}
    headers["Content-Type"] = "application/json"
    body = json.dumps({"unit": UNIT, "url": url, "events": ["recall.recalled"]}).encode()
    await Caller(settings.api_url).post("/v1/subscriptions", body, headers, expect=201)


async def _recall(ours: Ours, ground: Ground, count: int) -> None:
    left = iter(range(count))

    async def keep_recalling() -> None:
        for _ in left:
            decide = await ours.ask(next(ground.entries))
            await decide()

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(keep_recalling())


@asynccontextmanager
async def _owner(settings: Settings) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    connection = await asyncpg.connect(settings.owner_database_url)
    try:
        yield connection
    finally:
        await connection.close()


async def _calm(settings: Settings) -> None:
    """Everything was told and delivered."""
    async with _owner(settings) as connection:

        async def look() -> bool:
            left: int = await connection.fetchval(_LEFT)
            return left == 0

        await until(look, what="everything was told and delivered", seconds=240)


async def _measured(stack: Stack) -> dict[str, Size]:
    """Every table by its name, and the files of a Temporal that keeps its own."""
    found = {}
    async with _owner(stack.settings) as connection:
        await connection.execute("vacuum analyze")
        for name, size in await connection.fetch(_SIZES):
            found[name] = Size(await connection.fetchval(f'select count(*) from "{name}"'), size)
    found |= await _temporal_on_postgres(stack)
    for file in stack.settings.data_dir.glob("temporal*.db*"):
        found[f"file {file.name}"] = Size(0, file.stat().st_size)
    return found


async def _temporal_on_postgres(stack: Stack) -> dict[str, Size]:
    """The tables of a Temporal that keeps its rows in the same cluster; none where it does not."""
    assert stack.postgres is not None
    found = {}
    for (name,) in await _rows(
        stack.postgres.admin_url(), "select datname::text from pg_database where datname ~ 'temporal'"
    ):
        address = stack.postgres.admin_url(name)
        await _rows(address, "vacuum")
        for table, size in await _rows(address, _SIZES):
            ((count,),) = await _rows(address, f'select count(*) from "{table}"')
            found[f"{name} {table}"] = Size(count, size)
    return found


async def _rows(address: str, sql: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(address)
    try:
        return list(await connection.fetch(sql))
    finally:
        await connection.close()


def _show(before: Mapping[str, Size], after: Mapping[str, Size]) -> None:
    print(f"{RECALLS} recalls of one entry each, with Idempotency-Key, one subscriber to how they end")
    print(f"{'table':<44}{'rows':>8}{'bytes':>9}   a recall, indexes included")
    ours = 0.0
    grown = {name: size.bytes - before.get(name, Size(0, 0)).bytes for name, size in after.items()}
    for name in sorted(grown, key=lambda name: -grown[name]):
        rows = (after[name].rows - before.get(name, Size(0, 0)).rows) / RECALLS
        if rows or grown[name]:
            print(f"{name:<44}{rows:>8.2f}{grown[name] / RECALLS:>9.0f}")
        ours += grown[name] / RECALLS if " " not in name else 0.0
    print(f"{ours:.0f} bytes a recall in tables of ours", flush=True)


async def _forget(settings: Settings) -> None:
    """How fast what is old is forgotten, by the code of the worker."""
    async with _owner(settings) as connection:
        for statement in _OLD:
            await connection.execute(statement)
    database = Database(settings.database_url or "", pool_size=2, name="tilbake-bench")
    started = time.perf_counter()
    done = await Tidying(database, Memory(timedelta(days=30), timedelta(days=90))).tidy()
    seconds = time.perf_counter() - started
    await database.close()
    print(f"forgotten {sum(done.values()) / seconds:.0f} rows/s: {done} in {seconds:.1f} s")
