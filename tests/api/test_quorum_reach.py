"""A quorum that could never be complete is refused: where it is set, and where projects, orders and approvers are made."""

from __future__ import annotations

import httpx
import pytest

from tests.api.factory import ROOM, new_factory
from tests.api.world import World, code_of, new_project

pytestmark = pytest.mark.api


def test_a_quorum_larger_than_the_approvers_of_a_project_is_refused(world: World) -> None:
    answer = world.try_policy({"quorum": 3})

    assert code_of(answer) == (422, "quorum_out_of_reach")
    assert answer.json()["errors"][0]["facts"] == {"quorum": "3", "project": "Alfa", "approvers": "2"}
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/policy/quorum"]
    assert world.get(f"/v1/policies/{world.unit}")["policy"]["quorum"] == 1


def test_one_approver_more_above_a_limit_must_be_there_too(world: World) -> None:
    limit = {"amount": "50000", "currency": "USD"}

    answer = world.try_policy({"quorum": 2, "second_approver_above": limit})

    assert code_of(answer) == (422, "quorum_out_of_reach")
    assert answer.json()["errors"][0]["facts"] == {"quorum": "3", "project": "Alfa", "approvers": "2"}
    assert world.try_policy({"second_approver_above": limit}).status_code == 200


def test_the_smallest_project_counts(world: World) -> None:
    new_project(world, "Beta", approvers=("noor",))

    answer = world.try_policy({"quorum": 2})

    assert answer.json()["errors"][0]["facts"] == {"quorum": "2", "project": "Beta", "approvers": "1"}


def test_the_escalation_person_counts_once(world: World) -> None:
    with_sid = world.try_policy({"quorum": 3, "escalate_to": world.people["sid"]})
    with_mia = world.try_policy({"quorum": 3, "escalate_to": world.people["mia"]})

    assert with_sid.status_code == 200
    assert code_of(with_mia) == (422, "quorum_out_of_reach")


def test_a_project_with_too_few_approvers_for_its_unit_is_refused(world: World) -> None:
    world.set_policy(quorum=2)
    body = {"unit": world.unit, "name": "Beta", "approvers": [world.people["mia"]]}

    answer = world.call("admin", "POST", "/v1/projects", json=body)

    assert code_of(answer) == (422, "quorum_out_of_reach")
    assert [one["name"] for one in world.get(f"/v1/projects?unit={world.unit}")["items"]] == ["Alfa"]


def test_an_approver_can_always_be_taken_away(world: World) -> None:
    world.set_policy(quorum=2)

    body = {"approvers": [world.people["mia"]]}
    answer = world.call("admin", "PUT", f"/v1/projects/{world.project}/approvers", json=body)

    assert answer.status_code == 200


def roles(world: World, *approvers: str) -> dict[str, list[str]]:
    people = world.people
    return {
        "finance": [people["fia"]],
        "planner": [people["sid"]],
        "approver": [people[one] for one in approvers],
    }


def set_roles(world: World, *approvers: str) -> httpx.Response:
    return world.call("admin", "PUT", f"/v1/units/{world.unit}/roles", json=roles(world, *approvers))


def test_a_quorum_larger_than_the_approvers_of_production_is_refused(world: World) -> None:
    assert set_roles(world, "mia").status_code == 200

    alone = world.try_policy({"quorum": 2})
    escalated = world.try_policy({"quorum": 2, "escalate_to": world.people["noor"]})

    assert code_of(alone) == (422, "quorum_out_of_reach")
    facts = {"quorum": "2", "unit": world.unit, "approvers": "1", "why": "unit"}
    assert alone.json()["errors"][0]["facts"] == facts
    assert f"unit {world.unit} has only 1 who may decide production" in alone.json()["detail"]
    assert escalated.status_code == 200


def test_a_unit_that_only_has_projects_needs_no_approvers_of_its_own(world: World) -> None:
    answer = world.try_policy({"quorum": 2})

    assert answer.status_code == 200


def test_a_unit_with_production_and_without_approvers_keeps_a_quorum_of_one(world: World) -> None:
    new_factory(world)
    assert set_roles(world).status_code == 200

    answer = world.try_policy({"quorum": 2})

    assert code_of(answer) == (422, "quorum_out_of_reach")


def test_new_approvers_of_a_unit_are_enough_and_old_ones_can_always_be_taken_away(world: World) -> None:
    world.set_policy(quorum=2)

    too_few, enough, taken_away, replaced = (
        set_roles(world, *approvers) for approvers in (("mia",), ("mia", "noor"), ("mia",), ("bob",))
    )

    assert code_of(too_few) == (422, "quorum_out_of_reach")
    assert [one.status_code for one in (enough, taken_away, replaced)] == [200, 200, 200]


def test_an_order_is_refused_where_its_recalls_could_never_be_decided(world: World) -> None:
    factory = new_factory(world)
    set_roles(world)
    world.set_policy(quorum=1)
    assert set_roles(world, "mia", "noor").status_code == 200
    world.set_policy(quorum=2)
    factory.order("RPO-8", "BOLT")
    assert set_roles(world, "mia").status_code == 200

    line = {"line": 1, "item": "BOLT", "quantity": "5", "operations": [{"operation": "10", "center": "100"}]}
    body = {"unit": world.unit, "number": "RPO-9", "status": "released", "lines": [line]}
    answer = world.call("sid", "POST", f"{ROOM}/orders", json=body)

    assert code_of(answer) == (422, "quorum_out_of_reach")
