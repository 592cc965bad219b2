"""Requests on posted production over HTTP: what they name, what stands in the way, who decides, what is written."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from tests.api.factory import ROOM, Factory, new_factory
from tests.api.world import World, code_of

pytestmark = pytest.mark.api

LINE = {"order": "RPO-1", "operation": "20", "run": "60", "output": "10"}


@pytest.fixture
def factory(world: World) -> Factory:
    return new_factory(world)


def test_a_refused_request_names_each_line_by_its_place(factory: Factory) -> None:
    output, other = factory.output(), factory.output()
    factory.ship("BOLT", "1")

    answer = factory.asked(
        outputs=[{"entry": output["item_entry"]}, {"entry": other["capacity_entry"]}],
        capacities=[other["capacity_entry"], secrets.token_hex(4)],
        consumptions=[output["item_entry"]],
    )

    assert code_of(answer) == (422, "several_refusals")
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [
        ("/outputs/0", "remaining_too_low"),
        ("/outputs/1", "wrong_entry_type"),
        ("/capacities/0", "duplicate_line"),
        ("/capacities/1", "unknown_entry"),
        ("/consumptions/0", "duplicate_line"),
    ]


def test_too_little_left_names_what_used_it(factory: Factory) -> None:
    output = factory.output("40")
    shipped = factory.ship("BOLT", "30")["lines"][0]["entries"][0]["id"]
    number = factory.world.get(f"{ROOM}/entries/{shipped}")["number"]

    (error,) = factory.asked(outputs=[{"entry": output["item_entry"], "quantity": "15"}]).json()["errors"]

    assert error["code"] == "remaining_too_low"
    assert (error["facts"]["quantity"], error["facts"]["entries"]) == ("10", str(number))


def test_more_time_than_there_is_cannot_be_taken_back(factory: Factory) -> None:
    output = factory.output("10")

    for figures in ({"run": "60.5"}, {"setup": "1"}, {"scrap": "1"}):
        answer = factory.asked(outputs=[{"entry": output["item_entry"], "quantity": "5", **figures}])
        assert code_of(answer) == (422, "remaining_too_low"), figures


def test_a_stop_is_taken_back_alone_and_not_again_with_its_output(factory: Factory) -> None:
    world = factory.world
    output = factory.output("10", stop="7")
    stop = factory.asked(capacities=[output["stop_entry"]]).json()["recalls"][0]
    assert world.decide(stop).status_code == 200
    whole = factory.asked(outputs=[{"entry": output["item_entry"]}]).json()["recalls"][0]

    assert world.decide(whole).status_code == 200

    _, work = factory.ledgers()
    assert sorted((row["stop"], row["run"]) for row in work) == [("-7", "0"), ("0", "-60"), ("0", "60"), ("7", "0")]
    assert all(row["reversed"] for row in work)


def test_a_register_and_one_of_its_entries_are_one_open_request(factory: Factory) -> None:
    output = factory.output("10")
    both = factory.asked(register=output["register"], outputs=[{"entry": output["item_entry"]}])
    first = factory.asked(register=output["register"])
    second = factory.asked(outputs=[{"entry": output["item_entry"]}])

    assert [one["code"] for one in both.json()["errors"]] == ["duplicate_line"]
    assert first.status_code == 201
    assert code_of(second) == (409, "recall_pending")


@pytest.mark.parametrize(
    ("heading", "kind", "code"),
    [
        ("outputs", "capacity_entry", "wrong_entry_type"),
        ("outputs", "register", "wrong_entry_type"),
        ("capacities", "item_entry", "wrong_entry_type"),
        ("capacities", "register", "wrong_entry_type"),
        ("capacities", "capacity_entry", "last_operation"),
        ("consumptions", "item_entry", "wrong_entry_type"),
        ("consumptions", "capacity_entry", "wrong_entry_type"),
        ("consumptions", "register", "wrong_entry_type"),
        ("register", "item_entry", "wrong_entry_type"),
        ("register", "capacity_entry", "wrong_entry_type"),
    ],
)
def test_everything_is_listed_under_its_own_heading(factory: Factory, heading: str, kind: str, code: str) -> None:
    id = factory.output("10")[kind]
    named: Any = {"outputs": [{"entry": id}], "register": id}.get(heading, [id])

    assert code_of(factory.asked(**{heading: named})) == (422, code)


def test_who_posted_asked_or_is_no_approver_does_not_decide(factory: Factory) -> None:
    world, people = factory.world, factory.world.people
    recall = factory.asked(outputs=[{"entry": factory.output()["item_entry"]}]).json()["recalls"][0]
    roles = {
        "planner": [people["sid"]],
        "member": [people["bob"]],
        "approver": [people[one] for one in ("mia", "sid", "bob")],
    }
    world.do("admin", f"/v1/units/{world.unit}/roles", roles, method="PUT")

    assert recall["kind"] == "production"
    assert code_of(world.decide(recall, by="noor")) == (403, "not_approver")
    assert code_of(world.decide(recall, by="bob")) == (403, "own_request")
    assert code_of(world.decide(recall, by="sid")) == (403, "own_request")
    queue = {one: world.get("/v1/recalls?waiting_for=me", person=one)["items"] for one in ("mia", "sid", "noor")}
    assert {one: [recall["id"] for recall in found] for one, found in queue.items()} == {
        "mia": [recall["id"]],
        "sid": [],
        "noor": [],
    }
    assert world.decide(recall, by="mia").status_code == 200


def test_who_has_no_role_in_the_unit_cannot_ask(factory: Factory) -> None:
    wish = {"outputs": [{"entry": factory.output()["item_entry"]}], "reason": "x"}

    assert code_of(factory.world.call("noor", "POST", "/v1/recalls", json=wish)) == (403, "not_yours")


def test_the_preview_of_a_request_is_what_it_writes(factory: Factory) -> None:
    world = factory.world
    output = factory.output("40", setup="15", scrap="2")
    wish = {"outputs": [{"entry": output["item_entry"], "quantity": "15"}]}
    preview = world.do("bob", "/v1/recalls/preview", wish)
    recall = factory.asked(**wish).json()["recalls"][0]

    assert world.decide(recall).status_code == 200

    seen = world.get(f"/v1/recalls/{recall['id']}")
    (line,) = seen["lines"]
    written = [{name: value for name, value in row.items() if name != "id"} for row in line["rows"]]
    planned = [{name: value for name, value in row.items() if name != "closes"} for row in preview["lines"][0]["rows"]]
    assert written == planned
    assert preview["amount"] == {"amount": "750.00", "currency": "USD"}
    assert (seen["status"], line["status"]) == ("recalled", "recalled")


def test_an_approval_of_rows_that_changed_is_refused_with_the_difference(world: World) -> None:
    factory = new_factory(world, output_reversal_needs_approval=False)
    output = factory.output("40")
    recall = factory.asked(outputs=[{"entry": output["item_entry"], "quantity": "20"}]).json()["recalls"][0]
    back = {**LINE, "output": "-20", "run": "-30", "applies_to": output["item_entry"]}
    assert factory.journal(back).status_code == 201

    stale = world.decide(recall)
    now = world.get(f"/v1/recalls/{recall['id']}", person="mia")

    assert code_of(stale) == (412, "stale_version")
    assert stale.json()["difference"][0]["gone"]
    assert world.decide(now).status_code == 200
    assert factory.stock("BOLT") == "0"
