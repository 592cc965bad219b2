"""scripts/bench --production: journals of 1,000 lines, and taking 10,000 outputs back in one request beside raw SQL, in one run."""

from __future__ import annotations

import json
import statistics
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import asyncpg

from tests.bench.bulk import LEAST_RATIO, People
from tests.bench.commits import Commits, told_by_postgres
from tests.bench.http import Caller
from tests.bench.production_raw import RawProduction, copy_production
from tilbake.stack import Stack

LINES, JOURNALS, ORDERS = 1_000, 10, 10
LEAST_RATE = 1_000
UNIT = "plant"
PLANNER, ASKER, APPROVER = "pia", "bob", "mia"


@dataclass(slots=True)
class Measured:
    """Lines per second: of each journal, and of each long request with its raw yardstick."""

    journals: list[float] = field(default_factory=list)
    ours: list[float] = field(default_factory=list)
    raw: list[float] = field(default_factory=list)


async def bench_production(rounds: int) -> None:
    """One run."""
    async with AsyncExitStack() as exits:
        stack = await exits.enter_async_context(Stack.throw_away())
        people = People(stack.settings, Caller(stack.settings.api_url))
        commits = await exits.enter_async_context(told_by_postgres(stack.settings.database_url or ""))
        owner = await asyncpg.connect(stack.settings.owner_database_url)
        exits.push_async_callback(owner.close)
        await _set_up(people)
        measured = Measured()
        for _ in range(rounds):
            outputs = [entry for _ in range(JOURNALS) for entry in await _post(people, measured)]
            await _take_back(people, commits, owner, outputs, measured)
        show(measured)


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


async def _post(people: People, measured: Measured) -> list[str]:
    """One journal of 1,000 lines on the last operation: output, capacity and flushed material; returns the output entries."""
    lines = [
        {"order": f"RPO-{place % ORDERS}", "operation": "20", "output": "4", "setup": "15", "run": "20.5", "scrap": "1"}
        for place in range(LINES)
    ]
    started = time.perf_counter()
    answer = await people.post("/v1/production/output-journals", {"unit": UNIT, "lines": lines}, by=PLANNER)
    seconds = time.perf_counter() - started
    measured.journals.append(LINES / seconds)
    print(f"journal of {LINES} lines in {seconds:.2f} s", flush=True)
    posted = answer["lines"]
    assert isinstance(posted, list)
    return [line["item_entry"] for line in posted]


async def _take_back(
    people: People, commits: Commits, owner: asyncpg.Connection, outputs: list[str], measured: Measured
) -> None:
    """One request for all outputs, raw SQL on copies of the tables, then the decision."""
    wish = {"outputs": [{"entry": entry} for entry in outputs], "reason": "Booked on the wrong orders"}
    started = time.perf_counter()
    answer = await people.post("/v1/recalls", wish, by=ASKER)
    print(f"asked for {len(outputs)} lines in {time.perf_counter() - started:.1f} s", flush=True)
    recalls = answer["recalls"]
    assert isinstance(recalls, list)
    request = str(recalls[0]["id"])
    await owner.execute("truncate idempotency")
    await copy_production(owner)
    await owner.execute("vacuum analyze")
    measured.raw.append(len(outputs) / await RawProduction(owner, request).settle())
    headers = people.headers(APPROVER) | {"If-Match": "*"}
    started = time.perf_counter()
    body = json.dumps({"decision": "approve"}).encode()
    said = await people.caller.post(f"/v1/recalls/{request}/decisions", body, headers, expect=202)
    ended = await commits.of(str(said["decision"]))
    measured.ours.append(len(outputs) / (ended - started))
    print(f"taken back: {measured.ours[-1]:.0f} lines/s, raw {measured.raw[-1]:.0f}", flush=True)
    left = await owner.fetchval("select count(*) from item_entry where type = 'output' and remaining <> 0")
    assert left == 0, left


def show(measured: Measured) -> None:
    """What counts: the median of each."""
    journal = statistics.median(measured.journals)
    ratio = statistics.median(ours / raw for ours, raw in zip(measured.ours, measured.raw, strict=True))
    ours, raw = statistics.median(measured.ours), statistics.median(measured.raw)
    print(f"journals: {journal:.0f} lines/s (lowest {min(measured.journals):.0f}; wanted: {LEAST_RATE})")
    print(f"reversal: {ours:.0f} lines/s, raw SQL {raw:.0f} lines/s (wanted: ratio {LEAST_RATIO})")
    print(f"ratio {ratio:.2f}", flush=True)
