"""How often one caller may call: what comes too soon is refused with a time to wait, changes nothing, and costs nobody else."""

from __future__ import annotations

import pytest
from httpx import Response
from temporalio.client import Client

from api.pacing import BURST_SECONDS, Pacing
from tests.databases import FreshDatabase
from tests.in_process import Stage, on_stage

pytestmark = pytest.mark.api


def used_up(stage: Stage, caller: str) -> None:
    """One call a second for everybody from now on, and this caller has made all of a burst."""
    stage.service.pacing = Pacing(1)
    for _ in range(BURST_SECONDS):
        stage.service.pacing.check(caller)


def is_told_to_wait(answer: Response) -> bool:
    return (answer.status_code, answer.json()["code"]) == (429, "rate_limited") and answer.headers["retry-after"] == "1"


async def test_a_person_who_calls_too_often_waits_and_nobody_else_does(
    database: FreshDatabase, temporal_client: Client
) -> None:
    async with on_stage(database, temporal_client, working=False) as stage:
        people = stage.people
        (recall,) = await people.asked(1)
        used_up(stage, people.approvers[0])

        refused = await people.decide(recall, by=people.approvers[0])
        by_another = await people.decide(recall, by=people.approvers[1])
        stage.service.pacing = Pacing(0)

        assert is_told_to_wait(refused), refused.text
        assert by_another.status_code == 202
        assert [one["by"] for one in (await people.recall(recall))["decisions"]] == [people.approvers[1]]


async def test_a_channel_waits_for_its_own_messages_and_never_for_forged_ones(
    database: FreshDatabase, temporal_client: Client
) -> None:
    async with on_stage(database, temporal_client, working=False) as stage:
        people = stage.people
        first, second = await people.asked(2)
        stage.service.pacing = Pacing(1)
        forged = {"webhook-id": "msg_1", "webhook-timestamp": "1", "webhook-signature": "v1,AAAA"}
        path = f"/v1/webhooks/decisions/{people.unit}"
        statuses = {(await people.http.post(path, content=b"{}", headers=forged)).status_code for _ in range(20)}

        taken = await people.deliver(first, by=people.approvers[0])
        used_up(stage, f"channel {people.unit}")
        refused = await people.deliver(second, by=people.approvers[0])
        stage.service.pacing = Pacing(0)

        assert (statuses, taken.status_code) == ({401}, 202)
        assert is_told_to_wait(refused), refused.text
        assert (await people.recall(second))["decisions"] == []


async def test_who_is_not_signed_in_is_told_that_and_uses_up_nothing(
    database: FreshDatabase, temporal_client: Client
) -> None:
    async with on_stage(database, temporal_client, working=False) as stage:
        stage.service.pacing = Pacing(1)
        for _ in range(2 * BURST_SECONDS):
            answer = await stage.people.http.get("/v1/me", headers={"authorization": "Bearer forged"})
            assert answer.status_code == 401
        assert (await stage.people.call("GET", "/me", by=stage.people.owner)).status_code == 200
