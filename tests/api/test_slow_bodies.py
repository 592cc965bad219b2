"""A sender who takes his time: he is told so and cut off, and no transaction waits for him meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import httpx
import pytest
import uvicorn

from api import strict_route
from api.routes import imports, webhooks
from api.service import Service
from api.strict_route import BodyLimit
from store.database import Database
from tests.acting import Actors, set_up
from tests.databases import FreshDatabase
from tests.harness import service_settings
from tests.in_process import SilentDelivery, app_of
from tests.waiting import until
from tilbake.tokens import local_token

pytestmark = pytest.mark.api

SECONDS = 1.0


@dataclass(slots=True)
class Patient:
    """A running API whose bodies may take a second, and people who call it."""

    people: Actors
    port: int
    service: Service

    async def send(self, method: str, path: str, *, person: str, start: bytes, **headers: str) -> bytes:
        """Everything that comes back before the connection is closed, for a body that begins and never ends."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        token = local_token(person, self.people.settings.issuer_key_path)
        lines = [f"{method} {path} HTTP/1.1", "Host: api", f"Authorization: Bearer {token}", "Content-Length: 100"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode() + start)
        try:
            return await asyncio.wait_for(reader.read(), 20)
        finally:
            writer.close()

    def connections(self) -> int:
        """How many connections of the pool are in use."""
        return self.service.database.in_use


@pytest.fixture
async def api(database: FreshDatabase) -> AsyncIterator[Patient]:
    """In the process of the test, so that its limits can be short."""
    settings = service_settings(database, temporal_address="127.0.0.1:1", task_queue="nobody")
    app = app_of(settings)
    own = Database(database.app_url, pool_size=2, name="tilbake-test")
    app.state.service.delivery = SilentDelivery(settings, own)
    limit = BodyLimit(1024 * 1024, SECONDS)
    with (
        patch.object(strict_route, "BODY_LIMIT", limit),
        patch.object(imports, "_LIMIT", limit),
        patch.object(webhooks, "LIMIT", limit),
    ):
        async with _served(app, settings.api_port), httpx.AsyncClient(base_url=settings.api_url) as http:
            yield Patient(await set_up(http, settings, policy={}), settings.api_port, app.state.service)
    await app.state.service.database.close()
    await own.close()


@asynccontextmanager
async def _served(app: Any, port: int) -> AsyncIterator[None]:
    server = uvicorn.Server(uvicorn.Config(app, port=port, http="httptools", lifespan="off", log_level="warning"))
    serving = asyncio.create_task(server.serve())

    async def started() -> bool:
        return server.started

    await until(started, what="the API serves")
    yield
    server.should_exit = True
    await serving


def _told(answer: bytes) -> bool:
    head, _, body = answer.partition(b"\r\n\r\n")
    return head.startswith(b"HTTP/1.1 408") and b"connection: close" in head.lower() and b"body_too_slow" in body


@pytest.mark.parametrize(
    ("method", "path", "start", "headers"),
    [
        ("POST", "/v1/people", b"{", {"content_type": "application/json"}),
        ("POST", "/v1/people", b"", {"content_type": "application/json", "idempotency_key": "k1"}),
        ("POST", "/v1/imports/harvest?approver=mia", b"Date,", {"content_type": "text/csv"}),
        ("POST", "/v1/imports/harvest?approver=mia", b"", {"content_type": "text/csv", "idempotency_key": "k2"}),
        ("POST", "/v1/webhooks/decisions/mail", b"{", {"content_type": "application/json"}),
        ("DELETE", "/v1/entries/00000000-0000-0000-0000-000000000000", b"x", {"idempotency_key": "k3"}),
    ],
)
async def test_a_body_that_does_not_end_is_ended(
    api: Patient, method: str, path: str, start: bytes, headers: dict[str, str]
) -> None:
    before = asyncio.get_running_loop().time()
    sending = asyncio.create_task(api.send(method, path, person="admin", start=start, **headers))
    held: list[int] = []

    while not sending.done():
        held.append(api.connections())
        await asyncio.sleep(0.02)

    assert _told(await sending)
    assert asyncio.get_running_loop().time() - before < 10 * SECONDS
    assert set(held[len(held) // 2 :]) == {0}, "signing in takes one for a moment, waiting for the body takes none"


async def test_a_sender_who_gives_up_leaves_nothing_behind(api: Patient) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", api.port)
    token = local_token("admin", api.people.settings.issuer_key_path)
    head = f"POST /v1/imports/harvest HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer {token}\r\n"
    writer.write(f"{head}Content-Type: text/csv\r\nContent-Length: 100\r\n\r\nDate,".encode())
    await writer.drain()
    writer.close()

    answer = await api.people.call("GET", "/people", by="admin")

    assert answer.status_code < 500
    assert api.connections() == 0
