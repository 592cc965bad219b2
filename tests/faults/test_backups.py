"""A backup, and everything that is refused before something is changed by reading it back."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from temporalio.client import Client

from store.audit import audit
from tests.acting import ask_database
from tests.databases import FreshDatabase, empty_database
from tests.encrypting import KEYS, encrypting, ring_file
from tests.in_process import Stage, on_stage
from tests.servers import Addresses, new_directory, remove_directory
from tilbake import cli
from tilbake.backups import dumping, manifest
from tilbake.backups.encrypted import sealed_in
from tilbake.backups.making import Source, back_up
from tilbake.backups.restoring import Target, restore
from tilbake.embedded.locks import FileLock
from tilbake.embedded.ports import free_ports
from tilbake.embedded.postgres import Postgres
from tilbake.embedded.temporal_server import TemporalServer
from tilbake.errors import CannotStart
from tilbake.settings import Settings
from tilbake.temporal.payload_keys import read_ring

pytestmark = pytest.mark.faults
CACHE = Settings.from_environment().cache_dir
_TABLES = (
    "select table_name::text from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'"
)


@pytest.fixture
async def stage(database: FreshDatabase, temporal_client: Client) -> AsyncIterator[Stage]:
    async with on_stage(database, temporal_client, working=False) as made:
        yield made


@pytest.fixture
async def empty(servers: Addresses) -> AsyncIterator[str]:
    """The address of an empty database, by its owner."""
    async with empty_database(servers) as url:
        yield url


def waiting(directory: Path) -> Path:
    """Something a Temporal may have kept, part of it in its log only."""
    path = directory / "temporal.db"
    with closing(sqlite3.connect(path)) as kept:
        kept.executescript("pragma journal_mode = wal; create table namespaces (name text)")
        kept.execute("insert into namespaces values ('default')")
        kept.commit()
    return path


def keys(directory: Path, content: str = "secret") -> dict[str, Path]:
    directory.mkdir(exist_ok=True)
    path = directory / "secrets.key"
    path.write_text(content)
    return {"secrets.key": path, "issuer.key": directory / "issuer.key"}


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


async def rows(url: str) -> dict[str, Any]:
    """Every row of every table."""
    tables = [name for (name,) in await ask_database(url, _TABLES)]
    return {name: sorted(map(str, await ask_database(url, f'select t::text from "{name}" t'))) for name in tables}


async def test_what_is_restored_is_what_was_backed_up_with_its_guards(
    stage: Stage, database: FreshDatabase, empty: str, tmp_path: Path
) -> None:
    await stage.people.asked(3)
    source = Source(database.owner_url, waiting(tmp_path), keys(tmp_path / "old"))
    copy, new = tmp_path / "copy", tmp_path / "new"

    await back_up(source, copy, cache_dir=CACHE)
    target = Target(empty, new / "temporal.db", {name: new / name for name in source.keys})
    await restore(manifest.read(copy), copy, target, cache_dir=CACHE)

    assert await rows(empty) == await rows(database.owner_url)
    assert await audit(empty) == []
    with pytest.raises(asyncpg.RestrictViolationError):
        await ask_database(empty, "delete from history")
    rights = "select count(*) from information_schema.role_table_grants where grantee = 'tilbake_application'"
    assert await ask_database(empty, rights) == await ask_database(database.owner_url, rights)
    assert names(new) == ["secrets.key", "temporal.db"]
    with closing(sqlite3.connect(new / "temporal.db")) as kept:
        assert kept.execute("select name from namespaces").fetchall() == [("default",)]
    assert {path.stat().st_mode & 0o777 for path in (*copy.iterdir(), *new.iterdir())} == {0o600}


@pytest.fixture
async def copy(database: FreshDatabase, tmp_path: Path) -> Path:
    """A backup of a database in which nothing has happened."""
    await back_up(Source(database.owner_url, None, keys(tmp_path / "old")), tmp_path / "copy", cache_dir=CACHE)
    return tmp_path / "copy"


async def refused(copy: Path, target: Target) -> str:
    """Why a backup is not restored."""
    with pytest.raises(CannotStart) as refusal:
        await restore(manifest.read(copy), copy, target, cache_dir=CACHE)
    return str(refusal.value)


async def test_nothing_is_restored_over_anything(
    copy: Path, database: FreshDatabase, empty: str, tmp_path: Path
) -> None:
    before = await rows(database.owner_url)
    mine = keys(tmp_path / "mine", "another")

    assert "is not empty" in await refused(copy, Target(database.owner_url, None, {}))
    assert "secrets.key is there and is another one" in await refused(copy, Target(empty, None, mine))
    user = await asyncpg.connect(empty, server_settings={"application_name": "tilbake-api"})
    assert "is in use (tilbake-api)" in await refused(copy, Target(empty, None, {}))
    await user.close()

    assert await rows(database.owner_url) == before
    assert mine["secrets.key"].read_text() == "another"
    assert await rows(empty) == {}


async def test_of_two_restores_into_one_database_at_once_the_second_is_told_of_the_first(
    copy: Path, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, load = Target(empty, None, {}), dumping.load
    told: list[str] = []

    async def load_while_another_comes(url: str, source: Path, *, cache_dir: Path) -> None:
        told.append(await refused(copy, target))
        await load(url, source, cache_dir=cache_dir)

    monkeypatch.setattr(dumping, "load", load_while_another_comes)
    await restore(manifest.read(copy), copy, target, cache_dir=CACHE)

    assert told == ["Another restore into this database is at work; wait until it has ended."]
    assert "is not empty" in await refused(copy, target)


async def test_a_backup_that_is_not_whole_is_none(copy: Path, empty: str) -> None:
    target, listed = Target(empty, None, {}), copy / manifest.FILE
    whole, dumped = listed.read_text(), (copy / manifest.DATABASE).read_bytes()

    (copy / manifest.DATABASE).write_bytes(dumped[:-1])
    assert "its checksum is another one" in await refused(copy, target)
    (copy / manifest.DATABASE).unlink()
    assert "cannot be read" in await refused(copy, target)
    listed.write_text(json.dumps(json.loads(whole) | {"schema": 9999}))
    assert "made by a newer release (migration 9999)" in await refused(copy, target)
    listed.write_text("{")
    assert "is not as a backup writes it" in await refused(copy, target)
    listed.unlink()
    assert "is no backup, or one that was not finished" in await refused(copy, target)

    assert await rows(empty) == {}


async def test_what_temporal_waits_for_is_restored_only_where_it_can_be_read(
    database: FreshDatabase, own_temporal: TemporalServer, empty: str, tmp_path: Path
) -> None:
    client = await encrypting(own_temporal.address, tmp_path, "a", "b")
    await client.start_workflow("Waiting", "secret", id="waiting", task_queue="nobody")
    copy, other = tmp_path / "copy", tmp_path / "other.keys"
    other.write_text(f"a {KEYS['b']}\n")

    def target(ring: Path | None) -> Target:
        return Target(empty, tmp_path / "new" / "temporal.db", {}, None if ring is None else read_ring(ring))

    ring = read_ring(ring_file(tmp_path, "a", "b"))
    written = await back_up(Source(database.owner_url, own_temporal.database, {}, ring), copy, cache_dir=CACHE)

    assert list(written.payload_keys) == ["a", "b"]
    assert set(sealed_in(copy / manifest.TEMPORAL)) == {"a"}
    assert names(copy) == ["backup.json", "temporal.db", "tilbake.dump"]
    for unfit, why in (
        (None, "TILBAKE_PAYLOAD_KEYS_FILE is not set"),
        (ring_file(tmp_path, "b"), "the ring of TILBAKE_PAYLOAD_KEYS_FILE lacks a"),
        (other, "the ring of TILBAKE_PAYLOAD_KEYS_FILE has another key under a"),
    ):
        assert f"is encrypted with a, but {why}. Name the ring of then" in await refused(copy, target(unfit))
    assert await rows(empty) == {}
    await restore(manifest.read(copy), copy, target(ring_file(tmp_path, "a")), cache_dir=CACHE)
    assert names(tmp_path / "new") == ["temporal.db"]


@pytest.mark.parametrize("at_backup", [None, "another"])
async def test_a_key_that_nobody_knew_at_the_backup_is_tried_before_anything_is_restored(
    at_backup: str | None, database: FreshDatabase, own_temporal: TemporalServer, empty: str, tmp_path: Path
) -> None:
    client = await encrypting(own_temporal.address, tmp_path, "a")
    for number in range(3):
        await client.start_workflow("Waiting", "secret" * 50 * number, id=f"waiting-{number}", task_queue="nobody")
    another, copy, new = tmp_path / "another.keys", tmp_path / "copy", tmp_path / "new" / "temporal.db"
    another.write_text(f"a {KEYS['b']}\n")
    source = Source(database.owner_url, own_temporal.database, {}, read_ring(another) if at_backup else None)

    written = await back_up(source, copy, cache_dir=CACHE)
    why = await refused(copy, Target(empty, new, {}, read_ring(another)))

    assert written.payload_keys == {"a": ""}
    assert "is encrypted with a, but the ring of TILBAKE_PAYLOAD_KEYS_FILE has another key under a" in why
    assert await rows(empty) == {}
    assert not new.exists()
    await restore(
        manifest.read(copy), copy, Target(empty, new, {}, read_ring(ring_file(tmp_path, "a"))), cache_dir=CACHE
    )
    assert new.exists()


async def test_who_has_no_ring_restores_without_temporal(
    database: FreshDatabase, own_temporal: TemporalServer, empty: str, tmp_path: Path
) -> None:
    client = await encrypting(own_temporal.address, tmp_path, "a")
    await client.start_workflow("Waiting", "secret", id="waiting", task_queue="nobody")
    copy = tmp_path / "copy"

    await back_up(Source(database.owner_url, own_temporal.database, {}), copy, cache_dir=CACHE)
    assert "is encrypted with a" in await refused(copy, Target(empty, tmp_path / "temporal.db", {}))
    await restore(manifest.read(copy), copy, Target(empty, None, {}), cache_dir=CACHE)

    assert await rows(empty) != {}


async def test_of_two_backups_to_one_place_at_once_the_second_is_told_of_the_first(
    database: FreshDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, copy, dump = Source(database.owner_url, None, keys(tmp_path / "old")), tmp_path / "copy", dumping.dump
    told: list[str] = []

    async def dump_while_another_comes(url: str, target: Path, *, cache_dir: Path) -> None:
        with pytest.raises(CannotStart) as refusal:
            await back_up(source, copy, cache_dir=cache_dir)
        told.append(str(refusal.value))
        await dump(url, target, cache_dir=cache_dir)

    monkeypatch.setattr(dumping, "dump", dump_while_another_comes)
    await back_up(source, copy, cache_dir=CACHE)

    assert told == [f"Another backup to {copy} is at work; wait until it has ended."]
    assert sorted(manifest.read(copy).files) == ["secrets.key", "tilbake.dump"]


async def test_what_a_backup_that_was_killed_has_left_is_no_part_of_the_next(
    database: FreshDatabase, tmp_path: Path
) -> None:
    left = tmp_path / "copy.partial"
    (left / "folder").mkdir(parents=True)
    (left / "temporal.db").write_text("half")

    await back_up(Source(database.owner_url, None, {}), tmp_path / "copy", cache_dir=CACHE)

    assert names(tmp_path) == ["copy"]
    assert list(manifest.read(tmp_path / "copy").files) == ["tilbake.dump"]


def test_an_address_by_tls_is_left_to_a_program_that_speaks_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/system/{name}")
    by_tls = "postgresql://owner@db/tilbake?sslmode=verify-full&sslrootcert=ca.pem"

    assert dumping._program("pg_dump", by_tls, cache_dir=CACHE) == Path("/system/pg_dump")
    assert dumping._program("pg_dump", "postgresql://owner@db/tilbake", cache_dir=CACHE) != Path("/system/pg_dump")


async def test_a_backup_that_fails_leaves_nothing(copy: Path, empty: str, tmp_path: Path) -> None:
    noise = tmp_path / "noise.db"
    noise.write_bytes(b"no database " * 1000)

    for source, sentence in (
        (Source(empty, None, {}), "The database is empty"),
        (Source(empty, noise, {}), "cannot be copied"),
        (Source(empty.replace("/test_", "/nothing_"), None, {}), "does not answer"),
    ):
        with pytest.raises(CannotStart, match=sentence):
            await back_up(source, tmp_path / "another", cache_dir=CACHE)
    with pytest.raises(CannotStart, match="is there already"):
        await back_up(Source(empty, None, {}), copy, cache_dir=CACHE)

    assert names(tmp_path) == ["copy", "noise.db", "old"]
    assert manifest.read(copy).files


@pytest.mark.long
async def test_on_the_command_line_it_is_backed_up_and_restored_and_everything_in_the_way_is_one_sentence(
    own_postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    await own_postgres.stop()
    new = new_directory()

    async def said(code: int, *words: str, place: Path) -> str:
        monkeypatch.setenv("TILBAKE_DATA_DIR", str(place))
        monkeypatch.setenv("TILBAKE_POSTGRES_PORT", str(free_ports(1)[0]))
        assert await asyncio.to_thread(cli.main, words) == code
        captured = capsys.readouterr()
        return captured.err if code else captured.out

    copy = tmp_path / "copy"
    assert "Temporal is not part of it" in await said(0, "backup", str(copy), place=own_postgres.data_dir)
    assert await said(1, "backup", str(copy), place=own_postgres.data_dir) == (
        f"{copy} is there already; a backup is written to a new directory.\n"
    )
    assert "There is no database yet" in await said(1, "backup", str(tmp_path / "none"), place=new)
    assert "Start the service now" in await said(0, "restore", str(copy), place=new)
    assert await said(1, "restore", str(copy), place=new) == (
        "The database is not empty; a backup is restored into an empty one.\n"
    )
    lock = FileLock(new / "tilbake.lock")
    lock.take()
    assert await said(1, "restore", str(copy), place=new) == (
        f"Process {os.getpid()} holds {new}: Tilbake runs there, or another restore is at work. Stop it, or wait.\n"
    )
    lock.release()
    remove_directory(new)
