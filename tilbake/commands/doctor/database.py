"""What the doctor says of Postgres: its schema, its clock beside ours, and people who are named as the service is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import asyncpg

from domain.reserved import THE_SERVICE
from store.migrate import schema_version
from tilbake.commands.doctor.findings import Finding
from tilbake.settings import Settings

CONNECT_SECONDS: Final = 5
UNEVEN: Final = timedelta(seconds=5)


async def database(settings: Settings) -> list[Finding]:
    """The findings. Raises what the driver raises."""
    connection = await asyncpg.connect(settings.owner_database_url, timeout=CONNECT_SECONDS)
    try:
        server = await connection.fetchval("SHOW server_version")
        migrated = await connection.fetchval("SELECT max(number) FROM schema_migration")
        asked = datetime.now(UTC)
        told = await connection.fetchval("SELECT clock_timestamp()")
        answered = datetime.now(UTC)
        named = await connection.fetch("SELECT id FROM person WHERE id = ANY($1) ORDER BY id", [*THE_SERVICE])
    finally:
        await connection.close()
    leeway = timedelta(seconds=settings.oidc_leeway_seconds)
    return [
        _schema(server, migrated),
        clock(told, asked=asked, answered=answered, leeway=leeway),
        *people([one["id"] for one in named]),
    ]


def _schema(server: str, migrated: int) -> Finding:
    known = schema_version()
    text = f"Postgres {server}, schema {migrated} of {known}"
    if migrated > known:
        return Finding("Database", good=True, warns=True, text=f"{text}; it is of a later release, go on to that")
    if migrated < known:
        return Finding("Database", good=False, text=f"{text}; scripts/start brings it up to date")
    return Finding("Database", good=True, text=text)


def people(named: Sequence[str]) -> list[Finding]:
    """Nothing, unless people from before have ids by which histories name the service itself."""
    if not named:
        return []
    advice = "histories name the service itself so: let who they are sign in by another id"
    return [Finding("People", good=True, warns=True, text=f"{', '.join(named)}; {advice}")]


def clock(told: datetime, *, asked: datetime, answered: datetime, leeway: timedelta) -> Finding:
    """How far the clock of this machine is from that of Postgres; nothing counts that the answer itself may have taken."""
    difference = max(told - answered, asked - told, timedelta())
    text = f"{difference.total_seconds():.1f} s from that of Postgres"
    if difference <= UNEVEN:
        return Finding("Clock", good=True, text=text)
    advice = "sign-in goes by the clock of this machine: set it by a time server"
    return Finding("Clock", good=difference <= leeway, warns=True, text=f"{text}; {advice}")
