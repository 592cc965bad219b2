"""People act at the same moment: every request has one end, every entry one reversal at most, and nobody is left waiting.

A race proves something only when the actors really overlapped: the rounds in which they did are counted.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from tests.acting import Actors, actors, ask_database
from tests.counts import count
from tests.harness import Service
from tests.waiting import until

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="session")]

AT_ONCE = 8
Recall = dict[str, Any]
Actor = Callable[[Recall], Awaitable[httpx.Response]]


@dataclass(slots=True)
class Race:
    """Rounds of actors who start together; remembers in how many of them all were under way at one moment."""

    rounds: int = 0
    overlapped: int = 0
    statuses: Counter[int] = field(default_factory=Counter)

    async def run(self, recall: Recall, some: Sequence[Actor]) -> list[httpx.Response]:
        """One round."""
        times: list[tuple[float, float]] = []

        async def timed(actor: Actor) -> httpx.Response:
            began = time.monotonic()
            answer = await actor(recall)
            times.append((began, time.monotonic()))
            return answer

        answers = await asyncio.gather(*(timed(actor) for actor in some))
        self.rounds += 1
        self.overlapped += max(began for began, _ in times) < min(ended for _, ended in times)
        self.statuses.update(answer.status_code for answer in answers)
        return answers

    async def run_all(self, recalls: Sequence[Recall], some: Sequence[Actor]) -> None:
        """A round for each request, several at a time."""
        for start in range(0, len(recalls), AT_ONCE):
            await asyncio.gather(*(self.run(recall, some) for recall in recalls[start : start + AT_ONCE]))
        assert self.overlapped * 2 >= self.rounds, f"only {self.overlapped} of {self.rounds} rounds overlapped"


def by_api(people: Actors, number: int, verdict: str = "approve") -> Actor:
    return lambda recall: people.decide(recall, by=people.approvers[number], verdict=verdict)


def by_webhook(people: Actors, number: int, verdict: str = "approve") -> Actor:
    return lambda recall: people.deliver(recall, by=people.approvers[number], verdict=verdict)


def invoicing(people: Actors) -> Actor:
    async def act(recall: Recall) -> httpx.Response:
        body = {"project": people.project, "entries": [recall["lines"][0]["subject"]]}
        drafted = await people.call("POST", "/invoices", by=people.finance, body=body)
        if drafted.status_code != 201:
            return drafted
        return await people.call("POST", f"/invoices/{drafted.json()['id']}/confirm", by=people.finance, body={})

    return act


async def all_ended(people: Actors, recalls: Sequence[Recall]) -> Counter[str]:
    """How many requests ended in which way, once all have and no decision waits."""
    database = people.settings.database_url
    ids = [recall["id"] for recall in recalls]
    sql = """select count(*) from recall_request r
              where r.id = any($1::uuid[])
                and (r.status = 'awaiting_decision'
                     or exists (select from decision d where d.request_id = r.id and d.outcome = 'pending'))"""

    async def calm() -> bool:
        return await ask_database(database, sql, ids) == [(0,)]

    await until(calm, what="all requests have ended", seconds=60)
    rows = await ask_database(database, "select status from recall_request where id = any($1::uuid[])", ids)
    return Counter(status for (status,) in rows)


async def reversals(people: Actors, recalls: Sequence[Recall]) -> Counter[int]:
    """How many requests wrote how many reversals."""
    sql = """select count(a.id) from unnest($1::uuid[]) as r(id) left join actual a on a.posting_id = r.id and a.reverses_id is not null
              group by r.id"""
    rows = await ask_database(people.settings.database_url, sql, [recall["id"] for recall in recalls])
    return Counter(number for (number,) in rows)


async def test_four_approvers_at_once_reverse_each_entry_once(service: Service) -> None:
    number = count(100, 1000)
    async with actors(service.url, service.settings, approvers=4) as people:
        recalls = await people.asked(number)
        race = Race()

        await race.run_all(
            recalls, [by_api(people, 0), by_api(people, 1), by_webhook(people, 2), by_webhook(people, 3)]
        )

        assert await all_ended(people, recalls) == {"recalled": number}
        assert await reversals(people, recalls) == {2: number}
        assert set(race.statuses) <= {202, 409}


async def test_an_entry_is_never_both_billed_and_taken_back(service: Service) -> None:
    number = count(20, 200)
    async with actors(service.url, service.settings) as people:
        recalls = await people.asked(number)
        race = Race()

        await race.run_all(recalls, [by_api(people, 0), invoicing(people)])

        standing = await settled_or_blocked(people, recalls)
        billed = await billed_entries(people, recalls)
        for recall, (status, blocked) in zip(recalls, standing, strict=True):
            entry = recall["lines"][0]["subject"]
            taken_back = status == "recalled"
            assert not (taken_back and entry in billed), (status, blocked)
            assert taken_back or entry in billed or blocked == "on_draft_invoice", (status, blocked)
        assert set(race.statuses) <= {200, 202, 422, 503}


async def settled_or_blocked(people: Actors, recalls: Sequence[Recall]) -> list[tuple[str, str | None]]:
    """The status of each request and what blocks it, once no decision waits."""
    ids = [recall["id"] for recall in recalls]
    url = people.settings.database_url

    async def calm() -> bool:
        sql = "select count(*) from decision where request_id = any($1::uuid[]) and outcome = 'pending'"
        return await ask_database(url, sql, ids) == [(0,)]

    await until(calm, what="every decision is settled", seconds=60)
    sql = """select r.status, l.blocked_code from unnest($1::uuid[]) with ordinality as t(id, position)
              join recall_request r on r.id = t.id join recall_line l on l.request_id = r.id order by t.position"""
    return await ask_database(url, sql, ids)


async def billed_entries(people: Actors, recalls: Sequence[Recall]) -> set[str]:
    sql = """select distinct a.entry_id::text from actual a
              where a.entry_id = any($1::uuid[]) and a.type = 'billed_sales' and a.adjustment_status = 'none'"""
    ids = [recall["lines"][0]["subject"] for recall in recalls]
    return {id for (id,) in await ask_database(people.settings.database_url, sql, ids)}


async def test_of_two_requests_for_one_entry_at_once_one_is_told_that_the_other_is_open(service: Service) -> None:
    async with actors(service.url, service.settings) as people:
        entries = await people.approved_entries(count(20, 200))
        race = Race()

        def asking(entry: str) -> Actor:
            body = {"entries": [entry], "reason": "wrong project"}
            return lambda _: people.call("POST", "/recalls", by=people.owner, body=body)

        for entry in entries:
            answers = await race.run({}, [asking(entry), asking(entry), asking(entry)])

            refused = [answer.json()["code"] for answer in answers if answer.status_code != 201]
            assert refused == ["recall_pending", "recall_pending"]
        assert race.overlapped * 2 >= race.rounds


async def test_fifty_copies_of_one_message_are_one_decision(service: Service) -> None:
    async with actors(service.url, service.settings) as people:
        for recall in await people.asked(count(2, 20)):
            copies = [people.deliver(recall, by=people.approvers[0], message=f"m-{recall['id']}") for _ in range(50)]

            answers = await asyncio.gather(*copies)

            assert {answer.status_code for answer in answers} == {202}
            assert len({answer.json()["decision"] for answer in answers}) == 1
            assert [one["outcome"] for one in (await people.ended(recall))["decisions"]] == ["applied"]


async def test_a_known_message_with_another_body_is_refused(service: Service) -> None:
    async with actors(service.url, service.settings) as people:
        (recall,) = await people.asked(1)
        message = f"m-{recall['id']}"
        first, other = await asyncio.gather(
            people.deliver(recall, by=people.approvers[0], message=message),
            people.deliver(recall, by=people.approvers[0], verdict="reject", message=message),
        )

        assert sorted([first.status_code, other.status_code]) == [202, 409]
        (refused,) = [answer.json()["code"] for answer in (first, other) if answer.status_code == 409]
        assert refused == "webhook_id_reused"
        assert len((await people.ended(recall))["decisions"]) == 1


async def test_of_one_person_who_decides_many_times_at_once_one_decision_is_taken(service: Service) -> None:
    """A second one is answered that the first one counts, or, of a quorum, waits for others."""
    async with actors(service.url, service.settings, policy={"quorum": 2}) as people:
        recalls = await people.asked(count(5, 60))
        race = Race()
        twice = [by_api(people, 0), by_api(people, 0), by_webhook(people, 0), by_webhook(people, 0)] * 2

        for recall in recalls:
            answers = await race.run(recall, twice)
            taken = [answer for answer in answers if answer.status_code == 202]
            refused = {answer.json()["code"] for answer in answers if answer.status_code != 202}
            assert len(taken) == 1
            assert refused == {"already_decided"}
            assert len((await people.recall(recall))["decisions"]) == 1
