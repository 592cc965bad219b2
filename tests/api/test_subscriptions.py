"""Subscriptions: where events may be sent, who may say so, and secrets that are shown once."""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.acting import ask_database
from tests.api.world import Json, World, code_of

pytestmark = pytest.mark.api

EVENTS = ["recall.recalled", "recall.decision_needed"]


def url() -> str:
    """An address of its own that is allowed, where nobody listens."""
    return f"https://127.9.9.9/{secrets.token_hex(4)}"


def subscribe(world: World, **more: Any) -> Json:
    return world.do("admin", "/v1/subscriptions", {"unit": world.unit, "url": url(), "events": EVENTS, **more})


def asked(world: World, sql: str, *values: object) -> list[Any]:
    return asyncio.run(ask_database(world.service.settings.owner_database_url, sql, *values))


def test_a_subscription_is_made_read_changed_and_deleted(world: World) -> None:
    made = subscribe(world, language="nb")
    path = f"/v1/subscriptions/{made['id']}"

    shown = world.call("admin", "GET", path)
    listed = world.get(f"/v1/subscriptions?unit={world.unit}", person="admin")
    elsewhere = url()
    changed = world.do("admin", path, {"url": elsewhere, "events": EVENTS[:1] * 2, "language": "en"}, method="PATCH")
    deleted = world.call("admin", "DELETE", path)

    assert made["events"] == EVENTS
    assert made["secret"][6:] not in shown.text
    assert listed["items"] == [shown.json()]
    assert (changed["url"], changed["events"], changed["language"]) == (elsewhere, EVENTS[:1], "en")
    assert changed["version"] == made["version"] + 1
    assert deleted.status_code == 204
    assert code_of(world.call("admin", "GET", path)) == (404, "unknown_subscription")
    assert code_of(world.call("admin", "GET", f"{path}/deliveries")) == (404, "unknown_subscription")
    assert subscribe(world, url=elsewhere)["url"] == elsewhere


def test_a_unit_has_one_subscription_for_an_address(world: World) -> None:
    first, second = subscribe(world), subscribe(world)

    again = world.call(
        "admin", "POST", "/v1/subscriptions", json={"unit": world.unit, "url": first["url"], "events": EVENTS}
    )
    moved = world.call("admin", "PATCH", f"/v1/subscriptions/{second['id']}", json={"url": first["url"]})

    assert code_of(again) == code_of(moved) == (409, "already_exists")
    assert first["url"] in again.json()["detail"]


def test_a_secret_is_kept_sealed_and_in_no_stored_answer_or_log(world: World) -> None:
    headers = {"idempotency-key": secrets.token_hex(8)}
    made = subscribe(world)
    rotated = world.do("admin", f"/v1/subscriptions/{made['id']}/rotate", {}, headers=headers)

    kept = asked(world, "select unnest(secrets) from subscription where id = $1::uuid", made["id"])
    answers = asked(world, "select body from idempotency where key = $1", headers["idempotency-key"])
    logs = world.service.api.log() + world.service.worker.log()

    assert [text.startswith("sealed:") for (text,) in kept] == [True, True]
    assert answers == []
    for secret in (made["secret"], rotated["secret"]):
        assert secret[6:] not in logs
        assert not [1 for (text,) in kept if secret[6:] in text]


def test_secrets_are_rotated_as_those_of_channels(world: World) -> None:
    made = subscribe(world)
    path = f"/v1/subscriptions/{made['id']}"
    soon = (datetime.now(UTC) + timedelta(days=1)).isoformat().replace("+00:00", "Z")

    rotated = world.do("admin", f"{path}/rotate", {"old_until": soon})
    third = world.call("admin", "POST", f"{path}/rotate", json={})
    past = world.call("admin", "POST", f"{path}/rotate", json={"old_until": "2026-01-01T00:00:00Z"})
    retired = world.do("admin", f"{path}/retire", {})

    assert rotated["secret"] != made["secret"]
    assert rotated["old_secret"]["until"] is not None
    assert code_of(third) == (409, "rotation_under_way")
    assert code_of(past) == (400, "invalid_value")
    assert retired["old_secret"] is None


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("http://9.9.9.9/", "does not begin with https"),
        ("https://user:pass@9.9.9.9/", "without a name, a password"),
        ("https://127.0.0.1/", "not public"),
        ("https://localhost/", "not public"),
        ("https://[::ffff:10.0.0.1]/", "not public"),
        ("https://169.254.169.254/latest/meta-data", "not public"),
        ("https://2130706433/", "not public"),
        ("https://nobody.invalid/", "no such host"),
    ],
)
def test_an_address_that_may_not_be_sent_to_is_refused(shared_world: World, address: str, problem: str) -> None:
    body = {"unit": shared_world.unit, "url": address, "events": EVENTS}
    made = subscribe(shared_world)

    new = shared_world.call("admin", "POST", "/v1/subscriptions", json=body)
    moved = shared_world.call("admin", "PATCH", f"/v1/subscriptions/{made['id']}", json={"url": address})

    assert code_of(new) == code_of(moved) == (422, "address_not_allowed")
    assert problem in new.json()["detail"]
    assert new.json()["errors"][0]["pointer"] == "/url"


