"""What the doctor says of work on its way: one line for the outbox, the open requests, and Postgres beside Temporal."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from store.database import Database
from store.flow import Flow, flow
from tilbake.commands.doctor.findings import Finding
from tilbake.settings import Settings

LATE_SECONDS: Final = 60


async def flowing(settings: Settings) -> list[Finding]:
    """The findings. Raises what the database raises."""
    database = Database(settings.database_url or "", pool_size=1, name="tilbake-doctor")
    try:
        async with database.reading() as connection:
            found = await flow(connection)
    finally:
        await database.close()
    return [_outbox(found), _requests(found), _agreement(found)]


def _outbox(found: Flow) -> Finding:
    if not found.outbox:
        return Finding("Outbox", good=True, text="empty: Temporal knows of everything")
    age = _age(found.outbox_seconds)
    if found.outbox_seconds <= LATE_SECONDS:
        return Finding("Outbox", good=True, text=f"{found.outbox} on their way, the oldest for {age}")
    advice = "see that Temporal answers and a worker runs; everything is delivered by itself then"
    return Finding("Outbox", good=False, text=f"{found.outbox} not delivered, the oldest for {age}; {advice}")


def _requests(found: Flow) -> Finding:
    if not found.open_requests:
        return Finding("Open requests", good=True, text="none")
    text = f"{found.open_requests}, the oldest for {_age(found.oldest_seconds)}"
    if found.overdue:
        advice = "their workflows should have acted; see that a worker runs, then that the next line is good"
        return Finding("Open requests", good=False, text=f"{text}; {found.overdue} are overdue: {advice}")
    return Finding("Open requests", good=True, text=text)


def _agreement(found: Flow) -> Finding:
    if not found.differences:
        same = "Postgres and Temporal say the same of every request"
        return Finding("Agreement", good=True, text=f"{same}{_mended(found)}")
    text = f"{found.differences} differences between Postgres and Temporal, {found.repairs} repairs tried"
    return Finding(
        "Agreement", good=False, text=f"{text}; they are compared every half minute, what stays is in the worker's log"
    )


def _mended(found: Flow) -> str:
    """What was found and is gone: after a restore people want to know what it was."""
    kinds = ", ".join(f"{kind} {number}" for kind, number in found.mended.items())
    return f"; mended within a day: {kinds}" if kinds else ""


def _age(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))
