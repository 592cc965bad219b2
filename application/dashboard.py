"""Who may look at the operations dashboard (ADR 026)."""

from __future__ import annotations

from application.work import ADMINISTRATOR, Refused, Work
from domain.refusals import Code, Refusal
from domain.roles import SEES_DASHBOARD
from store import people


async def require_dashboard(work: Work) -> None:
    """Only operators and auditors of any unit, and the administrator, go on: the dashboard is that of the whole company."""
    if work.person == ADMINISTRATOR:
        return
    if {one.role for one in await people.roles(work.connection, work.person)}.isdisjoint(SEES_DASHBOARD):
        raise Refused(Refusal(Code.NOT_ALLOWED, None, {"why": "dashboard"}))
