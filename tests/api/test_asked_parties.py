"""Who is asked where an approver is a party of the request, or may not decide for another reason: the next who may."""

from __future__ import annotations

import pytest

from tests.api.factory import new_factory
from tests.api.test_asked import (
    AWAY,
    TODAY,
    TOMORROW,
    advance,
    asked,
    by_name,
    hand_over,
    queue,
    reroutings,
    set_approvers,
)
from tests.api.test_visibility import delegate
from tests.api.world import Json, World, code_of, new_project

pytestmark = pytest.mark.api
ALWAYS = ("2026-01-01", "2026-12-31")


@pytest.fixture
def dated(world: World) -> World:
    """A world whose unit has a day."""
    world.do("admin", f"/v1/units/{world.unit}/clock", {"today": TODAY})
    return world


def of_an_approver(world: World) -> Json:
    """mia owns an entry, approves it herself and asks for it back."""
    return world.requested(world.approved("mia"), owner="mia")


def test_an_approver_who_owns_the_entry_is_passed_over_for_the_next_in_the_order_of_the_project(dated: World) -> None:
    set_approvers(dated, "fia", "mia", "noor")

    recall = of_an_approver(dated)

    assert (by_name(dated, recall["approver"]), by_name(dated, recall["asked"])) == ("mia", "fia")
    assert {name: queue(dated, name) for name in ("mia", "fia", "noor")} == {
        "mia": [],
        "fia": [recall["id"]],
        "noor": [recall["id"]],
    }
    assert code_of(dated.decide(recall, by="mia")) == (403, "own_request")
    assert dated.decide(recall, by="fia").json()["recall"]["status"] == "recalled"


def test_an_approver_who_asks_for_somebody_else_is_passed_over(dated: World) -> None:
    delegate(dated, "bob", "mia", days=ALWAYS, purpose="requests")

    recall = dated.requested(dated.approved(), owner="mia")

    assert asked(dated, recall) == "noor"
    assert (queue(dated, "mia"), queue(dated, "noor")) == ([], [recall["id"]])


def test_of_entries_of_several_people_one_who_owns_any_of_them_is_passed_over(dated: World) -> None:
    delegate(dated, "bob", "sid", days=ALWAYS, purpose="requests")
    delegate(dated, "mia", "sid", days=ALWAYS, purpose="requests")

    recall = dated.requested(dated.approved(), dated.approved("mia"), owner="sid")

    assert asked(dated, recall) == "noor"


def test_in_each_project_its_own_approvers_are_asked(dated: World) -> None:
    alfa, beta = dated.project, new_project(dated, "Beta", approvers=("mia", "fia"))
    both = [dated.approved("mia", project=one) for one in (alfa, beta)]

    body = {"entries": both, "reason": "Wrong project"}
    recalls = dated.do("mia", "/v1/recalls", body)["recalls"]

    assert {one["subject"]: by_name(dated, one["asked"]) for one in recalls} == {alfa: "noor", beta: "fia"}


def test_one_who_may_ask_for_a_party_is_passed_over_as_long_as_that_is_so(dated: World) -> None:
    recall = dated.requested(dated.approved())

    id = delegate(dated, "bob", "mia", days=AWAY, purpose="requests")
    during = asked(dated, recall), queue(dated, "mia")
    dated.call("bob", "DELETE", f"/v1/delegations/{id}")

    assert during == ("noor", [])
    assert (asked(dated, recall), queue(dated, "mia")) == ("mia", [recall["id"]])
    assert reroutings(dated, recall) == [("mia", "noor", "bob", None), ("noor", "mia", "bob", None)]


def test_who_is_asked_instead_hands_over_and_takes_back(dated: World) -> None:
    recall = of_an_approver(dated)

    id = hand_over(dated, "noor", "sid")
    during = asked(dated, recall)
    hand_over(dated, "mia", "fia")
    still = asked(dated, recall)
    dated.call("noor", "DELETE", f"/v1/delegations/{id}")

    assert (during, still, asked(dated, recall)) == ("sid", "sid", "noor")


def test_who_is_asked_instead_hands_over_from_a_day_on(dated: World) -> None:
    recall = of_an_approver(dated)
    hand_over(dated, "noor", "fia", days=(TOMORROW, TOMORROW))

    advance(dated, "12h")
    during = asked(dated, recall)
    advance(dated, "24h")

    assert (during, asked(dated, recall)) == ("fia", "noor")
    assert reroutings(dated, recall) == [("noor", "fia", "clock", None), ("fia", "noor", "clock", None)]


