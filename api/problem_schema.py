"""Problem documents as OpenAPI shows them: their schema, and an example for every code that a route can answer with."""

import json
from collections.abc import Mapping
from string import Formatter
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from api.edge import Fault
from api.problem import MEDIA_TYPE, STATUS, TITLE, Reader, problem
from api.strict_route import JSON_TYPE
from domain.catalogue import CATALOGUE
from domain.language import Language
from domain.refusals import Code, Refusal

_READER = Reader(Language.EN, "4bf92f3577b34da6a3ce929d0e0e4736")
_EVERYWHERE = (Code.INVALID_VALUE, Code.UNKNOWN_FIELD, Code.UNAUTHENTICATED, Code.INTERNAL_ERROR, Code.UNAVAILABLE)
_EXAMPLE_FACTS: Mapping[str, str] = MappingProxyType(
    {
        "status": "draft",
        "invoice": "INV-12",
        "quantity": "2",
        "days": "30",
        "date": "2026-02-02",
        "field": "quantity",
        "expected": "decimal_text",
        "problem": "not_json",
        "limit": "1048576",
        "seconds": "30",
        "media_type": "application/json",
        "count": "2",
        "id": "oslo",
    }
)


class ProblemError(BaseModel):
    """One refused line, or one fault of the request."""

    pointer: str | None
    parameter: str | None = None
    subject: str | None
    code: str
    detail: str
    advice: str
    facts: dict[str, str]


class Problem(BaseModel):
    """Why a request was not done (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    advice: str
    errors: list[ProblemError]
    trace_id: str


def problem_responses(*codes: Code) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that can answer with these codes, and with those that every route has."""
    responses: dict[int | str, dict[str, Any]] = {}
    for code in dict.fromkeys([*_EVERYWHERE, *codes]):
        kind = CATALOGUE[code].kind
        response = responses.setdefault(
            STATUS[kind],
            {"model": Problem, "description": TITLE[kind].en, "content": {MEDIA_TYPE: {"examples": {}}}},
        )
        response["content"][MEDIA_TYPE]["examples"][code.value] = {"value": _example(code)}
    return responses


def json_body(model: type[BaseModel]) -> dict[str, Any]:
    """The `openapi_extra` of a route that reads its JSON body itself."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    inner = schema.pop("$defs", {})
    content = {JSON_TYPE: {"schema": _inlined(schema, inner)}}
    return {"requestBody": {"required": True, "content": content}}


def _inlined(value: Any, definitions: Mapping[str, Any]) -> Any:
    """A schema with its definitions in the places that name them."""
    if isinstance(value, list):
        return [_inlined(one, definitions) for one in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        return _inlined(definitions[value["$ref"].rpartition("/")[2]], definitions)
    return {name: _inlined(one, definitions) for name, one in value.items()}


def openapi_with_problems(app: FastAPI) -> dict[str, Any]:
    """The document of an application, in which problems are application/problem+json only.

    The framework writes every response model under the media type of the good answer; this moves those of problems.
    Use: `app.openapi = lambda: openapi_with_problems(app)`. Made once, then kept.
    """
    if app.openapi_schema is None:
        document = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
        for path in document.get("paths", {}).values():
            for operation in path.values():
                responses = operation.get("responses", {})
                _drop_the_framework_s_own(responses)
                for response in responses.values():
                    _move_schema(response.get("content", {}))
        app.openapi_schema = document
    return app.openapi_schema


def _drop_the_framework_s_own(responses: dict[str, Any]) -> None:
    """The framework promises a 422 in a form of its own; what a model does not accept is a 400 here."""
    refused = responses.get("422", {}).get("content", {})
    if refused and MEDIA_TYPE not in refused:
        del responses["422"]


def _move_schema(content: dict[str, Any]) -> None:
    if MEDIA_TYPE in content and JSON_TYPE in content:
        content[MEDIA_TYPE] |= content.pop(JSON_TYPE)


def _example(code: Code) -> object:
    names = [name for _, name, _, _ in Formatter().parse(CATALOGUE[code].text.en) if name]
    facts = {name: _EXAMPLE_FACTS.get(name, "1") for name in names}
    return json.loads(bytes(problem([Fault(Refusal(code, facts=facts))], reader=_READER).body))
