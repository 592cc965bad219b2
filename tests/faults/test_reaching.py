"""Servers that the settings name and that cannot be used: one sentence each, with the setting to look at and no password."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from store.database import Database, fetch_one
from tests.acting import ask_database
from tests.databases import FreshDatabase
from tests.servers import Addresses
from tests.temporal_access import shown_at
from tilbake.embedded.ports import free_ports
from tilbake.errors import CannotStart
from tilbake.process import reaching
from tilbake.process.least_rights import require_least_rights
from tilbake.process.reaching import DATABASE, OWNER, reach_database, reach_temporal, require_version
from tilbake.settings import Settings
from tilbake.settings.temporal import PLAIN

pytestmark = pytest.mark.faults

SECRET = "hemmelig"


@pytest.fixture
def nobody() -> int:
    """A port where nobody listens."""
    (port,) = free_ports(1)
    return port


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A port where somebody listens and never answers."""
    monkeypatch.setattr(reaching, "PATIENCE_SECONDS", 0.6)
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


async def refusal_of(url: str, owner_url: str | None = None) -> str:
    """What is said of these addresses."""
    with pytest.raises(CannotStart) as refusal:
        await reach_database(Settings(database_url=url, owner_database_url=owner_url or url))
    said = str(refusal.value)
    assert len(said.splitlines()) == 1
    for secret in (SECRET, str(urlsplit(owner_url or url).password)):
        assert secret not in said
    return said


async def test_a_database_where_nobody_listens(nobody: int) -> None:
    said = await refusal_of(f"postgresql://a:{SECRET}@127.0.0.1:{nobody}/tilbake")

    assert said.startswith("The database does not answer ([Errno 111]")
    assert said.endswith(f"see {DATABASE}.")


async def test_a_database_that_does_not_answer(silent: int) -> None:
    said = await refusal_of(f"postgresql://a:{SECRET}@127.0.0.1:{silent}/tilbake")

    assert said == f"The database does not answer within 1 s; see {DATABASE}."


async def test_a_database_on_a_host_that_is_not_there() -> None:
    said = await refusal_of(f"postgresql://a:{SECRET}@nowhere.invalid/tilbake")

    assert said.startswith("The database does not answer (")


async def test_a_password_that_is_wrong_names_the_address_it_stands_in(database: FreshDatabase) -> None:
    wrong_app, wrong_owner = (
        url.replace(str(urlsplit(url).password), SECRET) for url in (database.app_url, database.owner_url)
    )

    assert (await refusal_of(wrong_owner)).endswith(f"see {DATABASE}.")
    assert (await refusal_of(database.app_url, wrong_owner)).endswith(f"see {OWNER}.")
    assert (await refusal_of(wrong_app, database.owner_url)).endswith(f"see {DATABASE}.")


async def test_a_database_that_does_not_exist(servers: Addresses) -> None:
    said = await refusal_of(f"{servers.owner_url.rpartition('/')[0]}/nothing")

    assert said == f'The database refuses (database "nothing" does not exist); see {DATABASE}.'


async def test_a_role_that_may_not_write_the_schema(database: FreshDatabase) -> None:
    said = await refusal_of(database.app_url)

    assert said == f"The database refuses (permission denied for schema public); see {DATABASE}."


async def test_something_else_than_a_postgres(servers: Addresses) -> None:
    said = await refusal_of(f"postgresql://a:{SECRET}@{servers.temporal_address}/tilbake")

    assert said.startswith("The database does not answer (")


async def test_an_address_the_driver_cannot_use(database: FreshDatabase) -> None:
    said = await refusal_of(f"{database.owner_url}?sslmode=perhaps")

    assert said.startswith("The database cannot be used (`sslmode` parameter must be one of")


async def test_in_production_certificates_that_are_not_there_end_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    address = f"postgresql://a:{SECRET}@127.0.0.1:1/tilbake?sslmode=verify-full"

    with pytest.raises(CannotStart) as refused:
        await require_least_rights(Settings(mode="production", database_url=address))

    assert str(refused.value) == (
        f'The database cannot be used (root certificate file "{tmp_path}/.postgresql/root.crt" does not exist or cannot be accessed); '
        f"see {DATABASE}."
    )


async def test_a_database_of_a_newer_release(database: FreshDatabase) -> None:
    await ask_database(database.owner_url, "insert into schema_migration values (9999, '9999_later.sql', 'x')")

    assert "migration 9999, which this release does not know" in await refusal_of(database.app_url, database.owner_url)


def test_a_postgres_that_is_too_old() -> None:
    with pytest.raises(CannotStart, match=r"is Postgres 14, and Tilbake needs 15 or later; see TILBAKE_DATABASE_URL\."):
        require_version(14)

    require_version(15)


async def test_whatever_the_driver_reads_in_an_address_holds_for_the_service_too(database: FreshDatabase) -> None:
    url = f"{database.app_url}?sslmode=prefer"
    await reach_database(Settings(database_url=url, owner_database_url=database.owner_url))

    own = Database(url, pool_size=1)
    async with own.begin() as connection:
        row = await fetch_one(connection, "select current_role as role")
    await own.close()

    assert row is not None
    assert row.role == "tilbake_application"


async def temporal_refusal(settings: Settings) -> str:
    """What is said of this Temporal."""
    with pytest.raises(CannotStart) as refusal:
        await reach_temporal(settings)
    return str(refusal.value)


async def test_a_temporal_that_is_none_or_does_not_answer(nobody: int, silent: int, servers: Addresses) -> None:
    postgres = urlsplit(servers.admin_url).netloc.rpartition("@")[2]
    for address in (f"127.0.0.1:{nobody}", f"127.0.0.1:{silent}", postgres):
        said = await temporal_refusal(Settings(temporal_address=address))

        assert said == f"Temporal does not answer on {address}; see TILBAKE_TEMPORAL_ADDRESS."


async def test_a_temporal_that_is_spoken_to_the_wrong_way_or_lacks_the_namespace(servers: Addresses) -> None:
    here = Settings(temporal_address=servers.temporal_address, **shown_at(servers.temporal_address))

    another_way = replace(here, **PLAIN) if here.uses_temporal_tls else replace(here, temporal_tls=True)
    unheard = await temporal_refusal(another_way)
    elsewhere = await temporal_refusal(replace(here, temporal_namespace="nowhere"))

    assert unheard == f"Temporal does not answer on {way_of(another_way)}; see TILBAKE_TEMPORAL_ADDRESS."
    assert elsewhere == (
        f"Temporal on {way_of(here)} has no namespace nowhere; create it there or set TILBAKE_TEMPORAL_NAMESPACE."
    )


def way_of(settings: Settings) -> str:
    return f"{settings.temporal_address}{' with TLS' if settings.uses_temporal_tls else ''}"
