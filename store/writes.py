"""Changes that go to the server as one statement.

To send a statement and wait for it takes longer than most changes do. Those of an act that do not read what another of them
writes are parts of one statement, so a change is written as clauses of a WITH.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from store.database import Connection, fetch_one, within


@dataclass(frozen=True, slots=True)
class Write:
    """A change as clauses of a WITH, with their parameters.

    `name` and the names of its clauses are those of no other change. `rows` says how many rows clauses must return, by their
    names: less means that something was changed by others although it was held.
    """

    name: str
    clauses: str
    parameters: Mapping[str, object]
    rows: Mapping[str, int] = field(default_factory=dict)


async def write(connection: Connection, *writes: Write) -> None:
    """Make these changes, in one statement."""
    if not writes:
        return
    sql = _one_statement(tuple((one.name, one.clauses, tuple(one.rows)) for one in writes))
    parameters = {f"{one.name}_{name}": value for one in writes for name, value in one.parameters.items()}
    row = await fetch_one(connection, sql, **parameters)
    expected = {clause: count for one in writes for clause, count in one.rows.items()}
    assert row is not None
    assert dict(row) == expected, f"changed by others although it was held: {expected} became {dict(row)}"


@lru_cache(maxsize=64)
def _one_statement(parts: tuple[tuple[str, str, tuple[str, ...]], ...]) -> str:
    clauses = ", ".join(within(text, name) for name, text, _ in parts)
    counts = ", ".join(f"(select count(*) from {clause}) as {clause}" for _, _, rows in parts for clause in rows)
    return f"with {clauses} select {counts}"
