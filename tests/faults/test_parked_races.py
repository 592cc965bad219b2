"""An approval waits for a credit: whatever else happens at the moment of the credit, it goes on once or not at all."""

from __future__ import annotations

from functools import partial

import pytest

from tests.acting import Actors, actors
from tests.counts import count
from tests.faults.test_invoice_races import NEWEST, Recall, confirm, credited, settled
from tests.harness import Service
from tests.racing import Act, Race, State, code_of, state_of
from tests.waiting import until

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="session")]
# reversals and live rows of an entry: taken back after the credit, or credited only
ENDS = {"recalled": (2, 0), "withdrawn": (0, 2), "rejected": (0, 2)}


async def parked(people: Actors, recall: Recall) -> str:
    """An approval waits for a credit that finance is about to confirm: the id of the credit."""
    credit = await credited(people, recall)
    path = f"/recalls/{recall['id']}/decisions"
    said = {"decision": "approve", "park": True}
    answer = await people.call("POST", path, by=people.approvers[0], body=said, headers=NEWEST)
    await settled(people, recall, answer)
    assert (await people.recall(recall))["progress"]["parked"] == 1, answer.text
    return credit


async def ended(people: Actors, recall: Recall) -> State:
    async def is_over() -> bool:
        return (await state_of(people, recall)).status != "awaiting_decision"

    await until(is_over, what="the request ends")
    return await state_of(people, recall)


def withdrawing(people: Actors, recall: Recall) -> Act:
    return partial(people.call, "POST", f"/recalls/{recall['id']}/withdraw", by=people.owner, body={})


def rejecting(people: Actors, recall: Recall) -> Act:
    said = {"decision": "reject"}
    path = f"/recalls/{recall['id']}/decisions"
    return partial(people.call, "POST", path, by=people.approvers[1], body=said)


@pytest.mark.parametrize("other", [withdrawing, rejecting])
async def test_the_credit_and_an_end_of_the_request_leave_one_state(other: object, race_service: Service) -> None:
    assert callable(other)
    async with actors(race_service.url, race_service.settings) as people:
        race = Race(people, step_seconds=0.05)

        async def one(recall: Recall) -> str:
            credit = await parked(people, recall)
            confirming, _ = await race.released(partial(confirm, people, credit), other(people, recall))
            assert code_of(confirming) is None
            state = await ended(people, recall)
            assert (state.reversals, state.live) == ENDS[state.status]
            return state.status

        await race.run(await people.asked(count(12, 100)), one, first="recalled")


async def test_a_credit_confirmed_twice_at_once_takes_back_once(race_service: Service) -> None:
    async with actors(race_service.url, race_service.settings) as people:
        race = Race(people)

        async def one(recall: Recall) -> str:
            credit = await parked(people, recall)
            both = await race.released(*[partial(confirm, people, credit)] * 2)
            assert sorted(code_of(answer) or "" for answer in both) == ["", "invoice_confirmed"]
            state = await ended(people, recall)
            assert (state.status, state.reversals, state.live) == ("recalled", *ENDS["recalled"])
            return "first" if code_of(both[0]) is None else "second"

        await race.run(await people.asked(count(12, 100)), one, first="first")
