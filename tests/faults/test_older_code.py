"""Old code on a new schema: while a release is rolled out, what it replaces goes on working.

There are no packages of earlier releases. Where the history of the repository is at hand, the code from before the newest
migration runs on the schema of today. That of today, always, runs on a schema that the next migration might make.
"""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import asyncpg
import pytest
from temporalio.client import WorkflowExecutionStatus

from store.audit import audit
from store.migrate import migrations
from tests.acting import actors
from tests.databases import FreshDatabase
from tests.harness import new_task_queue, service_settings
from tests.servers import PRODUCTION_LIKE, Addresses
from tests.waiting import until
from tilbake.embedded import services
from tilbake.embedded.services import start_api, start_worker, wait_for_api, wait_for_worker
from tilbake.settings import Settings
from tilbake.temporal.client import connect

pytestmark = pytest.mark.faults
ROOT: Final = Path(__file__).resolve().parents[2]
TODAY: Final = "today"


def git(*words: str) -> str:
    """What git says; nothing where there is no git, no repository or no such commit."""
    try:
        done = subprocess.run(["git", "-C", ROOT, *words], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def before_newest_migration() -> str:
    """The last commit without the newest migration; empty where the history does not go so far back, as in a shallow clone."""
    newest = f"store/migrations/{migrations()[-1][1]}"
    added = git("log", "--diff-filter=A", "--format=%H", "-1", "--", newest)
    return git("rev-parse", "--verify", "--quiet", f"{added}^{{commit}}^") if added else ""


def releases() -> list[str]:
    """Where Temporal asks for certificates, code that has none to show cannot be asked."""
    older = before_newest_migration()
    credentials = ("tilbake/temporal/credentials.py", "tilbake/temporal_credentials.py")  # the second in older releases
    is_let_in = not PRODUCTION_LIKE or git("ls-tree", "--name-only", older, *credentials) != ""
    return [TODAY, *([older] if older and is_let_in else [])]


@asynccontextmanager
async def served_by(folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """API and worker of the code there. An API from before it knew of rolling releases says that it is not ready, and serves."""
    monkeypatch.setattr(services, "ROOT", folder)
    api, worker = start_api(settings), start_worker(settings)
    try:
        await wait_for_api(api, settings, path="/healthz")
        await wait_for_worker(worker, await connect(settings), settings.task_queue)
        yield
    finally:
        await worker.stop(grace_seconds=3.0)
        await api.stop(grace_seconds=3.0)


@pytest.mark.parametrize("release", [pytest.param(one, id=one[:8]) for one in releases()])
async def test_code_goes_on_with_a_schema_that_is_newer_than_it(
    release: str,
    damaged_database: FreshDatabase,
    servers: Addresses,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = ROOT if release == TODAY else unpacked(release, tmp_path)
    if release == TODAY:
        await grown(damaged_database.owner_url)
    settings = service_settings(
        damaged_database, temporal_address=servers.temporal_address, task_queue=new_task_queue()
    )

    async with served_by(folder, settings, monkeypatch), actors(settings.api_url, settings) as people:
        asked, withdrawn = await people.asked(2)
        await people.done("POST", f"/recalls/{withdrawn['id']}/withdraw", by=people.owner, body={})
        assert (await people.deliver(asked, by=people.approvers[0])).status_code == 202
        ended = await people.ended(asked)

        assert ended["status"] == "recalled"
        assert len(await people.reversals(ended["lines"][0]["subject"])) == 2
        assert (await people.recall(withdrawn))["status"] == "withdrawn"
        for recall in (asked, withdrawn):
            await completed(settings, str(recall["workflow_id"]))
    assert await audit(damaged_database.owner_url) == []


async def completed(settings: Settings, workflow: str) -> None:
    """The workflow has ended well: what its activities commit alone does not show that its tasks are taken."""
    handle = (await connect(settings)).get_workflow_handle(workflow)

    async def is_so() -> bool:
        return (await handle.describe()).status is WorkflowExecutionStatus.COMPLETED

    await until(is_so, what=f"{workflow} has completed")


def unpacked(commit: str, folder: Path) -> Path:
    """The files of a commit."""
    archive = folder / "code.tar"
    assert git("archive", "--format=tar", "-o", str(archive), commit) == ""
    subprocess.run(["tar", "-xf", archive, "-C", folder], check=True)
    assert not (folder / "store" / "migrations" / migrations()[-1][1]).exists()
    return folder


async def grown(owner_url: str) -> None:
    """As a next migration might: every table has a column more, which nobody has to know of, and there is a table more."""
    connection = await asyncpg.connect(owner_url)
    tables = await connection.fetch("select tablename from pg_tables where schemaname = 'public'")
    for table in tables:
        name = table["tablename"]
        await connection.execute(
            f"alter table {name} add column later_{name} text, add column soon_{name} int default 7"
        )
    await connection.execute("create table thing_of_later (id bigint primary key)")
    await connection.execute(
        "insert into schema_migration (number, name, checksum) values (9999, '9999_later.sql', 'x')"
    )
    await connection.close()
