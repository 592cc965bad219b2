"""Whether a server answers now: one question on a connection of its own, with little patience.

A process that is there and does not answer is found only so; a connection that was opened before may go on for long.
"""

from __future__ import annotations

import asyncio
import http.client
from datetime import timedelta

import asyncpg
from temporalio.client import Client
from temporalio.service import RPCError

from tilbake.settings import Settings

PATIENCE_SECONDS = 2.5


async def postgres_answers(url: str) -> bool:
    """Whether the database lets somebody in; a refusal is an answer, except that of a server that begins or ends."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            connection = await asyncpg.connect(url)
            try:
                await connection.fetchval("select 1")
            finally:
                connection.terminate()
    except asyncpg.CannotConnectNowError:
        return False
    except asyncpg.PostgresError:
        return True
    except (OSError, TimeoutError, asyncpg.InterfaceError, asyncpg.InternalClientError):
        return False
    return True


async def temporal_answers(client: Client) -> bool:
    """Whether the Temporal server says that it is well."""
    try:
        return await client.service_client.check_health(timeout=timedelta(seconds=PATIENCE_SECONDS))
    except (RPCError, RuntimeError):
        return False


async def api_answers(settings: Settings, path: str) -> bool:
    """Whether the API of these settings answers 200 there, also where it shares its port with others."""
    return await asyncio.to_thread(_status_of, settings, path) == 200


def _status_of(settings: Settings, path: str) -> int:
    address = settings.own_api_url.removeprefix("http://")
    connection = http.client.HTTPConnection(address, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
