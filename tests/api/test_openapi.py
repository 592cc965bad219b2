"""The OpenAPI document is valid, complete, and every route but the public ones asks who is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.api.openapi import Json, Operation, document_of, example, operations, resolve
from tests.api.world import World, code_of

pytestmark = pytest.mark.api

PUBLIC = {"get_health", "get_metrics", "get_readiness", "list_refusals", "receive_decision"}
ODD_IDS = (
    "x",
    "0",
    "-1",
    "null",
    "%2e%2e%2f",
    "%00",
    "%0a",
    "%ff",
    "%ed%a0%80",
    "%e2%80%ae",
    "a%2fb",
    "a" * 3000,
    "'; drop table entry; --",
    "00000000-0000-0000-0000-000000000000",
    "00000000-0000-0000-0000-00000000000A",
    "{00000000-0000-0000-0000-000000000000}",
    "%F0%9F%AB%90",
    "9" * 400,
)


@pytest.fixture(scope="module")
def document(http: httpx.Client, shared_world: World) -> Json:
    return document_of(http, shared_world.service.url)


@pytest.fixture(scope="module")
def all_operations(document: Json) -> list[Operation]:
    return list(operations(document))


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for one in value.values():
            yield from references(one)
    if isinstance(value, list):
        for one in value:
            yield from references(one)


def test_the_document_is_openapi_3_1(document: Json) -> None:
    assert re.fullmatch(r"3\.1\.\d+", document["openapi"])
    assert document["info"]["title"] == "Tilbake"
    assert document["info"]["version"]
    assert all(resolve(document, {"$ref": name}) for name in set(references(document)))


def test_operations_are_named_verb_noun_and_no_name_twice(all_operations: list[Operation]) -> None:
    names = [operation.id for operation in all_operations]

    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z]+(_[a-z]+)+", name) for name in names)


def test_every_operation_says_what_it_takes_and_answers(document: Json, all_operations: list[Operation]) -> None:
    for operation in all_operations:
        described = operation.description
        declared = {one["name"] for one in described.get("parameters", ()) if one["in"] == "path"}
        assert declared == set(operation.parameters), operation.id
        assert described.get("summary") or described.get("description"), operation.id
        assert any(status.startswith("2") for status in described["responses"]), operation.id
        for status, answer in described["responses"].items():
            assert answer["description"], operation.id
            if status.startswith("4"):
                assert set(answer["content"]) == {"application/problem+json"}, (operation.id, status)
                assert answer["content"]["application/problem+json"]["examples"], (operation.id, status)


def test_every_operation_that_takes_a_body_describes_it(all_operations: list[Operation]) -> None:
    undescribed = [
        operation.id
        for operation in all_operations
        if operation.method in {"POST", "PUT", "PATCH"} and "requestBody" not in operation.description
    ]

    assert undescribed == []


def test_public_routes_are_those_and_no_other(all_operations: list[Operation]) -> None:
    assert {one.id for one in all_operations if not one.description.get("security")} == PUBLIC


def test_every_route_but_the_public_ones_asks_who_is_there(
    http: httpx.Client, shared_world: World, document: Json, all_operations: list[Operation]
) -> None:
    asked = [operation for operation in all_operations if operation.id not in PUBLIC]
    tokens = ["", "Bearer", "Bearer x", "Basic YWRtaW46YWRtaW4=", f"Bearer {shared_world.token('admin')[:-4]}AAAA"]
    tokens.append(f"Bearer {shared_world.token('nobody-known')}")

    for operation in asked:
        body = example(document, operation.body) if operation.body else None
        for token in tokens:
            headers = {"authorization": token} if token else {}
            answer = http.request(
                operation.method, shared_world.service.url + operation.at(), json=body, headers=headers
            )
            assert code_of(answer) == (401, "unauthenticated"), (operation.id, token)
            assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("odd", ODD_IDS)
def test_an_odd_id_is_nothing_that_exists(
    shared_world: World, document: Json, all_operations: list[Operation], odd: str
) -> None:
    for operation in all_operations:
        if not operation.parameters or operation.id == "receive_decision":
            continue
        body = example(document, operation.body) if operation.body else None
        path = operation.at(**dict.fromkeys(operation.parameters, odd))
        headers = {"if-match": '"x"'} if operation.id == "decide_recall" else {}
        answer = shared_world.call("admin", operation.method, path, json=body, headers=headers)
        assert code_of(answer)[0] in {404, 405}, (operation.id, odd, answer.text)


def test_an_address_with_a_slash_too_many_is_not_there(shared_world: World, all_operations: list[Operation]) -> None:
    for operation in all_operations:
        answer = shared_world.call("admin", operation.method, operation.at() + "/")
        assert code_of(answer)[0] in {404, 405}, operation.id


def test_an_unknown_query_parameter_is_an_error_everywhere(
    shared_world: World, document: Json, all_operations: list[Operation]
) -> None:
    for operation in all_operations:
        body = example(document, operation.body) if operation.body else None
        path = operation.at() + "?colour=blue"
        answer = shared_world.call("admin", operation.method, path, json=body)
        assert code_of(answer) == (400, "unknown_field"), operation.id
        assert answer.json()["errors"][0]["parameter"] == "colour"


def test_the_page_of_the_documents_needs_nothing_from_elsewhere(http: httpx.Client, shared_world: World) -> None:
    url = shared_world.service.url
    page = http.get(f"{url}/docs").text

    parts = re.findall(r"""(?:src|href)=["']([^"']+)["']""", page)
    assert parts
    assert all(part.startswith("/") and not part.startswith("//") for part in parts), parts
    assert all(http.get(url + part).status_code == 200 for part in parts)
    assert "/openapi.json" in page
    assert http.get(f"{url}/docs/").text == page
    assert not re.search(r"https?://", page.replace(url, ""))


def test_an_address_says_which_methods_it_has(document: Json, shared_world: World) -> None:
    methods: dict[str, set[str]] = {}
    for one in operations(document):
        methods.setdefault(one.path, set()).add(one.method)

    for path, known in methods.items():
        url = f"{shared_world.service.url}{re.sub('{.+?}', 'x', path)}"
        answer = shared_world.http.request("OPTIONS", url)
        assert code_of(answer) == (405, "method_not_allowed")
        assert set(answer.headers["allow"].split(", ")) == known, path


def test_a_number_of_items_has_its_limits_in_the_document(document: Json) -> None:
    limits = [
        parameter["schema"]
        for one in operations(document)
        for parameter in one.description.get("parameters", ())
        if parameter["name"] == "limit"
    ]

    assert limits
    assert all((limit["minimum"], limit["maximum"]) == (1, 200) for limit in limits)
