"""Connections to Postgres as the application: a pool with bounded waits, and transactions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Any, Final

import asyncpg
from sqlalchemy import Row, TextClause, event, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from store.faults import forget_values

APPLICATION_ROLE: Final = "tilbake_application"
_LIMITS: Final = {
    "lock_timeout": "2000",
    "statement_timeout": "5000",
    "idle_in_transaction_session_timeout": "10000",
    "role": APPLICATION_ROLE,
    "timezone": "UTC",
    "jit": "off",
    # Statements find rows by key, so one plan serves all values; planning anew took longer than running.
    "plan_cache_mode": "force_generic_plan",
    # Such a plan lives as long as its connection, and tables grow: one that reads a young table whole, because it was empty
    # when it was made, is wrong soon after. Finding an entry and its open recall took 0.5 ms instead of 0.05.
    "enable_seqscan": "off",
    "enable_mergejoin": "off",
    "enable_material": "off",
    "random_page_cost": "1.1",
}


class Database:
    """The database as the application sees it: it owns nothing and may only do what the migrations granted."""

    def __init__(self, url: str, *, pool_size: int = 10, name: str = "tilbake") -> None:
        """`url` is a postgresql:// address of a member of the group role; `name` shows in pg_stat_activity."""
        self.url = url
        options: dict[str, Any] = {"pool_size": pool_size, "max_overflow": 0, "pool_timeout": 5}
        if pool_size == 0:
            options = {"poolclass": NullPool}
        limits = {**_LIMITS, "application_name": name}
        self._engine: AsyncEngine = create_async_engine(
            "postgresql+asyncpg://",
            # The driver reads the address itself, so that whatever may stand in one (sslmode) means the same everywhere.
            async_creator=lambda: asyncpg.connect(url, timeout=5, command_timeout=30, server_settings=limits),
            # Logs and the histories of Temporal keep what a failure says: never the values of its statement.
            hide_parameters=True,
            **options,
        )
        event.listen(self._engine.sync_engine, "handle_error", _hide_values)
        self._moments = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._reading = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed at the end, rolled back on any exception."""
        async with self._engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """One read-only transaction in which every statement sees the same moment.

        What takes several statements to read, such as a request with its lines and decisions, would else be put together
        from before and after a commit in between.
        """
        async with self._moments.begin() as connection:
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Statements without a transaction around them: for questions only, each sees what is committed when it runs."""
        async with self._reading.connect() as connection:
            yield connection

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()


def _hide_values(failure: ExceptionContext) -> None:
    forget_values(failure.sqlalchemy_exception or failure.original_exception)


@lru_cache(maxsize=1024)
def statement(sql: str) -> TextClause:
    """The parsed form of a statement; parsing the same text again and again costs more than running it."""
    return text(sql)


async def fetch(connection: AsyncConnection, sql: str, **parameters: object) -> Sequence[Row[Any]]:
    """All rows of a query."""
    return (await connection.execute(statement(sql), parameters)).all()


async def fetch_one(connection: AsyncConnection, sql: str, **parameters: object) -> Row[Any] | None:
    """The first row of a query, if there is one."""
    return (await connection.execute(statement(sql), parameters)).first()


async def execute(connection: AsyncConnection, sql: str, **parameters: object) -> int:
    """Run a statement and return how many rows it touched."""
    result = await connection.execute(statement(sql), parameters)
    return int(getattr(result, "rowcount", 0))


def columns(rows: Sequence[Mapping[str, object]]) -> dict[str, list[object]]:
    """Rows turned into one list for each column, as unnest() takes them."""
    return {name: [row[name] for row in rows] for name in rows[0]} if rows else {}
