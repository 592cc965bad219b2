"""Long work takes turns with that of others."""

from __future__ import annotations

import threading

from store.turns import aside, parts


def test_parts_are_all_values_in_their_order() -> None:
    values = [str(number) for number in range(1_201)]

    found = list(parts(values))

    assert [len(part) for part in found] == [500, 500, 201]
    assert [value for part in found for value in part] == values


async def test_few_lines_are_thought_about_at_once() -> None:
    assert await aside(500, threading.get_ident) == threading.get_ident()


async def test_many_lines_are_thought_about_in_a_thread() -> None:
    assert await aside(501, threading.get_ident) != threading.get_ident()
