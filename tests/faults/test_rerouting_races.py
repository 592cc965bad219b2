"""A request is made while its approver hands decisions over: whichever comes first, the delegate is asked, and told of it once."""

from __future__ import annotations

from functools import partial

import pytest

from tests.acting import ADMIN, Actors, actors
from tests.counts import count
from tests.harness import Service
from tests.racing import Race, code_of

pytestmark = [pytest.mark.faults, pytest.mark.asyncio(loop_scope="session")]


async def approved_by_somebody_else_each(people: Actors, number: int) -> list[tuple[str, str]]:
    """Approvers of the project, each with an entry that they have approved."""
    givers = [f"giver-{place}-{people.suffix}" for place in range(number)]
    for giver in givers:
        await people.done("POST", "/people", by=ADMIN, body={"id": giver, "name": giver})
    approvers = {"approvers": [*people.approvers, *givers]}
    await people.done("PUT", f"/projects/{people.project}/approvers", by=ADMIN, body=approvers)
    given = {"project": people.project, "kind": "time", "date": "2026-02-02", "quantity": "8", "owner": people.owner}
    made = []
    for giver in givers:
        entry = (await people.done("POST", "/entries", by=people.owner, body=given))["id"]
        await people.done("POST", "/entries/submit", by=people.owner, body={"entries": [entry]})
        await people.done("POST", "/entries/approve", by=giver, body={"entries": [entry]})
        made.append((giver, entry))
    return made


async def test_a_request_and_a_delegation_of_its_approver_leave_the_delegate_asked(race_service: Service) -> None:
    async with actors(race_service.url, race_service.settings) as people:
        race = Race(people)
        taker = people.approvers[0]

        async def one(item: tuple[str, str]) -> str:
            giver, entry = item
            days = {"since": "2020-01-01", "until": "2199-12-31", "purpose": "decisions"}
            delegation = {"giver": giver, "taker": taker, **days}
            wish = {"entries": [entry], "reason": "wrong project"}
            given, made = await race.released(
                partial(people.call, "POST", "/delegations", by=giver, body=delegation),
                partial(people.call, "POST", "/recalls", by=people.owner, body=wish),
            )
            assert (code_of(given), code_of(made)) == (None, None)
            (recall,) = made.json()["recalls"]
            assert (await people.recall(recall))["asked"] == taker
            history = await people.done("GET", f"/recalls/{recall['id']}/history", by=people.owner)
            told = [one["facts"] for one in history["items"] if one["event"] == "rerouted"]
            assert told in ([], [{"from": giver, "to": taker, "delegation": given.json()["id"]}])
            return "handed over" if told else "asked at birth"

        await race.run(await approved_by_somebody_else_each(people, count(12, 300)), one, first="asked at birth")
