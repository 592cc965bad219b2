"""Figures for managers: whose business they are, and of which days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from application.work import Refused, Work, require_sight, unit_of
from application.working_days import day_in
from domain.recall.figures import Figures
from domain.refusals import Code, Refusal
from store import figures
from store.figures import Wanted

USUAL_DAYS: Final = 90
MOST_RANKED: Final = 200
"""So many approvers and so many subjects are told, those with the most decisions."""


@dataclass(frozen=True, slots=True)
class FiguresOfUnit:
    """Figures with what they are of, and the currency of their values."""

    wanted: Wanted
    currency: str
    figures: Figures


async def describe(work: Work, unit: str, *, since: date | None, until: date | None) -> FiguresOfUnit:
    """Figures of the requests of a unit that ended in some days; by default in the 90 days up to `until`, that is up to today.

    Refused: unknown_unit, not_finance for who does not see the whole unit, and invalid_value where they begin after they end.
    """
    await require_sight(work, unit)
    stored = await unit_of(work, unit)
    last = until or day_in(stored.policy, work.now)
    if since is not None and since > last:
        facts = {"field": "from", "expected": "not_after_today", "most": last.isoformat()}
        raise Refused(Refusal(Code.INVALID_VALUE, None, facts))
    wanted = Wanted(unit, since or last - timedelta(days=USUAL_DAYS - 1), last, MOST_RANKED)
    return FiguresOfUnit(wanted, stored.currency, await figures.read(work.connection, wanted))
