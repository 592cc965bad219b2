"""Connections to Postgres as the application: a pool with bounded waits, transactions, and the statements in them (ADR 016).

SQLAlchemy keeps the connections and writes statements as the driver takes them, each text once; the driver runs them.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, cast

import asyncpg
from sqlalchemy import event, text
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from store.clock import DatabaseClock
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
_PATIENCE_SECONDS: Final = 5


class Row(asyncpg.Record):  # type: ignore[misc]  # the driver has no types
    """A row of an answer; its columns are read as attributes, by name, or by place."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


class _Driver(asyncpg.Connection):  # type: ignore[misc]  # the driver has no types
    """The driver's connection, with what it has learned about the rows of questions (store.questions)."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.row_kinds: dict[str, type] = {}


Watch = Callable[[str], AbstractContextManager[None]]
"""What is around a statement while it runs, given its verb and table (`operation`): somebody measures it."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection while an act holds it, and who watches its statements, if anybody does."""

    driver: Any
    watch: Watch | None = None


class Database:
    """The database as the application sees it: it owns nothing and may only do what the migrations granted."""

    def __init__(self, url: str, *, pool_size: int = 10, name: str = "tilbake", watch: Watch | None = None) -> None:
        """`url` is a postgresql:// address of a member of the group role; `name` shows in pg_stat_activity."""
        self.url = url
        self.pool_size = pool_size
        self._watch = watch
        self._engine = _engine(url, pool_size=pool_size, name=name)
        self._clock = DatabaseClock()

    async def now(self, connection: Connection) -> datetime:
        """The time of Postgres (store.clock)."""
        return await self._clock.now(connection.driver)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Connection]:
        """One transaction: committed at the end, rolled back on any exception."""
        async with self._connection() as connection, connection.driver.transaction():
            yield connection

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Connection]:
        """One read-only transaction in which every statement sees the same moment.

        What takes several statements to read, such as a request with its lines and decisions, would else be put together
        from before and after a commit in between.
        """
        async with (
            self._connection() as connection,
            connection.driver.transaction(isolation="repeatable_read", readonly=True),
        ):
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Connection]:
        """Statements without a transaction around them: for questions only, each sees what is committed when it runs."""
        async with self._connection() as connection:
            yield connection

    @property
    def in_use(self) -> int:
        """How many connections are held by acts now."""
        return cast("AsyncAdaptedQueuePool", self._engine.pool).checkedout()

    async def close(self) -> None:
        """Close all connections; one that is held is closed when it is given back."""
        await self._engine.dispose()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        """Logs and the histories of Temporal keep what a failure says: never the values of its statement."""
        held = await self._engine.raw_connection()
        driver: Any = held.driver_connection
        try:
            yield Connection(driver, self._watch)
        except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            forget_values(error)
            raise
        except (asyncio.CancelledError, TimeoutError):
            # The server may still be at what was left in its middle.
            held.invalidate()
            raise
        finally:
            if not driver.is_closed() and driver.is_in_transaction():
                held.invalidate()
            held.close()


def _engine(url: str, *, pool_size: int, name: str) -> AsyncEngine:
    """A pool of so many connections, each opened when it is first needed."""

    async def connect() -> Any:
        return await asyncpg.connect(
            url,
            timeout=5,
            command_timeout=30,
            connection_class=_Driver,
            record_class=Row,
            server_settings={**_LIMITS, "application_name": name},
        )

    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=connect,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=_PATIENCE_SECONDS,
        pool_use_lifo=True,
        # Nothing that an act does outlives its transaction, so a connection needs no cleaning before the next one.
        pool_reset_on_return=None,
    )
    event.listen(engine.sync_engine, "connect", _read_json)
    event.listen(engine.sync_engine, "checkout", _refuse_closed)
    return engine


def _refuse_closed(adapted: Any, *_: object) -> None:
    """When the server closed one connection it was away, and the others are closed, too: they are opened anew."""
    if adapted.driver_connection.is_closed():
        raise InvalidatePoolError


_JSONB_VERSION: Final = b"\x01"


def _read_json(adapted: Any, *_: object) -> None:
    """JSON comes as values, and goes as text that the caller has made; in the binary form, which copying in asks for."""
    adapted.run_async(
        lambda driver: driver.set_type_codec(
            "jsonb",
            schema="pg_catalog",
            encoder=lambda written: _JSONB_VERSION + written.encode(),
            decoder=lambda sent: json.loads(sent[1:]),
            format="binary",
        )
    )


_DIALECT: Final = asyncpg_dialect()  # type: ignore[no-untyped-call]  # as the library has it
_PARAMETER: Final = re.compile(r"(?<![:\w]):(\w+)")
_OPERATION: Final = re.compile(
    r"\b(insert into|delete from|update(?!\s+(?:of|skip|nowait|set)\b)|from)\s+([a-z_]\w*)\b(?![(.])"
)


@lru_cache(maxsize=1024)
def numbered(sql: str) -> tuple[str, tuple[str, ...]]:
    """A statement as the driver takes it, with $1 for the first parameter, and the names of the parameters in that order."""
    compiled = text(sql).compile(dialect=_DIALECT)
    return str(compiled), tuple(compiled.positiontup or ())


def within(sql: str, name: str) -> str:
    """A statement as a part of a larger one: its parameters get a name in front, as another part may call something the same."""
    return _PARAMETER.sub(rf":{name}_\1", sql)


@lru_cache(maxsize=1024)
def operation(sql: str) -> str:
    """What a statement is called by those who watch: its first write and its table, else the first table it reads."""
    found = dict(reversed(_OPERATION.findall(sql)))
    for verb in ("insert into", "update", "delete from"):
        if verb in found:
            return f"{verb} {found[verb]}"
    return f"select {found['from']}" if "from" in found else "select"


@contextmanager
def watched(connection: Connection, sql: str) -> Iterator[None]:
    """A statement while it runs."""
    if connection.watch is None:
        yield
        return
    with connection.watch(operation(sql)):
        yield


async def fetch(connection: Connection, sql: str, **parameters: object) -> Sequence[Row]:
    """All rows of a query."""
    statement, names = numbered(sql)
    with watched(connection, sql):
        rows: Sequence[Row] = await connection.driver.fetch(statement, *[parameters[name] for name in names])
    return rows


async def fetch_one(connection: Connection, sql: str, **parameters: object) -> Row | None:
    """The first row of a query, if there is one."""
    rows = await fetch(connection, sql, **parameters)
    return rows[0] if rows else None


async def execute(connection: Connection, sql: str, **parameters: object) -> int:
    """Run a statement and return how many rows it touched."""
    statement, names = numbered(sql)
    with watched(connection, sql):
        status = await connection.driver.execute(statement, *[parameters[name] for name in names])
    count = status.rpartition(" ")[2]
    return int(count) if count.isdecimal() else 0


@asynccontextmanager
async def part(connection: Connection) -> AsyncIterator[None]:
    """A part of a transaction: on any exception it is as if only this part had not been."""
    async with connection.driver.transaction():
        yield


def columns(rows: Sequence[Mapping[str, object]]) -> dict[str, list[object]]:
    """Rows turned into one list for each column, as unnest() takes them."""
    return {name: [row[name] for row in rows] for name in rows[0]} if rows else {}
