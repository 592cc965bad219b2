"""Fault tests that can fail: each is run once more, word for word, without one of its guards, and has to turn red.

A guard is code of the service, taken away in the process of the test (same_process.py), or a rule of the database of the test.
What turns red must be the test, so what fails is looked at: an assertion of it, or a deadline it waits for.
docs/reliability.md says which test is the twin of which; some tests keep their twin beside themselves.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import asyncpg
import httpx
import pytest
from temporalio.client import Client

from application import deciding, rights
from domain.recall.authority import Authority
from store import decisions
from store.database import Database
from tests import waiting
from tests.acting import actors
from tests.databases import FreshDatabase
from tests.faults import (
    fleet,
    same_process,
    test_clocks_set_wrong,
    test_invoice_races,
    test_older_code,
    test_outages,
    test_races,
    test_rolling_restart,
    test_webhook_races,
    test_worker_killed,
    test_workers_away,
)
from tests.faults.same_process import service_here
from tests.in_process import on_stage
from tests.servers import Addresses, new_directory, remove_directory
from tests.store import test_between_chunks
from tilbake.embedded.ports import free_ports
from tilbake.embedded.processes import Child
from tilbake.embedded.progress import say_nothing
from tilbake.embedded.temporal_server import TemporalServer
from tilbake.settings import Settings

pytestmark = [pytest.mark.faults, pytest.mark.long]

Guard = Callable[[pytest.MonkeyPatch, FreshDatabase], Awaitable[None]]
MOST_ROUNDS: Final = 24
IMPATIENCE: Final = 0.3
"""What never comes is waited for nine seconds, not for half a minute."""


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "PATIENCE", IMPATIENCE)


def in_few_rounds(patch: pytest.MonkeyPatch, *modules: ModuleType) -> None:
    for module in modules:
        patch.setattr(module, "count", lambda short, _long: min(short, MOST_ROUNDS))


async def in_database(database: FreshDatabase, *statements: str) -> None:
    connection = await asyncpg.connect(database.owner_url)
    for sql in statements:
        await connection.execute(sql)
    await connection.close()


async def no_row_locks(patch: pytest.MonkeyPatch, _database: FreshDatabase) -> None:
    same_process.without_row_locks(patch)


async def no_locks_and_no_law(patch: pytest.MonkeyPatch, database: FreshDatabase) -> None:
    """Two guards, each of which is enough: rows are not held, and the database takes what comes twice."""
    same_process.without_row_locks(patch)
    await in_database(
        database,
        "alter table actual drop constraint actual_reverses_id_key",
        "drop index recall_line_one_open",
    )


async def no_memory_of_messages(patch: pytest.MonkeyPatch, _database: FreshDatabase) -> None:
    async def never(_work: Any, _source: Any) -> None:
        return None

    patch.setattr(deciding, "repeated", never)


async def no_look_at_the_body(patch: pytest.MonkeyPatch, database: FreshDatabase) -> None:
    """A message is known by its id alone."""
    repeated = deciding.repeated

    async def by_id(work: Any, source: deciding.Source) -> deciding.Taken | None:
        stored = await decisions.by_event(work.connection, source.name, source.event)
        same = source if stored is None else deciding.Source(source.name, source.event, stored.body_hash)
        return await repeated(work, same)

    patch.setattr(deciding, "repeated", by_id)


async def no_look_at_the_state(patch: pytest.MonkeyPatch, _database: FreshDatabase) -> None:
    patch.setattr(deciding, "check_decision", lambda *_: None)


async def forgets(database: FreshDatabase, table: str) -> None:
    await in_database(
        database,
        f"""create function forget() returns trigger language plpgsql as
            $$ begin delete from {table} where id = new.id; return null; end $$""",
        f"create trigger forget after insert on {table} for each row execute function forget()",
    )


ON_A_SERVICE: Final[list[tuple[str, ModuleType, str, Guard]]] = [
    ("F13", test_invoice_races, "test_two_confirmations_of_one_draft_bill_it_once", no_row_locks),
    (
        "F14",
        test_races,
        "test_of_two_requests_for_one_entry_at_once_one_is_told_that_the_other_is_open",
        no_locks_and_no_law,
    ),
    ("F15", test_races, "test_fifty_copies_of_one_message_are_one_decision", no_memory_of_messages),
    ("F15", test_webhook_races, "test_a_hundred_copies_of_a_message_are_one_decision", no_memory_of_messages),
    ("F15", test_webhook_races, "test_of_two_bodies_under_one_id_one_is_taken_whoever_is_first", no_look_at_the_body),
]


@pytest.mark.parametrize(
    ("module", "name", "remove"),
    [pytest.param(module, name, guard, id=f"{row} {name[5:40]}") for row, module, name, guard in ON_A_SERVICE],
)
async def test_on_a_service_without_its_guard_it_turns_red(
    *,
    module: ModuleType,
    name: str,
    remove: Guard,
    damaged_database: FreshDatabase,
    servers: Addresses,
    temporal_client: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    in_few_rounds(monkeypatch, module)
    async with service_here(damaged_database, temporal_client, address=servers.temporal_address) as service:
        await getattr(module, name)(service)
        await remove(monkeypatch, damaged_database)

        with pytest.raises((AssertionError, KeyError)):
            await getattr(module, name)(service)


@pytest.mark.parametrize("end", ["recalled", "withdrawn"])
async def test_late_messages_are_taken_where_nobody_looks_at_the_state(
    end: str,
    damaged_database: FreshDatabase,
    servers: Addresses,
    temporal_client: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    late = test_webhook_races.test_a_late_message_is_refused_and_its_copies_are_too
    async with service_here(damaged_database, temporal_client, address=servers.temporal_address) as service:
        await late(service, end)
        await no_look_at_the_state(monkeypatch, damaged_database)

        with pytest.raises((AssertionError, KeyError)):
            await late(service, end)


@pytest.mark.parametrize("row", ["F2", "F4", "F17"])
async def test_without_the_outbox_what_temporal_was_not_told_is_lost(
    row: str, damaged_database: FreshDatabase, servers: Addresses, temporal_client: Client
) -> None:
    """The three ways in which a workflow hears later of what was stored."""
    await forgets(damaged_database, "outbox")

    early = test_webhook_races.test_a_decision_before_temporal_knows_of_its_request_is_settled_when_it_does
    queued = test_workers_away.test_decisions_wait_while_all_workers_are_down_and_are_settled_once_by_the_next
    unreached = test_outages.test_a_request_is_taken_at_once_while_the_api_cannot_reach_temporal
    its: dict[str, Callable[[], Awaitable[None]]] = {
        "F2": lambda: queued(damaged_database, temporal_client),
        "F4": lambda: unreached(damaged_database, servers),
        "F17": lambda: early(damaged_database, temporal_client),
    }

    with pytest.raises(AssertionError, match="not within"):
        await its[row]()


async def test_a_sender_that_does_not_come_again_is_not_heard(
    damaged_database: FreshDatabase, temporal_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F17: a decision before its request is visible is refused, and counts because its sender insists."""

    class Once(test_webhook_races.Insisting):
        async def send(self, recall: dict[str, Any]) -> Any:
            self.refused += 1
            self.under_way += 1
            return await self.by.send(recall, message=self.message)

    monkeypatch.setattr(test_webhook_races, "Insisting", Once)
    in_few_rounds(monkeypatch, test_webhook_races)

    with pytest.raises(AssertionError):
        await test_webhook_races.test_a_decision_before_its_request_is_visible_is_taken_when_it_comes_again(
            damaged_database, temporal_client
        )


