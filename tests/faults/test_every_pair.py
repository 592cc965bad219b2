"""Every pair of approve, reject, withdraw and expire meets over one request, in both orders, by API and by webhook (F11, F12).

A round is met on purpose: a row that both need is held until the first is inside its transaction and the second waits behind it,
so in each round it is known who was first, and each comes first in half of them.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import count as count_up
from typing import Any, Literal

import asyncpg
import httpx
import pytest
from temporalio.client import Client

from tests.acting import ADMIN, Actors, actors, ask_database, fast_forward
from tests.counts import PATIENCE, count
from tests.harness import Service
from tests.overlap import insisting
from tests.racing import code_of
from tests.waiting import until
from tilbake.temporal.client import connect

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(120 * PATIENCE)]

Json = dict[str, Any]
Kind = Literal["project", "production"]
Act = Literal["approve", "approve too", "reject", "reject too", "withdraw", "expire"]
AT_ONCE = 4
POLICY = {"remind_after": "90d", "expire_after": "60h"}
END_OF = {"approve": "recalled", "reject": "rejected", "withdraw": "withdrawn", "expire": "expired"}
PAIRS: list[tuple[Act, Act]] = [
    ("approve", "approve too"),
    ("approve", "reject"),
    ("reject", "reject too"),
    ("approve", "withdraw"),
    ("reject", "withdraw"),
    ("approve", "expire"),
    ("reject", "expire"),
    ("withdraw", "expire"),
]
_WAITING_BEHIND = """
with recursive behind(pid) as (
    select cast($1 as int)
     union
    select l.pid from (select distinct pid from pg_locks where not granted) l join behind b on b.pid = any(pg_blocking_pids(l.pid))
)
select distinct l.pid, l.waitstart from behind join pg_locks l using (pid)
 where not l.granted and l.pid <> $1 and l.waitstart is not null"""
_ENDS = """
select count(*) from history
 where subject_kind = 'recall' and subject_id = $1 and to_status in ('recalled', 'rejected', 'withdrawn', 'expired')"""
_ROWS = {
    "project": """
        select count(*) filter (where reverses_id is not null), sum(quantity) from actual where entry_id = $1::uuid""",
    "production": """
        select count(*) filter (where reverses_id is not null), sum(quantity) from item_entry
         where id = $1::uuid or reverses_id = $1::uuid""",
}
WRITTEN = {"project": {True: (2, 0), False: (0, 16)}, "production": {True: (1, 0), False: (0, 10)}}
"""Reversals and what is left of quantity: of an hour's cost and sales, 8 each; of an output, 10. Taken back, or not."""


