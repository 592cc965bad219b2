"""Approval channels: secrets that are shown once and rotated, and the people and projects a channel may speak for."""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.acting import ask_database
from tests.api.factory import new_factory
from tests.api.test_webhooks import Sender, decision, settled
from tests.api.world import Json, World, code_of, new_project

pytestmark = pytest.mark.api


def in_a_while(**more: float) -> str:
    return (datetime.now(UTC) + timedelta(**more)).isoformat().replace("+00:00", "Z")


def change(world: World, channel: str, **changes: Any) -> Json:
    return world.do("admin", f"/v1/channels/{channel}", changes, method="PATCH")


def rotate(world: World, channel: str, **body: Any) -> Json:
    return world.do("admin", f"/v1/channels/{channel}/rotate", body)


def do(world: World, channel: str, action: str) -> Json:
    return world.do("admin", f"/v1/channels/{channel}/{action}", {})


def sent_with(world: World, sender: Sender, secret: str) -> int:
    """The status of a signed message that says nothing anybody could decide."""
    sender.secret = secret
    return sender.send({"recall_id": "x", "decision": "approve", "approver": world.people["mia"]}).status_code


def asked(world: World, sql: str, *values: object) -> list[Any]:
    return asyncio.run(ask_database(world.service.settings.owner_database_url, sql, *values))


def test_a_channel_shows_its_secret_once(world: World) -> None:
    channel, secret = world.channel()

    shown = world.call("admin", "GET", f"/v1/channels/{channel}")
    listed = world.call("admin", "GET", f"/v1/channels?unit={world.unit}")

    assert shown.json()["people"] == shown.json()["projects"] == []
    assert shown.json()["enabled"] is True
    assert shown.json() in listed.json()["items"]
    assert secret not in shown.text + listed.text
    assert "secret" not in shown.json()


def test_a_secret_is_kept_sealed_and_in_no_stored_answer(world: World) -> None:
    headers = {"idempotency-key": secrets.token_hex(8)}
    id = f"mail-{secrets.token_hex(4)}"
    made = world.do("admin", "/v1/channels", {"id": id, "unit": world.unit}, headers=headers)["secret"]
    rotated = world.do("admin", f"/v1/channels/{id}/rotate", {}, headers=headers)["secret"]

    kept = asked(world, "select unnest(secrets) from channel where id = $1", id)
    answers = asked(world, "select body from idempotency where key = $1", headers["idempotency-key"])

    assert len(kept) == 2
    assert all(text.startswith("sealed:") for (text,) in kept)
    assert not [1 for (text,) in kept if made[6:] in text or rotated[6:] in text]
    assert answers == []


def test_a_secret_stands_in_no_log(world: World) -> None:
    channel, secret = world.channel()
    sender = Sender(world)
    sent_with(world, sender, secret)
    second = rotate(world, channel)["secret"]

    logs = world.service.api.log() + world.service.worker.log()

    assert secret[6:] not in logs
    assert second[6:] not in logs


def test_a_sealed_secret_is_of_no_use_to_another_channel(world: World) -> None:
    sender, other = Sender(world), world.channel()[0]
    sql = "update channel set secrets = (select secrets from channel where id = $2) where id = $1"
    asked(world, sql, other, sender.channel)
    sender.channel = other

    assert sent_with(world, sender, sender.secret) == 503


def test_after_a_rotation_both_secrets_are_good_until_the_old_one_is_retired(world: World) -> None:
    sender = Sender(world)
    old = sender.secret

    made = rotate(world, sender.channel)

    assert made["secret"] != old
    assert made["old_secret"]["until"] is None
    assert [sent_with(world, sender, secret) for secret in (old, made["secret"])] == [404, 404]
    assert do(world, sender.channel, "retire")["old_secret"] is None
    assert [sent_with(world, sender, secret) for secret in (old, made["secret"])] == [401, 404]