async def test_a_settled_decision_that_is_not_marked_is_settled_again(
    damaged_database: FreshDatabase, servers: Addresses, temporal_client: Client, tmp_path: Path
) -> None:
    """F1: a worker that takes over from a killed one has to see that its act was committed."""
    await in_database(
        damaged_database,
        """create function unmark() returns trigger language plpgsql as
           $$ begin new.outcome := 'pending'; return new; end $$""",
        "create trigger unmark before update on decision for each row execute function unmark()",
    )

    with pytest.raises(AssertionError):
        await test_worker_killed.test_a_worker_killed_while_it_settles_reverses_once(
            "settle.after_commit", damaged_database, servers, temporal_client, tmp_path
        )


@pytest.fixture
async def forgetful_temporal() -> AsyncIterator[TemporalServer]:
    """One that keeps nothing in a file."""
    directory = new_directory()
    cache = Settings.from_environment().cache_dir
    server = TemporalServer(directory, cache, free_ports(1)[0], ui_port=None, database=None, time_skipping=True)
    await server.start(say=say_nothing)
    yield server
    await server.stop()
    remove_directory(directory)


async def test_a_temporal_without_a_file_has_forgotten_who_waits(
    damaged_database: FreshDatabase, forgetful_temporal: TemporalServer
) -> None:
    """F5."""
    with pytest.raises(AssertionError, match="not within"):
        await test_outages.test_what_is_asked_and_decided_while_temporal_is_dead_is_settled_when_it_is_back(
            damaged_database, forgetful_temporal
        )


