"""Whatever comes as a body, at every route that takes one: a refusal of ours, never a fault, and nothing written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.api.openapi import Json, Operation, document_of, example, operations, resolve
from tests.api.world import World, code_of, new_project
from tests.counts import count

pytestmark = pytest.mark.api

JSON = {"content-type": "application/json"}
BAD_BYTES = {
    "nothing": b"",
    "NaN": b'{"a": NaN}',
    "Infinity": b'{"a": -Infinity}',
    "lone surrogate": b'{"a": "\\ud800"}',
    "lone surrogate in a key": b'{"\\udfff": 1}',
    "raw surrogate": b'{"a": "\xed\xa0\x80"}',
    "invalid UTF-8": b'{"a": "\xff"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "byte order mark": b"\xef\xbb\xbf{}",
    "repeated key": b'{"a": 1, "a": 2}',
    "deep lists": b"[" * 100_000,
    "deep objects": b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    "just too deep": b'{"a":' + b"[" * 16 + b"]" * 16 + b"}",
    "huge integer": b'{"a": ' + b"9" * 5_000 + b"}",
    "huge exponent": b'{"a": 1e999999999}',
    "NUL": b'{"a": "\\u0000"}',
    "bidi override": '{"a": "\u202e"}'.encode(),
    "no JSON": b"hello",
    "two values": b"{} {}",
    "trailing comma": b'{"a": 1,}',
    "single quotes": b"{'a': 1}",
    "a number": b"1",
    "null": b"null",
    "a list": b"[]",
    "a text": b'"x"',
}
WRONG_VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    10**17,
    "",
    " ",
    "x" * 3000,
    "\u202e",
    "NaN",
    "1e3",
    "999999999999999",
    "0.0000000001",
    "-0",
    "2026-02-30",
    "9999-12-31",
    "99999d",
    "XXX",
    [],
    [None],
    [[]],
    ["x", "x"],
    {},
    {"a": 1},
)


@pytest.fixture(scope="module")
def document(http: httpx.Client, shared_world: World) -> Json:
    return document_of(http, shared_world.service.url)


@pytest.fixture(scope="module")
def with_body(document: Json) -> list[Operation]:
    return [one for one in operations(document) if one.body and one.id != "receive_decision"]


def send(world: World, operation: Operation, content: bytes, **headers: str) -> httpx.Response:
    path = operation.at(unit=world.unit, project=world.project)
    sent = {**JSON, "if-match": '"x"', **headers}
    return world.call("admin", operation.method, path, content=content, headers=sent)


@pytest.mark.parametrize("bad", BAD_BYTES)
def test_bytes_without_a_plain_reading_are_refused_everywhere(
    shared_world: World, with_body: list[Operation], bad: str
) -> None:
    for operation in with_body:
        answer = send(shared_world, operation, BAD_BYTES[bad])
        assert code_of(answer)[0] == 400, (operation.id, answer.text)


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1"]
)
def test_another_content_type_is_refused_everywhere(
    shared_world: World, with_body: list[Operation], content_type: str
) -> None:
    for operation in with_body:
        answer = send(shared_world, operation, b"{}", **{"content-type": content_type})
        assert code_of(answer) == (415, "unsupported_media_type"), operation.id


@pytest.mark.parametrize("bad", ["nothing", "NaN", "no JSON"])
def test_who_is_not_signed_in_is_told_so_before_anything_is_read(
    shared_world: World, with_body: list[Operation], bad: str
) -> None:
    for operation in with_body:
        url = f"{shared_world.service.url}{operation.at(unit=shared_world.unit)}?colour=blue"
        answer = shared_world.http.request(operation.method, url, content=BAD_BYTES[bad], headers=JSON)
        assert code_of(answer) == (401, "unauthenticated"), operation.id


def test_a_compressed_body_is_refused_everywhere(shared_world: World, with_body: list[Operation]) -> None:
    for operation in with_body:
        answer = send(shared_world, operation, b"{}", **{"content-encoding": "gzip"})
        assert code_of(answer) == (415, "unsupported_media_type"), operation.id


def test_a_body_of_more_than_a_mebibyte_is_refused(shared_world: World, with_body: list[Operation]) -> None:
    for operation in with_body[:3]:
        answer = send(shared_world, operation, b'{"a": "' + b"x" * 1024 * 1024 + b'"}')
        assert code_of(answer) == (413, "payload_too_large"), operation.id


def test_an_unknown_member_is_refused_everywhere(
    shared_world: World, document: Json, with_body: list[Operation]
) -> None:
    for operation in with_body:
        body = example(document, operation.body or {}) | {"colour~/": "blue"}
        answer = send(shared_world, operation, json.dumps(body).encode())
        assert code_of(answer) == (400, "unknown_field"), operation.id
        assert answer.json()["errors"][0]["pointer"] == "/colour~0~1"


def members(document: Json, operation: Operation) -> Iterator[str]:
    yield from resolve(document, operation.body or {}).get("properties", {})


def test_no_value_of_any_member_is_a_fault(world: World, document: Json, with_body: list[Operation]) -> None:
    """Each member of each body with wrong values; the rest is filled so that the rules are reached.

    A short run gives each member some of the values, and all members together each of them; a long one gives each all.
    """
    step = count(5, 1)
    entry = world.draft()
    for operation in with_body:
        if operation.id == "advance_clock":
            continue
        for index, member in enumerate(members(document, operation)):
            for value in WRONG_VALUES[index % step :: step]:
                body = filled(world, example(document, operation.body or {})) | {member: value}
                path = operation.at(unit=world.unit, project=world.project, entry=entry)
                answer = world.call(
                    "admin" if operation.id != "edit_entry" else "bob",
                    operation.method,
                    path,
                    content=json.dumps(body).encode(),
                    headers={**JSON, "if-match": "*"},
                )
                assert answer.status_code < 500, (operation.id, member, value, answer.text)
                assert answer.status_code < 300 or code_of(answer)


def filled(world: World, body: Json) -> Json:
    """A body whose ids are those of a world, where it names some."""
    known = {
        "unit": world.unit,
        "project": world.project,
        "owner": world.people["bob"],
        "approvers": [world.people["mia"]],
    }
    return {name: known.get(name, value) for name, value in body.items()}


LARGE = ("9999999999.99999", "999999999999999", "9999999999999", "99999999.9999999", "0.0000000001", "0")


@pytest.mark.parametrize("quantity", LARGE)
@pytest.mark.parametrize("price", LARGE)
def test_figures_at_the_limits_are_refused_or_kept_exactly(shared_world: World, quantity: str, price: str) -> None:
    body = {"project": shared_world.project, "kind": "time", "date": "2026-02-02", "quantity": quantity}
    body |= {"sales_price": price, "cost_price": price}

    answer = shared_world.call("bob", "POST", "/v1/entries", json=body)

    if answer.status_code != 201:
        assert code_of(answer) == (400, "invalid_value")
        return
    entry = answer.json()
    assert (entry["quantity"], entry["sales_price"]) == (quantity, price)
    for person, act in (("bob", "submit"), ("mia", "approve")):
        shared_world.do(person, f"/v1/entries/{act}", {"entries": [entry["id"]]})
    assert len(shared_world.get(f"/v1/entries/{entry['id']}/actuals")["items"]) == 2


@pytest.mark.parametrize("rate", ["99999999999", "999999999", "999999", "0.000000001", "0.0000000001", "1.0000000001"])
def test_an_exchange_rate_is_refused_or_kept_exactly(shared_world: World, rate: str) -> None:
    body = {
        "unit": shared_world.unit,
        "name": "Rates",
        "approvers": [shared_world.people["mia"]],
        "currency": "JPY",
        "exchange_rate": rate,
    }

    answer = shared_world.call("admin", "POST", "/v1/projects", json=body)

    if answer.status_code != 201:
        assert code_of(answer) == (400, "invalid_value")
    else:
        assert answer.json()["exchange_rate"] == rate


def test_the_largest_figures_can_be_approved_and_taken_back(world: World) -> None:
    project = new_project(world, "Large", approvers=("mia",), currency="JPY", exchange_rate="999999.999999999")
    entry = world.approved(
        project=project, quantity="99999999.99999", sales_price="999999999.99999", cost_price="999999999.99999"
    )

    recall = world.requested(entry)

    assert world.decide(recall).json()["recall"]["status"] == "recalled"


def test_a_member_that_must_be_there_cannot_be_taken_away(world: World) -> None:
    entry = world.draft()

    for member in ("date", "quantity", "billing_type", "amount_method", "external"):
        answer = world.call("bob", "PATCH", f"/v1/entries/{entry}", json={member: None})
        assert code_of(answer) == (400, "invalid_value"), member
        assert answer.json()["errors"][0]["pointer"] == f"/{member}"


def test_a_patch_of_nothing_changes_nothing(world: World) -> None:
    entry = world.draft()
    before = world.get(f"/v1/entries/{entry}", person="bob")

    answer = world.call("bob", "PATCH", f"/v1/entries/{entry}", json={})

    assert answer.status_code == 200
    assert world.get(f"/v1/entries/{entry}", person="bob") == before == answer.json()


@pytest.mark.parametrize("raw", [b"1.5", b"4.288266485230704e+16", b"-0.0", b"1"])
def test_a_number_is_no_body_even_where_no_member_is_needed(world: World, raw: bytes) -> None:
    channel, _ = world.channel()
    path, headers = f"/v1/channels/{channel}", {"content-type": "application/json"}

    whole = [
        world.call("admin", method, where, content=raw, headers=headers)
        for method, where in (("POST", f"{path}/disable"), ("PATCH", path))
    ]
    nested = world.call(
        "admin",
        "POST",
        "/v1/units",
        content=b'{"id":"u-x","name":"U","currency":"USD","policy":%s}' % raw,
        headers=headers,
    )

    assert [code_of(answer) for answer in (*whole, nested)] == [(400, "invalid_value")] * 3
    assert {answer.json()["errors"][0]["facts"]["expected"] for answer in (*whole, nested)} == {"object"}
    assert world.get(path, person="admin")["version"] == 1
