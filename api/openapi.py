"""The OpenAPI document: what the framework knows of the routes, and the answers, headers and examples that it does not.

Examples are put in after the framework is done, because it leaves members out that are null.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, Final, Literal

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.answers.imports import FAULT, ImportProblem
from api.answers.problems import Problem
from api.answers.requests import REQUESTS
from api.answers.subscriptions import EventMessage, PingMessage
from api.answers.table import (
    ANSWERS,
    READS_HEADERS,
    REQUEST_HEADERS,
    REQUEST_PATTERNS,
    RESPONSE_HEADERS,
    SIGNING,
    WITH_FAULTS_OF_A_FILE,
    WITHOUT_KEY,
    Told,
)
from api.idempotency import HEADER, REPLAY_HEADER
from api.openapi_webhooks import outgoing_webhooks
from api.problem import MEDIA_TYPE, STATUS
from api.problem_schema import problem_example, problem_responses
from api.strict_route import JSON_TYPE
from domain.catalogue import Kind
from domain.refusals import Code

Json = dict[str, Any]
_REFERENCE: Final = "#/components/schemas/{model}"
_OF_BODIES: Final = (Code.MALFORMED_BODY, Code.BODY_TOO_SLOW, Code.PAYLOAD_TOO_LARGE, Code.UNSUPPORTED_MEDIA_TYPE)
_WRITES: Final = frozenset({"post", "put", "patch", "delete"})


def openapi_of(app: FastAPI) -> Json:
    """The document of an application, made once and then kept; it takes the place of the framework's `app.openapi`."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title, version=app.version, summary=app.summary, description=app.description, routes=app.routes
        )
        components = document.setdefault("components", {}).setdefault("schemas", {})
        answers = _schemas()
        shared = [name for name in answers.keys() & components.keys() if answers[name] != components[name]]
        assert not shared, f"a body and an answer of one name: {shared}"
        _name_keys_wholly(components)
        components |= answers
        for method, operation in _operations(document):
            _drop_the_framework_s_own(operation["responses"])
            if "requestBody" in operation:
                _merge(operation["responses"], problem_responses(*_OF_BODIES))
            if _has_lists(operation.get("requestBody", {}), components):
                _merge(operation["responses"], problem_responses(Code.TOO_MANY_LINES))
            _complete(method, operation)
        document["webhooks"] = outgoing_webhooks(_REFERENCE)
        app.openapi_schema = document
    return app.openapi_schema


def _name_keys_wholly(described: Any) -> None:
    """Members whose name does not fit its pattern are refused, which a schema has to say."""
    if isinstance(described, list):
        for one in described:
            _name_keys_wholly(one)
    if isinstance(described, dict):
        if "patternProperties" in described:
            described.setdefault("additionalProperties", False)
        for one in described.values():
            _name_keys_wholly(one)


def _operations(document: Json) -> Iterator[tuple[str, Json]]:
    for path in document.get("paths", {}).values():
        yield from path.items()


def _has_lists(described: Any, schemas: Json) -> bool:
    """Whether a body has a list, or members named freely, of which there may be only so many."""
    if isinstance(described, list):
        return any(_has_lists(one, schemas) for one in described)
    if not isinstance(described, dict):
        return False
    if "maxItems" in described or "maxProperties" in described:
        return True
    inner = [schemas[described["$ref"].rpartition("/")[2]]] if "$ref" in described else list(described.values())
    return _has_lists(inner, schemas)


def _schemas() -> Json:
    """The schemas of all answers by name."""
    told: set[type[BaseModel]] = {one.model for answers in ANSWERS.values() for one in answers if one.model}
    models: list[type[BaseModel]] = sorted(
        told | {Problem, ImportProblem, EventMessage, PingMessage}, key=lambda model: str(model.__name__)
    )
    mode: Literal["validation"] = "validation"
    _, schema = models_json_schema(list(product(models, [mode])), ref_template=_REFERENCE)
    return dict(schema["$defs"])