@pytest.mark.parametrize(
    "body", [{"events": []}, {"events": ["recall.unknown"]}, {"language": "de"}, {"url": ""}, {"colour": "blue"}]
)
def test_a_subscription_says_what_it_wants(shared_world: World, body: Json) -> None:
    answer = shared_world.call(
        "admin", "POST", "/v1/subscriptions", json={"unit": shared_world.unit, "url": url(), "events": EVENTS, **body}
    )

    assert code_of(answer)[0] == 400


@pytest.mark.parametrize("person", ["bob", "mia", "fia"])
def test_subscriptions_are_the_administrator_s(shared_world: World, person: str) -> None:
    made = subscribe(shared_world)
    path = f"/v1/subscriptions/{made['id']}"
    calls: list[tuple[str, str, Any]] = [
        ("POST", "/v1/subscriptions", {"unit": shared_world.unit, "url": url(), "events": EVENTS}),
        ("GET", "/v1/subscriptions", None),
        ("GET", path, None),
        ("PATCH", path, {}),
        ("DELETE", path, None),
        ("GET", f"{path}/deliveries", None),
        ("GET", "/v1/deliveries", None),
        ("GET", "/v1/deliveries/x", None),
        ("POST", "/v1/deliveries/x/replay", {}),
        *(("POST", f"{path}/{action}", {}) for action in ("rotate", "retire", "disable", "enable", "ping")),
    ]

    for method, where, body in calls:
        answer = shared_world.call(person, method, where, json=body)
        assert code_of(answer) == (403, "not_allowed"), (method, where)


def test_who_may_not_subscribe_learns_nothing_of_a_host(shared_world: World) -> None:
    body = {"unit": shared_world.unit, "url": "https://127.0.0.1/", "events": EVENTS}

    assert code_of(shared_world.call("mia", "POST", "/v1/subscriptions", json=body)) == (403, "not_allowed")


def test_a_change_of_an_outdated_version_is_refused(world: World) -> None:
    made = subscribe(world)
    path = f"/v1/subscriptions/{made['id']}"
    world.do("admin", f"{path}/disable", {})

    answer = world.call("admin", "PATCH", path, json={"language": "nb"}, headers={"if-match": '"1"'})

    assert code_of(answer) == (412, "stale_version")


def test_who_did_what_to_a_subscription_stands_in_the_history(world: World) -> None:
    made = subscribe(world)
    path = f"/v1/subscriptions/{made['id']}"
    for action in ("rotate", "retire", "retire", "disable", "disable", "enable"):
        world.do("admin", f"{path}/{action}", {})
    world.do("admin", path, {"language": "nb"}, method="PATCH")
    world.call("admin", "DELETE", path)

    rows = asked(
        world,
        "select event, actor from history where subject_kind = 'subscription' and subject_id = $1 order by sequence",
        made["id"],
    )

    events = ["created", "rotated", "retired", "disabled", "enabled", "changed", "deleted"]
    assert rows == [(event, "admin") for event in events]


def test_a_ping_says_where_its_outcome_is_read(world: World) -> None:
    made = subscribe(world)

    answer = world.call("admin", "POST", f"/v1/subscriptions/{made['id']}/ping", json={})
    read = world.call("admin", "GET", answer.headers["location"])

    assert answer.status_code == 202
    assert read.json()["id"] == answer.json()["id"]
    assert read.json()["event"] == "ping"
    assert [one["id"] for one in world.get(f"/v1/subscriptions/{made['id']}/deliveries", person="admin")["items"]] == [
        answer.json()["id"]
    ]


@pytest.mark.parametrize("query", ["recall=x", "recall=00000000-0000-4000-8000-000000000000"])
def test_there_are_no_deliveries_of_what_is_not_there(shared_world: World, query: str) -> None:
    assert shared_world.get(f"/v1/deliveries?{query}", person="admin")["items"] == []
