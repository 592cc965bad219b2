"""An approval may wait until what is invoiced was credited; then it goes on by itself, once."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from tests.acting import ask_database
from tests.api.test_credits import billed, confirmed, credited, revised, taken_back
from tests.api.world import Json, World, code_of
from tests.waiting import eventually

pytestmark = pytest.mark.api


def read(world: World, recall: Json) -> Json:
    return world.get(f"/v1/recalls/{recall['id']}")


def parked(world: World, recall: Json, *, by: str = "mia") -> httpx.Response:
    """An approval that waits where a line is invoiced."""
    return world.decide(read(world, recall), by=by, park=True)


def ended(world: World, recall: Json) -> Json:
    """The recall once it has ended by itself."""
    eventually(lambda: read(world, recall)["status"] != "awaiting_decision")
    return read(world, recall)


def settled(world: World, recall: Json) -> Json:
    """The recall once no decision on it is pending, and no approval waits any more."""

    def quiet() -> bool:
        found = read(world, recall)
        return not found["progress"]["parked"] and all(one["outcome"] != "pending" for one in found["decisions"])

    eventually(quiet)
    return read(world, recall)


def outcomes(recall: Json) -> list[tuple[str, str, str]]:
    return [(one["source"], one["outcome"], one["lines"][0]["outcome"]) for one in recall["decisions"]]


@pytest.fixture
def entry(world: World) -> str:
    return world.approved()


def test_an_approval_waits_for_the_credit_and_then_goes_on_by_itself(world: World, entry: str) -> None:
    recall = world.requested(entry)
    invoice = world.invoiced(entry)

    answer = parked(world, recall)
    waiting = read(world, recall)
    credited(world, invoice, entry)
    after = ended(world, recall)

    assert answer.status_code == 200, answer.text
    assert answer.json()["decision"]["lines"] == [{"subject": entry, "outcome": "parked", "code": "already_invoiced"}]
    assert (waiting["lines"][0]["status"], waiting["lines"][0]["parked_by"]) == ("blocked", [world.people["mia"]])
    assert (waiting["progress"]["blocked"], waiting["progress"]["parked"]) == (1, 1)
    assert (after["status"], after["lines"][0]["parked_by"]) == ("recalled", [])
    assert outcomes(after) == [("api", "applied", "parked"), ("parked", "applied", "recalled")]
    assert taken_back(world, entry) == [("cost", "-8"), ("unbilled_sales", "-8")]
    events = [one["event"] for one in world.get(f"/v1/recalls/{recall['id']}/history")["items"]]
    assert [event for event in events if event in {"parked", "resumed", "recalled"}] == [
        "parked",
        "resumed",
        "recalled",
    ]


def test_a_part_that_is_credited_is_not_waited_for(world: World, entry: str) -> None:
    recall = world.requested(entry)
    invoice = world.invoiced(entry)
    parked(world, recall)

    corrective = credited(world, invoice, entry, "6")
    waiting = read(world, recall)
    credited(world, corrective, entry)
    after = ended(world, recall)

    assert (waiting["progress"]["parked"], len(waiting["decisions"])) == (1, 1)
    assert after["status"] == "recalled"
    assert taken_back(world, entry) == [("cost", "-8"), ("unbilled_sales", "-2"), ("unbilled_sales", "-6")]


def test_rows_that_come_to_something_else_than_was_approved_need_a_new_decision(world: World, entry: str) -> None:
    recall = world.requested(entry)
    invoice = world.invoiced(entry)
    parked(world, recall)
    forged = "update recall_line set parked_by = jsonb_set(parked_by, array[$2, 'effect'], '\"another\"') where request_id = $1::uuid"
    asyncio.run(ask_database(world.service.settings.owner_database_url, forged, recall["id"], world.people["mia"]))

    credited(world, invoice, entry)
    after = settled(world, recall)

    assert after["status"] == "awaiting_decision"
    assert after["lines"][0]["blocked_by"]["code"] == "stale_version"
    assert taken_back(world, entry) == []
    assert world.decide(after).json()["recall"]["status"] == "recalled"


@pytest.mark.parametrize("plan", ["free", "drafted"])
def test_what_no_credit_can_clear_is_not_waited_for(plan: str, world: World, entry: str) -> None:
    recall = world.requested(entry)
    if plan == "drafted":
        world.drafted_invoice(entry)

    answer = parked(world, recall)

    if plan == "free":
        assert answer.json()["recall"]["status"] == "recalled"
    else:
        assert code_of(answer) == (422, "on_draft_invoice")
        assert read(world, recall)["progress"]["parked"] == 0


def test_without_the_wish_to_wait_a_line_is_blocked_and_nothing_goes_on(world: World, entry: str) -> None:
    recall = world.requested(entry)
    invoice = world.invoiced(entry)

    blocked = world.decide(read(world, recall))
    credited(world, invoice, entry)

    assert code_of(blocked) == (422, "already_invoiced")
    assert len(read(world, recall)["decisions"]) == 1
    assert taken_back(world, entry) == []


@pytest.mark.parametrize(("end", "status"), [("reject", "rejected"), ("withdraw", "withdrawn")])
def test_a_request_that_ends_while_it_waits_is_not_taken_up_again(
    end: str, status: str, world: World, entry: str
) -> None:
    recall = world.requested(entry)
    invoice = world.invoiced(entry)
    parked(world, recall)

    if end == "reject":
        world.decide(read(world, recall), by="noor", verdict="reject")
    else:
        world.do("bob", f"/v1/recalls/{recall['id']}/withdraw", {})
    credited(world, invoice, entry)

    found = read(world, recall)
    assert (found["status"], found["progress"]["parked"]) == (status, 0)
    assert all(one["source"] != "parked" for one in found["decisions"])
    assert taken_back(world, entry) == []


def test_a_right_that_was_lost_while_the_approval_waited_does_nothing(world: World, entry: str) -> None:
    recall = world.requested(entry)
    invoice = world.invoiced(entry)
    parked(world, recall)
    approvers = {"approvers": [world.people["noor"]]}
    world.do("admin", f"/v1/projects/{world.project}/approvers", approvers, method="PUT")

    credited(world, invoice, entry)
    after = settled(world, recall)

    assert after["status"] == "awaiting_decision"
    assert after["decisions"][-1]["code"] == "not_approver"
    assert taken_back(world, entry) == []


def test_two_approvals_wait_where_two_are_needed(world: World, entry: str) -> None:
    world.set_policy(quorum=2)
    recall = world.requested(entry)
    invoice = world.invoiced(entry)

    parked(world, recall)
    parked(world, recall, by="noor")
    both = read(world, recall)["lines"][0]["parked_by"]
    credited(world, invoice, entry)
    after = ended(world, recall)

    assert both == sorted([world.people["mia"], world.people["noor"]])
    assert after["status"] == "recalled"
    assert sorted(outcomes(after)[2:]) == [("parked", "applied", "approved"), ("parked", "applied", "recalled")]
    assert taken_back(world, entry) == [("cost", "-8"), ("unbilled_sales", "-8")]


def test_each_line_waits_for_its_own_credit(world: World) -> None:
    first, second = world.approved(), world.approved()
    recall = world.requested(first, second)
    invoice = world.invoiced(first, second)
    parked(world, recall)

    corrective = revised(world, invoice, first, "0").json()["id"]
    world.do("fia", f"/v1/invoices/{corrective}/confirm", {})
    eventually(lambda: read(world, recall)["progress"]["recalled"] == 1)
    between = read(world, recall)
    credited(world, invoice, second)
    after = ended(world, recall)

    assert (between["status"], between["progress"]["parked"]) == ("awaiting_decision", 1)
    assert after["status"] == "recalled"
    assert billed(world) == "0.00"


def test_only_an_approval_waits(world: World, entry: str) -> None:
    recall = world.requested(entry)
    world.invoiced(entry)

    answer = world.decide(read(world, recall), verdict="reject", park=True)

    assert code_of(answer) == (400, "invalid_value")
    assert read(world, recall)["status"] == "awaiting_decision"


def let_sid_decide(world: World, giver: str) -> str:
    body = {"giver": world.people[giver], "taker": world.people["sid"], "purpose": "decisions"}
    return str(world.do(giver, "/v1/delegations", body | {"since": "2026-01-01", "until": "2099-12-31"})["id"])


@pytest.mark.parametrize("asked", [(0, 1), (1, 0)])
def test_each_waiting_approval_of_a_delegate_goes_on_by_the_right_it_was_given_by(
    asked: tuple[int, int], world: World
) -> None:
    """One of the two rights is taken away while both wait: only the line that it approved is left."""
    lost = let_sid_decide(world, "mia")
    let_sid_decide(world, "noor")
    first, second = entries = world.approved(), world.approved()
    recall = world.requested(*(entries[place] for place in asked))
    invoice = world.invoiced(first, second)

    assert world.decide(read(world, recall), by="sid", park=True, lines=[first]).status_code == 200
    assert world.call("mia", "DELETE", f"/v1/delegations/{lost}").status_code == 204
    assert world.decide(read(world, recall), by="sid", park=True, lines=[second]).status_code == 200
    draft = world.call("fia", "POST", f"/v1/invoices/{invoice}/revise", json={"quantities": {first: "0", second: "0"}})
    assert confirmed(world, draft.json()["id"]).status_code == 200
    after = settled(world, recall)

    resumed = {one["lines"][0]["subject"]: one for one in after["decisions"] if one["source"] == "parked"}
    assert resumed[first]["on_behalf_of"] == world.people["mia"]
    assert (resumed[first]["outcome"], resumed[first]["code"]) == ("refused", "delegation_expired")
    assert resumed[second]["on_behalf_of"] == world.people["noor"]
    assert (resumed[second]["outcome"], resumed[second]["lines"][0]["outcome"]) == ("applied", "recalled")
    assert taken_back(world, first) == []
    assert taken_back(world, second) == [("cost", "-8"), ("unbilled_sales", "-8")]
