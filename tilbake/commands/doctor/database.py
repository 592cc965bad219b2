"""What the doctor says of Postgres: its schema, its clock beside ours, and people who are named as the service is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import asyncpg

from domain.reserved import THE_SERVICE
from store.migrate import schema_version
from tilbake.commands.doctor import texts
from tilbake.commands.doctor.findings import Finding
from tilbake.language import said
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
    subject, text = said(texts.DATABASE), said(texts.SCHEMA, server=server, migrated=migrated, known=known)
    if migrated > known:
        return Finding(subject, good=True, warns=True, text=said(texts.LATER_SCHEMA, text=text))
    if migrated < known:
        return Finding(subject, good=False, text=said(texts.EARLIER_SCHEMA, text=text))
    return Finding(subject, good=True, text=text)


def people(named: Sequence[str]) -> list[Finding]:
    """Nothing, unless people from before have ids by which histories name the service itself."""
    if not named:
        return []
    text = said(texts.NAMED_AS_THE_SERVICE, people=", ".join(named))
    return [Finding(said(texts.PEOPLE), good=True, warns=True, text=text)]


def clock(told: datetime, *, asked: datetime, answered: datetime, leeway: timedelta) -> Finding:
    """How far the clock of this machine is from that of Postgres; nothing counts that the answer itself may have taken."""
    difference = max(told - answered, asked - told, timedelta())
    subject, text = said(texts.CLOCK), said(texts.APART, seconds=f"{difference.total_seconds():.1f}")
    if difference <= UNEVEN:
        return Finding(subject, good=True, text=text)
    return Finding(subject, good=difference <= leeway, warns=True, text=said(texts.SET_THE_CLOCK, text=text))
