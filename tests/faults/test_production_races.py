"""Posting and taking back at the same moment: whoever comes second sees what the first did, and nothing is used twice.

Each round holds the order and the item until both actors wait for them, so the actors always overlap.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

import store.database
from application import production_dependents, production_orders
from application.settled import Settled
from application.work import Refused
from domain.production.commands import ConsumptionLine, OutputLine
from domain.recall.request import Verdict
from tests.acting import ask_database
from tests.api.factory import new_factory
from tests.api.world import new_world
from tests.counts import count
from tests.databases import FreshDatabase
from tests.faults.test_worker_killed import killed_at
from tests.harness import start_service
from tests.plant import Plant, output, plant
from tests.production_examples import figures
from tests.servers import Addresses
from tests.waiting import until

pytestmark = pytest.mark.faults

ROUNDS = count(8, 150)
_WAITING = """select count(*) from pg_stat_activity
               where datname = $1 and wait_event_type = 'Lock' and application_name = 'tilbake'"""


@dataclass
class Ring:
    """A plant in which two actors meet over the outputs of one order."""

    plant: Plant
    database: FreshDatabase
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)

    async def output(self, quantity: str = "10") -> str:
        line = OutputLine("RPO-1", operation="10", figures=figures(output=quantity, run=30))
        return (await self.plant.output(line)).lines[0].entries[0]

    async def meet(self, *actors: Callable[[], Awaitable[Any]]) -> list[Any]:
        """All at once; what each came to, refusals included."""
        async with self._held(len(actors)) as tasks:
            tasks += [asyncio.ensure_future(actor()) for actor in actors]
        return await asyncio.gather(*tasks, return_exceptions=True)

    @asynccontextmanager
    async def _held(self, actors: int) -> AsyncIterator[list[asyncio.Future[Any]]]:
        """Hold what they all need until all of them wait."""
        holder, watcher = await asyncpg.connect(self.database.owner_url), await asyncpg.connect(self.database.admin_url)
        tasks: list[asyncio.Future[Any]] = []
        try:
            async with holder.transaction():
                await holder.execute("select from production_order for update; select from item for update")
                yield tasks

                async def all_wait() -> bool:
                    return bool(await watcher.fetchval(_WAITING, self.database.name) == actors)

                await until(all_wait, what="all actors wait")
        finally:
            await holder.close()
            await watcher.close()

    def note(self, first: Any, second: Any) -> None:
        self.outcomes[_word(first), _word(second)] += 1


def _word(found: Any) -> str:
    if isinstance(found, Refused):
        return found.refusals[0].code.value
    assert not isinstance(found, BaseException), found
    return (found.blocked_by[0] if found.blocked_by else found.status) if isinstance(found, Settled) else "done"


@pytest.fixture
async def ring(database: FreshDatabase, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Ring]:
    for limit in ("lock_timeout", "statement_timeout"):  # the actors wait for each other, however slow the machine is
        monkeypatch.setitem(store.database._LIMITS, limit, "60000")
    async with plant(database, output_reversal_needs_approval=False) as made:
        await made.item("BOLT", "50")
        await made.item("FRAME", "400")
        await made.center("100", "1.2")
        await made.order("RPO-1", "BOLT", "100000", routing={"10": "100"})
        await made.order("RPO-2", "FRAME", "5")
        yield Ring(made, database)


async def settling(ring: Ring, entry: str, quantity: str | None = None) -> tuple[str, Callable[[], Awaitable[Settled]]]:
    """A request that is decided, and the settling of it."""
    request = await ring.plant.ask(output(entry, quantity))
    decision = await ring.plant.decide(request)
    return request, lambda: ring.plant.settle(request, decision)


async def test_an_output_is_asked_for_once(ring: Ring) -> None:
    for _ in range(ROUNDS):
        entry = await ring.output()
        ring.note(*await ring.meet(*[partial(ring.plant.ask, output(entry, "5"))] * 2))

    assert set(ring.outcomes) <= {("done", "recall_pending"), ("recall_pending", "done")}
    assert sum(ring.outcomes.values()) == ROUNDS


async def test_a_decision_settled_twice_at_once_writes_once(ring: Ring) -> None:
    for _ in range(ROUNDS):
        entry = await ring.output()
        request = await ring.plant.ask(output(entry))
        decision = await ring.plant.decide(request)
        # Both hold the request first, so they meet there and not at the item.
        first, second = await asyncio.gather(*[ring.plant.settle(request, decision) for _ in range(2)])
        assert (first.status, second.status) == ("recalled", "recalled")

    rows = await ring.plant.entries()
    assert len(rows) == 2 * ROUNDS
    assert await ring.plant.stock("BOLT") == 0


@pytest.mark.parametrize("use", ["ship", "consume", "reserve", "typed"])
async def test_what_is_used_is_not_taken_back_and_the_other_way_round(ring: Ring, use: str) -> None:
    for _ in range(ROUNDS):
        entry = await ring.output("10")
        request, settle = await settling(ring, entry, "6")
        ring.note(*await ring.meet(settle, partial(use_six, ring, use, entry)))
        await tidied(ring, request, entry)

    blocked = {"reserve": "reserved"}.get(use, "remaining_too_low")
    refused = {"ship": "negative_stock", "consume": "negative_stock"}.get(use, "remaining_too_low")
    assert set(ring.outcomes) <= {("recalled", refused), (blocked, "done")}
    assert sum(ring.outcomes.values()) == ROUNDS


async def use_six(ring: Ring, use: str, entry: str) -> object:
    """Use 6 of 10, in one of the ways there are."""
    match use:
        case "ship":
            return await ring.plant.ship("BOLT", "6")
        case "consume":
            return await ring.plant.consume(ConsumptionLine("RPO-2", "BOLT", Decimal(6)))
        case "reserve":
            six, demand = Decimal(6), "SO-1"
            return await ring.plant.as_(
                "pia", lambda work: production_dependents.reserve(work, entry, six, demand=demand)
            )
        case _:
            back = OutputLine("RPO-1", operation="10", figures=figures(output=-6), applies_to=entry)
            return await ring.plant.output(back)


async def tidied(ring: Ring, request: str, entry: str) -> None:
    """Nothing of this round is left for the next: an open request is rejected, reservations end, the rest is shipped."""
    await ring.plant.as_("pia", lambda work: production_dependents.release(work, entry))
    open_one = await ask_database(
        ring.database.app_url, "select status from recall_request where id = $1::uuid", request
    )
    if open_one == [("awaiting_decision",)]:
        await ring.plant.settle(request, await ring.plant.decide(request, Verdict.REJECT))
    if left := await ring.plant.stock("BOLT"):
        await ring.plant.ship("BOLT", left)


async def test_finishing_an_order_and_taking_back_do_not_interleave(ring: Ring) -> None:
    for number in range(ROUNDS):
        order = await ring.plant.order(f"ONE-{number}", "BOLT", "10", routing={"10": "100"})
        line = OutputLine(f"ONE-{number}", operation="10", figures=figures(output=10, run=30))
        entry = (await ring.plant.output(line)).lines[0].entries[0]
        _, settle = await settling(ring, entry)
        ring.note(*await ring.meet(settle, partial(finish, ring, order)))

    assert set(ring.outcomes) <= {("recalled", "done"), ("order_finished", "done")}


async def finish(ring: Ring, order: str) -> object:
    return await ring.plant.as_("pia", lambda work: production_orders.finish(work, order))


@pytest.mark.parametrize("point", [pytest.param("settle.before_commit", marks=pytest.mark.long), "settle.after_commit"])
async def test_a_worker_killed_while_it_takes_output_back_does_it_once(
    *, point: str, database: FreshDatabase, servers: Addresses, tmp_path: Path
) -> None:
    marker = tmp_path / point
    extra = {"TILBAKE_FAILPOINT": f"{point}={marker}"}
    service = await start_service(database, temporal_address=servers.temporal_address, worker_extra=extra)
    try:
        with httpx.Client(timeout=30) as http:
            world = await asyncio.to_thread(new_world, service, http)
            factory = await asyncio.to_thread(new_factory, world)
            posted = await asyncio.to_thread(factory.output, "10")
            recall = (await asyncio.to_thread(lambda: factory.asked(register=posted["register"]))).json()["recalls"][0]
            body = {"decision": "approve"}
            path = f"/v1/recalls/{recall['id']}/decisions"
            await asyncio.to_thread(lambda: world.do("mia", path, body, headers={"if-match": "*"}))

            await killed_at(service, marker)

            async def ended() -> bool:
                seen = await asyncio.to_thread(world.get, f"/v1/recalls/{recall['id']}")
                return bool(seen["status"] == "recalled")

            await until(ended, what="the request is recalled")
            items, work = await asyncio.to_thread(factory.ledgers)
            assert [row["quantity"] for row in items] == ["10", "-10"]
            assert [row["run"] for row in work] == ["60", "-60"]
            assert await asyncio.to_thread(factory.stock, "BOLT") == "0"
    finally:
        await service.stop()
