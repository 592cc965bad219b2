"""`tilbake doctor`: one line for each thing the service needs, and what to do where something is missing."""

from __future__ import annotations

import argparse
import asyncio
import shutil
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
from temporalio.service import RPCError

from store.audit import audit
from tilbake.commands.arguments import Subparsers, declare
from tilbake.commands.doctor import texts
from tilbake.commands.doctor.certificates import certificates
from tilbake.commands.doctor.database import database
from tilbake.commands.doctor.encryption import encryption
from tilbake.commands.doctor.findings import Finding
from tilbake.commands.doctor.flowing import flowing
from tilbake.commands.doctor.shown_to_temporal import shown_to_temporal
from tilbake.commands.doctor.temporal import temporal
from tilbake.embedded import postgres_files
from tilbake.embedded.accounts import can_run, unprivileged_account
from tilbake.embedded.health import api_answers
from tilbake.embedded.locks import FileLock, Held
from tilbake.embedded.ports import is_free
from tilbake.embedded.postgres import Postgres
from tilbake.embedded.temporal_binary import cached_binary
from tilbake.embedded.temporal_on_postgres import joined
from tilbake.errors import CannotStart
from tilbake.language import said
from tilbake.process.reaching import DATABASE, OWNER, told_of_database, told_of_temporal
from tilbake.settings import Settings
from tilbake.texts import NO_DATABASE

LEAST_FREE_BYTES = 1_000_000_000
BUILD_BYTES = 5_000_000_000
PATIENCE_SECONDS = 10.0
WELL, IN_THE_WAY, WARNED = 0, 1, 3


