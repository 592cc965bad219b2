"""`scripts/tilbake migrate`: what a release begins with."""

from __future__ import annotations

import asyncio
import os

import asyncpg
import pytest

from store.migrate import migrations, schema_version
from tests.databases import with_database
from tests.servers import Addresses
from tilbake import cli

pytestmark = pytest.mark.store

NAMES = [name.removesuffix(".sql") for _, name, _ in migrations()]


@pytest.fixture
def _addresses(empty: str, servers: Addresses, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TILBAKE_OWNER_DATABASE_URL", empty)
    monkeypatch.setenv("TILBAKE_DATABASE_URL", with_database(servers.app_url, empty.rpartition("/")[2]))


async def tilbake(*words: str) -> int:
    """The command line in a thread, for it brings a loop of its own."""
    return await asyncio.to_thread(cli.main, words)


@pytest.mark.usefixtures("_addresses")
async def test_what_is_missing_is_named_then_applied_then_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    codes = [await tilbake("migrate", "--check")]
    missing = capsys.readouterr().out.splitlines()
    codes.append(await tilbake("migrate"))
    applied = capsys.readouterr().out.splitlines()
    codes += [await tilbake("migrate"), await tilbake("migrate", "--check")]
    after = capsys.readouterr().out.splitlines()

    assert codes == [1, 0, 0, 0]
    assert missing == [f"Missing: {name}" for name in NAMES]
    assert applied == [*(f"Applied: {name}" for name in NAMES), f"The database has schema {schema_version()}."]
    assert after == [
        f"The database has schema {schema_version()}.",
        f"Nothing is missing of schema {schema_version()}.",
    ]


@pytest.mark.usefixtures("_addresses")
async def test_what_a_later_release_and_a_changed_file_mean_is_said_by_the_check_too(
    capsys: pytest.CaptureFixture[str],
) -> None:
    await tilbake("migrate")
    owner = await asyncpg.connect(os.environ["TILBAKE_OWNER_DATABASE_URL"])
    await owner.execute("insert into schema_migration values (9999, '9999_later.sql', 'x')")
    later = await tilbake("migrate", "--check")
    said = capsys.readouterr().out.splitlines()[-1]
    await owner.execute("update schema_migration set checksum = 'x' where number = 5")
    changed = [await tilbake("migrate", "--check"), await tilbake("migrate")]
    await owner.close()

    assert (later, changed) == (0, [1, 1])
    assert said.endswith("The database has 9999, of a later release: this one serves on with it.")
    assert "Migration 0005_events.sql was changed after it had been applied." in capsys.readouterr().err


async def test_without_a_database_it_says_which_setting_to_set(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TILBAKE_DATABASE_URL", raising=False)

    assert await tilbake("migrate", "--check") == 1
    assert capsys.readouterr().err.startswith("TILBAKE_DATABASE_URL is missing;")


async def test_a_database_that_does_not_answer_is_a_sentence(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TILBAKE_DATABASE_URL", "postgresql://a:hemmelig@127.0.0.1:1/tilbake")

    assert await tilbake("migrate", "--check") == 1
    said = capsys.readouterr().err
    assert said.startswith("The database does not answer")
    assert said.endswith("see TILBAKE_DATABASE_URL.\n")
    assert "hemmelig" not in said
