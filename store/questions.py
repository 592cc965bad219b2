"""Questions that are asked in one statement.

To send a statement and wait for its answer takes longer than to find a few rows by their keys. Questions of an act that do not
depend on each other's answers are asked together; each answer comes as rows of its own, with columns by name as always.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

from store.database import Connection, fetch, fetch_one, numbered, within


@dataclass(frozen=True, slots=True)
class Question:
    """A query that changes nothing but what is held, and its parameters."""

    sql: str
    parameters: Mapping[str, object]


async def answer(connection: Connection, question: Question) -> Sequence[Any]:
    """The rows of one question."""
    return await fetch(connection, question.sql, **question.parameters)


async def answers(connection: Connection, *questions: Question) -> list[Sequence[Any]]:
    """The rows of each question, from one moment."""
    kinds = [await _row_kind(connection, question.sql) for question in questions]
    parameters = {
        f"of_{place}_{name}": value
        for place, question in enumerate(questions)
        for name, value in question.parameters.items()
    }
    row = await fetch_one(connection, _one_statement(tuple(one.sql for one in questions)), **parameters)
    assert row is not None
    return [[kind(values) for values in rows] for kind, rows in zip(kinds, row, strict=True)]


@lru_cache(maxsize=64)
def _one_statement(queries: tuple[str, ...]) -> str:
    """Each query as a list of rows."""
    lists = [f"array(select row(q.*) from ({within(sql, f'of_{place}')}) q)" for place, sql in enumerate(queries)]
    return f"select {', '.join(lists)}"


async def _row_kind(connection: Connection, sql: str) -> type:
    """The kind of the rows a query has.

    Rows within an answer come without the names of their columns, and the driver reads no value in them of a type that no
    column had on this connection: so it is told of the query itself, once for each connection.
    """
    known: dict[str, type] = connection.driver.row_kinds
    if sql not in known:
        prepared = await connection.driver.prepare(numbered(sql)[0])
        names = [column.name for column in prepared.get_attributes()]
        known[sql] = type("Row", (tuple,), {name: property(itemgetter(place)) for place, name in enumerate(names)})
    return known[sql]
