"""An API process of its own before the Temporal UI of the run, on the database and the key of the shared service."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.api.world import World, new_world
from tests.contract import hold_to_contract
from tests.harness import Service
from tests.servers import Addresses
from tilbake.embedded.ports import free_ports
from tilbake.embedded.services import start_api, wait_for_api
from tilbake.settings import Settings


@dataclass
class Dashboard:
    """The dashboard as somebody's browser or proxy asks it, and people of a unit: ole operates, ada audits, bob is a member."""

    settings: Settings
    http: httpx.Client
    world: World

    def ask(self, path: str, *, method: str = "GET", token: str | None = None, **more: Any) -> httpx.Response:
        """A request with a token, as an identity-aware proxy sends it, or without; no cookie is kept. `more` as httpx takes it."""
        self.http.cookies.clear()
        headers = dict(more.pop("headers", {})) | ({"authorization": f"Bearer {token}"} if token else {})
        return self.http.request(method, f"{self.settings.api_url}{path}", headers=headers, **more)

    def token(self, person: str) -> str:
        """A token of somebody."""
        return self.world.token(person)


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    """Connections of the process."""
    with httpx.Client(timeout=30) as client:
        yield client


def operated_world(service: Service, http: httpx.Client) -> World:
    """A unit with an operator and an auditor."""
    world = new_world(service, http)
    world.people = {**world.people, "ole": f"ole-{world.unit}", "ada": f"ada-{world.unit}"}
    for name in ("ole", "ada"):
        world.do("admin", "/v1/people", {"id": world.people[name], "name": name})
    roles = world.get(f"/v1/units/{world.unit}")["roles"]
    more = {"operator": [world.people["ole"]], "auditor": [world.people["ada"]]}
    world.do("admin", f"/v1/units/{world.unit}/roles", roles | more, method="PUT")
    return world


def dashboard_settings(settings: Settings, *, ui: str | None, public: str | None = None) -> Settings:
    """Settings of another API on the same database, with a directory of its own that has the same keys."""
    (port,) = free_ports(1)
    directory = Path(tempfile.mkdtemp(prefix="tilbake-dashboard-"))
    for name in ("issuer.key", "secrets.key"):
        if (settings.data_dir / name).exists():
            shutil.copy(settings.data_dir / name, directory / name)
    url = public or f"http://127.0.0.1:{port}"
    return replace(settings, api_port=port, data_dir=directory, temporal_ui_url=ui, public_url=url)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def dashboard(service: Service, servers: Addresses, http: httpx.Client) -> AsyncIterator[Dashboard]:
    settings = dashboard_settings(service.settings, ui=servers.temporal_ui_url)
    async with started(settings) as running:
        yield Dashboard(running, http, operated_world(service, http))


@asynccontextmanager
async def started(settings: Settings) -> AsyncIterator[Settings]:
    """An API process with these settings; its directory is gone afterwards."""
    hold_to_contract(settings.api_port)
    child = start_api(settings)
    try:
        await wait_for_api(child, settings)
        yield settings
    finally:
        await child.stop(grace_seconds=3.0)
        shutil.rmtree(settings.data_dir, ignore_errors=True)