def test_a_third_live_secret_is_refused(world: World) -> None:
    sender = Sender(world)
    second = rotate(world, sender.channel, old_until=in_a_while(days=1))["secret"]

    answer = world.call("admin", "POST", f"/v1/channels/{sender.channel}/rotate", json={})

    assert code_of(answer) == (409, "rotation_under_way")
    assert [sent_with(world, sender, secret) for secret in (sender.secret, second)] == [404, 404]
    shown = world.get(f"/v1/channels/{sender.channel}", person="admin")
    assert [one["code"] for one in shown["allowed_actions"] if one["action"] == "rotate"] == ["rotation_under_way"]


def test_the_old_secret_ends_by_itself_and_then_there_is_room_for_another(world: World) -> None:
    sender = Sender(world)
    old = sender.secret
    rotate(world, sender.channel, old_until=in_a_while(days=1))
    asked(world, "update channel set old_until = now() - interval '1 second' where id = $1", sender.channel)

    assert sent_with(world, sender, old) == 401
    assert world.get(f"/v1/channels/{sender.channel}", person="admin")["old_secret"] is None
    assert sent_with(world, sender, rotate(world, sender.channel)["secret"]) == 404


def test_an_old_secret_cannot_end_before_now(world: World) -> None:
    channel, _ = world.channel()

    answer = world.call("admin", "POST", f"/v1/channels/{channel}/rotate", json={"old_until": in_a_while(days=-1)})

    assert code_of(answer) == (400, "invalid_value")
    assert answer.json()["errors"][0]["pointer"] == "/old_until"
    assert world.get(f"/v1/channels/{channel}", person="admin")["old_secret"] is None


def test_a_channel_speaks_only_for_the_people_it_names(world: World) -> None:
    recall = world.requested(world.approved())
    sender = Sender(world)
    change(world, sender.channel, people=[world.people["noor"]])

    refused = sender.send(decision(world, recall, by="mia"))
    unknown = sender.send(decision(world, {"id": "x"}, by="mia"))
    taken = sender.send(decision(world, recall, by="noor"))

    assert code_of(refused) == (403, "outside_channel")
    assert refused.json()["errors"][0]["facts"] == {}
    assert unknown.json() | {"trace_id": ""} == refused.json() | {"trace_id": ""}
    assert taken.status_code == 202
    assert [one["by"] for one in settled(world, recall)["decisions"]] == [world.people["noor"]]


def test_a_project_outside_a_channel_is_not_there_for_it(world: World) -> None:
    other = new_project(world, "Beta", approvers=("mia",))
    recall = world.requested(world.approved())
    sender = Sender(world)
    change(world, sender.channel, projects=[other])

    refused = sender.send(decision(world, recall))
    unknown = sender.send(decision(world, {"id": secrets.token_hex(4)}))

    assert code_of(refused) == code_of(unknown) == (404, "unknown_recall")
    assert refused.json()["detail"] == unknown.json()["detail"]
    assert refused.json()["errors"][0]["facts"] == {}
    assert world.get(f"/v1/recalls/{recall['id']}")["decisions"] == []
    inside = world.requested(world.approved(project=other))
    assert sender.send(decision(world, inside)).status_code == 202


def test_a_channel_of_projects_decides_no_production(world: World) -> None:
    factory = new_factory(world)
    (recall,) = factory.asked(outputs=[{"entry": factory.output()["item_entry"]}]).json()["recalls"]
    sender = Sender(world)
    change(world, sender.channel, projects=[world.project])

    assert code_of(sender.send(decision(world, recall))) == (404, "unknown_recall")
    change(world, sender.channel, projects=[])
    assert sender.send(decision(world, recall)).status_code == 202


def test_a_repetition_is_answered_the_same_even_if_the_channel_was_narrowed(world: World) -> None:
    recall = world.requested(world.approved())
    sender = Sender(world)
    first = sender.send(decision(world, recall), id="msg_narrowed")
    change(world, sender.channel, people=[world.people["noor"]])

    again = sender.send(decision(world, recall), id="msg_narrowed")

    assert (again.status_code, again.content) == (first.status_code, first.content)


