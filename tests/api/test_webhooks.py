"""Every signature vector at the real endpoint, and what a repeated, foreign or late message does there."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import asyncpg
import httpx
import pytest

from tests.api.world import World, code_of, new_world
from tests.counts import PATIENCE
from tests.harness import Service
from tests.webhook_vectors import Vector, vectors

pytestmark = pytest.mark.api

VECTORS = vectors()
HeaderList = list[tuple[str, str]]


def signature(secret: str, *, id: str, timestamp: str, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return "v1," + base64.b64encode(hmac.digest(key, f"{id}.{timestamp}.".encode("latin-1") + body, "sha256")).decode()


def moved_to(now: int, vector: Vector) -> Vector:
    """The same vector as if it had been made `now`: times moved, and what was signed rightly is signed rightly again."""
    stamps = {value for name, value in vector.headers if name.lower() == "webhook-timestamp"}
    moved = {
        stamp: stamp.replace(str(int(stamp)), str(int(stamp) + now - vector.now)) for stamp in stamps if stamp.isdigit()
    }
    signed = {}
    for id in {value for name, value in vector.headers if name.lower() == "webhook-id"}:
        for stamp in stamps:
            for secret in vector.secrets:
                old = signature(secret, id=id, timestamp=stamp, body=vector.body)
                signed[old] = signature(secret, id=id, timestamp=moved.get(stamp, stamp), body=vector.body)
    return replace(vector, headers=[(name, changed(value, moved, signed)) for name, value in vector.headers])


def changed(value: str, moved: dict[str, str], signed: dict[str, str]) -> str:
    if value in moved:
        return moved[value]
    return " ".join(signed.get(token, token) for token in value.split(" "))


async def set_secrets(service: Service, channel: str, live: Sequence[str]) -> None:
    """Give a channel the secrets of a vector, as the owner of the database; for none at all one that nobody can sign with."""
    connection = await asyncpg.connect(service.settings.owner_database_url)
    try:
        sql = "update channel set secrets = $2, old_since = case when $3 then now() end, old_until = null where id = $1"
        await connection.execute(sql, channel, list(live) or ["whsec_"], len(live) == 2)
    finally:
        await connection.close()


def post(world: World, channel: str, headers: HeaderList, body: bytes) -> httpx.Response:
    url = f"{world.service.url}/v1/webhooks/decisions/{channel}"
    sent = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return world.http.post(url, content=body, headers=sent)


@pytest.mark.parametrize("vector", VECTORS, ids=[vector.name for vector in VECTORS])
async def test_a_vector_gets_its_verdict_at_the_endpoint(shared_world: World, vector: Vector) -> None:
    channel, _ = shared_world.channel()
    await set_secrets(shared_world.service, channel, vector.secrets)
    sent = moved_to(int(time.time()), vector)
    sendable = all(value == value.strip(" ") for _, value in sent.headers)

    if not sendable:
        pytest.skip("HTTP takes spaces around a value away; the vector is a test of the verifier alone")
    answer = post(shared_world, channel, sent.headers, sent.body)

    if sent.then == "payload_too_large":
        assert code_of(answer) == (413, "payload_too_large")
    elif sent.then == "invalid_body":
        assert code_of(answer) == (400, "malformed_body")
    elif sent.verdict == "accept":
        assert code_of(answer)[0] in {404, 400}
        assert code_of(answer)[1] in {"unknown_recall", "invalid_value"}
    else:
        assert code_of(answer) == (401, "invalid_signature")
        assert answer.json()["errors"][0]["facts"] == {}


class Sender:
    """A channel of a world that signs what it sends."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.channel, self.secret = world.channel()

    def send(self, data: Any, *, id: str | None = None, **headers: str) -> httpx.Response:
        message = {"type": "recall.decision", "timestamp": "2026-03-02T10:00:00Z", "data": data}
        return self.send_bytes(json.dumps(message).encode(), id=id, **headers)

    def send_bytes(self, body: bytes, *, id: str | None = None, **headers: str) -> httpx.Response:
        id = id or f"msg_{secrets.token_hex(8)}"
        stamp = str(int(time.time()))
        signed = signature(self.secret, id=id, timestamp=stamp, body=body)
        own = {"webhook-id": id, "webhook-timestamp": stamp, "webhook-signature": signed}
        return post(self.world, self.channel, list({**own, **headers}.items()), body)


def decision(
    world: World, recall: dict[str, Any], *, by: str = "mia", verdict: str = "approve", **more: Any
) -> dict[str, Any]:
    return {"recall_id": recall["id"], "decision": verdict, "approver": world.people[by], **more}


def settled(world: World, recall: dict[str, Any]) -> dict[str, Any]:
    """The recall once no decision on it is pending."""
    deadline = time.monotonic() + 20 * PATIENCE
    while True:
        found = world.get(f"/v1/recalls/{recall['id']}")
        if all(one["outcome"] != "pending" for one in found["decisions"]):
            return found
        assert time.monotonic() < deadline, found["decisions"]


def test_a_signed_approval_takes_the_entry_back(world: World) -> None:
    entry = world.approved()
    recall = world.requested(entry)

    answer = Sender(world).send(decision(world, recall, comment="Godkjent, blåbær"))

    assert answer.status_code == 202
    assert answer.json()["recall"] == recall["id"]
    found = settled(world, recall)
    assert found["status"] == "recalled"
    assert found["decisions"][0]["source"].startswith("webhook:")
    assert world.get(f"/v1/entries/{entry}")["status"] == "returned"


