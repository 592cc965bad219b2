"""scripts/bench --production: journals of 1,000 lines, and taking 10,000 outputs back in one request beside raw SQL, in one run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial

import asyncpg

from tests.bench.bulk import People, decide
from tests.bench.commits import told_by_postgres
from tests.bench.http import Caller
from tests.bench.production_raw import RawProduction, copy_production
from tests.bench.rounds import Machine, Round, as_superuser, median_ratio, settle_down, show_round, show_rounds
from tilbake.stack import Stack

LEAST_RATIO = 0.3
LINES, JOURNALS, ORDERS = 1_000, 10, 10
LEAST_RATE = 1_000
UNIT = "plant"
PLANNER, ASKER, APPROVER = "pia", "bob", "mia"


async def bench_production(rounds: int) -> None:
    """One run."""
    async with AsyncExitStack() as exits:
        stack = await exits.enter_async_context(Stack.throw_away())
        people = People(stack.settings, Caller(stack.settings.api_url))
        commits = await exits.enter_async_context(told_by_postgres(stack.settings.database_url or ""))
        admin = await exits.enter_async_context(as_superuser(stack))
        await _set_up(people)
        journals: list[float] = []
        found: list[Round] = []
        for _ in range(rounds):
            outputs = [entry for _ in range(JOURNALS) for entry in await _post(people, journals)]
            raw = await _asked(people, admin, outputs)
            ours = partial(decide, people, commits, raw.request)
            found.append(await Machine.of(stack).take_turns(await raw.subjects(), raw, ours))
            await _check(admin, raw.request)
            show_round(found[-1], "taken back")
        show(journals, found)


async def _set_up(people: People) -> None:
    """Ten orders, each of one item with two operations and a flushed component of which there is plenty."""
    for person in (PLANNER, ASKER, APPROVER):
        await people.post("/v1/people", {"id": person, "name": person.title()}, by="admin")
    await people.post("/v1/units", {"id": UNIT, "name": "Plant", "currency": "EUR"}, by="admin")
    roles = {"planner": [PLANNER], "member": [ASKER], "approver": [APPROVER]}
    await people.put(f"/v1/units/{UNIT}/roles", roles, by="admin")
    production = "/v1/production"
    steel = {"unit": UNIT, "number": "STEEL", "unit_cost": "3"}
    await people.post(f"{production}/items", steel, by=PLANNER)
    center = {"unit": UNIT, "number": "100", "unit_cost": "1.2", "overhead_rate": "0.2", "indirect_percent": "20"}
    await people.post(f"{production}/centers", center, by=PLANNER)
    for _ in range(20):
        receipt = {"unit": UNIT, "item": "STEEL", "quantity": "90000", "unit_cost": "3"}
        await people.post(f"{production}/receipts", receipt, by=PLANNER)
    for number in range(ORDERS):
        item = {"unit": UNIT, "number": f"BOLT-{number}", "unit_cost": "50.123"}
        await people.post(f"{production}/items", item, by=PLANNER)
        line = {
            "line": 1,
            "item": f"BOLT-{number}",
            "quantity": "1000000",
            "operations": [{"operation": "10", "center": "100"}, {"operation": "20", "center": "100"}],
            "components": [{"item": "STEEL", "quantity_per": "0.5", "flushing": "backward"}],
        }
        order = {"unit": UNIT, "number": f"RPO-{number}", "status": "released", "lines": [line]}
        await people.post(f"{production}/orders", order, by=PLANNER)


async def _post(people: People, journals: list[float]) -> list[str]:
    """One journal of 1,000 lines on the last operation: output, capacity and flushed material; returns the output entries."""
    lines = [
        {"order": f"RPO-{place % ORDERS}", "operation": "20", "output": "4", "setup": "15", "run": "20.5", "scrap": "1"}
        for place in range(LINES)
    ]
    started = time.perf_counter()
    answer = await people.post("/v1/production/output-journals", {"unit": UNIT, "lines": lines}, by=PLANNER)
    journals.append(LINES / (time.perf_counter() - started))
    posted = answer["lines"]
    assert isinstance(posted, list)
    return [line["item_entry"] for line in posted]


async def _asked(people: People, admin: asyncpg.Connection, outputs: list[str]) -> RawProduction:
    """One request for all outputs, and raw SQL for it on copies of the tables."""
    wish = {"outputs": [{"entry": entry} for entry in outputs], "reason": "Booked on the wrong orders"}
    started = time.perf_counter()
    answer = await people.post("/v1/recalls", wish, by=ASKER)
    print(f"asked for {len(outputs)} lines in {time.perf_counter() - started:.1f} s", flush=True)
    recalls = answer["recalls"]
    assert isinstance(recalls, list)
    await admin.execute("truncate idempotency")
    await copy_production(admin)
    await settle_down(admin)
    return RawProduction(admin, str(recalls[0]["id"]))


async def _check(admin: asyncpg.Connection, request: str) -> None:
    """Everything was taken back once, and raw SQL wrote as many rows in its copies as the product."""
    left = await admin.fetchval("select count(*) from item_entry where type = 'output' and remaining <> 0")
    written = [dict(await admin.fetchrow(_WRITTEN.format(schema=schema), request)) for schema in ("public", "raw")]
    assert left == 0, left
    assert written[0] == written[1], written


_WRITTEN = """
select (select count(*) from {schema}.item_entry where register_id = any(g.ids)) as entries,
       (select count(*) from {schema}.capacity_entry where register_id = any(g.ids)) as capacities,
       (select count(*) from {schema}.value_entry where register_id = any(g.ids)) as amounts,
       (select sum(amount) from {schema}.value_entry where register_id = any(g.ids)) as amount,
       (select count(*) from {schema}.item_application where register_id = any(g.ids)) as applications,
       (select sum(stock) from {schema}.item) as stock, (select sum(finished) from {schema}.production_line) as finished
  from (select array_agg(id) as ids from {schema}.posting_register where recall_request_id = $1::uuid) g
"""


def show(journals: Sequence[float], rounds: Sequence[Round]) -> None:
    """Journals, the rounds, and at last the ratio that counts."""
    print(
        f"journals of {LINES} lines: {statistics.median(journals):.0f} lines/s (from {min(journals):.0f} to {max(journals):.0f};",
        end="",
    )
    print(f" wanted: {LEAST_RATE})")
    show_rounds("taken back", rounds)
    print(f"wanted: ratio {LEAST_RATIO}")
    print(f"ratio {median_ratio(rounds):.2f}", flush=True)