def add_parser(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = declare(subparsers, "doctor", short=texts.SHORT, long=texts.LONG, below=texts.EXAMPLES)
    parser.add_argument("--audit", action="store_true", help=said(texts.AUDIT))


def run(args: argparse.Namespace) -> int:
    """Print the findings; the exit code is that of the help."""
    settings = Settings.from_environment()
    if args.audit:
        return asyncio.run(_audit(settings))
    findings = asyncio.run(examine(settings))
    for finding in findings:
        print(f"{finding.mark} {finding.subject:<18} {finding.text}")
    return exit_code(findings)


def exit_code(findings: Sequence[Finding]) -> int:
    """As the help says."""
    if any(finding.good is False for finding in findings):
        return IN_THE_WAY
    return WARNED if any(finding.warns for finding in findings) else WELL


async def _audit(settings: Settings) -> int:
    """Ask the running database everything that must not be; one line for each finding, then their number."""
    if settings.database_url is None:
        settings = _with_embedded_database(settings)
    url = settings.auditor_database_url or settings.database_url
    if url is None:
        raise CannotStart(NO_DATABASE, data_dir=settings.data_dir)
    try:
        found = await audit(url, times=True)
    except (OSError, asyncpg.PostgresError) as error:
        raise CannotStart(texts.NOT_ASKED, why=error) from error
    for finding in found:
        print(f"{finding.invariant}  {finding.problem}: {finding.subject}")
    print(said(texts.COUNT, count=len(found)))
    return 1 if found else 0


async def examine(settings: Settings) -> list[Finding]:
    """All findings, in the order in which to mend them."""
    running = _running_process(settings)
    findings = [_settings(settings), _addresses(settings), encryption(settings), _disk(settings), _stack(running)]
    if settings.database_url is None:
        findings.append(_attempt(said(texts.POSTGRES_BINARIES), lambda: _postgres_binaries(settings)))
        settings = _with_embedded_database(settings)
    if settings.temporal_address is None:
        findings.append(_temporal_binary(settings))
    findings += await _serving(settings, running)
    if settings.owner_database_url is None:
        findings.append(Finding(said(texts.DATABASE), good=None, text=said(texts.NEVER_STARTED)))
    else:
        setting = DATABASE if settings.owner_database_url == settings.database_url else OWNER
        why = partial(told_of_database, setting=setting)
        if _is_embedded(settings):
            why = partial(_told_of_embedded, log=settings.log_dir / "postgres.log")
        found = await _reach(
            said(texts.DATABASE),
            lambda: database(settings),
            why,
            may_be_stopped=_is_embedded(settings) and running is None,
        )
        findings += found
        if found[0].good:
            findings += await flowing(settings)
    may_be_stopped = settings.temporal_address is None and running is None
    settings = settings if running is None else joined(settings)
    why = partial(told_of_temporal, settings=settings)
    findings += await _reach(said(texts.TEMPORAL), lambda: temporal(settings), why, may_be_stopped=may_be_stopped)
    return [*findings, *shown_to_temporal(settings), *await certificates(settings)]


def _settings(settings: Settings) -> Finding:
    text = texts.IN_FORCE_WITH_CLOCK if settings.test_clock else texts.IN_FORCE
    places = {"data_dir": settings.data_dir, "cache_dir": settings.cache_dir}
    return Finding(said(texts.SETTINGS), good=True, text=said(text, mode=settings.mode, **places))


def _addresses(settings: Settings) -> Finding:
    """Where everything is expected, without a word of what lets one in."""
    parts = urlsplit(settings.database_url or "")
    port = f":{parts.port}" if parts.port else ""
    embedded = said(texts.EMBEDDED)
    stored = embedded if settings.database_url is None else f"{parts.hostname}{port}{parts.path}"
    waiting = settings.temporal_address or embedded
    text = said(texts.PLACES, api=settings.public_url, postgres=stored, temporal=waiting)
    if settings.mode == "production" and urlsplit(settings.public_url).hostname in {"127.0.0.1", "localhost"}:
        return Finding(said(texts.ADDRESSES), good=True, warns=True, text=said(texts.NOT_PUBLIC, text=text))
    return Finding(said(texts.ADDRESSES), good=True, text=text)


def _disk(settings: Settings) -> Finding:
    """Room for what lies here: a database, and a Temporal that may have yet to be built. A container has neither."""
    if _has_own_servers(settings):
        return Finding(said(texts.DISK), good=None, text=said(texts.NOTHING_LIES_HERE))
    free = min(shutil.disk_usage(_existing(place)).free for place in (settings.data_dir, settings.cache_dir))
    is_built = settings.temporal_address is not None or cached_binary(settings.cache_dir).exists()
    needed = LEAST_FREE_BYTES if is_built else BUILD_BYTES
    text = texts.FREE if free >= needed else texts.MAKE_ROOM
    sizes = {"size": f"{free / 1e9:.1f}", "needed": f"{needed / 1e9:.0f}"}
    return Finding(said(texts.DISK), good=free >= needed, text=said(text, **sizes))


def _existing(path: Path) -> Path:
    return path if path.exists() else _existing(path.parent)


def _running_process(settings: Settings) -> int | None:
    """The process that holds the data directory, if any."""
    if not settings.data_dir.exists():
        return None
    lock = FileLock(settings.data_dir / "tilbake.lock")
    try:
        lock.take()
    except Held as held:
        return held.pid
    lock.release()
    return None


def _stack(running: int | None) -> Finding:
    if running is None:
        return Finding(said(texts.TILBAKE), good=None, text=said(texts.NOT_STARTED))
    return Finding(said(texts.TILBAKE), good=True, text=said(texts.STARTED, pid=running))


def _has_own_servers(settings: Settings) -> bool:
    """Whether the settings name them all, so that nothing of this machine is started for the service."""
    return settings.database_url is not None and settings.temporal_address is not None


async def _serving(settings: Settings, running: int | None) -> list[Finding]:
    """The API of the stack, or one that runs by itself before servers of its own; else whether one could be started."""
    if running is not None or (_has_own_servers(settings) and await api_answers(settings, "/healthz")):
        return [await _api(settings)]
    return _ports(settings)


async def _api(settings: Settings) -> Finding:
    if await api_answers(settings, "/readyz"):
        return Finding(said(texts.API), good=True, text=said(texts.SERVES, url=settings.public_url))
    if await api_answers(settings, "/healthz"):
        return Finding(said(texts.API), good=False, text=said(texts.NOT_READY))
    text = said(texts.SILENT, url=settings.api_url, log=settings.log_dir / "api.log")
    return Finding(said(texts.API), good=False, text=text)


def _postgres_binaries(settings: Settings) -> Finding:
    account = unprivileged_account()
    binaries = postgres_files.binaries(account, settings.cache_dir)
    good = can_run(account, binaries / "postgres")
    return Finding(said(texts.POSTGRES_BINARIES), good=good, text=str(binaries))


def _temporal_binary(settings: Settings) -> Finding:
    cached = cached_binary(settings.cache_dir)
    if cached.exists():
        return Finding(said(texts.TEMPORAL_BINARY), good=True, text=str(cached))
    return Finding(said(texts.TEMPORAL_BINARY), good=None, text=said(texts.NOT_CACHED))


def _ports(settings: Settings) -> list[Finding]:
    ports = [("TILBAKE_API_PORT", settings.api_port)]
    if _is_embedded(settings):
        ports.append(("TILBAKE_POSTGRES_PORT", settings.postgres_port))
    if settings.temporal_address is None:
        ports += [
            ("TILBAKE_TEMPORAL_PORT", settings.temporal_port),
            ("TILBAKE_TEMPORAL_UI_PORT", settings.temporal_ui_port),
        ]
    return [_port(setting, port) for setting, port in ports]


def _port(setting: str, port: int) -> Finding:
    good = is_free(port)
    text = said(texts.PORT_FREE if good else texts.PORT_TAKEN, port=port, setting=setting)
    return Finding(said(texts.PORT), good=good, text=text)


def _is_embedded(settings: Settings) -> bool:
    return settings.owner_database_url is not None and f":{settings.postgres_port}/" in settings.owner_database_url


def _with_embedded_database(settings: Settings) -> Settings:
    if not (settings.data_dir / postgres_files.PASSWORD_FILE).exists():
        return settings
    server = Postgres(settings.data_dir, settings.cache_dir, settings.postgres_port)
    return replace(settings, database_url=server.app_url(), owner_database_url=server.owner_url())


def _told_of_embedded(_: BaseException, *, log: Path) -> str:
    return said(texts.EMBEDDED_SILENT, log=log)


def _attempt(subject: str, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except CannotStart as reason:
        return Finding(subject, good=False, text=str(reason))


async def _reach(
    subject: str,
    look: Callable[[], Awaitable[list[Finding]]],
    why: Callable[[BaseException], str],
    *,
    may_be_stopped: bool,
) -> list[Finding]:
    """A server of our own that does not answer may merely not be started; any other is a fault, and `why` says which."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await look()
    except (OSError, RuntimeError, RPCError, asyncpg.PostgresError, TimeoutError) as error:
        if may_be_stopped:
            return [Finding(subject, good=None, text=said(texts.EMBEDDED_NOT_STARTED))]
        return [Finding(subject, good=False, text=why(error))]