def test_the_same_message_again_answers_the_same_and_changes_nothing(world: World) -> None:
    entry = world.approved()
    recall = world.requested(entry)
    sender = Sender(world)

    first = sender.send(decision(world, recall), id="msg_once")
    found = settled(world, recall)
    rows = world.get(f"/v1/entries/{entry}/actuals")
    second = sender.send(decision(world, recall), id="msg_once")

    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert world.get(f"/v1/recalls/{recall['id']}") == found
    assert world.get(f"/v1/entries/{entry}/actuals") == rows


def test_many_copies_at_once_are_one_decision(world: World) -> None:
    recall = world.requested(world.approved())
    sender = Sender(world)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: sender.send(decision(world, recall), id="msg_many"), range(24)))

    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.content for answer in answers}) == 1
    assert len(settled(world, recall)["decisions"]) == 1


def test_an_id_with_another_body_is_refused(world: World) -> None:
    recall = world.requested(world.approved())
    sender = Sender(world)
    assert sender.send(decision(world, recall), id="msg_two").status_code == 202

    answer = sender.send(decision(world, recall, verdict="reject"), id="msg_two")

    assert code_of(answer) == (409, "webhook_id_reused")


def test_a_channel_speaks_for_its_unit_only(world: World, http: httpx.Client) -> None:
    other = new_world(world.service, http)
    recall = world.requested(world.approved())

    answer = Sender(other).send(decision(world, recall))

    assert code_of(answer) == (404, "unknown_recall")


def test_an_unknown_channel_looks_like_a_wrong_signature(world: World) -> None:
    sender = Sender(world)
    sender.channel = "nobody"

    answer = sender.send(decision(world, {"id": "x"}))

    assert code_of(answer) == (401, "invalid_signature")


@pytest.mark.parametrize(
    ("by", "status", "code"), [("bob", 403, "not_approver"), ("fia", 403, "not_approver"), ("noor", 202, None)]
)
def test_a_channel_gives_nobody_a_right(world: World, by: str, status: int, code: str | None) -> None:
    answer = Sender(world).send(decision(world, world.requested(world.approved()), by=by))

    assert answer.status_code == status
    assert code is None or code_of(answer)[1] == code


def test_the_refusals_are_those_of_the_api(world: World) -> None:
    entry, other = world.approved(), world.approved()
    recall = world.requested(entry, other)
    sender = Sender(world)

    stale = sender.send(decision(world, recall, plan_hash="0123"))
    nothing = sender.send(decision(world, recall, lines=[]))
    twice = sender.send(decision(world, recall, lines=[entry, entry]))
    foreign = sender.send(decision(world, recall, lines=["x"]))
    unknown = sender.send(decision(world, recall) | {"approver": "nobody"})
    assert sender.send(decision(world, recall, verdict="reject", lines=[entry])).status_code == 202
    settled(world, recall)
    again = sender.send(decision(world, recall, lines=[entry]))
    assert sender.send(decision(world, recall, verdict="reject")).status_code == 202
    settled(world, recall)
    late = sender.send(decision(world, recall))

    assert code_of(stale) == (412, "stale_version")
    assert code_of(nothing) == (422, "nothing_selected")
    assert code_of(twice) == (422, "duplicate_line")
    assert twice.json()["errors"][0]["pointer"] == "/data/lines/1"
    assert code_of(foreign) == (422, "unknown_entry")
    assert code_of(unknown) == (403, "not_approver")
    assert code_of(again) == (409, "already_decided")
    assert code_of(late) == (409, "request_closed")


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b'"x"', b"{}", b'{"type":"recall.decision","type":"x"}', b'{"a":NaN}', b"[" * 60_000, b"\xff",
     b'{"type":"other","timestamp":"2026-03-02T10:00:00Z","data":{}}', b'{"a":"\\ud800"}', b"1e99999", b"{" * 30_000],
)  # fmt: skip
def test_a_signed_body_that_is_none_is_refused(shared_world: World, body: bytes) -> None:
    assert code_of(Sender(shared_world).send_bytes(body))[0] == 400


def test_a_fault_in_a_signed_body_is_pointed_at(shared_world: World) -> None:
    answer = Sender(shared_world).send({"recall_id": "x", "decision": "perhaps", "approver": "Mia", "colour": "blue"})

    faults = {error["pointer"]: error["code"] for error in answer.json()["errors"]}
    assert code_of(answer) == (400, "several_refusals")
    assert faults == {
        "/data/decision": "invalid_value",
        "/data/approver": "invalid_value",
        "/data/colour": "unknown_field",
    }


def test_a_message_may_carry_a_key_that_says_nothing(world: World) -> None:
    recall = world.requested(world.approved())

    answer = Sender(world).send(decision(world, recall), **{"idempotency-key": "one"})

    assert answer.status_code == 202


def test_a_message_is_taken_whatever_type_its_sender_says(world: World) -> None:
    recall = world.requested(world.approved())

    answer = Sender(world).send(decision(world, recall), **{"content-type": "application/json; charset=utf-8"})

    assert answer.status_code == 202


def test_the_vectors_are_those_of_the_samples() -> None:
    digest = hashlib.sha256(b"".join(vector.body for vector in VECTORS)).hexdigest()

    assert len(VECTORS) >= 60
    assert digest
