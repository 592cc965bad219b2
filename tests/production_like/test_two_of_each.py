"""All conformance cases against two APIs and two workers, and what each of the parts may do and see."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import httpx
import pytest
import pytest_asyncio
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import TLSConfig

from store.audit import audit
from tests.waiting import until
from tilbake.commands.doctor.certificates import by_tls
from tilbake.conformance.format import parse_files
from tilbake.conformance.run import outcomes
from tilbake.conformance.service import signed_in
from tilbake.embedded.progress import say_nothing
from tilbake.embedded.temporal_databases import ROLE, SCHEMAS
from tilbake.embedded.temporal_on_postgres import TemporalOnPostgres
from tilbake.layout import PRODUCTION_LIKE
from tilbake.settings import Settings
from tilbake.stack import Stack
from tilbake.temporal.client import connect

CASES = Path(__file__).resolve().parents[1] / "conformance" / "cases"

pytestmark = [pytest.mark.conformance, pytest.mark.timeout(600), pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack() -> AsyncIterator[Stack]:
    async with Stack.throw_away(say=say_nothing, layout=PRODUCTION_LIKE) as running:
        yield running
        assert await audit(running.settings.owner_database_url or "") == []


@pytest.fixture
def temporal(stack: Stack) -> TemporalOnPostgres:
    assert isinstance(stack.temporal, TemporalOnPostgres)
    return stack.temporal


async def requests_answered(settings: Settings) -> float:
    """How many requests an API has answered by itself."""
    async with httpx.AsyncClient(base_url=settings.own_api_url) as http:
        text = (await http.get("/metrics")).text
    return sum(float(number) for number in re.findall(r"^tilbake_http_requests_total\{.*\} (\S+)$", text, re.MULTILINE))


async def test_every_case_passes_and_both_apis_and_both_workers_take_part(stack: Stack) -> None:
    cases = parse_files(sorted(CASES.glob("*.yaml")))
    service = signed_in(stack.api_url, settings=stack.settings)

    failed = [(one.id, one.problem) async for one in outcomes(cases, service=service) if not one.passed]

    assert failed == []
    assert len(stack.apis) == 2
    for settings in stack.apis.values():
        assert await requests_answered(settings) > 100
    client = await connect(stack.settings)
    for worker in ("Worker", "Worker 2"):
        assert stack.children[worker].pid in await pollers(client, stack.settings.task_queue)


async def pollers(client: Client, queue: str) -> set[int]:
    """The processes that ask for workflow tasks."""
    kind = TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW
    request = DescribeTaskQueueRequest(namespace="default", task_queue=TaskQueue(name=queue), task_queue_type=kind)
    answer = await client.workflow_service.describe_task_queue(request)
    return {int(one.identity.partition("@")[0]) for one in answer.pollers}


async def may_enter(url: str, *, database: str, role: str, password: str) -> bool:
    """Whether Postgres lets a role into a database."""
    parts = urlsplit(url)
    try:
        connection = await asyncpg.connect(
            host=parts.hostname, port=parts.port, user=role, password=password, database=database
        )
    except asyncpg.InsufficientPrivilegeError:
        return False
    await connection.close()
    return True


async def test_neither_side_of_postgres_sees_the_other(stack: Stack, temporal: TemporalOnPostgres) -> None:
    password = (temporal.directory / "postgres-password").read_text()
    url = stack.settings.database_url or ""
    owner, application = (urlsplit(one or "") for one in (stack.settings.owner_database_url, url))

    assert not await may_enter(url, database="tilbake", role=ROLE, password=password)
    for name in SCHEMAS:
        assert await may_enter(url, database=name, role=ROLE, password=password)
        for one in (owner, application):
            assert not await may_enter(url, database=name, role=one.username or "", password=one.password or "")


async def test_the_role_of_temporal_may_make_neither_roles_nor_databases(temporal: TemporalOnPostgres) -> None:
    connection = await asyncpg.connect(temporal.postgres.admin_url())
    try:
        found = await connection.fetchrow(
            "select rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolreplication from pg_roles where rolname = $1",
            ROLE,
        )
        members = await connection.fetchval("select count(*) from pg_auth_members where member = $1::regrole", ROLE)
    finally:
        await connection.close()

    assert found is not None
    assert not any(found.values())
    assert members == 0


async def test_there_are_sixteen_shards_and_one_partition(temporal: TemporalOnPostgres) -> None:
    connection = await asyncpg.connect(temporal.postgres.admin_url("temporal"))
    try:
        shards = await connection.fetchval("select count(*) from shards")
        known = "select task_queue_id as id from task_queues union all select task_queue_id from task_queues_v2"
        queues = [row["id"] for row in await connection.fetch(known)]
    finally:
        await connection.close()

    ours = [one for one in queues if b"recalls" in one]
    assert shards == 16
    assert ours
    assert [one for one in ours if b"/_sys/" in one] == []


async def is_told_to_show_one(address: str, authority: bytes) -> bool:
    """Nobody is ever let in without a certificate; now and then the SDK hears of the end before the reason for it."""
    with pytest.raises(RuntimeError) as refused:
        await Client.connect(address, tls=TLSConfig(server_root_ca_cert=authority))
    return "CertificateRequired" in str(refused.value)


async def test_who_shows_no_certificate_is_not_let_in(temporal: TemporalOnPostgres) -> None:
    authority = (temporal.directory / "tls" / "authority.pem").read_bytes()
    server = x509.load_pem_x509_certificate((temporal.directory / "tls" / "server.pem").read_bytes())

    for port in (temporal.port, *temporal._inner_ports):
        address = f"127.0.0.1:{port}"
        with pytest.raises(RuntimeError):
            await Client.connect(address)
        await until(partial(is_told_to_show_one, address, authority), what=f"{address} asks for a certificate")
        assert by_tls("127.0.0.1", port) == server.public_bytes(Encoding.DER)


async def test_what_lets_one_in_is_for_the_owners_eyes(temporal: TemporalOnPostgres) -> None:
    files = [path for path in temporal.directory.rglob("*") if path.is_file()]

    assert {path.name for path in files} >= {"postgres-password", "server.yaml", "client.key", "server.key"}
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}


async def test_the_ui_is_for_looking_only(stack: Stack, temporal: TemporalOnPostgres) -> None:
    async with httpx.AsyncClient(base_url=temporal.ui_url) as http:
        settings = (await http.get("/api/v1/settings")).json()
        listed = await http.get("/api/v1/namespaces/default/workflows")
        token = {"cookie": "_csrf=a", "x-csrf-token": "a"}
        ended = await http.post("/api/v1/namespaces/default/workflows/nobody/terminate", json={}, headers=token)

    assert settings["DisableWriteActions"] is True
    assert listed.status_code == 200
    assert ended.status_code == 405
