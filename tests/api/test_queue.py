"""The queue of a decider: `waiting_for=me` is exactly what its reader may decide, over all ways to have or to lose the right."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import httpx
import pytest

from tests.api.test_lists import ids
from tests.api.world import Json, World, new_project, new_world
from tests.harness import Service

pytestmark = pytest.mark.api

EVERYBODY = ("bob", "sid", "mia", "noor", "fia", "gro", "hal", "ivy", "jon", "kai", "lea", "odd", "eli", "admin")
BEFORE, TODAY, AFTER = "2026-03-04", "2026-03-05", "2026-03-06"


def may_decide(recall: Json) -> bool:
    return any(one["allowed"] for one in recall["allowed_actions"] if one["action"] in {"approve", "reject"})


@dataclass
class Office:
    """A world with two units, and its requests by name."""

    world: World
    other_unit: str
    recalls: dict[str, str]

    def names(self, found: Sequence[str]) -> set[str]:
        return {name for name, id in self.recalls.items() if id in found}


def let_act(world: World, giver: str, taker: str, *, since: str, until: str, purpose: str = "decisions") -> str:
    people = {"giver": world.people[giver], "taker": world.people[taker]}
    return str(
        world.do("admin", "/v1/delegations", {**people, "since": since, "until": until, "purpose": purpose})["id"]
    )


def delegations(world: World) -> None:
    """gro acts for an approver today; hal did, ivy will; jon for who is escalated to; kai may ask for bob; lea has two givers.

    What eli and noor were let do was ended: eli may decide no more, and noor is no party to what bob asks for.
    """
    let_act(world, "mia", "gro", since=TODAY, until=TODAY)
    let_act(world, "noor", "hal", since="2026-03-01", until=BEFORE)
    let_act(world, "noor", "ivy", since=AFTER, until="2026-03-31")
    let_act(world, "fia", "jon", since=TODAY, until=AFTER)
    let_act(world, "bob", "kai", since=TODAY, until=TODAY, purpose="requests")
    let_act(world, "bob", "lea", since=TODAY, until=TODAY)
    let_act(world, "mia", "lea", since=TODAY, until=TODAY)
    let_act(world, "mia", "odd", since=TODAY, until=TODAY, purpose="requests")
    for ended in (
        let_act(world, "mia", "eli", since=TODAY, until=AFTER),
        let_act(world, "bob", "noor", since=TODAY, until=AFTER, purpose="requests"),
    ):
        world.call("admin", "DELETE", f"/v1/delegations/{ended}")


def peopled(service: Service, http: httpx.Client) -> World:
    world = new_world(service, http)
    mark = world.unit.removeprefix("unit-")
    world.people = {name: f"{name}-{mark}" for name in EVERYBODY if name != "admin"}
    for name in ("gro", "hal", "ivy", "jon", "kai", "lea", "odd", "eli"):
        world.do("admin", "/v1/people", {"id": world.people[name], "name": name})
    world.set_policy(escalate_to=world.people["fia"])
    world.do("admin", f"/v1/units/{world.unit}/clock", {"today": "2026-03-01"})
    delegations(world)
    return world


def other_unit(world: World) -> str:
    """A unit without a clock of its own, where people may decide what is theirs."""
    id = f"other-{secrets.token_hex(4)}"
    policy = {"allow_self_decision": True}
    world.do("admin", "/v1/units", {"id": id, "name": "Bergen", "currency": "USD", "policy": policy})
    roles = {"member": [world.people["bob"], world.people["sid"]]}
    world.do("admin", f"/v1/units/{id}/roles", roles, method="PUT")
    return id


@pytest.fixture(scope="module")
def office(service: Service, http: httpx.Client) -> Office:
    """Requests of two owners on three projects; those of the first days are escalated, one is decided, one withdrawn."""
    world = peopled(service, http)
    mixed = new_project(world, "Mixed", approvers=("mia", "bob", "kai"))
    unit = other_unit(world)
    free = new_project(world, "Free", approvers=("mia", "bob"), unit=unit)
    made: dict[str, str] = {}

    def ask(name: str, project: str, owner: str = "bob", *, by: str | None = None) -> Json:
        recall = world.requested(world.approved(owner, project=project), owner=by or owner)
        made[name] = recall["id"]
        return recall

    ask("escalated", world.project)
    ask("escalated of sid", mixed, "sid")
    world.do("admin", f"/v1/units/{world.unit}/clock/advance", {"duration": "96h"})
    ask("of bob", world.project)
    ask("of bob on mixed", mixed)
    ask("of sid", mixed, "sid")
    ask("free of bob", free)
    ask("free of sid", free, "sid")
    assert world.decide(ask("rejected", mixed, "sid"), verdict="reject").status_code == 200
    withdrawn = ask("withdrawn", mixed, "sid")
    world.do("sid", f"/v1/recalls/{withdrawn['id']}/withdraw", {})
    return Office(world, unit, made)


@pytest.mark.parametrize("person", EVERYBODY)
@pytest.mark.parametrize("limit", [1, 200])
def test_the_queue_is_what_may_be_decided_and_nothing_else(office: Office, person: str, limit: int) -> None:
    for unit in (office.world.unit, office.other_unit):
        seen = office.world.get(f"/v1/recalls?unit={unit}&limit=200", person=person)["items"]

        queue = ids(office.world, f"/v1/recalls?unit={unit}&waiting_for=me", person=person, limit=limit)

        assert queue == [one["id"] for one in seen if may_decide(one)]


@pytest.mark.parametrize(
    ("person", "waiting"),
    [
        ("mia", {"escalated", "escalated of sid", "of bob", "of bob on mixed", "of sid", "free of bob", "free of sid"}),
        ("noor", {"escalated", "of bob"}),
        ("bob", {"escalated of sid", "of sid", "free of bob", "free of sid"}),
        ("sid", set()),
        ("fia", {"escalated", "escalated of sid"}),
        ("gro", {"escalated", "escalated of sid", "of bob", "of bob on mixed", "of sid"}),
        ("hal", set()),
        ("ivy", set()),
        ("jon", {"escalated", "escalated of sid"}),
        ("kai", {"escalated of sid", "of sid"}),
        ("lea", {"escalated", "escalated of sid", "of bob", "of bob on mixed", "of sid"}),
        ("odd", set()),
    ],
)
def test_what_waits_for_whom(office: Office, person: str, waiting: set[str]) -> None:
    found = ids(office.world, "/v1/recalls?waiting_for=me", person=person)

    assert office.names(found) == waiting


OF_MIXED = {"escalated of sid", "of bob on mixed", "of sid", "rejected", "withdrawn"}
OF_ALFA = {"escalated", "of bob"}
FREE = {"free of bob", "free of sid"}


@pytest.mark.parametrize(
    ("person", "concerning"),
    [
        ("mia", OF_ALFA | OF_MIXED | FREE),
        ("noor", OF_ALFA),
        ("bob", OF_ALFA | OF_MIXED | FREE),
        ("sid", {"escalated of sid", "of sid", "free of sid", "rejected", "withdrawn"}),
        ("fia", {"escalated", "escalated of sid"}),
        ("gro", OF_ALFA | OF_MIXED),
        ("hal", set()),
        ("ivy", set()),
        ("jon", {"escalated", "escalated of sid"}),
        ("kai", OF_MIXED),
        ("lea", OF_ALFA | OF_MIXED),
        ("odd", set()),
        ("eli", set()),
        ("admin", set()),
    ],
)
@pytest.mark.parametrize("limit", [2, 200])
def test_what_concerns_whom(office: Office, person: str, concerning: set[str], limit: int) -> None:
    """Finance and the administrator see all of the unit, and only what they may decide concerns them."""
    found = ids(office.world, "/v1/recalls?concerning=me", person=person, limit=limit)

    assert office.names(found) == concerning
    assert len(found) == len(concerning)


@pytest.mark.parametrize("person", EVERYBODY)
def test_an_inbox_counts_what_the_lists_hold(office: Office, person: str) -> None:
    world = office.world
    listed = world.get("/v1/recalls?concerning=me&limit=200", person=person)["items"]

    inbox = world.get("/v1/inbox", person=person)

    assert {status: found for status, found in inbox["by_status"].items() if found} == Counter(
        one["status"] for one in listed
    )
    waiting = len(ids(world, "/v1/recalls?waiting_for=me", person=person))
    assert (inbox["waiting_for_me"], world.get("/v1/me", person=person)["waiting_for_me"]) == (waiting, waiting)


def test_who_asked_for_somebody_else_does_not_decide(office: Office) -> None:
    world = office.world
    project = new_project(world, "Asked", approvers=("mia", "kai"))
    entry = world.approved(project=project, date=TODAY)
    recall = world.requested(entry, owner="kai")

    for person, waits in (("kai", False), ("bob", False), ("mia", True), ("gro", True)):
        found = ids(world, f"/v1/recalls?waiting_for=me&subject={project}", person=person)
        assert (recall["id"] in found) is waits, person


def test_an_approval_that_counted_is_not_offered_again_but_a_rejection_is(world: World) -> None:
    world.set_policy(quorum=2)
    recall = world.requested(world.approved())
    assert world.decide(recall).status_code == 200

    def seen(person: str) -> dict[str, tuple[bool, str | None]]:
        actions = world.get(f"/v1/recalls/{recall['id']}", person=person)["allowed_actions"]
        return {one["action"]: (one["allowed"], one["code"]) for one in actions}

    assert seen("mia")["approve"] == (False, "already_decided")
    assert seen("mia")["reject"] == (True, None)
    assert seen("noor")["approve"] == (True, None)
    for person in ("mia", "noor"):
        assert ids(world, "/v1/recalls?waiting_for=me", person=person) == [recall["id"]]
