"""Reads YAML text without ever making a binary float, and without YAML's surprises.

Only the plain forms of the case format are recognised: integers, decimals, true / false, null and days. All else is
text. A key that stands twice in one mapping is an error, because YAML would silently keep the last one.
"""

import re
from collections.abc import Hashable
from datetime import date
from decimal import Decimal
from typing import Any

import yaml


class UnreadableYaml(Exception):
    """The text is not YAML, or holds a key twice; the message names line and column."""


class NotYaml(UnreadableYaml):
    """The text is no YAML at all."""


class _PlainLoader(yaml.CSafeLoader):
    """The loader that makes plain values only, read in C (ten times as fast), with its own, smaller set of forms."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - of the class, but PyYAML types it otherwise


def _where(node: yaml.Node) -> str:
    mark = node.start_mark
    return f"line {mark.line + 1}, column {mark.column + 1}"


# PyYAML calls constructors with loader and node by position.
def _decimal(loader: _PlainLoader, node: yaml.ScalarNode) -> Decimal:
    return Decimal(loader.construct_scalar(node))


def _integer(loader: _PlainLoader, node: yaml.ScalarNode) -> int:
    return int(loader.construct_scalar(node))


def _day(loader: _PlainLoader, node: yaml.ScalarNode) -> date:
    text = loader.construct_scalar(node)
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise UnreadableYaml(f"{_where(node)}: {text} is not a day") from fault


def _mapping(loader: _PlainLoader, node: yaml.MappingNode) -> dict[Hashable, Any]:
    seen: dict[Hashable, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, Hashable):
            raise UnreadableYaml(f"{_where(key_node)}: a key must be a single word")
        if key in seen:
            raise UnreadableYaml(f'{_where(key_node)}: the key "{key}" stands twice')
        seen[key] = loader.construct_object(value_node, deep=True)
    return seen


_FORMS = (
    ("tag:yaml.org,2002:int", r"[-+]?(0|[1-9][0-9]*)", "-+0123456789", _integer),
    ("tag:yaml.org,2002:float", r"[-+]?[0-9]+\.[0-9]+", "-+0123456789", _decimal),
    ("tag:yaml.org,2002:timestamp", r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "0123456789", _day),
)

for _tag, _pattern, _first, _make in _FORMS:
    _PlainLoader.add_implicit_resolver(_tag, re.compile(rf"^{_pattern}$"), list(_first))
    _PlainLoader.add_constructor(_tag, _make)
_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), list("tf"))
_PlainLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(null|~|)$"), ["n", "~", ""])
_PlainLoader.add_constructor("tag:yaml.org,2002:map", _mapping)


def load(text: str) -> Any:
    """The one document of a YAML text, as plain Python values; decimals as Decimal, days as date.

    Raises UnreadableYaml for anything that is not one well-formed document.
    """
    try:
        return yaml.load(text, Loader=_PlainLoader)  # noqa: S506 - the loader is a SafeLoader
    except yaml.MarkedYAMLError as fault:
        mark = fault.problem_mark or fault.context_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "somewhere"
        raise NotYaml(f"{where}: {fault.problem or fault.context}") from fault
    except (yaml.YAMLError, RecursionError) as fault:
        raise NotYaml(" ".join(str(fault).split())) from fault
