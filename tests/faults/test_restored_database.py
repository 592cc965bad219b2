"""An older database is restored under a Temporal that knows more: what is unknown ends, what is open waits again, once."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client, WorkflowExecutionStatus

from store.audit import audit
from tests.acting import Actors, actors
from tests.counts import count
from tests.databases import FreshDatabase
from tests.faults.agreeing import COMPARING, agree, all_run, status
from tests.harness import start_service
from tests.servers import Addresses
from tests.waiting import until
from tilbake.commands.doctor.flowing import flowing
from tilbake.embedded.postgres import DATABASE, Postgres

pytestmark = pytest.mark.faults
Recall = dict[str, Any]


async def test_after_an_older_database_everything_open_in_it_waits_and_is_taken_back_once(
    own_postgres: Postgres, servers: Addresses, temporal_client: Client
) -> None:
    database = FreshDatabase(DATABASE, own_postgres.owner_url(), own_postgres.app_url(), own_postgres.admin_url())
    service = await start_service(database, temporal_address=servers.temporal_address, worker_extra=COMPARING)
    try:
        async with actors(service.url, service.settings) as people:
            left_alone, withdrawn, *decided = old = await people.asked(count(4, 40))
            await all_run(temporal_client, old)
            entries = await people.approved_entries(count(2, 20))
            backup = await backed_up(own_postgres)
            await until(lambda: serves(people), what="the service is back")
            new = [await people.ask(entry) for entry in entries]
            await everything_goes_on(people, withdrawn, [*decided, new[0]])
            await all_run(temporal_client, new[1:])
            await restored(own_postgres, backup)
            await until(lambda: serves(people), what="the service is back")

            found = {"lost": len(old) - 1, "unknown": len(new) - 1}
            await agree(database.app_url, found)
            assert {await status(temporal_client, one["workflow_id"]) for one in new[1:]} == {
                WorkflowExecutionStatus.TERMINATED
            }
            await all_run(temporal_client, old)
            again = [await people.ask(entry) for entry in entries]
            await all_taken_back(people, [left_alone, withdrawn, *decided, *again])

        assert await audit(database.owner_url) == []
        told = await flowing(replace(service.settings, database_url=database.app_url))
        (agreement,) = [one for one in told if one.subject == "Agreement"]
        assert agreement.good
        assert f"lost {found['lost']}, unknown {found['unknown']}" in agreement.text
    finally:
        await service.stop()


async def everything_goes_on(people: Actors, withdrawn: Recall, decided: Sequence[Recall]) -> None:
    """What the older database will know nothing of: one is withdrawn, the others are taken back."""
    await people.done("POST", f"/recalls/{withdrawn['id']}/withdraw", by=people.owner, body={})
    await all_taken_back(people, decided)


async def all_taken_back(people: Actors, recalls: Sequence[Recall]) -> None:
    for recall in recalls:
        assert (await people.decide(recall, by=people.approvers[0])).status_code == 202
    for recall in recalls:
        ended = await people.ended(recall)
        assert ended["status"] == "recalled"
        assert len(await people.reversals(ended["lines"][0]["subject"])) == 2


async def serves(people: Actors) -> bool:
    return (await people.http.get("/readyz")).status_code == 200


async def backed_up(server: Postgres) -> Path:
    """A copy of all the files of a server that was stopped for it, as they are."""
    await server.stop()
    backup = server._cluster.with_name("backup")
    copy(server._cluster, backup)
    await server.start()
    return backup


async def restored(server: Postgres, backup: Path) -> None:
    """The server has what it had when it was copied, and nothing else."""
    await server.stop()
    server._cluster.rename(server._cluster.with_name("newer"))
    copy(backup, server._cluster)
    await server.start()


def copy(source: Path, target: Path) -> None:
    """With owners and rights, which a copy by Python would not keep."""
    subprocess.run(["cp", "-a", source, target], check=True)
