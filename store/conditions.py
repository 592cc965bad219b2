"""Conditions of a question that may be left out: what nobody asked for filters nothing."""

from __future__ import annotations

from collections.abc import Mapping


def conditions(known: Mapping[str, str], wanted: object) -> tuple[str, dict[str, object]]:
    """SQL to stand behind a `where` that is there, and its parameters.

    known: the condition of each field of `wanted` that filters; it names the field as its parameter. A field that is None,
    () or False filters nothing; True is a condition without a parameter; a tuple is given as a list.
    """
    used = {name: value for name in known if _filters(value := getattr(wanted, name))}
    parameters = {name: _parameter(value) for name, value in used.items() if value is not True}
    return " ".join(f"and {known[name]}" for name in used), parameters


def _filters(value: object) -> bool:
    return value is not None and value is not False and value != ()


def _parameter(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
