"""Figures for managers as they are answered."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.answers.base import PROJECT_ID, Day, Money, Number, PersonId, Shown, UnitId, usd

Seconds = Annotated[int | None, Field(ge=0, description="null: nothing was decided")]


class LeadTime(Shown):
    """How long it took from requests to the decisions by which they ended."""

    decided: int
    p50_seconds: Seconds
    p95_seconds: Seconds


class LeadTimeOfApprover(LeadTime):
    """The same for who gave those decisions."""

    person: PersonId
    name: str


class LeadTimeOfSubject(LeadTime):
    """The same for what was asked for: a project, or a unit for its production."""

    subject: str
    name: str


class Ended(Shown):
    """How many requests ended in which way."""

    recalled: int
    rejected: int
    partly_recalled: int
    withdrawn: int
    expired: int


class Reason(Shown):
    """How many requests gave a reason."""

    reason_code: Annotated[str | None, Field(description="null: a text of their own, without a code")]
    requests: int


class Part(Shown):
    """Some of the requests, and their share: 1 is all, null where there are none."""

    requests: int
    share: Number | None


class TakenBack(Shown):
    """What was taken back, in the currency of the unit: unbilled sales, and cost."""

    sales: Money
    cost: Money


class Stats(Shown):
    """Figures of the requests of a unit that ended in some days."""

    unit: UnitId
    from_: Annotated[Day, Field(alias="from")]
    until: Day
    requests: int
    by_status: Ended
    lead_time: LeadTime
    approvers: Annotated[list[LeadTimeOfApprover], Field(description="Most decisions first, at most 200")]
    subjects: Annotated[list[LeadTimeOfSubject], Field(description="Most decisions first, at most 200")]
    reasons: Annotated[list[Reason], Field(description="Most frequent first")]
    blocked_by_invoice: Annotated[Part, Field(description="Of which an invoice blocked a line, at whatever time")]
    repeated: Annotated[Part, Field(description="Of which something had been taken back by an earlier request")]
    taken_back: TakenBack


_LEAD_TIME = {"decided": 4, "p50_seconds": 5400, "p95_seconds": 86400}
STATS = {
    "unit": "oslo",
    "from": "2026-01-01",
    "until": "2026-03-31",
    "requests": 5,
    "by_status": {"recalled": 3, "rejected": 1, "partly_recalled": 0, "withdrawn": 1, "expired": 0},
    "lead_time": _LEAD_TIME,
    "approvers": [{"person": "mia", "name": "Mia", **_LEAD_TIME}],
    "subjects": [{"subject": PROJECT_ID, "name": "Alfa", **_LEAD_TIME}],
    "reasons": [{"reason_code": "wrong_project", "requests": 3}, {"reason_code": None, "requests": 2}],
    "blocked_by_invoice": {"requests": 1, "share": "0.2"},
    "repeated": {"requests": 0, "share": "0"},
    "taken_back": {"sales": usd("3600.00"), "cost": usd("1800.00")},
}