def _complete(method: str, operation: Json) -> None:
    """Give an operation its answers, their examples and its headers."""
    name = operation["operationId"]
    responses = operation["responses"]
    keyed = method in _WRITES and name not in WITHOUT_KEY and name in ANSWERS
    if keyed:
        _merge(responses, problem_responses(Code.IDEMPOTENCY_KEY_REUSED, Code.IDEMPOTENCY_IN_PROGRESS))
    for status, response in responses.items():
        _complete_problems(response.get("content", {}), status=status)
    if name in WITH_FAULTS_OF_A_FILE:
        _add_faults_of_a_file(responses)
    for told in ANSWERS.get(name, ()):
        _add_answer(responses, told, keyed=keyed)
    if name in REQUESTS:
        for content in operation["requestBody"]["content"].values():
            content["example"] = REQUESTS[name]
    _add_parameters(operation, [*READS_HEADERS.get(name, ()), *([HEADER] if keyed else [])])


def _add_answer(responses: Json, told: Told, *, keyed: bool) -> None:
    headers = [*told.headers, *([REPLAY_HEADER] if keyed and told.kept else [])]
    response = responses.setdefault(str(told.status), {})
    response["description"] = told.about
    if headers:
        response["headers"] = {
            name: {"description": RESPONSE_HEADERS[name], "schema": {"type": "string"}} for name in headers
        }
    content = response.setdefault("content", {})
    content.pop(JSON_TYPE, None)
    if told.model is not None:
        schema = {"$ref": _REFERENCE.format(model=told.model.__name__)}
        content[JSON_TYPE] = {"schema": schema, "example": told.example}
    if told.stream is not None:
        content["text/event-stream"] = {"schema": {"type": "string"}, "example": told.stream}
    if not content:
        del response["content"]


def _add_parameters(operation: Json, headers: list[str]) -> None:
    signed_in = "security" in operation
    for name in [*headers, *(["Accept-Language"] if signed_in else [])]:
        described = {"name": name, "in": "header", "required": name in SIGNING, "description": REQUEST_HEADERS[name]}
        schema = {"type": "string", **({"pattern": REQUEST_PATTERNS[name]} if name in REQUEST_PATTERNS else {})}
        operation.setdefault("parameters", []).append({**described, "schema": schema})


def _drop_the_framework_s_own(responses: Json) -> None:
    """The framework promises a 422 in a form of its own; what a model does not accept is a 400 here, but for too many lines."""
    refused = responses.get("422", {}).get("content", {})
    if refused and MEDIA_TYPE not in refused:
        del responses["422"]


def _merge(responses: Json, more: Mapping[int | str, Json]) -> None:
    """Add codes to those a route declares."""
    for status, response in more.items():
        known = responses.setdefault(str(status), {"description": response["description"], "content": {}})
        examples = known["content"].setdefault(MEDIA_TYPE, {"examples": {}})["examples"]
        examples |= response["content"][MEDIA_TYPE]["examples"]


def _complete_problems(content: Json, *, status: str) -> None:
    """Problems are application/problem+json only; the framework writes them under the media type of the good answer."""
    problems = content.get(MEDIA_TYPE)
    if problems is None:
        return
    content.pop(JSON_TYPE, None)
    codes = [Code(name) for name in problems["examples"]]
    kind = next(kind for kind, known in STATUS.items() if known == int(status))
    problems["examples"] = {code.value: {"value": problem_example(code, kind=kind)} for code in codes}
    problems["schema"] = {"$ref": _REFERENCE.format(model="Problem")}


def _add_faults_of_a_file(responses: Json) -> None:
    """A bad file is answered with errors of another shape: 422, or 400 where it cannot be read as such a file at all."""
    for kind in (Kind.MALFORMED, Kind.REFUSED):
        problems = responses[str(STATUS[kind])]["content"][MEDIA_TYPE]
        problems["schema"] = {"anyOf": [problems["schema"], {"$ref": _REFERENCE.format(model="ImportProblem")}]}
        example = problem_example(Code.IMPORT_INVALID, kind=kind) | {"errors": [FAULT]}
        problems["examples"][Code.IMPORT_INVALID.value] = {"value": example}
