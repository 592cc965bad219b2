"""What went wrong in the database, told apart: a guard refused, the database is away or busy, or something unexpected."""

from __future__ import annotations

import asyncio
from typing import Final

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

_BUSY: Final = frozenset({"55P03", "57014", "40P01", "40001"})
_AWAY: Final = ("08", "57P", "53")


def violated_constraint(error: BaseException) -> str | None:
    """The name of the constraint or guard that refused a write; None for any other error."""
    cause = _cause(error)
    if isinstance(cause, asyncpg.IntegrityConstraintViolationError):
        return str(cause.constraint_name or "")
    return None


def is_unavailable(error: BaseException) -> bool:
    """Whether trying again later may help: no connection, a lock not had in time, a server going down."""
    if isinstance(
        error, OSError | asyncio.TimeoutError | PoolTimeout | asyncpg.InterfaceError | asyncpg.InternalClientError
    ):
        return True
    cause = _cause(error)
    if isinstance(cause, OSError | asyncpg.InterfaceError | asyncpg.InternalClientError | asyncio.TimeoutError):
        return True
    state = str(getattr(cause, "sqlstate", "") or "")
    return state in _BUSY or state.startswith(_AWAY)


def forget_values(error: BaseException) -> None:
    """Take the values of a statement out of what its failure says.

    Postgres tells in the detail which row or key it refused; a value that does not fit stands in the message itself.
    """
    cause = _cause(error)
    if isinstance(cause, asyncpg.PostgresError):
        cause.detail = None
    if isinstance(cause, asyncpg.DataError):
        for one in (error, getattr(error, "orig", None), cause):
            if one is not None:
                one.args = (f"{type(cause).__name__}: a value does not fit",)


def _cause(error: BaseException) -> BaseException | None:
    """The driver's own error behind the wrapping of SQLAlchemy."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        return error.orig.__cause__ or error.orig
    return error
