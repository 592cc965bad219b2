"""A new release while people work: two APIs and two workers are restarted in turn, and nobody notices."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from tests.acting import TIMEOUT_SECONDS, Actors, ask_database, set_up
from tests.counts import count
from tests.databases import FreshDatabase
from tests.faults.fleet import Fleet, fleet_on
from tests.servers import Addresses

pytestmark = pytest.mark.faults
Recall = dict[str, Any]
PEOPLE = 4


@dataclass(slots=True)
class Work:
    """People at work: each asks for one entry more, decides on the oldest open request and reads, again and again."""

    people: Actors
    open: deque[Recall]
    entries: deque[str] = field(default_factory=deque)
    decided: list[Recall] = field(default_factory=list)
    over: bool = False

    async def go_on(self) -> None:
        """Until it is over; while there is nothing to ask for, they only read."""
        while not self.over:
            if self.entries:
                self.open.append(await self.people.ask(self.entries.popleft()))
                await self.decide(self.open.popleft())
            await self.people.done("GET", "/recalls?waiting_for=me", by=self.people.approvers[0])
            await self.people.recall(self.open[-1])

    async def decide(self, recall: Recall) -> None:
        answer = await self.people.decide(recall, by=self.people.approvers[0])
        assert answer.status_code == 202, answer.text
        self.decided.append(recall)

    async def decide_the_rest(self) -> None:
        while self.open:
            await self.decide(self.open.popleft())


async def test_two_apis_and_two_workers_are_restarted_while_people_work_and_nothing_is_lost(
    database: FreshDatabase, servers: Addresses
) -> None:
    waiting, meanwhile = count(40, 200), count(20, 100)
    async with fleet_on(database, temporal_address=servers.temporal_address) as fleet:
        url = fleet.settings[0].api_url
        async with httpx.AsyncClient(transport=fleet.balancer, base_url=url, timeout=TIMEOUT_SECONDS) as http:
            people = await set_up(http, fleet.settings[0])
            work = Work(people, deque(await people.asked(waiting)))
            entries = await people.approved_entries(4 * meanwhile)
            await restarted_under(fleet, work, [entries[start::4] for start in range(4)])
            await work.decide_the_rest()

            ended = [await people.ended(recall, seconds=60) for recall in work.decided]

    assert {one["status"] for one in ended} == {"recalled"}
    assert len({one["id"] for one in ended}) == waiting + 4 * meanwhile
    assert {tuple(one["outcome"] for one in recall["decisions"]) for recall in ended} == {("applied",)}
    reversals = "select count(*), count(distinct reverses_id) from actual where reverses_id is not null"
    assert await ask_database(database.app_url, reversals) == [(2 * len(ended), 2 * len(ended))]


async def restarted_under(fleet: Fleet, work: Work, entries: Sequence[Sequence[str]]) -> None:
    """Every process in turn, with as many entries to ask for meanwhile; whoever is answered with an error fails the test."""
    restarts = [(again, number) for number in range(2) for again in (fleet.api_again, fleet.worker_again)]
    everybody = [asyncio.create_task(work.go_on()) for _ in range(PEOPLE)]
    try:
        for (again, number), some in zip(restarts, entries, strict=True):
            before = len(work.decided)
            work.entries.extend(some)
            await again(number)
            assert len(work.decided) > before, "nobody decided meanwhile"
    finally:
        work.over = True
        await asyncio.gather(*everybody)
    work.open.extend([await work.people.ask(entry) for entry in work.entries])
