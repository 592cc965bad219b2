"""The service as tests use it: the real API and the real worker, as processes, on a database of their own."""

from __future__ import annotations

import asyncio
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from temporalio.client import Client

from tests.contract import hold_to_contract
from tests.databases import FreshDatabase
from tests.folders import new_folder
from tests.temporal_access import shown_at
from tilbake.embedded.ports import free_ports
from tilbake.embedded.processes import Child
from tilbake.embedded.services import start_api, start_worker, wait_for_api, wait_for_worker
from tilbake.settings import Settings
from tilbake.temporal.client import connect


@dataclass(slots=True)
class Service:
    """A running service. `settings` are those of its processes: a test may read files and addresses from them."""

    settings: Settings
    api: Child
    worker: Child

    @property
    def url(self) -> str:
        """Where the API answers, without a slash at the end."""
        return self.settings.api_url

    async def stop(self) -> None:
        """Stop both and remove their files; harmless when a test has killed one."""
        await asyncio.gather(self.worker.stop(grace_seconds=3.0), self.api.stop(grace_seconds=3.0))
        shutil.rmtree(self.settings.data_dir, ignore_errors=True)

    async def restart_worker(self, extra: Mapping[str, str] | None = None) -> None:
        """A new worker after the old one was killed; `extra` are environment variables such as failpoints."""
        self.worker = await _worker(self.settings, extra or {})

    async def restart_api(self, extra: Mapping[str, str] | None = None) -> None:
        """A new API process on the same port after the old one was killed."""
        self.api = start_api(self.settings, extra=dict(extra or {}))
        await wait_for_api(self.api, self.settings)


def new_task_queue() -> str:
    """A queue nobody else polls."""
    return f"recalls-{secrets.token_hex(6)}"


NOBODY_LISTENS: Final = "127.9.9.0/24"
"""Addresses of this machine that webhooks may be sent to in tests: nothing leaves it, and nobody answers."""


def service_settings(database: FreshDatabase, *, temporal_address: str, task_queue: str) -> Settings:
    """Settings of a service with the test clock, on a free port, with a data directory of its own."""
    (port,) = free_ports(1)
    return Settings(
        database_url=database.app_url,
        owner_database_url=database.owner_url,
        temporal_address=temporal_address,
        **shown_at(temporal_address),
        task_queue=task_queue,
        reconcile_seconds=0,
        data_dir=new_folder("service"),
        cache_dir=Settings.from_environment().cache_dir,
        api_port=port,
        test_clock=True,
        webhook_private_networks=NOBODY_LISTENS,
        public_url=f"http://127.0.0.1:{port}",
    )


async def start_service(
    database: FreshDatabase,
    *,
    temporal_address: str,
    task_queue: str | None = None,
    api_extra: Mapping[str, str] | None = None,
    worker_extra: Mapping[str, str] | None = None,
    more: Mapping[str, Any] | None = None,
) -> Service:
    """Start API and worker side by side and wait until both serve; `more` are other settings, by their names."""
    queue = task_queue or new_task_queue()
    settings = service_settings(database, temporal_address=temporal_address, task_queue=queue)
    settings = replace(settings, **(more or {}))
    hold_to_contract(settings.api_port)
    api = start_api(settings, extra=dict(api_extra or {}))
    try:
        worker, _ = await asyncio.gather(_worker(settings, worker_extra or {}), wait_for_api(api, settings))
    except BaseException:
        await api.stop(grace_seconds=1.0)
        raise
    return Service(settings, api, worker)


async def _worker(settings: Settings, extra: Mapping[str, str]) -> Child:
    client: Client = await connect(settings)
    worker = start_worker(settings, extra=dict(extra))
    try:
        await wait_for_worker(worker, client, settings.task_queue)
    except BaseException:
        await worker.stop(grace_seconds=1.0)
        raise
    return worker