@dataclass(slots=True)
class Ring:
    """A service, people of a unit of it, and what came of the rounds."""

    people: Actors
    temporal: Client
    kind: Kind
    ends: Counter[str] = field(default_factory=Counter)
    numbers: Iterator[int] = field(default_factory=count_up)

    async def asked(self) -> Json:
        """A request for something of its own: nothing but the request is shared with other rounds."""
        if self.kind == "project":
            return await self.people.ask(*await self.people.approved_entries(1))
        number = next(self.numbers)
        people, order = self.people, f"RPO-{number}"
        item = {"unit": people.unit, "number": f"BOLT-{number}", "unit_cost": "50"}
        await people.done("POST", "/production/items", by=people.finance, body=item)
        line = {"line": 1, "item": item["number"], "quantity": "10"}
        body = {"unit": people.unit, "number": order, "status": "released", "lines": [line]}
        await people.done("POST", "/production/orders", by=people.finance, body=body)
        posted = {"unit": people.unit, "lines": [{"order": order, "output": "10"}]}
        made = await people.done("POST", "/production/output-journals", by=people.finance, body=posted)
        wish = {"outputs": [{"entry": made["lines"][0]["entries"][0]["id"]}], "reason": "Wrong count"}
        return dict((await people.done("POST", "/recalls", by=people.owner, body=wish))["recalls"][0])

    def acting(self, act: Act, recall: Json, *, by_webhook: bool) -> Callable[[], Awaitable[httpx.Response]]:
        """An act on a request, to be run later."""
        if act == "expire":
            return lambda: self._expire(recall)
        if act == "withdraw":
            path = f"/recalls/{recall['id']}/withdraw"
            return lambda: self.people.call("POST", path, by=self.people.owner, body={})
        verdict, too = act.split()[0], act.endswith("too") or act == "reject"
        say = self.people.deliver if by_webhook else self.people.decide
        return lambda: say(recall, by=self.people.approvers[too], verdict=verdict)

    async def _expire(self, recall: Json) -> httpx.Response:
        """The time is up: the workflow's own timer says so."""
        await fast_forward(self.temporal, recall, timedelta(hours=61))
        return httpx.Response(204)

    async def meet(self, first: Act, second: Act, recall: Json, *, number: int) -> None:
        """A round in which the first is at its end when the second comes: the first decides the end."""
        table = "recall_request" if "expire" in {first, second} else self._table
        ended, in_order = await self._met((first, second), recall, number=number, table=table)
        while not in_order:
            ended, in_order = await self._met((first, second), await self.asked(), number=number, table=table)
        self.ends[ended["status"]] += 1
        assert ended["status"] == END_OF[first.split()[0]], (first, second, ended)

    async def meet_at_the_door(self, first: Act, second: Act, recall: Json, *, number: int) -> None:
        """A round in which both come in before anything is carried out: either decides the end."""
        ended, _ = await self._met((first, second), recall, number=number, table="recall_request")
        self.ends[ended["status"]] += 1
        assert ended["status"] in {END_OF[act.split()[0]] for act in (first, second)}

    async def _met(self, pair: tuple[Act, Act], recall: Json, *, number: int, table: str) -> tuple[Json, bool]:
        """How the request has ended, after what must be so however it has, and whether the first was first.

        On a slow machine it may give up its place before the second has come, and come again behind it.
        """
        acts = [self.acting(act, recall, by_webhook=bool(number // 2 % 2) is (act == pair[0])) for act in pair]
        async with held(self.people, table, recall) as holder:
            tasks, waiting = [], []
            for place, act in enumerate(acts, start=1):
                tasks.append(asyncio.create_task(insisting(act)))
                waiting.append(await until(partial(holder.behind, place), what=f"{place} of {pair} wait", seconds=30))
            in_order = waiting[0] <= await holder.behind()
        answers = await asyncio.gather(*tasks)
        ended = await self.ended(recall)
        await self.check(recall, ended, answers)
        return ended, in_order

    @property
    def _table(self) -> str:
        return "entry" if self.kind == "project" else "item"

    async def ended(self, recall: Json) -> Json:
        """The request once it has ended and no decision waits."""

        async def look() -> Json | None:
            now = await self.people.recall(recall)
            waits = any(one["outcome"] == "pending" for one in now["decisions"])
            return None if waits or now["status"] == "awaiting_decision" else now

        return await until(look, what=f"{recall['number']} has ended", seconds=30) or {}

    async def check(self, recall: Json, ended: Json, answers: list[httpx.Response]) -> None:
        """One end, what it wrote wholly or not at all, and nobody told that something was done that was not."""
        status, url = ended["status"], self.people.settings.database_url
        assert {code_of(answer) for answer in answers} <= {None, "request_closed"}
        applied = [one for one in ended["decisions"] if one["outcome"] == "applied"]
        assert len(applied) == (1 if status in {"recalled", "rejected"} else 0)
        assert all(one["outcome"] == "refused" for one in ended["decisions"] if one not in applied)
        (rows,) = await ask_database(url, _ROWS[self.kind], recall["lines"][0]["subject"])
        assert rows == WRITTEN[self.kind][status == "recalled"]
        assert await ask_database(url, _ENDS, recall["id"]) == [(1,)]


@dataclass(slots=True)
class Holder:
    connection: Any
    watcher: Any
    pid: int

    async def behind(self, number: int = 0) -> set[tuple[int, datetime]]:
        """Who waits for what is held, directly or behind each other, each since when; nobody where they are fewer than so many."""
        waiting = {tuple(row) for row in await self.watcher.fetch(_WAITING_BEHIND, self.pid)}
        return waiting if len(waiting) >= number else set()


@asynccontextmanager
async def held(people: Actors, table: str, recall: Json) -> AsyncIterator[Holder]:
    """Hold a row that the acts on a request need."""
    url = people.settings.owner_database_url
    holder, watcher = await asyncpg.connect(url), await asyncpg.connect(url)
    subject = recall["lines"][0]["subject"]
    sql = {
        "recall_request": ("select from recall_request where id = $1::uuid for update", recall["id"]),
        "entry": ("select from entry where id = $1::uuid for update", subject),
        "item": (
            "select from item i where id = (select item_id from item_entry where id = $1::uuid) for update",
            subject,
        ),
    }[table]
    try:
        async with holder.transaction():
            await holder.execute(*sql)
            yield Holder(holder, watcher, holder.get_server_pid())
    finally:
        await holder.close()
        await watcher.close()


@asynccontextmanager
async def ring_of(service: Service, kind: Kind) -> AsyncIterator[Ring]:
    """People who may ask, post, approve and withdraw, in a unit of their own."""
    temporal = await connect(service.settings)
    async with actors(service.url, service.settings, policy=POLICY) as people:
        roles = {"planner": [people.finance], "member": [people.owner], "approver": list(people.approvers)}
        await people.done("PUT", f"/units/{people.unit}/roles", by=ADMIN, body={"finance": [people.finance], **roles})
        yield Ring(people, temporal, kind)


Round = Callable[..., Awaitable[None]]


async def run(ring: Ring, pair: tuple[Act, Act], one_round: Round, *, rounds: int) -> None:
    """So many rounds, some at a time; in half of them each is the first to come."""
    for start in range(0, rounds, AT_ONCE):
        some = range(start, min(start + AT_ONCE, rounds))
        recalls = await asyncio.gather(*(ring.asked() for _ in some))
        orders = [pair if one % 2 else (pair[1], pair[0]) for one in some]
        met = zip(orders, recalls, some, strict=True)
        await asyncio.gather(*(one_round(*order, recall, number=number) for order, recall, number in met))
    assert sum(ring.ends.values()) == rounds


@pytest.mark.parametrize("pair", PAIRS, ids=" and ".join)
async def test_whoever_is_first_decides_the_end(pair: tuple[Act, Act], service: Service) -> None:
    rounds = count(4, 300)
    async with ring_of(service, "project") as entries, ring_of(service, "production") as outputs:
        await asyncio.gather(*(run(ring, pair, ring.meet, rounds=rounds) for ring in (entries, outputs)))

    ends = {END_OF[act.split()[0]] for act in pair}
    assert entries.ends == outputs.ends == dict.fromkeys(ends, rounds // len(ends))


@pytest.mark.parametrize("pair", PAIRS[:5], ids=" and ".join)
async def test_of_two_that_come_in_together_one_decides_the_end(pair: tuple[Act, Act], service: Service) -> None:
    rounds = count(2, 300)
    async with ring_of(service, "project") as entries, ring_of(service, "production") as outputs:
        await asyncio.gather(*(run(ring, pair, ring.meet_at_the_door, rounds=rounds) for ring in (entries, outputs)))
