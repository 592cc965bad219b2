"""Problem documents as OpenAPI shows them: their schema, and an example for every code that a route can answer with."""

import json
from collections.abc import Mapping
from functools import cache
from string import Formatter
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel

from api.edge import Fault
from api.problem import MEDIA_TYPE, STATUS, TITLE, Reader, problem
from api.strict_route import JSON_TYPE
from domain.catalogue import CATALOGUE, Kind
from domain.language import Language
from domain.refusals import Code, Refusal

_READER = Reader(Language.EN, "4bf92f3577b34da6a3ce929d0e0e4736")
_EVERYWHERE = (
    Code.INVALID_VALUE,
    Code.UNKNOWN_FIELD,
    Code.UNAUTHENTICATED,
    Code.RATE_LIMITED,
    Code.INTERNAL_ERROR,
    Code.UNAVAILABLE,
)
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
        "address_problem": "not_https",
    }
)


def problem_responses(*codes: Code) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that can answer with these codes, and with those that every route has.

    Where lines are selected (duplicate_line), an unknown entry is a refused line instead of a missing resource.
    """
    responses: dict[int | str, dict[str, Any]] = {}
    selected = Code.DUPLICATE_LINE in codes
    for code in dict.fromkeys([*_EVERYWHERE, *codes]):
        kind = Kind.REFUSED if selected and code is Code.UNKNOWN_ENTRY else CATALOGUE[code].kind
        response = responses.setdefault(
            STATUS[kind],
            # Without a model: the framework would look at it anew for every status of every route, at each start.
            {"description": TITLE[kind].en, "content": {MEDIA_TYPE: {"examples": {}}}},
        )
        response["content"][MEDIA_TYPE]["examples"][code.value] = {"value": problem_example(code, kind=kind)}
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


@cache
def problem_example(code: Code, *, kind: Kind) -> dict[str, Any]:
    """The problem document of one refusal, not to be changed; kind decides its status."""
    names = [name for _, name, _, _ in Formatter().parse(CATALOGUE[code].text.en) if name]
    facts = {name: _EXAMPLE_FACTS.get(name, "1") for name in names}
    document: dict[str, Any] = json.loads(
        bytes(problem([Fault(Refusal(code, facts=facts))], reader=_READER, kind=kind).body)
    )
    return document
