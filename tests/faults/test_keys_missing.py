"""Processes whose key rings are rotated, one after the other, and one key that is lost for a while: nothing is, and nothing is doubled."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from tests.acting import ask_database, set_up
from tests.databases import FreshDatabase
from tests.encrypting import KEYS, encrypting
from tests.harness import Service, start_service
from tests.servers import Addresses
from tests.waiting import until

pytestmark = [pytest.mark.faults, pytest.mark.long]


async def test_requests_wait_while_a_key_is_missing_and_end_once_when_it_is_back(
    database: FreshDatabase, servers: Addresses, tmp_path: Path
) -> None:
    ring = tmp_path / "ring.keys"
    write(ring, "a")
    service = await start_service(database, temporal_address=servers.temporal_address, more={"payload_keys_file": ring})
    try:
        async with httpx.AsyncClient(base_url=service.url, timeout=40) as http:
            people = await set_up(http, service.settings, policy={})
            first, second, third = await people.asked(3)
            await ask_database(database.owner_url, OLD_ANSWER)
            write(ring, "a", "b")
            await restart(service)
            write(ring, "b", "a")
            await restart(service)
            assert (await people.decide(first, by=people.approvers[0])).status_code == 202
            assert (await people.ended(first))["status"] == "recalled"
            write(ring, "b")
            await restart(service)
            for recall in (second, third):
                assert (await people.decide(recall, by=people.approvers[0])).status_code == 202
            await until(lambda: said(service), what="the worker says which key is missing", seconds=60)
            assert (await people.recall(second))["status"] == "awaiting_decision"
            write(ring, "b", "a")
            await restart(service)

            for recall in (second, third):
                assert (await people.ended(recall, seconds=90))["status"] == "recalled"
            assert await ask_database(database.owner_url, "select count(*) from idempotency where key = 'old'") == [
                (0,)
            ]
            client = await encrypting(servers.temporal_address, tmp_path, "b", "a")
            for recall in (first, second, third):
                await client.get_workflow_handle(recall["workflow_id"]).result(rpc_timeout=timedelta(seconds=30))
    finally:
        await service.stop()


OLD_ANSWER = """
insert into idempotency (principal, key, body_hash, status, headers, body, created_at)
values ('pat', 'old', '', 200, '{}', '', now() - interval '31 days')"""


def write(ring: Path, *ids: str) -> None:
    ring.write_text("".join(f"{id} {KEYS[id]}\n" for id in ids))
    ring.chmod(0o600)


async def restart(service: Service) -> None:
    """Both processes, with what stands in the file now."""
    await service.worker.stop(grace_seconds=5.0)
    await service.api.stop(grace_seconds=5.0)
    await service.restart_api()
    await service.restart_worker()


async def said(service: Service) -> bool:
    log = (service.settings.log_dir / "worker.log").read_text()
    return '"payloads.unknown_key"' in log and '"key": "a"' in log
