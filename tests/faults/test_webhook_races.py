"""Decisions by webhook that come twice, against each other, too early and too late: F11, F12, F15, F16 and F17.

Whatever overlaps, one message is one decision, and an entry is taken back once.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from temporalio.client import Client

from application import asking
from application.asking import Wish
from application.work import Work
from tests.acting import ADMIN, Actors, actors, ask_database, signed
from tests.counts import count
from tests.databases import FreshDatabase
from tests.harness import Service
from tests.in_process import Stage, on_stage
from tests.overlap import Act, Rounds
from tests.waiting import until

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="session")]

COPIES = 100
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sender:
    """A channel of its own, with what it needs to sign."""

    people: Actors
    channel: str
    secret: str

    async def send(
        self, recall: Mapping[str, Any], *, message: str, by: int = 0, verdict: str = "approve"
    ) -> httpx.Response:
        """A signed decision."""
        data = {"recall_id": recall["id"], "decision": verdict, "approver": self.people.approvers[by]}
        body = json.dumps({"type": "recall.decision", "timestamp": "2026-02-03T10:00:00Z", "data": data}).encode()
        headers = {"content-type": "application/json", **signed(self.secret, body, message)}
        return await self.people.http.post(f"/v1/webhooks/decisions/{self.channel}", content=body, headers=headers)

    def sending(self, recall: Mapping[str, Any], *, message: str, by: int = 0, verdict: str = "approve") -> Act:
        """The same, to be run later."""
        return lambda: self.send(recall, message=message, by=by, verdict=verdict)


async def sender(people: Actors) -> Sender:
    """A new channel of the unit."""
    body = {"id": f"c-{secrets.token_hex(6)}", "unit": people.unit}
    made = await people.done("POST", "/channels", by=ADMIN, body=body)
    return Sender(people, made["id"], made["secret"])


async def decisions_of(people: Actors, recall: Mapping[str, Any]) -> list[Json]:
    """Its decisions, once none is pending."""

    async def settled() -> list[Json] | None:
        found: list[Json] = (await people.recall(recall))["decisions"]
        return found if found and all(one["outcome"] != "pending" for one in found) else None

    return await until(settled, what="every decision is settled") or []


async def reversals(people: Actors, recall: Mapping[str, Any]) -> int:
    """How many reversals a recall has written."""
    sql = "select count(*) from actual where posting_id = $1::uuid and reverses_id is not null"
    ((number,),) = await ask_database(people.settings.database_url, sql, recall["id"])
    return int(number)


def statuses(answers: Sequence[httpx.Response]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


async def test_a_hundred_copies_of_a_message_are_one_decision(service: Service) -> None:
    rounds = Rounds(together=COPIES // 2)
    async with actors(service.url, service.settings) as people:
        by = await sender(people)

        for recall in await people.asked(count(4, 30)):
            message = secrets.token_hex(8)
            answers = await rounds.run([by.sending(recall, message=message)] * COPIES)

            assert statuses(answers) == {202: COPIES}
            assert len({answer.content for answer in answers}) == 1
            assert len(await decisions_of(people, recall)) == 1
            assert await reversals(people, recall) == 2
    rounds.prove()


async def test_of_two_bodies_under_one_id_one_is_taken_whoever_is_first(service: Service) -> None:
    rounds, taken = Rounds(together=COPIES // 2), Counter[str]()
    async with actors(service.url, service.settings) as people:
        by = await sender(people)

        for number, recall in enumerate(await people.asked(count(6, 40))):
            message = secrets.token_hex(8)
            verdicts = ["approve", "reject"] if number % 2 else ["reject", "approve"]
            acts = [by.sending(recall, message=message, verdict=verdict) for verdict in verdicts] * (COPIES // 2)
            answers = await rounds.run(acts)

            (decision,) = await decisions_of(people, recall)
            taken[decision["decision"]] += 1
            same = answers[verdicts.index(decision["decision"]) :: 2]
            others = answers[1 - verdicts.index(decision["decision"]) :: 2]
            assert statuses(same) == {202: COPIES // 2}
            assert {answer.json()["decision"] for answer in same} == {decision["id"]}
            assert {answer.json()["code"] for answer in others} == {"webhook_id_reused"}
            assert statuses(others) == {409: COPIES // 2}
            assert await reversals(people, recall) == (2 if decision["decision"] == "approve" else 0)
    rounds.prove()


async def test_two_approvers_by_two_channels_take_an_entry_back_once(service: Service) -> None:
    rounds = Rounds()
    async with actors(service.url, service.settings) as people:
        one, other = await sender(people), await sender(people)

        for recall in await people.asked(count(25, 200)):
            acts = [one.sending(recall, message="msg_same_" + recall["id"], by=0)]
            acts += [other.sending(recall, message="msg_same_" + recall["id"], by=1)]
            answers = await rounds.run(acts)

            assert 202 in statuses(answers)
            assert set(statuses(answers)) <= {202, 409}
            found = await decisions_of(people, recall)
            assert Counter(found_one["outcome"] for found_one in found)["applied"] == 1
            assert (await people.recall(recall))["status"] == "recalled"
            assert await reversals(people, recall) == 2
    rounds.prove()


async def test_conflicting_decisions_and_a_withdrawal_have_one_end(service: Service) -> None:
    rounds, ends = Rounds(together=3), Counter[str]()
    async with actors(service.url, service.settings) as people:
        one, other = await sender(people), await sender(people)

        def withdrawing(recall: Json) -> Act:
            return lambda: people.call("POST", f"/recalls/{recall['id']}/withdraw", by=people.owner, body={})

        for recall in await people.asked(count(25, 200)):
            acts = [one.sending(recall, message="msg_a_" + recall["id"])]
            acts += [other.sending(recall, message="msg_b_" + recall["id"], by=1, verdict="reject")]
            answers = await rounds.run([*acts, withdrawing(recall)])

            ended = await people.ended(recall)
            ends[ended["status"]] += 1
            assert set(statuses(answers)) <= {200, 202, 409}
            assert await reversals(people, recall) == (2 if ended["status"] == "recalled" else 0)
            applied = [found for found in ended["decisions"] if found["outcome"] == "applied"]
            assert len(applied) == (0 if ended["status"] == "withdrawn" else 1)
    rounds.prove()
    assert set(ends) <= {"recalled", "rejected", "withdrawn"}


@pytest.mark.parametrize("end", ["recalled", "rejected", "withdrawn"])
async def test_a_late_message_is_refused_and_its_copies_are_too(service: Service, end: str) -> None:
    rounds = Rounds(together=5)
    async with actors(service.url, service.settings) as people:
        by = await sender(people)
        (recall,) = await people.asked(1)
        if end == "withdrawn":
            await people.done("POST", f"/recalls/{recall['id']}/withdraw", by=people.owner, body={})
        else:
            verdict = "approve" if end == "recalled" else "reject"
            await people.decide(recall, by=people.approvers[0], verdict=verdict)
        before = await people.ended(recall)

        answers = await rounds.run([by.sending(recall, message="msg_late", by=1)] * 10)

        assert before["status"] == end
        assert {answer.json()["code"] for answer in answers} == {"request_closed"}
        assert await people.ended(recall) == before
    rounds.prove()


@dataclass(slots=True)
class Insisting:
    """Sends the same message again and again until it is taken; knows how many copies are under way."""

    by: Sender
    message: str
    refused: int = 0
    under_way: int = 0

    async def send(self, recall: Json) -> httpx.Response:
        """The answer to the copy that was taken."""
        while True:
            self.under_way += 1
            answer = await self.by.send(recall, message=self.message)
            self.under_way -= 1
            if answer.status_code == 202:
                return answer
            assert answer.json()["code"] in {"unknown_recall", "unavailable"}
            self.refused += 1

    async def was_refused(self) -> bool:
        """Whether each of six copies came too early once."""
        return self.refused >= 6


@asynccontextmanager
async def being_asked(stage: Stage, entry: str) -> AsyncIterator[Json]:
    """A request that is made, but not visible yet to anybody else; it is once the block has ended."""
    async with stage.database.begin() as connection:
        work = Work(connection, stage.people.owner, datetime.now(UTC))
        asked = await asking.ask(work, Wish((entry,), "wrong project"))
        yield {"id": asked.requests[0].request.id}


@pytest.mark.asyncio(loop_scope="function")
async def test_a_decision_before_its_request_is_visible_is_taken_when_it_comes_again(
    database: FreshDatabase, temporal_client: Client
) -> None:
    rounds = Rounds(together=1)
    async with on_stage(database, temporal_client) as stage:
        by = await sender(stage.people)

        for entry in await stage.people.approved_entries(count(8, 40)):
            insisting = Insisting(by, secrets.token_hex(8))
            async with being_asked(stage, entry) as recall:
                copies = [asyncio.create_task(insisting.send(recall)) for _ in range(6)]
                await until(insisting.was_refused, what="messages came before their request was visible")
            rounds.count(insisting.under_way)
            answers = await asyncio.gather(*copies)

            assert len({answer.content for answer in answers}) == 1
            sql = "select count(*) from decision where request_id = $1::uuid"
            assert await ask_database(database.app_url, sql, recall["id"]) == [(1,)]
            await stage.tell_temporal()
            assert (await stage.people.ended(recall | {"number": "it"}))["status"] == "recalled"
    rounds.prove()


@pytest.mark.asyncio(loop_scope="function")
async def test_a_decision_before_temporal_knows_of_its_request_is_settled_when_it_does(
    database: FreshDatabase, temporal_client: Client
) -> None:
    async with on_stage(database, temporal_client) as stage:
        by = await sender(stage.people)
        recalls = await stage.people.asked(3)

        answers = [await by.send(recall, message=f"msg_{recall['id']}") for recall in recalls]
        waiting = [(await stage.people.recall(recall))["status"] for recall in recalls]
        await stage.tell_temporal()

        assert statuses(answers) == {202: 3}
        assert waiting == ["awaiting_decision"] * 3
        assert [(await stage.people.ended(recall))["status"] for recall in recalls] == ["recalled"] * 3
