"""The real server refuses what is wrong or has expired, the processes say so, and go on once it is mended."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric import ec

from store.migrate import migrate
from tests.acting import actors
from tests.production_like.signed_tokens import TemporalWithTokens, token
from tests.servers import new_directory, remove_directory
from tests.waiting import until
from tilbake.embedded.mutual_tls import GOOD_FOR, certificates_in
from tilbake.embedded.ports import free_ports
from tilbake.embedded.postgres import APPLICATION, Postgres
from tilbake.embedded.postgres_roles import ensure_roles
from tilbake.embedded.processes import Child
from tilbake.embedded.progress import say_nothing
from tilbake.embedded.services import start_api, start_worker, wait_for_api, wait_for_worker
from tilbake.errors import CannotStart
from tilbake.process.reaching import reach_temporal
from tilbake.settings import Settings
from tilbake.temporal.client import connect

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def temporal() -> AsyncIterator[TemporalWithTokens]:
    directory = new_directory()
    ports = free_ports(3)
    postgres = Postgres(directory, Settings.from_environment().cache_dir, ports[0], durable=False)
    server = TemporalWithTokens(postgres, ports[1], ports[2], time_skipping=True)
    await postgres.start()
    await ensure_roles(postgres)
    await migrate(postgres.owner_url(), application_role=APPLICATION)
    await server.start(say=say_nothing)
    yield server
    await server.stop()
    await postgres.stop()
    remove_directory(directory)


@pytest.fixture
def settings(temporal: TemporalWithTokens, tmp_path: Path) -> Settings:
    """Of a service whose key stands in a file and is good."""
    (port,) = free_ports(1)
    file = tmp_path / "key"
    file.write_text(token())
    postgres = temporal.postgres
    plain = Settings(
        database_url=postgres.app_url(),
        owner_database_url=postgres.owner_url(),
        data_dir=tmp_path / "data",
        cache_dir=postgres.cache_dir,
        api_port=port,
        test_clock=True,
        reconcile_seconds=0,
        public_url=f"http://127.0.0.1:{port}",
    )
    return replace(temporal.reached_by(plain), temporal_api_key=None, temporal_api_key_file=file)


async def refusal_of(settings: Settings) -> str:
    with pytest.raises(CannotStart) as problem:
        await reach_temporal(settings)
    return str(problem.value)


async def test_a_token_that_is_missing_expired_foreign_or_for_another_namespace(settings: Settings) -> None:
    foreign = ec.generate_private_key(ec.SECP256R1())
    plain = replace(settings, temporal_api_key_file=None)
    refused = (
        f"Temporal on {settings.temporal_address} refuses the key: it is wrong, has expired, or is not for the namespace default; "
        "see TILBAKE_TEMPORAL_API_KEY."
    )

    assert await refusal_of(plain) == (
        f"Temporal on {settings.temporal_address} asks for a key to the namespace default; "
        "set TILBAKE_TEMPORAL_API_KEY or TILBAKE_TEMPORAL_API_KEY_FILE."
    )
    for bad in (token(seconds=-60), token(key=foreign), token(permissions=["other:write"]), "no.token.atall"):
        assert await refusal_of(replace(plain, temporal_api_key=bad)) == refused


async def test_a_certificate_that_has_expired_or_is_of_another_authority(settings: Settings, tmp_path: Path) -> None:
    foreign = certificates_in(tmp_path / "foreign")

    said = await refusal_of(
        replace(
            settings,
            temporal_tls_cert_file=foreign.certificate("client"),
            temporal_tls_key_file=foreign.key("client"),
        )
    )
    past = certificates_in(tmp_path / "past", now=datetime.now(UTC) - GOOD_FOR - timedelta(days=2))
    ended = await refusal_of(
        replace(settings, temporal_tls_cert_file=past.certificate("client"), temporal_tls_key_file=past.key("client"))
    )

    assert said.startswith(f"Temporal on {settings.temporal_address} refuses our certificate (")
    assert said.endswith("; see TILBAKE_TEMPORAL_TLS_CERT_FILE.")
    assert ended.startswith(f"TILBAKE_TEMPORAL_TLS_CERT_FILE: {past.certificate('client')} expired on ")


async def test_a_token_that_expires_is_told_by_both_processes_and_a_new_one_in_the_file_mends_it(
    settings: Settings,
) -> None:
    file = settings.temporal_api_key_file
    assert file is not None
    file.write_text(token(seconds=8))
    client = await connect(replace(settings, temporal_api_key_file=None, temporal_api_key=token()))
    api, worker = start_api(settings), start_worker(settings)
    try:
        await wait_for_api(api, settings)
        await wait_for_worker(worker, client, settings.task_queue)
        async with actors(settings.api_url, settings) as people:
            advice = "refuses the key: it is wrong, has expired, or is not for the namespace default"
            await until(lambda: _has_told(worker, advice), what="the worker tells it", seconds=40)
            await until(lambda: _has_told(api, advice), what="the API tells it", seconds=40)
            assert (await _readiness(settings))["temporal"] == "refused"
            (recall,) = await people.asked(1)
            assert (await people.decide(recall, by=people.approvers[0])).status_code == 202

            file.write_text(token())

            assert (await people.ended(recall, seconds=60))["status"] == "recalled"
            await until(lambda: _is_well(settings), what="the API reaches Temporal", seconds=30)
            assert '"what": "key", "event": "temporal.renewed"' in worker.log()
            assert api.is_running()
            assert worker.is_running()
    finally:
        await worker.stop(grace_seconds=9.0)
        await api.stop()
    for child in (api, worker):
        assert file.read_text() not in child.log()


async def _has_told(child: Child, advice: str) -> bool:
    assert child.is_running(), child.how_it_ended()
    return any("temporal.refused" in line and advice in line for line in child.log().splitlines())


async def _readiness(settings: Settings) -> dict[str, str]:
    async with httpx.AsyncClient(base_url=settings.api_url) as http:
        return dict((await http.get("/readyz")).json())


async def _is_well(settings: Settings) -> bool:
    return (await _readiness(settings))["temporal"] == "ok"
