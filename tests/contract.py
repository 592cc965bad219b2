"""Holds every answer of a test run to the contract: its model, its status, its headers, and for refusals the declared codes.

The fixture `_every_answer_is_in_the_contract` of tests/conftest.py puts it behind every request that reaches a service.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from pydantic import BaseModel, ValidationError

from api.answers.imports import ImportProblem
from api.answers.problems import Problem
from api.answers.table import ANSWERS, WITH_FAULTS_OF_A_FILE, WITHOUT_KEY, Told
from api.database_says_no import GUARDS
from api.main import create_app
from tilbake.settings import Settings

Json = dict[str, Any]
JSON_TYPE = "application/json"
PROBLEM_TYPE = "application/problem+json"
IN_PROCESS = "api"
"""The host of the applications of tests/in_process.py."""
_ports: set[int] = set()
ON_EVERY_ANSWER = frozenset({"cache-control", "content-security-policy", "referrer-policy", "x-content-type-options"})
HEADERS = ("etag", "location", "preference-applied")
# Whatever the address: the request was none that any operation describes, somebody else was quicker, a figure has no room,
# or the service is not well.
ANYWHERE = frozenset(code.value for code in GUARDS.values()) | frozenset(
    {
        "figure_too_large",
        "internal_error",
        "invalid_value",
        "malformed_body",
        "method_not_allowed",
        "not_found",
        "payload_too_large",
        "unauthenticated",
        "unavailable",
        "unknown_field",
        "unsupported_media_type",
    }
)


@cache
def document() -> Json:
    """The OpenAPI document, as a service with the test clock serves it."""
    nowhere = Path("/nonexistent")
    url = "postgresql://nobody@127.0.0.1:1/nothing"
    return create_app(Settings(database_url=url, data_dir=nowhere, cache_dir=nowhere, test_clock=True)).openapi()


@cache
def _paths() -> list[tuple[re.Pattern[str], Mapping[str, Json]]]:
    """Every path as an expression, those without parameters first."""
    found = sorted(document()["paths"].items(), key=lambda one: one[0].count("{"))
    return [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), methods) for path, methods in found]


def operation_of(request: httpx.Request) -> Json | None:
    """The operation a request was for."""
    method, path = request.method.lower(), request.url.path
    return next((ways[method] for form, ways in _paths() if method in ways and form.fullmatch(path)), None)


def hold_to_contract(port: int) -> None:
    """From now on what is answered at a port of this machine is checked: a service is there, not a fake."""
    _ports.add(port)


def check(response: httpx.Response) -> None:
    """Fail unless the answer of a service is one its operation promises."""
    url = response.request.url
    if url.host != IN_PROCESS and url.port not in _ports:
        return
    missing = ON_EVERY_ANSWER - {name.lower() for name in response.headers}
    assert not missing, f"without {missing}: {response.request.method} {url.path}"
    operation = operation_of(response.request)
    if operation is None:
        return
    where = f"{operation['operationId']} answered {response.status_code}: {response.text[:2000]}"
    kind = response.headers.get("content-type", "").partition(";")[0]
    if kind == PROBLEM_TYPE:
        _check_problem(response, operation, where=where)
        return
    assert str(response.status_code) in operation["responses"], f"a status that is not promised: {where}"
    told = next((one for one in ANSWERS.get(operation["operationId"], ()) if one.status == response.status_code), None)
    if told is not None:
        _check_answer(response, told, where=where)
        _check_headers(response, told, keyed=operation["operationId"] not in WITHOUT_KEY, where=where)


def _check_answer(response: httpx.Response, told: Told, *, where: str) -> None:
    if told.model is None:
        assert response.content == b"", f"a body that is not promised: {where}"
        return
    assert response.headers["content-type"] == JSON_TYPE, where
    _validate(told.model, response.content, where=where)


def _validate(model: type[BaseModel], content: bytes, *, where: str) -> None:
    try:
        model.model_validate_json(content)
    except ValidationError as error:
        raise AssertionError(f"not what {model.__name__} promises: {error}\n{where}") from None


def _check_headers(response: httpx.Response, told: Told, *, keyed: bool, where: str) -> None:
    promised = {name.lower() for name in told.headers}
    sent = {name for name in HEADERS if name in response.headers}
    assert sent <= promised, f"headers that are not promised: {where}"
    assert "etag" in sent or "etag" not in promised, f"no ETag: {where}"
    assert keyed or "idempotent-replay" not in response.headers, where


def _check_problem(response: httpx.Response, operation: Json, *, where: str) -> None:
    name = operation["operationId"]
    of_a_file = name in WITH_FAULTS_OF_A_FILE and response.json()["code"] == "import_invalid"
    _validate(ImportProblem if of_a_file else Problem, response.content, where=where)
    declared = declared_codes(name)
    codes = _codes(response) - ANYWHERE
    assert codes <= set(declared), f"codes that are not declared: {where}"
    if len(codes) == 1:
        assert response.status_code in declared[codes.pop()], f"declared with another status: {where}"


def _codes(response: httpx.Response) -> set[str]:
    document = response.json()
    return {document["code"]} if document["code"] == "import_invalid" else {one["code"] for one in document["errors"]}


@cache
def declared_codes(name: str) -> Mapping[str, set[int]]:
    """The codes an operation says it can refuse with, and the statuses of each."""
    described = next(one for _, ways in _paths() for one in ways.values() if one["operationId"] == name)
    found: dict[str, set[int]] = defaultdict(set)
    for status, answer in described["responses"].items():
        for code in answer.get("content", {}).get(PROBLEM_TYPE, {}).get("examples", ()):
            found[code].add(int(status))
    return found
