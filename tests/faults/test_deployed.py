"""The service begins and serves with the environment that deploy/ gives it, in production, on the roles and secrets that deploy/ makes."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import httpx
import pytest

from tests.acting import ask_database
from tests.faults.deployed_settings import Given, compose_gives, kustomize_gives, make_secrets
from tests.servers import Addresses, new_directory, remove_directory
from tests.temporal_access import shown_at
from tests.unit.deploy.deployed import DEPLOY, ROOT
from tests.waiting import until
from tilbake.embedded import postgres_files
from tilbake.embedded.accounts import unprivileged_account
from tilbake.embedded.ports import free_ports
from tilbake.embedded.postgres import Postgres
from tilbake.probe import main as probe
from tilbake.settings import Settings
from tilbake.settings.reading import as_text

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]
CACHE = Settings.from_environment().cache_dir


@pytest.fixture
async def bare_postgres() -> AsyncIterator[Postgres]:
    """A cluster as the image of Postgres makes it: nothing in it but a superuser."""
    directory = new_directory()
    server = Postgres(directory, CACHE, free_ports(1)[0], durable=False)
    await server.start()
    yield server
    await server.stop()
    remove_directory(directory)


@pytest.fixture
def secrets(bare_postgres: Postgres, tmp_path: Path) -> Path:
    """What make-secrets writes, and roles and databases by it, as compose has them made."""
    folder = make_secrets(tmp_path, port=bare_postgres.port)
    make_roles(bare_postgres, folder)
    return folder


def make_roles(postgres: Postgres, secrets: Path) -> None:
    """As the image of Postgres does it on an empty volume."""
    script = DEPLOY / "compose" / "postgres-roles.sh"
    subprocess.run(["/bin/sh", script], check=True, env=as_superuser(postgres) | {"SECRETS": str(secrets)})


def as_superuser(postgres: Postgres) -> dict[str, str]:
    """The environment in which the programs of Postgres reach it, as those in its container do."""
    superuser = httpx.URL(postgres.admin_url())
    programs = postgres_files.binaries(unprivileged_account(), CACHE)
    return {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PGHOST": superuser.host,
        "PGPORT": str(superuser.port),
        "PGPASSWORD": superuser.password,
    }


class Container:
    """Runs programs with what is given to a container and nothing else; servers and ports are those of this machine."""

    def __init__(self, given: Given, here: Mapping[str, str]) -> None:
        self._env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **given.environment, **here}

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=self._env, capture_output=True, text=True, check=False
        )

    @contextmanager
    def running(self, *words: str) -> Iterator[subprocess.Popen[bytes]]:
        process = subprocess.Popen([sys.executable, *words], cwd=ROOT, env=self._env)
        try:
            yield process
        finally:
            process.kill()
            process.wait(30)


def servers_here(servers: Addresses, home: Path) -> dict[str, str]:
    """Temporal as this run has it; nothing else that is given is another here."""
    shown = {f"TILBAKE_{name.upper()}": as_text(value) for name, value in shown_at(servers.temporal_address).items()}
    return {
        "TILBAKE_TEMPORAL_TLS": "0",
        **shown,
        "TILBAKE_TEMPORAL_ADDRESS": servers.temporal_address,
        "TILBAKE_TEMPORAL_NAMESPACE": "default",
        "TILBAKE_TASK_QUEUE": f"deployed-{home.name}-{os.getpid()}",
    }


@pytest.mark.parametrize(
    "where",
    [
        "compose",
        pytest.param("staging", marks=pytest.mark.long),
        pytest.param("production", marks=pytest.mark.long),
    ],
)
async def test_the_service_serves_with_what_it_is_given(
    where: str, secrets: Path, servers: Addresses, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    gives = compose_gives if where == "compose" else kustomize_gives(where)
    api_port, worker_port = (str(port) for port in free_ports(2))
    here = servers_here(servers, tmp_path)
    migration = Container(gives("migrate", secrets, home), here)
    api = Container(gives("api", secrets, home), here | {"TILBAKE_API_PORT": api_port})
    worker = Container(
        gives("worker", secrets, home), here | {"TILBAKE_WORKER_METRICS_ADDRESS": f"0.0.0.0:{worker_port}"}
    )

    early = api.run("-m", "tilbake", "migrate", "--check")
    migrated = migration.run("-m", "tilbake", "migrate")
    checked = worker.run("-m", "tilbake", "migrate", "--check")
    with api.running("-m", "api"), worker.running("worker.py"):
        await until(lambda: answers(api_port, "/readyz"), what="the API is ready", seconds=60)
        await until(lambda: answers(worker_port, "/metrics"), what="the worker is well", seconds=60)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{api_port}") as http:
            ready = (await http.get("/readyz")).json()
            unsigned = await http.get("/v1/me")
            figures = await http.get("/metrics")
        looked = api.run("-m", "tilbake", "doctor")

    assert early.returncode == 1, "nothing begins before the migration"
    assert (migrated.returncode, migrated.stderr) == (0, "")
    assert (checked.returncode, checked.stderr) == (0, "")
    assert (ready["status"], ready["database"], ready["temporal"]) == ("ok", "ok", "ok")
    assert unsigned.status_code == 401
    assert figures.status_code == (200 if where == "compose" else 401)
    assert [line for line in looked.stdout.splitlines() if line.startswith("BAD")] == []
    assert list(home.iterdir()) == [], "containers keep nothing"


async def answers(port: str, path: str) -> bool:
    """As a container is probed."""
    return await asyncio.to_thread(probe, [port, path]) == 0


DOCKER = """#!/bin/sh
# Stands for the one of containers: what is run in that of Postgres is run here.
[ "$1 $2" = "compose --file" ] || exit 64
shift 3
case "$1" in
exec) shift 3 && exec "$@" ;;
up | ps) ;;
*) exit 64 ;;
esac
"""


async def test_what_compose_backs_up_is_restored_on_a_new_machine(
    bare_postgres: Postgres, secrets: Path, servers: Addresses, tmp_path: Path
) -> None:
    migration = Container(compose_gives("migrate", secrets, tmp_path), servers_here(servers, tmp_path))
    owner = (secrets / "owner_database_url").read_text().strip()
    assert migration.run("-m", "tilbake", "migrate").returncode == 0
    await ask_database(owner, "insert into person (id, name) values ('kari', 'Kari')")
    before = await ask_database(owner, RIGHTS)
    run = scripts_of_compose(tmp_path, bare_postgres)

    backed_up = run("backup", tmp_path / "copy")
    again = run("backup", tmp_path / "copy")
    over = run("restore", tmp_path / "copy")
    await forget_everything(bare_postgres)
    make_roles(bare_postgres, secrets)
    restored = run("restore", tmp_path / "copy")
    migrated = migration.run("-m", "tilbake", "migrate")

    assert (backed_up.returncode, backed_up.stderr) == (0, "")
    assert (again.returncode, "is there already" in again.stderr) == (1, True)
    assert (over.returncode, "is not empty" in over.stderr) == (1, True)
    assert (restored.returncode, restored.stderr) == (0, "")
    assert (migrated.returncode, migrated.stderr) == (0, "")
    assert set(map(str, before)) ^ set(map(str, await ask_database(owner, RIGHTS))) == set()
    assert await ask_database(owner, "select name from person where id = 'kari'") == [("Kari",)]
    (secrets / "secrets_key").chmod(0o600)
    (secrets / "secrets_key").write_text("another")
    assert "put that of the backup in its place first" in run("restore", tmp_path / "copy").stderr
    assert sorted(path.name for path in (tmp_path / "copy").iterdir()) == ["checksums", "secrets_key", "tilbake.dump"]


RIGHTS = """
select c.relname::text, pg_get_userbyid(c.relowner)::text, array(select unnest(c.relacl)::text order by 1)
  from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind <> 't'
 union all