def test_a_channel_that_is_off_takes_nothing_in(world: World) -> None:
    recall = world.requested(world.approved())
    sender = Sender(world)
    sender.send(decision(world, recall, verdict="reject"), id="msg_before")

    assert do(world, sender.channel, "disable")["enabled"] is False
    new, again = (sender.send(decision(world, recall, verdict="reject"), id=id) for id in ("msg_new", "msg_before"))
    foreign = sent_with(world, Sender(world), "whsec_c2VjcmV0")
    do(world, sender.channel, "enable")
    late = sender.send(decision(world, recall, verdict="reject"), id="msg_before")

    assert code_of(new) == code_of(again) == (403, "channel_disabled")
    assert foreign == 401
    assert late.status_code == 202


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"people": ["nobody"]}, (404, "unknown_person")),
        ({"projects": ["x"]}, (404, "unknown_project")),
        ({"projects": ["00000000-0000-4000-8000-000000000000"]}, (404, "unknown_project")),
        ({"people": None}, (200, "")),
    ],
)
def test_a_channel_names_people_and_projects_that_are_there(
    shared_world: World, body: Json, code: tuple[int, str]
) -> None:
    channel, _ = shared_world.channel()

    answer = shared_world.call("admin", "PATCH", f"/v1/channels/{channel}", json=body)

    assert (answer.status_code, answer.json().get("code", "")) == code


def test_a_channel_names_projects_of_its_own_unit_only(world: World, shared_world: World) -> None:
    body = {"id": f"mail-{secrets.token_hex(4)}", "unit": world.unit, "projects": [shared_world.project]}

    assert code_of(world.call("admin", "POST", "/v1/channels", json=body)) == (404, "unknown_project")


def test_a_change_of_an_outdated_version_is_refused(world: World) -> None:
    channel, _ = world.channel()
    seen = world.call("admin", "GET", f"/v1/channels/{channel}").headers["etag"]
    change(world, channel, people=[world.people["mia"]])

    answer = world.call("admin", "PATCH", f"/v1/channels/{channel}", json={"people": []}, headers={"if-match": seen})

    assert code_of(answer) == (412, "stale_version")
    assert world.get(f"/v1/channels/{channel}", person="admin")["people"] == [world.people["mia"]]


@pytest.mark.parametrize("person", ["bob", "mia", "fia"])
def test_channels_are_the_administrator_s(shared_world: World, person: str) -> None:
    channel, _ = shared_world.channel()
    path = f"/v1/channels/{channel}"
    calls: list[tuple[str, str, Any]] = [
        ("POST", "/v1/channels", {"id": "x", "unit": shared_world.unit}),
        ("GET", "/v1/channels", None),
        ("GET", path, None),
        ("PATCH", path, {}),
        *(("POST", f"{path}/{action}", {}) for action in ("rotate", "retire", "disable", "enable")),
    ]

    for method, where, body in calls:
        answer = shared_world.call(person, method, where, json=body)
        assert code_of(answer) == (403, "not_allowed"), (method, where)


def test_who_did_what_to_a_channel_stands_in_the_history(world: World) -> None:
    channel, _ = world.channel()
    rotate(world, channel)
    for action in ("retire", "retire", "disable", "disable", "enable"):
        do(world, channel, action)
    change(world, channel, people=[world.people["mia"]])

    rows = asked(
        world,
        "select event, actor from history where subject_kind = 'channel' and subject_id = $1 order by sequence",
        channel,
    )

    events = ["created", "rotated", "retired", "disabled", "enabled", "changed"]
    assert rows == [(event, "admin") for event in events]


def test_a_name_is_taken_once(world: World) -> None:
    channel, _ = world.channel()

    answer = world.call("admin", "POST", "/v1/channels", json={"id": channel, "unit": world.unit})

    assert code_of(answer) == (409, "already_exists")
    assert channel in answer.json()["detail"]
