"""scripts/bench --bulk: lines per second of settling one long request, beside raw SQL that writes the same rows in one run."""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta

import asyncpg

from tests.bench.bulk_raw import Raw, copy_tables, fill
from tests.bench.commits import Commits, told_by_postgres
from tests.bench.ground import APPROVER, HEADINGS, UNIT
from tests.bench.http import Caller
from tilbake.settings import Settings
from tilbake.stack import Stack
from tilbake.tokens import local_token

LINES = 10_000
SIZES = (10_000, 1_000_000)
LEAST_RATIO = 0.3
MOST_APART = 0.15


@dataclass(slots=True)
class Size:
    """What was measured with so many actuals in the table: lines per second of each round."""

    actuals: int
    ours: list[float] = field(default_factory=list)
    raw: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """The median of the rounds: ours and raw of a round ran one after the other."""
        return statistics.median(ours / raw for ours, raw in zip(self.ours, self.raw, strict=True))

    @property
    def ratio_of_fastest(self) -> float:
        """That of the fastest round of each: the one least disturbed by what else the machine does."""
        return max(self.ours) / max(self.raw)


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
        owner = await asyncpg.connect(settings.owner_database_url)
        exits.push_async_callback(owner.close)
        measured = [await _measure(people, commits, owner, size=size, rounds=rounds) for size in SIZES]
        show(measured)


async def _measure(people: People, commits: Commits, owner: asyncpg.Connection, *, size: int, rounds: int) -> Size:
    """Fill the table up to its size; then the product between two halves of raw SQL on copies of the tables.

    Whatever else the machine does comes and goes: raw SQL before and after is slowed down like what is in between.
    """
    found = Size(size)
    await _import(people, number=size)
    await fill(owner, actuals=size)
    await owner.execute("truncate idempotency")
    for number in range(rounds):
        request = await _asked(people, owner, number=size + 1 + number)
        await copy_tables(owner)
        await owner.execute("vacuum analyze")
        raw = Raw(owner, request)
        subjects = await raw.subjects()
        await raw.settle(subjects[: LINES // 2])
        seconds = await _decide(people, commits, request)
        await raw.settle(subjects[LINES // 2 :])
        found.ours.append(LINES / seconds)
        found.raw.append(LINES / raw.seconds)
        await _check(owner, request)
        print(f"{size} actuals: {found.ours[-1]:.0f} lines/s, raw {found.raw[-1]:.0f}", flush=True)
    return found


async def _import(people: People, *, number: int) -> None:
    headers = people.headers("admin") | {"Content-Type": "text/csv"}
    path = f"/v1/imports/harvest?unit={UNIT}&approver={APPROVER}"
    await people.caller.post(path, report(number, LINES), headers, expect=201)


async def _asked(people: People, owner: asyncpg.Connection, *, number: int) -> str:
    """A request of 10,000 lines; returns its id."""
    await _import(people, number=number)
    rows = await owner.fetch(
        "select e.id::text as id, e.owner_id from entry e join project p on p.id = e.project_id where p.name = $1",
        f"Long {number}",
    )
    assert len(rows) == LINES
    body = {"entries": [row["id"] for row in rows], "reason": "Booked on the wrong project"}
    started = time.perf_counter()
    answer = await people.post("/v1/recalls", body, by=rows[0]["owner_id"])
    print(f"asked for {LINES} lines in {time.perf_counter() - started:.1f} s", flush=True)
    recalls = answer["recalls"]
    assert isinstance(recalls, list)
    return str(recalls[0]["id"])


async def _decide(people: People, commits: Commits, request: str) -> float:
    """Seconds from the decision by the API to the commit of the last chunk."""
    headers = people.headers(APPROVER) | {"If-Match": "*"}
    body = json.dumps({"decision": "approve"}).encode()
    started = time.perf_counter()
    answer = await people.caller.post(f"/v1/recalls/{request}/decisions", body, headers, expect=202)
    taken = time.perf_counter()
    ended = await commits.of(str(answer["decision"]))
    print(f"decision taken in {taken - started:.2f} s, settled after {ended - started:.2f} s", flush=True)
    return ended - started


async def _check(owner: asyncpg.Connection, request: str) -> None:
    """Everything was taken back, once."""
    row = await owner.fetchrow(
        """select count(*) filter (where l.status = 'recalled') as lines,
                  (select count(*) from actual a where a.posting_id = $1::uuid) as rows
             from recall_line l where l.request_id = $1::uuid""",
        request,
    )
    assert (row["lines"], row["rows"]) == (LINES, 2 * LINES), dict(row)
    await asyncio.sleep(0)


def show(measured: Sequence[Size]) -> None:
    """Both sizes, how far apart they are, and at last the lower ratio."""
    for one in measured:
        ours, raw = statistics.median(one.ours), statistics.median(one.raw)
        print(f"{one.actuals:>8} actuals: {ours:.0f} lines/s, raw SQL {raw:.0f} lines/s, ratio {one.ratio:.2f}", end="")
        print(f" (fastest rounds: {max(one.ours):.0f}, {max(one.raw):.0f}, {one.ratio_of_fastest:.2f})")
    ratios = [one.ratio for one in measured]
    print(f"apart by {1 - min(ratios) / max(ratios):.0%} (allowed: {MOST_APART:.0%}; wanted: ratio {LEAST_RATIO})")
    print(f"ratio {min(ratios):.2f}", flush=True)
