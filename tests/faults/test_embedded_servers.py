"""The embedded servers: killed, started twice, kept from their port."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest

from tests.counts import count
from tests.servers import new_directory, remove_directory
from tilbake.embedded import postgres as embedded_postgres
from tilbake.embedded.locks import FileLock
from tilbake.embedded.ports import free_ports, is_free
from tilbake.embedded.postgres import Postgres
from tilbake.embedded.postgres_roles import ensure_roles
from tilbake.embedded.progress import say_nothing
from tilbake.embedded.temporal_server import TemporalServer
from tilbake.embedded.temporal_store import remove_half_made
from tilbake.errors import CannotStart
from tilbake.settings import Settings

pytestmark = pytest.mark.faults


@pytest.fixture
def directory() -> Iterator[Path]:
    place = new_directory()
    yield place
    remove_directory(place)


@pytest.fixture
async def postgres(directory: Path) -> AsyncIterator[Postgres]:
    server = new_server(directory)
    await server.start()
    await ensure_roles(server)
    yield server
    await server.stop()


def new_server(directory: Path) -> Postgres:
    (port,) = free_ports(1)
    return Postgres(directory, Settings.from_environment().cache_dir, port)


async def test_what_was_committed_is_there_after_a_kill(postgres: Postgres) -> None:
    connection = await asyncpg.connect(postgres.owner_url())
    await connection.execute("CREATE TABLE kept (number integer)")
    await connection.close()
    rounds = count(3, 30)

    for number in range(rounds):
        connection = await asyncpg.connect(postgres.owner_url())
        await connection.execute("INSERT INTO kept VALUES ($1)", number)
        assert postgres.child is not None
        postgres.child.kill()
        await postgres.start()

    connection = await asyncpg.connect(postgres.owner_url())
    assert await connection.fetchval("SELECT count(*) FROM kept") == rounds
    await connection.close()


async def test_a_second_start_on_the_same_data_is_refused_in_one_sentence(postgres: Postgres) -> None:
    second = Postgres(postgres.data_dir, postgres.cache_dir, free_ports(1)[0])

    with pytest.raises(CannotStart, match=rf"already runs on {postgres.data_dir} \(started by process {os.getpid()}\)"):
        await second.start()

    assert postgres.child is not None
    assert postgres.child.is_running()


async def test_a_commit_that_did_not_wait_for_its_log_is_lost(postgres: Postgres) -> None:
    """The twin of what is there after a kill: a commit that was answered before its log was written."""
    connection = await asyncpg.connect(postgres.admin_url())
    await connection.execute("CREATE TABLE kept (number integer)")
    await connection.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
    await connection.execute("SELECT pg_reload_conf()")
    await connection.execute("SET synchronous_commit = off")
    await connection.execute("CHECKPOINT")
    await connection.execute("INSERT INTO kept VALUES (1)")
    assert postgres.child is not None
    postgres.child.kill()
    connection.terminate()
    await postgres.start()

    connection = await asyncpg.connect(postgres.admin_url())
    assert await connection.fetchval("SELECT count(*) FROM kept") == 0
    await connection.close()


async def test_without_our_lock_the_server_s_own_refuses_without_our_sentence(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin of the second start: nobody is told by which process it runs, but two servers never share the data."""
    monkeypatch.setattr(FileLock, "take", lambda _: None)
    monkeypatch.setattr(embedded_postgres, "RESTART_PATIENCE_SECONDS", 0.2)
    second = Postgres(postgres.data_dir, postgres.cache_dir, free_ports(1)[0])

    with pytest.raises(CannotStart) as refusal:
        await second.start()

    assert "already runs on" not in str(refusal.value)
    assert postgres.child is not None
    assert postgres.child.is_running()


async def test_a_taken_port_names_the_setting(directory: Path) -> None:
    server = new_server(directory)

    with (
        socket.create_server(("127.0.0.1", server.port)),
        pytest.raises(CannotStart, match="set TILBAKE_POSTGRES_PORT"),
    ):
        await server.start()


async def test_the_application_owns_nothing_and_may_not_rule(postgres: Postgres) -> None:
    connection = await asyncpg.connect(postgres.app_url())

    superuser = await connection.fetchval(
        "SELECT rolsuper OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = current_user"
    )
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("CREATE TABLE mine (number integer)")
    await connection.close()

    assert superuser is False


async def test_the_log_of_postgres_tells_nothing_of_a_row_or_statement_that_failed(postgres: Postgres) -> None:
    connection = await asyncpg.connect(postgres.admin_url())
    await connection.execute("create table illness (person text primary key, days integer not null)")
    await connection.execute("insert into illness values ($1, 3)", "Jorunn")

    with pytest.raises(asyncpg.UniqueViolationError):
        await connection.execute("insert into illness values ($1, 4)", "Jorunn")
    with pytest.raises(asyncpg.NotNullViolationError):
        await connection.execute("insert into illness values ('Jorunn B', null)")
    with pytest.raises(asyncpg.DataError):
        await connection.execute("select 'Jorunn'::integer")
    await connection.close()

    assert postgres.child is not None
    assert "ready to accept connections" in postgres.child.log()
    assert "Jorunn" not in postgres.child.log()


async def test_a_temporal_that_was_killed_while_it_made_its_tables_makes_them_again(directory: Path) -> None:
    database = directory / "temporal.db"
    with closing(sqlite3.connect(database)) as half_made:
        half_made.execute("create table executions (shard_id integer)")
    (port,) = free_ports(1)
    server = TemporalServer(directory, Settings.from_environment().cache_dir, port, ui_port=None, database=database)

    await server.start(say=say_nothing)
    await server.stop()

    with closing(sqlite3.connect(database)) as made:
        assert ("default",) in made.execute("select name from namespaces").fetchall()


def test_what_a_temporal_has_kept_and_what_is_none_of_its_files_stays(directory: Path) -> None:
    kept, foreign = directory / "kept.db", directory / "foreign.db"
    with closing(sqlite3.connect(kept)) as connection:
        connection.executescript("create table namespaces (name text); insert into namespaces values ('default')")
    foreign.write_bytes(b"no database " * 100)

    for database in (kept, foreign, directory / "missing.db"):
        remove_half_made(database)

    assert kept.exists()
    assert foreign.exists()
    assert not (directory / "missing.db").exists()


async def test_nothing_is_orphaned_when_the_launcher_is_killed(directory: Path) -> None:
    server = new_server(directory)
    program = textwrap.dedent(f"""
        import asyncio, pathlib
        from tilbake.embedded.postgres import Postgres
        async def main():
            await Postgres(pathlib.Path({str(directory)!r}), pathlib.Path({str(server.cache_dir)!r}), {server.port}).start()
            print("serving", flush=True)
            await asyncio.sleep(600)
        asyncio.run(main())
    """)
    launcher = subprocess.Popen(  # noqa: ASYNC220 - its parent is this test, and its output is read below
        [sys.executable, "-c", program], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": "."}
    )
    assert launcher.stdout is not None
    assert await asyncio.to_thread(launcher.stdout.readline) == b"serving\n"

    launcher.send_signal(signal.SIGKILL)
    launcher.wait()
    await server.start()
    await server.stop()

    assert is_free(server.port)
