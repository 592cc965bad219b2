"""What the doctor says of work on its way: one line for the outbox, the open requests, and Postgres beside Temporal.

The figures are those of GET /metrics.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from store.database import Database
from store.operating import Figures, figures
from tilbake.commands.doctor.findings import Finding
from tilbake.settings import Settings

LATE_SECONDS: Final = 60


async def flowing(settings: Settings) -> list[Finding]:
    """The findings. Raises what the database raises."""
    database = Database(settings.database_url or "", pool_size=1, name="tilbake-doctor")
    try:
        async with database.snapshot() as connection:
            found = await figures(connection)
    finally:
        await database.close()
    return [_outbox(found), _requests(found), _agreement(found)]


def _outbox(found: Figures) -> Finding:
    number, seconds = round(found.one("outbox")), found.one("outbox_lag_seconds")
    if not number:
        return Finding("Outbox", good=True, text="empty: Temporal knows of everything")
    age = _age(seconds)
    if seconds <= LATE_SECONDS:
        return Finding("Outbox", good=True, text=f"{number} on their way, the oldest for {age}")
    advice = "see that Temporal answers and a worker runs; everything is delivered by itself then"
    return Finding("Outbox", good=False, text=f"{number} not delivered, the oldest for {age}; {advice}")


def _requests(found: Figures) -> Finding:
    number = round(found.by_label("requests").get("awaiting_decision", 0))
    if not number:
        return Finding("Open requests", good=True, text="none")
    text, overdue = f"{number}, the oldest for {_age(found.one('oldest_open_seconds'))}", round(found.one("overdue"))
    if overdue:
        advice = "their workflows should have acted; see that a worker runs, then that the next line is good"
        return Finding("Open requests", good=False, text=f"{text}; {overdue} are overdue: {advice}")
    return Finding("Open requests", good=True, text=text)


def _agreement(found: Figures) -> Finding:
    number = round(sum(found.by_label("differences").values()))
    if not number:
        same = "Postgres and Temporal say the same of every request"
        return Finding("Agreement", good=True, text=f"{same}{_mended(found)}")
    text = f"{number} differences between Postgres and Temporal, {found.one('repairs_tried'):.0f} repairs tried"
    return Finding(
        "Agreement", good=False, text=f"{text}; they are compared every half minute, what stays is in the worker's log"
    )


def _mended(found: Figures) -> str:
    """What was found and is gone: after a restore people want to know what it was."""
    kinds = ", ".join(f"{kind} {number:.0f}" for kind, number in sorted(found.by_label("mended").items()))
    return f"; mended within a day: {kinds}" if kinds else ""


def _age(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))
