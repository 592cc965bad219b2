"""What the doctor says of work on its way: one line for the outbox, the open requests, and Postgres beside Temporal.

The figures are those of GET /metrics.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from store.database import Database
from store.operating import Figures, figures
from tilbake.commands.doctor import texts
from tilbake.commands.doctor.findings import Finding
from tilbake.language import said
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
    subject, number, seconds = said(texts.OUTBOX), round(found.one("outbox")), found.one("outbox_lag_seconds")
    if not number:
        return Finding(subject, good=True, text=said(texts.OUTBOX_EMPTY))
    good = seconds <= LATE_SECONDS
    text = said(texts.ON_THEIR_WAY if good else texts.NOT_DELIVERED, count=number, age=_age(seconds))
    return Finding(subject, good=good, text=text)


def _requests(found: Figures) -> Finding:
    subject, number = said(texts.OPEN_REQUESTS), round(found.by_label("requests").get("awaiting_decision", 0))
    if not number:
        return Finding(subject, good=True, text=said(texts.NONE))
    text = said(texts.OPEN, count=number, age=_age(found.one("oldest_open_seconds")))
    overdue = round(found.one("overdue"))
    if overdue:
        return Finding(subject, good=False, text=said(texts.OVERDUE, text=text, count=overdue))
    return Finding(subject, good=True, text=text)


def _agreement(found: Figures) -> Finding:
    subject, number = said(texts.AGREEMENT), round(sum(found.by_label("differences").values()))
    if not number:
        return Finding(subject, good=True, text=_the_same(found))
    text = said(texts.DIFFERENCES, count=number, repairs=round(found.one("repairs_tried")))
    return Finding(subject, good=False, text=text)


def _the_same(found: Figures) -> str:
    """That there is no difference, and what was found and is gone: after a restore people want to know what it was."""
    same = said(texts.THE_SAME)
    kinds = ", ".join(f"{kind} {number:.0f}" for kind, number in sorted(found.by_label("mended").items()))
    return said(texts.MENDED, text=same, kinds=kinds) if kinds else same


def _age(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))
