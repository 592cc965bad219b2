"""scripts/bench --bulk: lines per second of settling one long request, beside raw SQL that writes the same rows in one run."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial

import asyncpg

from tests.bench.bulk_raw import Raw, copy_tables, fill
from tests.bench.commits import Commits, told_by_postgres
from tests.bench.ground import APPROVER, HEADINGS, UNIT
from tests.bench.http import Caller
from tests.bench.rounds import (
    Machine,
    Round,
    as_superuser,
    median_cpu_ratio,
    median_ratio,
    settle_down,
    show_round,
    show_rounds,
)
from tilbake.settings import Settings
from tilbake.stack import Stack
from tilbake.tokens import local_token

LINES = 10_000
SIZES = (10_000, 1_000_000)
WARM_UP = 1
"""Rounds that do not count: code and plans are loaded, connections learn the statements."""
LEAST_RATIO = 0.5
MOST_APART = 0.15


@dataclass(slots=True)
class People:
    """Calls of the people of the run."""

    settings: Settings
    caller: Caller
    tokens: dict[str, str] = field(default_factory=dict)

    def headers(self, person: str, **more: str) -> dict[str, str]:
        """Signed in as a person."""
        if person not in self.tokens:
            self.tokens[person] = local_token(person, self.settings.issuer_key_path)
        return {"Authorization": f"Bearer {self.tokens[person]}", "Content-Type": "application/json", **more}

    async def post(self, path: str, body: object, *, by: str, expect: int = 201) -> dict[str, object]:
        """A call that must succeed."""
        return await self.caller.post(path, json.dumps(body).encode(), self.headers(by), expect=expect)

    async def put(self, path: str, body: object, *, by: str) -> dict[str, object]:
        """A replacement that must succeed."""
        return await self.caller.send("PUT", path, json.dumps(body).encode(), self.headers(by), expect=200)


def report(number: int, rows: int) -> bytes:
    """Approved hours of one person on one project: the rows of one long request."""
    first = date(2025, 1, 1)
    lines = [HEADINGS]
    for row in range(rows):
        day = first + timedelta(days=row % 200)
        lines.append(
            f"{day},Client,Long {number},L-{number},Development,note {row},2.0,Yes,No,Yes,Bulk,Owner,,Developer,Yes,"
            "118.0,236.0,56.96,113.92,Euro - EUR,"
        )
    return "\n".join(lines).encode() + b"\n"


async def bench_bulk(rounds: int) -> None:
    """One run: both sizes, several rounds each."""
    async with AsyncExitStack() as exits:
        stack = await exits.enter_async_context(Stack.throw_away())
        settings = stack.settings
        people = People(settings, Caller(settings.api_url))
        await people.post("/v1/people", {"id": APPROVER, "name": "Mia Hart"}, by="admin")
        await people.post("/v1/units", {"id": UNIT, "name": "Bench", "currency": "EUR"}, by="admin")
        commits = await exits.enter_async_context(told_by_postgres(settings.database_url or ""))
        admin = await exits.enter_async_context(as_superuser(stack))
        bench = Bench(people, commits, admin, Machine.of(stack))
        measured = [Size(size, await _measure(bench, size=size, rounds=rounds)) for size in SIZES]
        show(measured)


@dataclass(frozen=True, slots=True)
class Size:
    """The rounds with so many actuals in the table before."""

    actuals: int
    rounds: Sequence[Round]


@dataclass(frozen=True, slots=True)
class Bench:
    """What a run works with."""

    people: People
    commits: Commits
    admin: asyncpg.Connection
    machine: Machine


async def _measure(bench: Bench, *, size: int, rounds: int) -> list[Round]:
    """Fill the table up to its size; then round after round, each with a request and copies of the tables of its own."""
    await _import(bench.people, number=size)
    await fill(bench.admin, actuals=size)
    found: list[Round] = []
    for number in range(WARM_UP + rounds):
        request = await _asked(bench, number=size + 1 + number)
        await bench.admin.execute("truncate idempotency")
        await copy_tables(bench.admin)
        await settle_down(bench.admin)
        raw = Raw(bench.admin, request)
        ours = partial(decide, bench.people, bench.commits, request)
        found.append(await bench.machine.take_turns(await raw.subjects(), raw, ours))
        await _check(bench.admin, request)
        show_round(found[-1], f"{size} actuals{' to warm up' if number < WARM_UP else ''}")
    return found[WARM_UP:]


async def _import(people: People, *, number: int) -> None:
    headers = people.headers("admin") | {"Content-Type": "text/csv"}
    path = f"/v1/imports/harvest?unit={UNIT}&approver={APPROVER}"
    await people.caller.post(path, report(number, LINES), headers, expect=201)


async def _asked(bench: Bench, *, number: int) -> str:
    """A request of 10,000 lines; returns its id."""
    await _import(bench.people, number=number)
    rows = await bench.admin.fetch(
        "select e.id::text as id, e.owner_id from entry e join project p on p.id = e.project_id where p.name = $1",
        f"Long {number}",
    )
    assert len(rows) == LINES
    body = {"entries": [row["id"] for row in rows], "reason": "Booked on the wrong project"}
    started = time.perf_counter()
    answer = await bench.people.post("/v1/recalls", body, by=rows[0]["owner_id"])
    print(f"asked for {LINES} lines in {time.perf_counter() - started:.1f} s", flush=True)
    recalls = answer["recalls"]
    assert isinstance(recalls, list)
    return str(recalls[0]["id"])


async def decide(people: People, commits: Commits, request: str) -> float:
    """Seconds from the decision by the API to the commit of the last chunk."""
    headers = people.headers(APPROVER) | {"If-Match": "*"}
    body = json.dumps({"decision": "approve"}).encode()
    started = time.perf_counter()
    answer = await people.caller.post(f"/v1/recalls/{request}/decisions", body, headers, expect=202)
    taken = time.perf_counter()
    ended = await commits.of(str(answer["decision"]))
    print(f"decision taken in {taken - started:.2f} s, settled after {ended - started:.2f} s", flush=True)
    return ended - started


async def _check(admin: asyncpg.Connection, request: str) -> None:
    """Everything was taken back, once."""
    row = await admin.fetchrow(
        """select count(*) filter (where l.status = 'recalled') as lines,
                  (select count(*) from actual a where a.posting_id = $1::uuid) as rows
             from recall_line l where l.request_id = $1::uuid""",
        request,
    )
    assert (row["lines"], row["rows"]) == (LINES, 2 * LINES), dict(row)


def show(measured: Sequence[Size]) -> None:
    """Both sizes, how far apart they are, and at last the lower ratio."""
    for one in measured:
        show_rounds(f"{one.actuals} actuals", one.rounds)
    ratios = [median_ratio(one.rounds) for one in measured]
    by_cpu = [median_cpu_ratio(one.rounds) for one in measured]
    print(f"apart by {_apart(ratios):.0%}, by CPU time {_apart(by_cpu):.0%} (allowed: {MOST_APART:.0%})")
    print(f"the lower ratio, by CPU time {min(by_cpu):.2f} (wanted: {LEAST_RATIO})")
    print(f"ratio {min(ratios):.2f}", flush=True)


def _apart(ratios: Sequence[float]) -> float:
    return 1 - min(ratios) / max(ratios)
