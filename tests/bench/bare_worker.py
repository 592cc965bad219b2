"""The worker process of the bare workflow: `python -m tests.bench.bare_worker`. Made and tuned by the product's own functions."""

from __future__ import annotations

import asyncio
import os
import socket
from datetime import date

import uvloop
from temporalio import activity

from store.actuals import PostingOf, write_reversals
from store.database import Database
from tests.bench.bare import PORT_VARIABLE, WRITE, BareInput, BareReversal
from tilbake.process.garbage import collect_seldom
from tilbake.process.leaving import leave
from tilbake.settings import Settings
from tilbake.temporal.client import connect
from worker import tuned_worker


class BareActivities:
    """The one activity: the statement of the product, in a transaction of its own."""

    def __init__(self, database: Database, port: int) -> None:
        self._database = database
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.connect(("127.0.0.1", port))

    @activity.defn(name=WRITE)
    async def write(self, given: BareInput) -> None:
        """Write and commit, then say so."""
        days = dict(zip(given.originals, map(date.fromisoformat, given.days), strict=True))
        async with self._database.begin() as connection:
            await write_reversals(connection, days, of=PostingOf("recall", given.posting))
        self._socket.send(given.posting.encode())


async def run() -> None:
    """Work until killed."""
    settings = Settings.from_environment()
    database = Database(settings.database_url or "", pool_size=12, name="bare-worker")
    activities = BareActivities(database, int(os.environ[PORT_VARIABLE]))
    client = await connect(settings)
    async with tuned_worker(
        client, settings.task_queue, workflows=[BareReversal], activities=[activities.write], own=("tests",)
    ):
        collect_seldom()
        await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(run())
    leave(0)
