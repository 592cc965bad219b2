"""What a model did not accept, as faults with pointers. The words of the validation library never leave this file."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from api.edge import Fault
from api.excerpts import excerpt, json_pointer
from domain.refusals import Code, Refusal
from domain.terms import EXPECTED

MOST_FAULTS = 100

_EXPECTED_BY_TYPE: Mapping[str, str] = MappingProxyType(
    {
        "missing": "required",
        "string_type": "text",
        "string_too_long": "shorter",
        "string_too_short": "not_empty",
        "string_pattern_mismatch": "identifier",
        "string_unicode": "plain_text",
        "too_short": "not_empty",
        "int_type": "whole_number",
        "int_parsing": "whole_number",
        "int_from_float": "whole_number",
        "int_parsing_size": "smaller",
        "bool_type": "yes_or_no",
        "bool_parsing": "yes_or_no",
        "literal_error": "allowed_value",
        "enum": "allowed_value",
        "union_tag_invalid": "allowed_value",
        "union_tag_not_found": "required",
        "list_type": "list",
        "tuple_type": "list",
        "dict_type": "object",
        "model_type": "object",
        "model_attributes_type": "object",
        "greater_than": "larger",
        "greater_than_equal": "larger",
        "less_than": "smaller",
        "less_than_equal": "smaller",
    }
)

_LIMITS: Mapping[str, str] = MappingProxyType(
    {name: name for name in ("most", "least", "above", "below")}
    | {"max_length": "most", "le": "most", "ge": "least", "gt": "above", "lt": "below"}
)
"""The fact that names a limit, by what the validation library calls it."""


def validation_faults(errors: Sequence[Mapping[str, Any]], *, body: object) -> list[Fault]:
    """The faults of a request, at most MOST_FAULTS of them.

    errors: as FastAPI hands them out, each `loc` beginning with body, query, path, header or cookie.
    body: what was parsed, so that a pointer names only what is really there.
    """
    told = [error for error in errors if not _only_follows(error)]
    return [_fault(error, body=body) for error in told[:MOST_FAULTS]]


def _only_follows(error: Mapping[str, Any]) -> bool:
    """Whether a list is too short only because elements that are faulty themselves do not count."""
    return error["type"] == "too_short" and bool(len(error["input"]) >= error["ctx"]["min_length"])


def _fault(error: Mapping[str, Any], *, body: object) -> Fault:
    source, *parts = error["loc"]
    if source == "body":
        pointer = json_pointer(_present(parts, body=body, missing=error["type"] == "missing"))
        return Fault(_refusal(error, field=pointer.lstrip("/") or "body"), {"pointer": pointer})
    name = excerpt(parts[0]) if parts else str(source)
    return Fault(_refusal(error, field=name), {"parameter": name})


def _present(parts: Sequence[str | int], *, body: object, missing: bool) -> list[str | int]:
    """The parts of a location that exist in the body; the validation library adds names of its own in between."""
    found: list[str | int] = []
    here: Any = body
    part: Any
    for part in parts:
        if (isinstance(here, dict) and part in here) or (
            isinstance(here, list) and isinstance(part, int) and part < len(here)
        ):
            here = here[part]
            found.append(part)
    return [*found, parts[-1]] if missing and parts else found


def _refusal(error: Mapping[str, Any], *, field: str) -> Refusal:
    if error["type"] == "extra_forbidden":
        return Refusal(Code.UNKNOWN_FIELD, facts={"field": field})
    kind = str(error["type"])
    expected = kind if kind in EXPECTED else _EXPECTED_BY_TYPE.get(kind, "other")
    context = error.get("ctx", {})
    if kind == "too_long":
        return Refusal(Code.TOO_MANY_LINES, facts={"field": field, "limit": str(context["max_length"])})
    facts = {"field": field, "expected": expected}
    if kind != "missing":
        facts["excerpt"] = excerpt(error.get("input"))
    if expected == "allowed_value" and "expected" in context:
        facts |= {"allowed": str(context["expected"]).replace(" or ", ", "), "why": "allowed"}
    limits = {_LIMITS[name]: str(value) for name, value in context.items() if name in _LIMITS}
    return Refusal(Code.INVALID_VALUE, facts=facts | limits)
