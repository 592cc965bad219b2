"""Servers and databases for all tests. Test data never crosses: each test has a database or at least a unit of its own."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import httpx
import pytest
import pytest_asyncio
from hypothesis import Phase, settings
from temporalio.client import Client

from store.audit import audit
from tests import forking
from tests.contract import check
from tests.counts import LONG, MUTANTS, PATIENCE
from tests.databases import FreshDatabase, fresh_database
from tests.folders import remove_folders
from tests.harness import Service, start_service
from tests.servers import Addresses, Servers, known_addresses
from tests.temporal_access import client_of
from tilbake.embedded import services
from tilbake.language import SETTING
from tilbake.process.garbage import collect_seldom

# How long one example takes is the machine's matter: no test fails for that.
settings.register_profile("examples", deadline=None)
settings.load_profile("examples")
# A mutant that is found needs no smallest example, and the same run twice gives the same score.
settings.register_profile("mutants", derandomize=True, database=None, phases=(Phase.explicit, Phase.generate))

SERVERS_OF_THE_RUN = pytest.StashKey[Servers]()


def pytest_configure(config: pytest.Config) -> None:
    """With xdist the controller starts the servers before its processes exist; without it the first test that asks does."""
    config.option.timeout *= PATIENCE
    os.environ[SETTING] = "en"  # tests read English, whatever the machine speaks
    is_controller = not hasattr(config, "workerinput") and config.getoption("numprocesses", default=None)
    if is_controller and known_addresses() is None:
        config.stash[SERVERS_OF_THE_RUN] = Servers()
        config.stash[SERVERS_OF_THE_RUN].start()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what this process started, and remove its folders."""
    remove_folders()
    servers = config.stash.get(SERVERS_OF_THE_RUN, None)
    if servers is not None:
        servers.stop()


@pytest.fixture(scope="session", autouse=True)
def _every_answer_is_in_the_contract() -> Iterator[None]:
    """Whatever client a test uses, what a service answers is held to what the service promises."""
    ask, ask_soon = httpx.Client.request, httpx.AsyncClient.request

    def asked(client: httpx.Client, *words: Any, **more: Any) -> httpx.Response:
        response = ask(client, *words, **more)
        check(response)
        return response

    async def asked_soon(client: httpx.AsyncClient, *words: Any, **more: Any) -> httpx.Response:
        response = await ask_soon(client, *words, **more)
        check(response)
        return response

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpx.Client, "request", asked)
        patch.setattr(httpx.AsyncClient, "request", asked_soon)
        yield


@pytest.fixture(scope="session", autouse=True)
def _authorities_are_read_once() -> Iterator[None]:
    """Those that this machine trusts: every client would read them anew, which takes longer than most calls."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("httpx._transports.default.create_ssl_context", cache(httpx.create_ssl_context))
        yield


@pytest.fixture(scope="session", autouse=True)
def _api_and_worker_are_forked() -> Iterator[None]:
    """From a process that has loaded them; those of a stack (`tilbake start`) are started as everywhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(services, "spawn", forking.spawn)
        yield


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What waits for killed processes begins, so that it does not wait alone at the end.

    Against mutants only tests without servers run, the quick ones first: one that fails is enough.
    """
    if not MUTANTS:
        items.sort(key=lambda item: item.path.parent.name != "faults")
        return
    unstable = [item.nodeid for item in items if has_another_id_next_time(item)]
    if unstable:
        raise pytest.UsageError("Tests that mutants could not be tested by, for their ids: " + ", ".join(unstable))
    with_servers = [item for item in items if needs_servers(item)]
    config.hook.pytest_deselected(items=with_servers)
    items[:] = sorted(
        (item for item in items if not needs_servers(item)),
        key=lambda item: item.get_closest_marker("property") is not None,
    )


def pytest_collection_finish() -> None:
    """Thousands of tests are there to stay, as what a service has loaded is; looking through them again and again takes time."""
    collect_seldom()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that ran into its time has failed, even where the loop it waited in swallowed what told it so."""
    report = yield
    marker = item.get_closest_marker("timeout")
    most = marker.args[0] if marker else item.config.option.timeout
    if report.passed and most and call.duration > most:
        report.outcome, report.longrepr = "failed", f"passed after {call.duration:.0f} s; it has {most:.0f} s"
    return report


def has_another_id_next_time(item: pytest.Item) -> bool:
    """Whether an id that a function made holds an escape: pytest escapes it again when it collects a second time."""
    return "\\" in item.name and any(callable(mark.kwargs.get("ids")) for mark in item.iter_markers("parametrize"))


def needs_servers(item: pytest.Item) -> bool:
    """Whether a test asks for Postgres or Temporal, itself or by a fixture."""
    return "servers" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def servers() -> Iterator[Addresses]:
    """Postgres and Temporal of this run."""
    if known := known_addresses():
        yield known
        return
    own = Servers()
    try:
        yield own.start()
    finally:
        own.stop()


@pytest.fixture
async def database(servers: Addresses) -> AsyncIterator[FreshDatabase]:
    """A fresh, migrated database of this test, audited after it."""
    async with fresh_database(servers) as fresh:
        yield fresh
        assert await audit(fresh.owner_url) == []


@pytest.fixture
async def damaged_database(servers: Addresses) -> AsyncIterator[FreshDatabase]:
    """One for a test that breaks the ledger on purpose; nobody audits it afterwards."""
    async with fresh_database(servers) as fresh:
        yield fresh


@pytest.fixture
async def temporal_client(servers: Addresses) -> Client:
    """A client of the Temporal server of this run; time skipping is on, and nothing skips by itself."""
    return await client_of(servers.temporal_address)


@pytest.fixture
async def own_service(database: FreshDatabase, servers: Addresses) -> AsyncIterator[Service]:
    """A service of this test alone, which may kill it; takes seconds to start."""
    service = await start_service(database, temporal_address=servers.temporal_address)
    yield service
    await service.stop()


@asynccontextmanager
async def audited_service(servers: Addresses) -> AsyncIterator[Service]:
    """A service with a database of its own, audited at the end."""
    async with fresh_database(servers) as fresh:
        running = await start_service(fresh, temporal_address=servers.temporal_address)
        yield running
        await running.stop()
        assert await audit(fresh.owner_url) == []


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def service(servers: Addresses) -> AsyncIterator[Service]:
    """One service for all tests of this process: each test makes a unit of its own and harms nothing. Audited at the end."""
    async with audited_service(servers) as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def race_service(service: Service, servers: Addresses) -> AsyncIterator[Service]:
    """One for races that audit the ledger again and again: at full counts that of the others grows to ten thousand requests."""
    if not LONG:
        yield service
        return
    async with audited_service(servers) as running:
        yield running
