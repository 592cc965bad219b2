"""Production does not work as a role of Postgres that could change what is written (ADR 034)."""

from __future__ import annotations

import asyncpg

from store.rights import excess
from tilbake.errors import CannotStart
from tilbake.process import texts
from tilbake.settings import Settings


async def require_least_rights(settings: Settings) -> None:
    """Raises CannotStart, in production, where the application signs in to Postgres as a role that may do too much.

    A database that does not answer now is no reason to end: who waits for it says so (`/readyz`). An address that nobody can
    use is, as certificates that it names and that are not there.
    """
    if settings.mode != "production" or settings.database_url is None:
        return
    try:
        found = await excess(settings.database_url)
    except asyncpg.ClientConfigurationError as error:
        raise CannotStart(texts.DATABASE_OF_NO_USE, why=error.args[0], setting="TILBAKE_DATABASE_URL") from None
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return
    if found is not None:
        raise CannotStart(texts.TOO_MUCH, found=found)