async def test_by_the_clock_of_a_machine_that_is_wrong_people_are_refused_and_told_wrong_times(
    damaged_database: FreshDatabase,
    servers: Addresses,
    temporal_client: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """F20."""
    by_postgres = Database.now

    async def by_machine(self: Database, connection: Any) -> Any:
        return await by_postgres(self, connection) + test_clocks_set_wrong.OFF

    monkeypatch.setattr(Database, "now", by_machine)
    wrong = test_clocks_set_wrong
    async with (
        service_here(damaged_database, temporal_client, address=servers.temporal_address) as service,
        actors(service.url, service.settings, policy=wrong.POLICY) as people,
    ):
        with pytest.raises(AssertionError) as red:
            await wrong.test_what_is_due_and_who_may_act_today_goes_by_the_time_of_postgres(people, temporal_client)
        assert "outside_recall_window" in str(red.value), str(red.value)


async def test_a_right_that_is_lost_counts_on_where_nobody_asks_again(
    damaged_database: FreshDatabase, temporal_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F21."""

    monkeypatch.setattr(rights, "authority_over", lambda *_, **__: Authority(is_approver=True))
    async with on_stage(damaged_database, temporal_client, working=False) as stage:
        with pytest.raises(AssertionError):
            await test_between_chunks.test_a_right_that_is_lost_refuses_the_rest_and_somebody_else_goes_on(stage)


async def test_a_schema_that_does_not_only_grow_stops_the_code_of_before(
    damaged_database: FreshDatabase, servers: Addresses, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F22: for workflows tests/replay/test_changed_code.py has the twin."""
    grow = test_older_code.grown

    async def renamed(owner_url: str) -> None:
        await grow(owner_url)
        connection = await asyncpg.connect(owner_url)
        await connection.execute("alter table recall_line rename column label to caption")
        await connection.close()

    monkeypatch.setattr(test_older_code, "grown", renamed)
    with pytest.raises(AssertionError):
        await test_older_code.test_code_goes_on_with_a_schema_that_is_newer_than_it(
            test_older_code.TODAY, damaged_database, servers, tmp_path, monkeypatch
        )


async def test_apis_that_do_not_say_that_they_leave_are_noticed(
    damaged_database: FreshDatabase, servers: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rolling restart: each process is ended at once instead of being asked to leave, an API while it is asked something."""
    choose, chosen = fleet.Balancer._next, Counter[str]()

    def noted(balancer: fleet.Balancer) -> int:
        chosen["asked"] += 1
        return choose(balancer)

    async def killed(child: Child) -> None:
        if child.name == "API":
            os.kill(child.pid, signal.SIGSTOP)
            enough = chosen["asked"] + 2  # they take turns, so it is among them

            async def is_asked() -> bool:
                return chosen["asked"] >= enough

            await waiting.until(is_asked, what="somebody asks the API that is about to be killed")
        child.kill()

    monkeypatch.setattr(fleet.Balancer, "_next", noted)
    monkeypatch.setattr(fleet, "_left", killed)
    in_few_rounds(monkeypatch, test_rolling_restart)
    with pytest.raises((AssertionError, OSError, ExceptionGroup, httpx.TransportError)):
        await test_rolling_restart.test_two_apis_and_two_workers_are_restarted_while_people_work_and_nothing_is_lost(
            damaged_database, servers
        )
