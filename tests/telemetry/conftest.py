"""A service whose worker serves figures, after people have used it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from tests.acting import Actors, actors
from tests.databases import FreshDatabase
from tests.harness import Service, start_service
from tests.servers import Addresses
from tilbake.embedded.ports import free_ports


@dataclass(slots=True)
class Measured:
    """A service with its figures, and people who use it."""

    service: Service
    people: Actors
    worker_address: str

    async def api(self) -> dict[str, Metric]:
        """The figures of the API by their names."""
        return await read(f"{self.service.url}/metrics")

    async def worker(self) -> dict[str, Metric]:
        """Those of the worker."""
        return await read(f"http://{self.worker_address}/metrics")


async def read(url: str) -> dict[str, Metric]:
    """Figures in the text format of Prometheus, as it reads them."""
    async with httpx.AsyncClient() as http:
        answer = await http.get(url)
    assert answer.status_code == 200, answer.text
    return {family.name: family for family in text_string_to_metric_families(answer.text)}


def one(family: Metric, **labels: str) -> float:
    """The value of the sample with these labels among its own."""
    (found,) = [sample.value for sample in family.samples if labels.items() <= sample.labels.items()]
    return float(found)


@pytest.fixture
async def measured(database: FreshDatabase, servers: Addresses) -> AsyncIterator[Measured]:
    (port,) = free_ports(1)
    address = f"127.0.0.1:{port}"
    service = await start_service(
        database,
        temporal_address=servers.temporal_address,
        worker_extra={"TILBAKE_WORKER_METRICS_ADDRESS": address},
    )
    try:
        async with actors(service.url, service.settings) as people:
            yield Measured(service, people, address)
    finally:
        await service.stop()
