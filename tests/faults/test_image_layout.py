"""What the container file lays out, laid out without an engine: the same packages, the same files, the same account."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from tests.databases import FreshDatabase
from tests.servers import Addresses
from tests.waiting import until
from tilbake.embedded.accounts import Account, can_run, run_as
from tilbake.embedded.ports import free_ports

pytestmark = [pytest.mark.faults, pytest.mark.long, pytest.mark.timeout(300)]

ROOT = Path(__file__).resolve().parents[2]
CONTAINERS = ROOT / "deploy" / "containers"
ACCOUNT = 10001
KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


@cache
def chosen() -> tuple[Path, Account | None]:
    """A Python of this version and the account that runs it: that of the image, where this user may choose and the account may
    run one. The tests' own may lie in somebody's home.
    """
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    candidates = [Path(sys.base_prefix, "bin", name), Path("/usr/local/bin", name), Path("/usr/bin", name)]
    account = Account(ACCOUNT, ACCOUNT) if os.geteuid() == 0 else None
    found = next((one for one in candidates if can_run(account, one)), None)
    return (candidates[0], None) if found is None else (found, account)


@pytest.fixture
def image() -> Iterator[Path]:
    """A folder that everybody may read: packages in `packages`, files in `app`, and `tmp` to write to."""
    folder = Path(tempfile.mkdtemp(prefix="tilbake-image-"))
    folder.chmod(0o755)
    subprocess.run([chosen()[0], "-m", "venv", "--without-pip", folder / "packages"], check=True)
    install = [
        "--python",
        str(folder / "packages" / "bin" / "python"),
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]
    exactly = [
        "--require-hashes",
        "--no-deps",
        "--only-binary",
        ":all:",
        "--requirement",
        str(CONTAINERS / "requirements.txt"),
    ]
    subprocess.run([sys.executable, "-m", "pip", *install, *exactly], check=True)
    (folder / "app").mkdir()
    for name in re.findall(r"^COPY (\w[\w.]*) \w[\w.]*$", (CONTAINERS / "Dockerfile").read_text(), re.MULTILINE):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / "app" / name)
    (folder / "tmp").mkdir()
    (folder / "tmp").chmod(0o1777)
    yield folder
    shutil.rmtree(folder)


class Container:
    """Runs programs of the image with its settings."""

    def __init__(self, image: Path, given: dict[str, str]) -> None:
        self._image = image
        self._given = {
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(image / "app"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": str(image / "tmp"),
            "TILBAKE_DATA_DIR": str(image / "tmp" / "tilbake"),
            **given,
        }

    def popen(self, *words: str, **more: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [self._image / "packages" / "bin" / "python", *words],
            cwd=self._image / "app",
            env=self._given | more,
            **run_as(chosen()[1]),
        )

    def run(self, *words: str, **more: str) -> int:
        return self.popen(*words, **more).wait(60)

    @contextmanager
    def running(self, *words: str, **more: str) -> Iterator[subprocess.Popen[bytes]]:
        process = self.popen(*words, **more)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(30)


async def test_migration_api_and_worker_run_as_the_image_has_them(
    image: Path, damaged_database: FreshDatabase, servers: Addresses
) -> None:
    for name, text in (("database_url", damaged_database.app_url), ("secrets_key", KEY)):
        (image / name).write_text(text)
    container = Container(
        image,
        {
            "TILBAKE_MODE": "production",
            "TILBAKE_DATABASE_URL_FILE": str(image / "database_url"),
            "TILBAKE_SECRETS_KEY_FILE": str(image / "secrets_key"),
            "TILBAKE_TEMPORAL_ADDRESS": servers.temporal_address,
            "TILBAKE_TASK_QUEUE": damaged_database.name,
            "TILBAKE_PUBLIC_URL": "https://tilbake.example.com",
            "TILBAKE_OIDC_ISSUER": "https://127.0.0.1:1",
            "TILBAKE_OIDC_AUDIENCE": "tilbake",
        },
    )
    api, worker = (str(port) for port in free_ports(2))

    async def answers(port: str, path: str) -> bool:
        return container.run("-m", "tilbake.probe", port, path) == 0

    migrated = container.run("-m", "tilbake", "migrate", TILBAKE_OWNER_DATABASE_URL=damaged_database.owner_url)
    checked = container.run("-m", "tilbake", "migrate", "--check")
    with (
        container.running("-m", "api", TILBAKE_API_PORT=api, TILBAKE_API_HOST="0.0.0.0") as first,
        container.running("worker.py", TILBAKE_WORKER_METRICS_ADDRESS=f"0.0.0.0:{worker}") as second,
    ):
        await until(lambda: answers(api, "/healthz"), what="the API is well")
        await until(lambda: answers(api, "/readyz"), what="the API is ready")
        await until(lambda: answers(worker, "/metrics"), what="the worker is well")

    assert (migrated, checked) == (0, 0)
    assert (first.returncode, second.returncode) == (-15, 0)
    assert list((image / "tmp").iterdir()) == []