def test_the_approvers_of_a_project_change_while_a_request_waits(dated: World) -> None:
    own, other = of_an_approver(dated), dated.requested(dated.approved())

    set_approvers(dated, "mia", "fia")
    replaced = asked(dated, own), asked(dated, other)
    set_approvers(dated, "fia")
    left = asked(dated, own), asked(dated, other)
    set_approvers(dated, "noor", "mia")

    assert replaced == ("fia", "mia")
    assert left == ("fia", "fia")
    assert (asked(dated, own), asked(dated, other)) == ("noor", "mia")
    assert reroutings(dated, other) == [("mia", "fia", "admin", None), ("fia", "mia", "admin", None)]


def test_an_approver_who_has_left_is_not_asked(dated: World) -> None:
    entry = dated.approved()
    set_approvers(dated, "noor")

    assert asked(dated, dated.requested(entry)) == "noor"


def test_where_nobody_else_may_decide_it_stays_with_the_approver_and_is_escalated(dated: World) -> None:
    dated.set_policy(escalate_after="1h", escalate_to=dated.people["fia"])
    set_approvers(dated, "mia")
    recall = of_an_approver(dated)

    before = asked(dated, recall), queue(dated, "mia"), queue(dated, "fia")
    advance(dated, "2h")

    assert before == ("mia", [], [])
    assert queue(dated, "fia") == [recall["id"]]
    assert dated.decide(recall, by="fia").json()["recall"]["status"] == "recalled"


def test_where_the_policy_allows_deciding_own_requests_the_approver_is_asked(dated: World) -> None:
    dated.set_policy(allow_self_decision=True)

    recall = of_an_approver(dated)

    assert asked(dated, recall) == "mia"
    assert queue(dated, "mia") == [recall["id"]]


def test_of_production_the_next_approver_of_the_unit_is_asked_where_the_first_acts_for_who_asked(world: World) -> None:
    factory = new_factory(world)
    roles = world.get(f"/v1/units/{world.unit}")["roles"]
    deciders = sorted([*roles["approver"], world.people["noor"]])
    world.do("admin", f"/v1/units/{world.unit}/roles", roles | {"approver": deciders}, method="PUT")
    before = factory.asked(outputs=[{"entry": factory.output()["item_entry"]}]).json()["recalls"][0]

    delegate(world, by_name(world, before["requester"]), "mia", days=("2020-01-01", "2199-12-31"), purpose="requests")

    assert by_name(world, before["asked"]) == "mia"
    assert asked(world, before) == "noor"


def set_deciders(world: World, *people: str) -> None:
    """Make these the approvers of the unit's production."""
    roles = world.get(f"/v1/units/{world.unit}")["roles"] | {"approver": [world.people[one] for one in people]}
    world.do("admin", f"/v1/units/{world.unit}/roles", roles, method="PUT")


def test_of_production_asked_for_while_there_was_no_approver_one_who_is_named_later_is_asked(world: World) -> None:
    factory = new_factory(world)
    posted = factory.output()["item_entry"]
    set_deciders(world)
    recall = factory.asked(outputs=[{"entry": posted}]).json()["recalls"][0]

    set_deciders(world, "noor")
    named = asked(world, recall)
    set_deciders(world)
    left = asked(world, recall)
    set_deciders(world, "noor", "mia")

    assert (recall["approver"], recall["asked"], named, left) == (None, None, "noor", "noor")
    history = world.get(f"/v1/recalls/{recall['id']}/history")["items"]
    assert next(one["facts"] for one in history if one["event"] == "rerouted") == {"to": world.people["noor"]}
    assert queue(world, "noor") == [recall["id"]]
    assert world.decide(recall, by=asked(world, recall)).json()["recall"]["status"] == "recalled"


def test_managers_who_decide_entries_without_a_project_change(dated: World) -> None:
    roles = dated.get(f"/v1/units/{dated.unit}")["roles"]
    body = roles | {"manager": [dated.people["mia"], dated.people["noor"]]}
    dated.do("admin", f"/v1/units/{dated.unit}/roles", body, method="PUT")
    entry = dated.approved(project=None, unit=dated.unit)
    recall = dated.requested(entry)

    body = roles | {"manager": [dated.people["noor"]]}
    dated.do("admin", f"/v1/units/{dated.unit}/roles", body, method="PUT")

    assert (by_name(dated, recall["asked"]), asked(dated, recall)) == ("mia", "noor")
