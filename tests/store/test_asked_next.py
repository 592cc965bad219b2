"""Where several have to approve, whoever's approval a request has is asked no more, and the next one is (docs/project-recall.md)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from temporalio.client import Client

from store.audit import audit
from tests.acting import ADMIN
from tests.chunking import chunks_of
from tests.damaging import found_altered
from tests.databases import FreshDatabase
from tests.in_process import Stage, on_stage
from tests.store.test_asked_meanwhile import hand_over, reroutings
from tests.store.test_audit_of_who_is_asked import ASKED, ELSE, OF_BEFORE
from workflows.contracts import Standing, ToSettle

pytestmark = pytest.mark.store
Json = dict[str, Any]
LINES, AT_ONCE = 5, 2


@pytest.fixture
async def stage(database: FreshDatabase, temporal_client: Client) -> AsyncIterator[Stage]:
    async with on_stage(database, temporal_client, working=False, policy={"quorum": 2}) as made:
        yield made


async def settled(stage: Stage, recall: Json, decision: str) -> Standing:
    """The decision, settled to its end."""
    told = ToSettle(recall["id"], decision)
    standing = await stage.activities.settle_decision(told)
    while standing.is_under_way:
        standing = await stage.activities.settle_decision(told)
    return standing


async def test_after_the_first_approval_the_next_approver_is_asked(stage: Stage) -> None:
    first, second = stage.people.approvers
    (recall,) = await stage.people.asked(1)

    standing = await settled(stage, recall, await stage.decided(recall))

    now = await stage.people.recall(recall)
    assert (recall["asked"], standing.asked, now["asked"]) == (first, second, second)
    assert await reroutings(stage, recall) == [(first, {"from": first, "to": second})]
    standing = await settled(stage, recall, await stage.decided(now, by=1))
    assert (standing.status, standing.asked) == ("recalled", "")


async def test_who_was_not_asked_may_approve_first_and_nothing_changes(stage: Stage) -> None:
    first, _ = stage.people.approvers
    (recall,) = await stage.people.asked(1)

    standing = await settled(stage, recall, await stage.decided(recall, by=1))

    assert standing.asked == (await stage.people.recall(recall))["asked"] == first
    assert await reroutings(stage, recall) == []


async def test_a_rejection_of_one_line_leaves_who_is_asked_alone(stage: Stage) -> None:
    first, _ = stage.people.approvers
    recall = await stage.people.ask(*await stage.people.approved_entries(2))
    body = {"decision": "reject", "lines": [recall["lines"][0]["subject"]]}
    headers = {"if-match": f'"{recall["plan_hash"]}"'}
    path = f"/recalls/{recall['id']}/decisions"

    answer = await stage.people.call("POST", path, by=first, body=body, headers=headers)
    standing = await settled(stage, recall, answer.json()["decision"])

    assert (standing.open, standing.rejected, standing.asked) == (1, 1, first)


async def test_an_approval_of_some_lines_asks_on_for_the_others(stage: Stage) -> None:
    first, second = stage.people.approvers
    recall = await stage.people.ask(*await stage.people.approved_entries(2))
    asked = []
    for line in recall["lines"]:
        body = {"decision": "approve", "lines": [line["subject"]]}
        headers = {"if-match": f'"{recall["plan_hash"]}"'}
        path = f"/recalls/{recall['id']}/decisions"
        answer = await stage.people.call("POST", path, by=first, body=body, headers=headers)
        asked.append((await settled(stage, recall, answer.json()["decision"])).asked)

    assert asked == [first, second]


async def test_a_delegate_of_both_is_not_asked_again_after_approving_for_one(stage: Stage) -> None:
    first, second = stage.people.approvers
    gro = f"gro-{stage.people.suffix}"
    await stage.people.done("POST", "/people", by=ADMIN, body={"id": gro, "name": "Gro"})
    for giver in (first, second):
        await hand_over(stage, giver, gro)
    (recall,) = await stage.people.asked(1)

    answer = await stage.people.decide(recall, by=gro)
    standing = await settled(stage, recall, answer.json()["decision"])

    assert (recall["asked"], standing.asked) == (gro, second)
    assert await reroutings(stage, recall) == [(gro, {"from": gro, "to": second})]


async def test_an_approver_whose_right_was_used_is_not_asked_for_another(stage: Stage) -> None:
    first, second = stage.people.approvers
    gro = f"gro-{stage.people.suffix}"
    await stage.people.done("POST", "/people", by=ADMIN, body={"id": gro, "name": "Gro"})
    for giver, taker in ((first, second), (second, gro)):
        await hand_over(stage, giver, taker)
    (recall,) = await stage.people.asked(1)

    answer = await stage.people.decide(recall, by=gro)
    standing = await settled(stage, recall, answer.json()["decision"])

    refused = await stage.people.decide(recall, by=second)
    assert (recall["asked"], standing.asked, refused.json()["code"]) == (second, first, "already_decided")


async def test_rows_that_changed_ask_the_first_again(stage: Stage) -> None:
    people = stage.people
    first, second = people.approvers
    recall, other = await people.asked(2)
    for one in (recall, other):
        await settled(stage, one, await stage.decided(one))
    late = await stage.decided(recall, by=1)

    body = {"entries": [recall["lines"][0]["subject"]], "rates": {"cost": "120", "sales": "240"}}
    await people.done("POST", f"/projects/{people.project}/reprice", by=people.finance, body=body)

    assert [(await people.recall(one))["asked"] for one in (recall, other)] == [first, second]
    assert await audit(people.settings.owner_database_url or "") == []
    standing = await settled(stage, recall, late)
    assert (standing.status, standing.asked) == ("awaiting_decision", first)
    facts = [(by, facts["from"], facts["to"]) for by, facts in await reroutings(stage, recall)]
    assert facts == [(first, first, second), (people.finance, second, first)]


async def test_a_period_that_closes_on_the_rows_asks_the_first_again(stage: Stage) -> None:
    people = stage.people
    first, second = people.approvers
    (recall,) = await people.asked(1)
    await settled(stage, recall, await stage.decided(recall))

    await people.done("POST", f"/units/{people.unit}/periods/close", by=people.finance, body={"until": "2026-02-28"})

    now = await people.recall(recall)
    assert (now["plan_hash"] != recall["plan_hash"], now["asked"]) == (True, first)
    assert [facts["from"] for _, facts in await reroutings(stage, recall)] == [first, second]


async def test_a_long_request_asks_the_next_one_after_the_last_chunk(stage: Stage) -> None:
    first, second = stage.people.approvers
    with chunks_of(AT_ONCE):
        recall = await stage.people.ask(*await stage.people.approved_entries(LINES))
        decision = await stage.decided(recall)
        begun = await stage.activities.settle_decision(ToSettle(recall["id"], decision))
        standing = await settled(stage, recall, decision)
        again = await settled(stage, recall, decision)

        assert (begun.asked, standing.asked, again.asked) == (first, second, second)
        standing = await settled(stage, recall, await stage.decided(recall, by=1))

    assert (standing.status, standing.recalled) == ("recalled", LINES)


async def test_the_delegate_of_who_approved_is_not_asked_when_the_delegation_is_given_later(stage: Stage) -> None:
    first, second = stage.people.approvers
    (recall,) = await stage.people.asked(1)
    await settled(stage, recall, await stage.decided(recall))

    await hand_over(stage, first, stage.people.finance)
    assert (await stage.people.recall(recall))["asked"] == second
    await hand_over(stage, second, stage.people.finance)

    assert (await stage.people.recall(recall))["asked"] == stage.people.finance


async def test_the_audit_knows_who_has_approved_and_requests_of_before(
    damaged_database: FreshDatabase, temporal_client: Client
) -> None:
    async with on_stage(damaged_database, temporal_client, working=False, policy={"quorum": 2}) as stage:
        (first, second), other = stage.people.approvers, stage.people.finance
        (recall,) = await stage.people.asked(1)
        await settled(stage, recall, await stage.decided(recall))
    assert await audit(damaged_database.owner_url) == []

    admin = await asyncpg.connect(damaged_database.admin_url)
    found = {
        name: [ELSE in await found_altered(admin, f"{before}{ASKED.format(name)}") for before in ("", f"{OF_BEFORE}; ")]
        for name in (first, second, other)
    }
    await admin.close()
    assert found == {first: [True, False], second: [False, False], other: [True, True]}
