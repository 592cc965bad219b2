"""The stack as a whole: what stands in its way is told in one sentence, and nothing has been started then."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.faults.started import settings_in
from tests.servers import new_directory, remove_directory
from tilbake.embedded import ports
from tilbake.embedded.locks import FileLock
from tilbake.embedded.ports import free_ports
from tilbake.embedded.progress import say_nothing
from tilbake.errors import CannotStart
from tilbake.layout import PRODUCTION_LIKE
from tilbake.settings import Settings
from tilbake.stack import Stack

pytestmark = pytest.mark.faults

PORTS = ("api_port", "postgres_port", "temporal_port", "temporal_ui_port")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "PATIENCE_SECONDS", 0.1)


@pytest.fixture
def settings() -> Iterator[Settings]:
    directory = new_directory()
    yield settings_in(directory)
    remove_directory(directory)


async def test_a_second_start_names_the_process_that_runs(settings: Settings) -> None:
    first = FileLock(settings.data_dir / "tilbake.lock")
    first.take()

    with pytest.raises(CannotStart) as refusal:
        await Stack(settings, say=say_nothing).start()
    first.release()

    assert str(refusal.value) == (
        f"Tilbake already runs on this data directory (process {os.getpid()}); stop it first or set TILBAKE_DATA_DIR."
    )


@pytest.mark.parametrize("name", PORTS)
async def test_a_taken_port_names_its_setting_and_nothing_starts(settings: Settings, name: str) -> None:
    port = getattr(settings, name)

    with socket.create_server(("127.0.0.1", port)), pytest.raises(CannotStart) as refusal:
        await Stack(settings, say=say_nothing).start()

    assert str(refusal.value) == f"Port {port} on 127.0.0.1 is taken; set TILBAKE_{name.upper()} to a free port."
    assert not (settings.data_dir / "logs").exists()


async def test_after_a_refused_start_the_data_directory_is_free_again(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", settings.api_port)), pytest.raises(CannotStart):
        await Stack(settings, say=say_nothing).start()

    FileLock(settings.data_dir / "tilbake.lock").take()


async def test_a_data_directory_that_cannot_be_made_is_named(settings: Settings) -> None:
    settings.data_dir.touch()

    with pytest.raises(CannotStart, match=r"cannot be used .*; set TILBAKE_DATA_DIR"):
        await Stack(settings, say=say_nothing).start()


async def test_a_database_that_does_not_answer_is_told_with_its_setting(settings: Settings) -> None:
    (nobody_listens,) = free_ports(1)
    url = f"postgresql://tilbake:secret@127.0.0.1:{nobody_listens}/tilbake"
    elsewhere = replace(settings, database_url=url, owner_database_url=url, temporal_address="127.0.0.1:1")

    with pytest.raises(CannotStart, match=r"TILBAKE_(DATABASE_URL|TEMPORAL_ADDRESS)") as refusal:
        await Stack(elsewhere, say=say_nothing).start()

    assert "secret" not in str(refusal.value)


async def test_a_temporal_as_in_production_has_no_place_in_a_postgres_that_is_not_ours(settings: Settings) -> None:
    url = "postgresql://tilbake:secret@127.0.0.1:1/tilbake"
    elsewhere = replace(settings, database_url=url, owner_database_url=url)

    with pytest.raises(CannotStart, match=r"TILBAKE_DATABASE_URL names another; set TILBAKE_TEMPORAL_ADDRESS, too"):
        await Stack(elsewhere, say=say_nothing, layout=PRODUCTION_LIKE).start()


async def test_a_throw_away_stack_leaves_nothing(settings: Settings) -> None:
    stack = Stack.throw_away(settings, say=say_nothing)
    directory = stack.settings.data_dir

    await stack.stop()

    assert stack.settings.test_clock
    assert not directory.exists()
