"""Turns plain values into typed, frozen ones, and says where a value does not fit.

The types of the format are the only description of it: `read(value, kind=World)` follows the annotations of World.
Supported are text, numbers, days, flags, Literal, tuples (YAML lists), mappings, optional values, dataclasses (all keys
known, those without default required), TypedDicts (every key known, none required, absence kept) and Annotated with a
reader of its own.
"""

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal


class Misfit(Exception):
    """A value that does not fit the format; `key` is the path to it inside the case."""

    def __init__(self, key: str, *, message: str) -> None:
        super().__init__(f"{key}: {message}" if key else message)
        self.key = key
        self.message = message


Reader = Callable[..., Any]


def shown(value: object) -> str:
    """The value as a case author would recognise it."""
    match value:
        case str():
            return f'"{value}"'
        case dict() | Mapping():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case _:
            return str(value)


def below(key: str, *, part: object) -> str:
    """The path of a part of the value at `key`."""
    return f"{key}.{part}" if key else str(part)


def _text(value: object, *, key: str) -> str:
    if not isinstance(value, str):
        raise Misfit(key, message=f"must be text, got {shown(value)} (put numbers that are names in quotes)")
    return value


def _decimal(value: object, *, key: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Misfit(key, message=f"must be a decimal number, got {shown(value)}")
    return Decimal(value)


def _integer(value: object, *, key: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Misfit(key, message=f"must be a whole number, got {shown(value)}")
    return value


def _flag(value: object, *, key: str) -> bool:
    if not isinstance(value, bool):
        raise Misfit(key, message=f"must be true or false, got {shown(value)}")
    return value


def _day(value: object, *, key: str) -> date:
    if not isinstance(value, date):
        raise Misfit(key, message=f"must be a day like 2026-02-02, got {shown(value)}")
    return value


def _nothing(value: object, *, key: str) -> None:
    if value is not None:
        raise Misfit(key, message=f"must be null, got {shown(value)}")


_SIMPLE: Mapping[object, Reader] = {
    str: _text,
    Decimal: _decimal,
    int: _integer,
    bool: _flag,
    date: _day,
    types.NoneType: _nothing,
}


def mapping(value: object, *, key: str) -> dict[Any, Any]:
    """The value as a mapping, or a Misfit."""
    if not isinstance(value, dict):
        raise Misfit(key, message=f"must be a mapping, got {shown(value)}")
    return value


def sequence(value: object, *, key: str) -> list[Any]:
    """The value as a list, or a Misfit."""
    if not isinstance(value, list):
        raise Misfit(key, message=f"must be a list, got {shown(value)}")
    return value


def read(value: object, *, kind: Any, key: str = "") -> Any:
    """The value as an instance of `kind`; raises Misfit naming the key that does not fit."""
    if kind in _SIMPLE:
        return _SIMPLE[kind](value, key=key)
    if dataclasses.is_dataclass(kind):
        return _record(value, kind=kind, key=key)
    if typing.is_typeddict(kind):
        return _row(value, kind=kind, key=key)
    return _composed(value, origin=typing.get_origin(kind), arguments=typing.get_args(kind), key=key)


def _composed(value: object, *, origin: Any, arguments: tuple[Any, ...], key: str) -> Any:
    """The same for a type that is made of others."""
    if origin is Annotated:
        return arguments[1](value, key=key)
    if origin is Literal:
        return _choice(value, words=arguments, key=key)
    if origin is tuple:
        return tuple(
            read(one, kind=arguments[0], key=below(key, part=place))
            for place, one in enumerate(sequence(value, key=key), start=1)
        )
    if origin in (typing.Union, types.UnionType):
        return _optional(value, arguments=arguments, key=key)
    return _table(value, arguments=arguments, key=key)


def _choice(value: object, *, words: tuple[Any, ...], key: str) -> object:
    if not isinstance(value, str) or value not in words:
        raise Misfit(key, message=f"must be one of {', '.join(words)}, got {shown(value)}")
    return value


def _optional(value: object, *, arguments: tuple[Any, ...], key: str) -> Any:
    if value is None:
        return None
    (kind,) = (one for one in arguments if one is not types.NoneType)
    return read(value, kind=kind, key=key)


def _table(value: object, *, arguments: tuple[Any, ...], key: str) -> Mapping[Any, Any]:
    name_kind, value_kind = arguments
    return types.MappingProxyType(
        {
            read(name, kind=name_kind, key=below(key, part=name)): read(one, kind=value_kind, key=below(key, part=name))
            for name, one in mapping(value, key=key).items()
        }
    )


def known_keys(given: Mapping[Any, Any], *, allowed: Mapping[str, Any], key: str) -> None:
    """Raises Misfit for the first key that the format does not know at this place."""
    for name in given:
        if name not in allowed:
            raise Misfit(below(key, part=name), message=f"unknown key (known here: {', '.join(allowed)})")


def hints(kind: type) -> dict[str, Any]:
    """Key in the file -> type; a field named `from_` stands for the key `from`."""
    return {name.rstrip("_"): one for name, one in typing.get_type_hints(kind, include_extras=True).items()}


def _record(value: object, *, kind: Any, key: str) -> Any:
    given = mapping(value, key=key)
    known_keys(given, allowed=hints(kind), key=key)
    return record(given, kind=kind, key=key)


def record(given: Mapping[Any, Any], *, kind: Any, key: str, spelled: Mapping[str, str] | None = None) -> Any:
    """A dataclass from the keys it knows (the caller has looked at the others); `spelled`: field -> its other key."""
    allowed, keys = hints(kind), spelled or {}
    names = {field.name: keys.get(field.name, field.name.rstrip("_")) for field in dataclasses.fields(kind)}
    for field in dataclasses.fields(kind):
        name = names[field.name]
        optional = field.default is not dataclasses.MISSING or field.default_factory is not dataclasses.MISSING
        if name not in given and not optional:
            raise Misfit(below(key, part=name), message="missing")
    return kind(
        **{
            field: read(given[name], kind=allowed[field.rstrip("_")], key=below(key, part=name))
            for field, name in names.items()
            if name in given
        }
    )


def _row(value: object, *, kind: Any, key: str) -> Mapping[str, Any]:
    given, allowed = mapping(value, key=key), hints(kind)
    known_keys(given, allowed=allowed, key=key)
    return types.MappingProxyType(
        {name: read(one, kind=allowed[name], key=below(key, part=name)) for name, one in given.items()}
    )
