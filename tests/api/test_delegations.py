"""Delegations are made, used and ended; history tells who acted and for whom."""

from __future__ import annotations

import pytest

from tests.api.world import Json, World, code_of

pytestmark = pytest.mark.api


def delegated(world: World, giver: str, taker: str, *, purpose: str, by: str | None = None) -> str:
    body = {
        "giver": world.people[giver],
        "taker": world.people[taker],
        "since": "2026-01-01",
        "until": "2199-12-31",
        "purpose": purpose,
    }
    return str(world.do(by or giver, "/v1/delegations", body)["id"])


def events(world: World, path: str, *, person: str = "bob") -> list[tuple[str, str, str | None]]:
    items = world.get(f"{path}/history", person=person)["items"]
    return [(one["event"], one["by"], one["on_behalf_of"]) for one in items]


def test_a_recall_asked_for_by_a_delegate_names_whom_it_is_for(world: World) -> None:
    entry = world.approved()
    delegated(world, "bob", "sid", purpose="requests")
    bob, sid = world.people["bob"], world.people["sid"]

    recall = world.requested(entry, owner="sid")
    world.do("sid", f"/v1/recalls/{recall['id']}/withdraw", {})

    assert events(world, f"/v1/entries/{entry}")[-2:] == [
        ("recall_requested", sid, bob),
        ("recall_withdrawn", sid, bob),
    ]
    assert events(world, f"/v1/recalls/{recall['id']}") == [("requested", sid, bob), ("withdrawn", sid, bob)]


def test_each_entry_names_its_owner_where_a_request_has_several(world: World) -> None:
    theirs, own = world.approved(), world.approved("sid")
    delegated(world, "bob", "sid", purpose="requests")
    bob, sid = world.people["bob"], world.people["sid"]

    recall = world.requested(theirs, own, owner="sid")
    world.do("sid", f"/v1/recalls/{recall['id']}/withdraw", {})

    for entry, whom in ((theirs, bob), (own, None)):
        found = events(world, f"/v1/entries/{entry}", person="sid")[-2:]
        assert found == [("recall_requested", sid, whom), ("recall_withdrawn", sid, whom)]
    assert events(world, f"/v1/recalls/{recall['id']}", person="sid") == [
        ("requested", sid, None),
        ("withdrawn", sid, None),
    ]


def test_an_owner_who_withdraws_the_request_of_another_acts_for_nobody(world: World) -> None:
    theirs, own = world.approved(), world.approved("sid")
    delegated(world, "bob", "sid", purpose="requests")

    recall = world.requested(theirs, own, owner="sid")
    world.do("bob", f"/v1/recalls/{recall['id']}/withdraw", {})

    for entry in (theirs, own):
        assert events(world, f"/v1/entries/{entry}", person="sid")[-1] == (
            "recall_withdrawn",
            world.people["bob"],
            None,
        )


def test_a_recall_of_ones_own_is_for_nobody_else(world: World) -> None:
    entry = world.approved()

    recall = world.requested(entry)

    assert events(world, f"/v1/entries/{entry}")[-1] == ("recall_requested", world.people["bob"], None)
    assert events(world, f"/v1/recalls/{recall['id']}") == [("requested", world.people["bob"], None)]


def test_a_delegate_moves_an_entry_to_a_day_of_the_delegation_only(world: World) -> None:
    giver, taker = world.people["bob"], world.people["fia"]  # finance, who sees all entries of the unit anyway
    days = {"since": "2026-02-01", "until": "2026-02-28", "purpose": "requests"}
    world.do("bob", "/v1/delegations", {"giver": giver, "taker": taker, **days})
    entry = world.draft()

    outside, inside = (
        world.call("fia", "PATCH", f"/v1/entries/{entry}", json={"date": day}) for day in ("2026-03-02", "2026-02-03")
    )

    assert code_of(outside) == (403, "not_yours")
    assert outside.json()["errors"][0]["facts"] == {"why": "for_another"}
    assert (inside.status_code, inside.json()["date"]) == (200, "2026-02-03")


def test_after_its_end_a_delegation_for_requests_gives_no_right(world: World) -> None:
    first, second = world.approved(), world.approved()
    id = delegated(world, "bob", "sid", purpose="requests")
    world.requested(first, owner="sid")

    ended = world.call("bob", "DELETE", f"/v1/delegations/{id}")
    wish = {"entries": [second], "reason": "Wrong project"}
    answer = world.call("sid", "POST", "/v1/recalls", json=wish)

    assert ended.status_code == 204
    assert code_of(answer) == (403, "not_yours")
    assert world.get(f"/v1/entries/{first}")["status"] == "recall_requested"


def test_after_its_end_a_delegation_for_decisions_is_told_as_ended(world: World) -> None:
    recall = world.requested(world.approved())
    id = delegated(world, "mia", "sid", purpose="decisions")

    world.call("mia", "DELETE", f"/v1/delegations/{id}")
    answer = world.decide(recall, by="sid")

    assert code_of(answer) == (403, "delegation_expired")
    assert answer.json()["errors"][0]["facts"]["date"] == today(world, id)
    assert world.decide(recall).status_code == 200


def today(world: World, id: str) -> str:
    (one,) = (one for one in world.get("/v1/delegations", person="mia")["items"] if one["id"] == id)
    return str(one["ended_at"])[:10]


@pytest.mark.parametrize("who", ["bob", "sid", "admin"])
def test_giver_taker_and_administrator_may_end_a_delegation_once(who: str, world: World) -> None:
    id = delegated(world, "bob", "sid", purpose="requests")

    first = world.call(who, "DELETE", f"/v1/delegations/{id}")
    second = world.call(who, "DELETE", f"/v1/delegations/{id}")

    assert first.status_code == 204
    assert code_of(second) == (403, "delegation_expired")
    bob, by = world.people["bob"], world.people.get(who, who)
    assert events(world, f"/v1/delegations/{id}") == [
        ("created", bob, None),
        ("ended", by, None if by == bob else bob),
    ]
    shown = one_of(world, id)
    assert (shown["created_by"], shown["ended_by"]) == (bob, by)


def one_of(world: World, id: str) -> Json:
    (one,) = (one for one in world.get("/v1/delegations", person="bob")["items"] if one["id"] == id)
    return dict(one)


def test_what_the_administrator_arranges_is_told_as_done_for_the_giver(world: World) -> None:
    id = delegated(world, "bob", "sid", purpose="requests", by="admin")

    assert events(world, f"/v1/delegations/{id}") == [("created", "admin", world.people["bob"])]


@pytest.mark.parametrize(("method", "tail"), [("DELETE", ""), ("GET", "/history")])
def test_nobody_else_ends_or_reads_a_delegation(method: str, tail: str, world: World) -> None:
    id = delegated(world, "bob", "sid", purpose="requests")

    assert code_of(world.call("mia", method, f"/v1/delegations/{id}{tail}")) == (404, "not_found")
    assert code_of(world.call("bob", method, f"/v1/delegations/{world.unit}{tail}")) == (404, "not_found")
    assert one_of(world, id)["ended_at"] is None


def test_an_ended_delegation_can_be_given_anew(world: World) -> None:
    entry = world.approved()
    world.call("bob", "DELETE", f"/v1/delegations/{delegated(world, 'bob', 'sid', purpose='requests')}")

    delegated(world, "bob", "sid", purpose="requests")

    assert world.requested(entry, owner="sid")["requester"] == world.people["sid"]
