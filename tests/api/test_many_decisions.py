"""Many decisions in one call: what is malformed decides nothing, all else stands alone; and what refused lines point to."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.api.world import Json, World, code_of

pytestmark = pytest.mark.api


def decide(world: World, *recalls: Json, verdict: str = "approve", key: str | None = None) -> httpx.Response:
    headers = {} if key is None else {"idempotency-key": key}
    body = {"decision": verdict, "recalls": list(recalls)}
    return world.call("mia", "POST", "/v1/decisions", json=body, headers=headers)


def seen(recall: Json, **more: Any) -> Json:
    """A request as it was read."""
    return {"id": recall["id"], "etag": recall["plan_hash"], **more}


def decisions_on(world: World, recall: Json) -> list[Json]:
    return list(world.get(f"/v1/recalls/{recall['id']}")["decisions"])


@pytest.mark.parametrize("etag", ['"a"b"', 'W/"', "*x", "\u2713"])
def test_an_etag_that_is_none_is_pointed_at_and_nothing_is_decided(world: World, etag: str) -> None:
    first, second = (world.requested(world.approved(description=mark)) for mark in "ab")

    answer = decide(world, seen(first), seen(second) | {"etag": etag})

    assert code_of(answer) == (400, "invalid_value")
    assert answer.json()["errors"][0]["pointer"] == "/recalls/1/etag"
    assert decisions_on(world, first) == decisions_on(world, second) == []


def test_a_key_that_stood_for_another_decision_is_refused_as_a_key(world: World) -> None:
    recall = world.requested(world.approved())
    key = secrets.token_hex(8)

    first, again = (decide(world, seen(recall), key=key).json()["results"] for _ in range(2))
    (other,) = decide(world, seen(recall), verdict="reject", key=key).json()["results"]

    assert first == again
    assert (other["status"], other["result"]["code"]) == (422, "idempotency_key_reused")
    assert other["result"]["errors"][0]["subject"] is None
    assert len(decisions_on(world, recall)) == 1


def test_copies_of_one_call_at_one_moment_are_answered_alike(world: World) -> None:
    recalls = [seen(world.requested(world.approved(description=mark))) for mark in "abc"]
    key = secrets.token_hex(8)

    with ThreadPoolExecutor(4) as pool:
        answers = [one.json()["results"] for one in pool.map(lambda _: decide(world, *recalls, key=key), range(4))]

    assert [one["status"] for one in answers[0]] == [202, 202, 202]
    assert answers == [answers[0]] * 4
    assert [len(decisions_on(world, one)) for one in recalls] == [1, 1, 1]


def test_a_request_that_is_named_twice_is_decided_by_each_of_its_parts(world: World) -> None:
    world.set_policy(quorum=2)  # one approval carries nothing out, so the plan stays the same meanwhile
    entries = [world.approved(description=mark) for mark in "ab"]
    recall = world.requested(*entries)

    parts = [seen(recall, lines=[one]) for one in entries]
    results = decide(world, *parts, parts[0]).json()["results"]

    assert [one["status"] for one in results] == [202, 202, 202]
    assert results[2] == results[0]
    assert {tuple(line["subject"] for line in one["lines"]) for one in decisions_on(world, recall)} == {
        (one,) for one in entries
    }


@pytest.mark.parametrize("named", [True, False])
def test_blocked_lines_are_pointed_at_where_the_body_names_them(world: World, *, named: bool) -> None:
    entries = [world.approved(description=mark) for mark in "ab"]
    recall = world.requested(*entries)
    world.drafted_invoice(*entries)
    lines: Json = {"lines": entries[::-1]} if named else {}

    answer = world.decide(recall, **lines)

    assert code_of(answer) == (422, "on_draft_invoice")
    pointed = {one["subject"]: one["pointer"] for one in answer.json()["errors"]}
    assert pointed == (
        dict(zip(entries[::-1], ("/lines/0", "/lines/1"), strict=True)) if named else dict.fromkeys(entries)
    )
