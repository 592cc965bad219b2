"""Entries that name no project cost only, and the managers of their unit decide on them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.api.world import World, code_of

pytestmark = pytest.mark.api


@pytest.fixture
def managed(world: World) -> World:
    """A world whose unit has sid as manager."""
    roles = {
        "finance": [world.people["fia"]],
        "manager": [world.people["sid"]],
        "member": [world.people["bob"]],
    }
    world.do("admin", f"/v1/units/{world.unit}/roles", roles, method="PUT")
    return world


def drafted(world: World, **fields: object) -> dict[str, object]:
    body = {"unit": world.unit, "kind": "time", "date": "2026-02-02", "quantity": "8", "cost_price": "100", **fields}
    return world.do("bob", "/v1/entries", body)


def approved(world: World) -> str:
    entry = str(drafted(world)["id"])
    world.do("bob", "/v1/entries/submit", {"entries": [entry]})
    world.do("sid", "/v1/entries/approve", {"entries": [entry]})
    return entry


def test_a_manager_approves_and_it_costs_only(managed: World) -> None:
    entry = approved(managed)

    rows = managed.get(f"/v1/entries/{entry}/actuals")["items"]
    project = managed.get(f"/v1/projects/{managed.get(f'/v1/entries/{entry}')['project']}")

    assert [(row["type"], row["amount"]["amount"]) for row in rows] == [("cost", "800.00")]
    assert (project["without_project"], project["approvers"]) == (True, [managed.people["sid"]])


def test_no_milestone_is_billed_on_it(managed: World) -> None:
    project = drafted(managed)["project"]
    body = {"amount": "100", "name": "Delivery", "date": "2026-02-01"}

    answer = managed.call("fia", "POST", f"/v1/projects/{project}/milestones", json=body)

    assert code_of(answer) == (422, "not_invoiceable")
    assert answer.json()["detail"] == "What is booked without a project has no customer."
    assert managed.get(f"/v1/invoices?project={project}")["items"] == []


def test_an_approver_of_projects_has_no_right_on_it(managed: World) -> None:
    entry = str(drafted(managed)["id"])
    managed.do("bob", "/v1/entries/submit", {"entries": [entry]})

    answer = managed.call("mia", "POST", "/v1/entries/approve", json={"entries": [entry]})

    assert code_of(answer) == (403, "not_approver")


def test_a_manager_decides_its_recall_and_finds_it_in_the_queue(managed: World) -> None:
    entry = approved(managed)
    recall = managed.requested(entry)

    queue = [one["id"] for one in managed.get("/v1/recalls?waiting_for=me", person="sid")["items"]]
    refused = managed.decide(recall, by="mia")
    answer = managed.decide(recall, by="sid")

    assert queue == [recall["id"]]
    assert code_of(refused) == (403, "not_approver")
    assert answer.json()["recall"]["status"] == "recalled"
    assert managed.get(f"/v1/entries/{entry}")["status"] == "returned"


def test_a_manager_who_asked_does_not_decide(managed: World) -> None:
    body = {"unit": managed.unit, "kind": "time", "date": "2026-02-02", "quantity": "8"}
    entry = str(managed.do("sid", "/v1/entries", body)["id"])
    managed.do("sid", "/v1/entries/submit", {"entries": [entry]})
    managed.do("sid", "/v1/entries/approve", {"entries": [entry]})
    recall = managed.requested(entry, owner="sid")

    assert code_of(managed.decide(recall, by="sid")) == (403, "own_request")


def test_a_role_that_is_given_later_counts_at_once(managed: World) -> None:
    recall = managed.requested(approved(managed))
    roles = {"finance": [managed.people["fia"]], "manager": [managed.people["noor"]]}
    managed.do("admin", f"/v1/units/{managed.unit}/roles", roles, method="PUT")

    assert code_of(managed.decide(recall, by="sid")) == (403, "not_approver")
    assert managed.decide(recall, by="noor").json()["recall"]["status"] == "recalled"


def test_all_entries_without_a_project_stand_in_one_place_however_many_come_at_once(managed: World) -> None:
    with ThreadPoolExecutor(8) as pool:
        places = set(pool.map(lambda _: drafted(managed)["project"], range(16)))

    assert len(places) == 1


@pytest.mark.parametrize("both", [True, False])
def test_an_entry_stands_in_a_project_or_in_a_unit(*, both: bool, managed: World) -> None:
    body = {"kind": "time", "date": "2026-02-02", "quantity": "8"}
    place = {"project": managed.project, "unit": managed.unit} if both else {}

    answer = managed.call("bob", "POST", "/v1/entries", json=body | place)

    assert code_of(answer) == (400, "invalid_value")


def test_its_approvers_are_the_managers_and_nobody_else_is_set(managed: World) -> None:
    project = drafted(managed)["project"]
    body = {"approvers": [managed.people["mia"]]}

    answer = managed.call("admin", "PUT", f"/v1/projects/{project}/approvers", json=body)

    assert code_of(answer) == (422, "managers_decide")


def test_nothing_of_it_is_invoiced(managed: World) -> None:
    entry = approved(managed)
    project = managed.get(f"/v1/entries/{entry}")["project"]

    answer = managed.call("fia", "POST", "/v1/invoices", json={"project": project, "entries": [entry]})

    assert code_of(answer) == (422, "not_invoiceable")
