"""A look at the database before anything is told. Reads only."""

from __future__ import annotations

from typing import Final

import asyncpg

from tilbake.language import said
from tilbake.settings import Settings
from tilbake.story import texts

TIMEOUT_SECONDS: Final = 5.0


async def is_empty(settings: Settings) -> bool:
    """Whether nobody has set anything up: there is no unit, and so no project, entry or request."""
    return not await _count(settings, "select count(*) as n from unit")


async def waiting_line(settings: Settings) -> str:
    """One sentence: how many requests wait for a decision."""
    waiting = await _count(settings, "select count(*) as n from recall_request where status = 'awaiting_decision'")
    match waiting:
        case 0:
            return said(texts.NONE_WAITS)
        case 1:
            return said(texts.ONE_WAITS)
        case many:
            return said(texts.MANY_WAIT, count=many)


async def _count(settings: Settings, sql: str) -> int:
    assert settings.database_url is not None, "a running stack knows its database"
    connection = await asyncpg.connect(settings.database_url, timeout=TIMEOUT_SECONDS)
    try:
        return int(await connection.fetchval(sql, timeout=TIMEOUT_SECONDS))
    finally:
        await connection.close()
