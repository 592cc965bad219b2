"""A whole service in the process of a test, so that a guard of it can be taken away: for the twins of fault tests alone.

A twin runs a fault test once more, word for word, on such a service without one of its guards, and has to fail.
"""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Final, cast

import httpx
import pytest
import uvicorn
from temporalio.client import Client

from messaging.dispatcher import Dispatcher
from messaging.gateway import TemporalGateway
from store import database as statements
from store.database import Database
from tests.acting import Actors, set_up
from tests.databases import FreshDatabase
from tests.harness import Service, new_task_queue, service_settings
from tests.in_process import SilentDelivery, app_of
from tests.waiting import until
from tilbake.settings import Settings
from worker import build_worker

_LOCKS: Final = re.compile(r"\bfor (no key update|update|share|key share)( of \w+)?( nowait| skip locked)?")


@dataclass(slots=True)
class InProcess:
    """What fault tests ask of a service that they do not kill."""

    settings: Settings

    @property
    def url(self) -> str:
        """Where the API answers."""
        return self.settings.api_url


@asynccontextmanager
async def service_here(database: FreshDatabase, client: Client, *, address: str) -> AsyncIterator[Service]:
    """API, worker and dispatcher in this process, on a database of the test."""
    settings = service_settings(database, temporal_address=address, task_queue=new_task_queue())
    app = app_of(settings)
    config = uvicorn.Config(app, port=settings.api_port, access_log=False, log_config=None, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    own = Database(database.app_url, pool_size=8, name="tilbake-twin")
    dispatcher = Dispatcher(own, TemporalGateway(client, task_queue=settings.task_queue, language="en"))
    tasks = [asyncio.create_task(server._serve()), asyncio.create_task(dispatcher.run())]
    try:
        async with build_worker(client, own, settings.task_queue):
            await until(lambda: _serves(server), what="the API serves")
            yield cast("Service", InProcess(settings))
    finally:
        server.should_exit = server.force_exit = True
        tasks[1].cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
        await own.close()
        shutil.rmtree(settings.data_dir, ignore_errors=True)


async def _serves(server: uvicorn.Server) -> bool:
    return server.started


def without_row_locks(patch: pytest.MonkeyPatch) -> None:
    """Statements of this process hold no row any more: what was read may have changed when it is written."""
    numbered = statements.numbered

    def unlocked(sql: str) -> tuple[str, tuple[str, ...]]:
        return numbered(_LOCKS.sub("", sql))

    patch.setattr(statements, "numbered", unlocked)


@asynccontextmanager
async def in_process_api(database: FreshDatabase, url: str) -> AsyncIterator[Actors]:
    """People of an API in this process that reaches its database at `url` and no Temporal."""
    async with (
        in_process_way(database, url) as (settings, way),
        httpx.AsyncClient(transport=way, base_url="http://api") as http,
    ):
        yield await set_up(http, settings)


@asynccontextmanager
async def in_process_way(database: FreshDatabase, url: str) -> AsyncIterator[tuple[Settings, httpx.AsyncBaseTransport]]:
    """The way to such an API, and its settings."""
    settings = service_settings(database, temporal_address="127.0.0.1:1", task_queue=new_task_queue())
    app = app_of(replace(settings, database_url=url))
    own = Database(database.app_url, pool_size=1, name="tilbake-test")
    app.state.service.delivery = SilentDelivery(settings, own)
    try:
        yield settings, httpx.ASGITransport(app=app)
    finally:
        await app.state.service.database.close()
        await own.close()
