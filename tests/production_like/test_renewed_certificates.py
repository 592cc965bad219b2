"""Certificates that end soon, as some authorities give them: whoever renews them writes the files, and nobody restarts anything."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from store.migrate import migrate
from tests.acting import actors
from tests.servers import new_directory, remove_directory
from tests.waiting import until
from tilbake.embedded import mutual_tls
from tilbake.embedded.mutual_tls import GOOD_FOR, Certificates
from tilbake.embedded.ports import free_ports
from tilbake.embedded.postgres import APPLICATION, Postgres
from tilbake.embedded.postgres_roles import ensure_roles
from tilbake.embedded.processes import Child
from tilbake.embedded.progress import say_nothing
from tilbake.embedded.services import start_api, start_worker, wait_for_api, wait_for_worker
from tilbake.embedded.temporal_on_postgres import TemporalOnPostgres
from tilbake.settings import Settings
from tilbake.temporal.client import connect

pytestmark = pytest.mark.faults
SOON = timedelta(seconds=30)


@dataclass(frozen=True)
class Authority:
    """One that is still there to sign."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def sign(self, side: str, found: Certificates, *, good_for: timedelta = GOOD_FOR) -> None:
        """Write a certificate and its key; each takes its place at once, the key first."""
        key = ec.generate_private_key(ec.SECP256R1())
        by = (self.certificate, self.key)
        signed = mutual_tls._signed(side, key.public_key(), by=by, now=datetime.now(UTC) - GOOD_FOR + good_for)
        for path, content in (
            (found.key(side), mutual_tls._pem_of(key)),
            (found.certificate(side), signed.public_bytes(serialization.Encoding.PEM)),
        ):
            draft = path.with_suffix(".draft")
            mutual_tls._write(draft, content)
            draft.replace(path)


def authority_for(server: TemporalOnPostgres) -> Authority:
    """The authority that the server and everybody who comes trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    made = Authority(mutual_tls._authority(key, datetime.now(UTC)), key)
    found = Certificates(server.directory / "tls")
    found.directory.mkdir(parents=True)
    mutual_tls._write(found.authority, made.certificate.public_bytes(serialization.Encoding.PEM))
    for side in ("server", "client"):
        made.sign(side, found)
    return made


@pytest.fixture
async def server() -> AsyncIterator[TemporalOnPostgres]:
    directory = new_directory()
    ports = free_ports(3)
    postgres = Postgres(directory, Settings.from_environment().cache_dir, ports[0], durable=False)
    await postgres.start()
    await ensure_roles(postgres)
    await migrate(postgres.owner_url(), application_role=APPLICATION)
    yield TemporalOnPostgres(postgres, ports[1], ports[2], time_skipping=True)
    await postgres.stop()
    remove_directory(directory)


def settings_of(server: TemporalOnPostgres, folder: Path) -> Settings:
    """Of a service with certificate files of its own."""
    (port,) = free_ports(1)
    own = Certificates(folder)
    plain = Settings(
        database_url=server.postgres.app_url(),
        owner_database_url=server.postgres.owner_url(),
        data_dir=folder / "data",
        cache_dir=server.postgres.cache_dir,
        api_port=port,
        test_clock=True,
        reconcile_seconds=0,
        public_url=f"http://127.0.0.1:{port}",
    )
    return replace(
        server.reached_by(plain),
        temporal_tls_cert_file=own.certificate("client"),
        temporal_tls_key_file=own.key("client"),
    )


async def test_who_was_let_in_by_a_certificate_that_has_ended_comes_in_by_the_next(
    server: TemporalOnPostgres, tmp_path: Path
) -> None:
    authority, own = authority_for(server), Certificates(tmp_path)
    await server.start(say=say_nothing)
    settings = settings_of(server, tmp_path)
    authority.sign("client", own, good_for=SOON)
    ends = datetime.now(UTC) + SOON
    api, worker = start_api(settings), start_worker(settings)
    try:
        await wait_for_api(api, settings)
        await wait_for_worker(worker, await connect(server.reached_by(settings)), settings.task_queue)
        authority.sign("client", own)
        for child in (api, worker):
            await until(partial(has_renewed, child), what=f"{child.name} has seen the next", seconds=25)
        await asyncio.sleep(max(0.0, (ends - datetime.now(UTC)).total_seconds()) + 1)

        await server.stop()
        await server.start(say=say_nothing)

        async with actors(settings.api_url, settings) as people:
            (recall,) = await people.asked(1)
            assert (await people.decide(recall, by=people.approvers[0])).status_code == 202
            assert (await people.ended(recall, seconds=60))["status"] == "recalled"
            await until(lambda: is_well(settings), what="the API reaches Temporal", seconds=30)
        assert api.is_running()
        assert worker.is_running()
    finally:
        await worker.stop(grace_seconds=9.0)
        await api.stop()
        await server.stop()


async def has_renewed(child: Child) -> bool:
    assert child.is_running(), child.how_it_ended()
    return '"what": "certificate", "event": "temporal.renewed"' in child.log()


async def is_well(settings: Settings) -> bool:
    async with httpx.AsyncClient(base_url=settings.api_url) as http:
        return bool((await http.get("/readyz")).json()["temporal"] == "ok")
