"""What went wrong in the database, told apart: a guard refused, the database is away or busy, or something unexpected."""

from __future__ import annotations

import asyncio
from typing import Final

import asyncpg
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.exc import TimeoutError as NoConnectionInTime

_BUSY: Final = frozenset({"55P03", "57014", "40P01", "40001"})
_AWAY: Final = ("08", "57P", "53")
_NO_CONNECTION: Final = (
    OSError,
    asyncio.TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    InvalidatePoolError,
    NoConnectionInTime,
)


def violated_constraint(error: BaseException) -> str | None:
    """The name of the constraint or guard that refused a write; None for any other error."""
    if isinstance(error, asyncpg.IntegrityConstraintViolationError):
        return str(error.constraint_name or "")
    return None


def is_too_large(error: BaseException) -> bool:
    """Whether a number did not fit its column."""
    return isinstance(error, asyncpg.NumericValueOutOfRangeError)


def is_unavailable(error: BaseException) -> bool:
    """Whether trying again later may help: no connection, a lock not had in time, a server going down."""
    if isinstance(error, _NO_CONNECTION):
        return True
    state = str(getattr(error, "sqlstate", "") or "")
    return state in _BUSY or state.startswith(_AWAY)


def forget_values(error: BaseException) -> None:
    """Take the values of a statement out of what its failure says.

    Postgres tells in the detail which row or key it refused; a value that does not fit stands in the message itself. What
    the driver could not send, it says itself, and again in what led to it.
    """
    if isinstance(error, asyncpg.PostgresError):
        error.detail = None
    if isinstance(error, (asyncpg.DataError, ValueError)):
        error.args = (f"{type(error).__name__}: a value does not fit",)
        error.__cause__, error.__context__ = None, None
