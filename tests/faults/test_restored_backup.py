"""The procedure of docs/backup.md, rehearsed: back up under load, lose both servers, restore, let the comparison mend, audit.

Whatever was acknowledged before the backup began is there; whatever is there was acknowledged once; every difference between
Postgres and Temporal is named, and gone.
"""

from __future__ import annotations

import asyncio
import copy
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from store.audit import audit
from tests.acting import TIMEOUT_SECONDS, ask_database
from tests.counts import count
from tests.databases import FreshDatabase
from tests.faults.agreeing import COMPARING, differences
from tests.harness import Service, start_service
from tests.servers import new_directory, remove_directory
from tests.soak import acts
from tests.soak.comparing import compare, look_over
from tests.soak.insisting import Insisting
from tests.soak.ledger import Ledger
from tests.soak.people import Pool, settle_in
from tests.waiting import until
from tilbake.backups import manifest
from tilbake.backups.making import Source, back_up
from tilbake.backups.places import keys
from tilbake.backups.restoring import Target, restore
from tilbake.commands.doctor.flowing import flowing
from tilbake.embedded.ports import free_ports
from tilbake.embedded.postgres import DATABASE, Postgres
from tilbake.embedded.postgres_roles import ensure_roles
from tilbake.embedded.progress import say_nothing
from tilbake.embedded.temporal_server import TemporalServer
from tilbake.process.reaching import reach_database
from tilbake.settings import Settings
from tilbake.temporal.client import connect

pytestmark = [pytest.mark.faults, pytest.mark.long, pytest.mark.timeout(400)]
CACHE = Settings.from_environment().cache_dir
ACTS = (acts.work, acts.ask, acts.ask, acts.decide, acts.withdraw, acts.draft, acts.post_output, acts.ask_for_output)


class Load:
    """People at work until they are told to stop; whoever is in the middle of something comes to its end."""

    def __init__(self, pools: list[Pool]) -> None:
        self._over = False
        self.done = 0
        self._tasks = [asyncio.create_task(self._busy(pool)) for pool in pools for _ in range(2)]

    async def _busy(self, pool: Pool) -> None:
        while not self._over:
            await pool.random.choice(ACTS)(pool)
            self.done += 1

    async def more(self, number: int) -> None:
        """Return when so many acts more are done."""
        wanted = self.done + number

        async def enough() -> bool:
            return self.done >= wanted

        await until(enough, what=f"{number} acts more are done", seconds=60)

    async def stop(self) -> None:
        self._over = True
        await asyncio.gather(*self._tasks)


def database_of(server: Postgres) -> FreshDatabase:
    return FreshDatabase(DATABASE, server.owner_url(), server.app_url(), server.admin_url())


@asynccontextmanager
async def new_servers(temporal: Path) -> AsyncIterator[tuple[Postgres, TemporalServer]]:
    """A Postgres that knows nothing, and a Temporal on what was restored there, once it is."""
    directory = new_directory()
    postgres = Postgres(directory, CACHE, free_ports(1)[0])
    server = TemporalServer(temporal.parent, CACHE, free_ports(1)[0], ui_port=None, database=temporal)
    try:
        await postgres.start()
        await ensure_roles(postgres)
        yield postgres, server
    finally:
        await asyncio.gather(postgres.stop(), server.stop())
        remove_directory(directory)


async def lost(service: Service, postgres: Postgres, temporal: TemporalServer) -> None:
    """All of it at once, without a word."""
    for child in (service.api, service.worker, postgres.child, temporal.child):
        assert child is not None
        child.kill()
    await service.stop()


@pytest.mark.parametrize("with_temporal", [True, False], ids=["with Temporal", "without"])
async def test_after_losing_both_servers_what_was_acknowledged_before_the_backup_is_there_once(
    *, with_temporal: bool, own_postgres: Postgres, own_temporal: TemporalServer, tmp_path: Path
) -> None:
    assert own_temporal.database is not None
    service = await start_service(
        database_of(own_postgres), temporal_address=own_temporal.address, worker_extra=COMPARING
    )
    ledger, seed = Ledger(), random.Random(8)
    transport = Insisting(ledger, random.Random(9))
    async with httpx.AsyncClient(transport=transport, base_url=service.url, timeout=TIMEOUT_SECONDS) as http:
        pools = [await settle_in(http, service.settings, ledger, seed) for _ in range(2)]
        load = Load(pools)
        await load.more(count(60, 300))
        before = copy.deepcopy(ledger)
        source = Source(own_postgres.owner_url(), own_temporal.database, keys(service.settings))
        await back_up(source, tmp_path / "copy", cache_dir=CACHE)
        await load.more(count(30, 100))
        await load.stop()
    kept = {name: path.read_bytes() for name, path in keys(service.settings).items()}
    await lost(service, own_postgres, own_temporal)

    home = new_directory()
    async with new_servers(home / "temporal.db") as (postgres, temporal):
        settings = replace(service.settings, data_dir=home)
        target = Target(postgres.owner_url(), home / "temporal.db" if with_temporal else None, keys(settings))
        await restore(manifest.read(tmp_path / "copy"), tmp_path / "copy", target, cache_dir=CACHE)
        reached = replace(settings, database_url=postgres.app_url(), owner_database_url=postgres.owner_url())
        await reach_database(reached)
        await temporal.start(say=say_nothing)
        again = await start_service(
            database_of(postgres),
            temporal_address=temporal.address,
            task_queue=settings.task_queue,
            worker_extra=COMPARING,
            more={"data_dir": home},
        )
        try:
            await as_it_was(before, ledger, again, kept)
        finally:
            await again.stop()
    remove_directory(home)


async def as_it_was(before: Ledger, whole: Ledger, service: Service, kept: dict[str, bytes]) -> None:
    """Nothing lost that was acknowledged before, nothing there that nobody was told of, and everything open goes on."""
    database = service.settings.owner_database_url or ""
    assert {name: path.read_bytes() for name, path in keys(service.settings).items()} == kept
    early, late = await compare(before, database), await compare(whole, database)
    assert early.lost == []
    assert late.doubled == []
    assert late.lost != [], "what came after the backup is gone"

    await look_over(late, database, await connect(service.settings))
    assert late.wrong == []
    found = await differences(database)
    assert {gone for _, gone in found} <= {True}
    assert {kind for kind, _ in found} <= {"lost", "untold", "left_running"}, (
        "all of them are mended by the database alone"
    )
    (agreement,) = [one for one in await flowing(service.settings) if one.subject == "Agreement"]
    assert agreement.good
    assert all(kind in agreement.text for kind, _ in found)
    await everything_ends(database)
    assert await audit(database) == []


async def everything_ends(database: str) -> None:
    """Every decision that was acknowledged is settled."""
    assert await ask_database(database, "select count(*) from decision where outcome = 'pending'") == [(0,)]
    assert await ask_database(database, "select count(*) > 0 from actual where reverses_id is not null") == [(True,)]