select pg_get_userbyid(m.roleid)::text, pg_get_userbyid(m.member)::text, '{}' from pg_auth_members m
 where pg_get_userbyid(m.roleid) like 'tilbake%'
 order by 1, 2"""


def scripts_of_compose(folder: Path, postgres: Postgres) -> Callable[[str, Path], subprocess.CompletedProcess[str]]:
    """Runs a script beside compose.yaml, on secrets of its own, with something that stands for docker."""
    docker = folder / "bin" / "docker"
    docker.parent.mkdir()
    docker.write_text(DOCKER)
    docker.chmod(0o755)
    env = as_superuser(postgres)
    env["PATH"] = f"{docker.parent}:{env['PATH']}"

    def run(name: str, directory: Path) -> subprocess.CompletedProcess[str]:
        script = shutil.copy(DEPLOY / "compose" / name, folder / name)
        return subprocess.run([script, directory], env=env, capture_output=True, text=True, check=False)

    return run


async def forget_everything(postgres: Postgres) -> None:
    """As a cluster on a new machine has it."""
    connection = await asyncpg.connect(postgres.admin_url())
    for database in ("tilbake", "temporal", "temporal_visibility"):
        await connection.execute(f"drop database {database} with (force)")
    roles = await connection.fetch("select rolname from pg_roles where rolname ~ '^(tilbake|temporal)'")
    await connection.execute(f"drop role {', '.join(row[0] for row in roles)}")
    await connection.close()
