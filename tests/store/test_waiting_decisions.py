"""A decision that is stored and waits for the workflow: what its decider is offered is what they may do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from temporalio.client import Client

from tests.acting import ADMIN
from tests.databases import FreshDatabase
from tests.in_process import Stage, on_stage
from workflows.contracts import ToSettle

pytestmark = pytest.mark.store
Json = dict[str, Any]


@pytest.fixture
async def stage(database: FreshDatabase, temporal_client: Client) -> AsyncIterator[Stage]:
    """Nothing works on what is decided, so it stays pending."""
    async with on_stage(database, temporal_client, working=False) as made:
        yield made


async def offered(stage: Stage, recall: Json, *, by: str) -> dict[str, tuple[bool, str | None]]:
    """What somebody is offered, read alone and in a list, which say the same."""
    one = await stage.people.done("GET", f"/recalls/{recall['id']}", by=by)
    listed = await stage.people.done("GET", f"/recalls?unit={stage.people.unit}", by=by)
    (other,) = [item for item in listed["items"] if item["id"] == recall["id"]]
    assert one["allowed_actions"] == other["allowed_actions"]
    return {action["action"]: (action["allowed"], action["code"]) for action in one["allowed_actions"]}


async def test_what_one_has_approved_is_not_offered_again_while_it_waits(stage: Stage) -> None:
    (recall,) = await stage.people.asked(1)
    mia, noor = stage.people.approvers
    decision = await stage.decided(recall)

    waiting, other = await offered(stage, recall, by=mia), await offered(stage, recall, by=noor)
    again = await stage.people.decide(recall, by=mia)

    assert waiting["approve"] == (False, "already_decided")
    assert waiting["reject"] == other["approve"] == other["reject"] == (True, None)
    assert (again.status_code, again.json()["code"]) == (409, "already_decided")
    assert again.json()["errors"][0]["facts"] == {"why": "pending"}
    standing = await stage.activities.settle_decision(ToSettle(recall["id"], decision))
    assert standing.status == "recalled"


async def test_what_one_has_rejected_can_not_be_approved_while_that_waits(stage: Stage) -> None:
    (recall,) = await stage.people.asked(1)
    mia, _ = stage.people.approvers
    await stage.decided(recall, verdict="reject")

    assert (await offered(stage, recall, by=mia))["approve"] == (False, "already_decided")
    assert (await stage.people.decide(recall, by=mia)).status_code == 409


async def test_a_second_approval_is_taken_once_the_rows_changed(stage: Stage) -> None:
    (recall,) = await stage.people.asked(1)
    people = stage.people
    mia, _ = people.approvers
    first = await stage.decided(recall)
    rates = {"entries": [recall["lines"][0]["subject"]], "rates": {"cost": "110", "sales": "220"}}
    await people.done("POST", f"/projects/{people.project}/reprice", by=people.finance, body=rates)

    now = await people.recall(recall)
    assert (await offered(stage, now, by=mia))["approve"] == (True, None)
    second = await people.decide(now, by=mia)

    assert second.status_code == 202
    outcomes = [
        (await stage.activities.settle_decision(ToSettle(recall["id"], one))).outcome
        for one in (first, second.json()["decision"])
    ]
    assert outcomes == ["refused", "applied"]


async def test_a_delegate_of_two_uses_the_right_that_is_not_used_yet(stage: Stage) -> None:
    people = stage.people
    mia, noor = people.approvers
    await people.set_policy(quorum=2)
    await people.done("POST", "/people", by=ADMIN, body={"id": f"gro-{people.suffix}", "name": "Gro"})
    for giver in (mia, noor):
        made = {"giver": giver, "taker": f"gro-{people.suffix}", "since": "2020-01-01", "until": "2199-12-31"}
        await people.done("POST", "/delegations", by=giver, body={**made, "purpose": "decisions"})
    (recall,) = await people.asked(1)
    own = await stage.decided(recall)

    by_delegate = await people.decide(recall, by=f"gro-{people.suffix}")

    assert by_delegate.status_code == 202
    decisions = [own, by_delegate.json()["decision"]]
    standings = [await stage.activities.settle_decision(ToSettle(recall["id"], one)) for one in decisions]
    assert [one.status for one in standings] == ["awaiting_decision", "recalled"]
    shown = (await people.recall(recall))["decisions"]
    assert [(one["by"], one["on_behalf_of"]) for one in shown] == [(mia, None), (f"gro-{people.suffix}", noor)]


async def test_a_decision_is_refused_where_the_right_it_used_is_gone_though_there_is_another(stage: Stage) -> None:
    people = stage.people
    mia, noor = people.approvers
    gro = f"gro-{people.suffix}"
    await people.done("POST", "/people", by=ADMIN, body={"id": gro, "name": "Gro"})
    made = {
        giver: await people.done(
            "POST",
            "/delegations",
            by=giver,
            body={"giver": giver, "taker": gro, "since": "2020-01-01", "until": "2199-12-31", "purpose": "decisions"},
        )
        for giver in (mia, noor)
    }
    (recall,) = await people.asked(1)
    decision = (await people.decide(recall, by=gro)).json()["decision"]
    assert (await people.recall(recall))["decisions"][0]["on_behalf_of"] == mia

    await people.done("DELETE", f"/delegations/{made[mia]['id']}", by=mia)
    standing = await stage.activities.settle_decision(ToSettle(recall["id"], decision))

    assert (standing.status, standing.outcome) == ("awaiting_decision", "refused")
    assert (await people.recall(recall))["decisions"][0]["code"] == "delegation_expired"
    again = (await people.decide(recall, by=gro)).json()["decision"]
    assert (await stage.activities.settle_decision(ToSettle(recall["id"], again))).status == "recalled"
