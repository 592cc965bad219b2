"""Policies of units, their versions and differences as they are answered."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from api.answers.base import (
    Currency,
    Day,
    Instant,
    Number,
    Page,
    PersonId,
    PolicyTime,
    Shown,
    UnitId,
)

ClockTime = Annotated[str, Field(pattern="^[0-2][0-9]:[0-5][0-9]$")]


class PolicyAmount(Shown):
    """An amount, in the currency of the unit."""

    amount: Number
    currency: Currency


class CalendarOfUnit(Shown):
    """When a unit works, by the clocks of its time zone."""

    country: Annotated[str | None, Field(description="Its public holidays are free; null: none are")]
    time_zone: Annotated[str, Field(description="IANA name")]
    weekdays: list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]]
    from_: Annotated[ClockTime, Field(alias="from")]
    until: Annotated[ClockTime, Field(description="00:00 is the end of the day")]
    half_day_until: Annotated[ClockTime | None, Field(description="On working days before a public holiday")]
    days_off: Annotated[list[Day], Field(description="Free beside the public holidays")]


class ReasonOfPolicy(Shown):
    """A reason that requests name, and how people read it."""

    code: str
    nb: str
    en: str


class Policy(Shown):
    """All values of a policy, those left at their default too."""

    block_request_on_draft_invoice: bool
    allow_self_decision: bool
    recall_window_days: int | None
    reversal_date: Literal["original", "today", "next_open_period"]
    quorum: int
    second_approver_above: PolicyAmount | None
    escalate_to: PersonId | None
    escalate_after: PolicyTime
    remind_after: PolicyTime
    expire_after: PolicyTime | None
    withdraw_allowed: bool
    output_reversal_needs_approval: bool
    calendar: CalendarOfUnit
    reason_codes: list[ReasonOfPolicy]


class PolicyHeading(Shown):
    """Who set a version of a policy, when and why."""

    unit: UnitId
    version: Annotated[int, Field(ge=1)]
    by: PersonId
    at: Instant
    comment: str


class PolicyVersion(PolicyHeading):
    """A version of a policy. Its ETag is the number of the version."""

    policy: Policy


class PolicyVersions(Page[PolicyHeading]):
    """Versions of a policy, newest first."""


class PolicyChange(Shown):
    """A value that differs."""

    field: Annotated[str, Field(description="Its name; a point leads inside: calendar.until, reason_codes.CODE")]
    before: Annotated[Any, Field(description="Null where it is not there")]
    after: Annotated[Any, Field(description="Null where it is not there")]


class PolicySet(PolicyVersion):
    """The version in force, and what it changed; nothing where all values were so already."""

    diff: list[PolicyChange]


class PolicyDiff(Shown):
    """What two versions differ in."""

    unit: UnitId
    from_: Annotated[int, Field(alias="from", ge=1)]
    to: Annotated[int, Field(ge=1)]
    diff: list[PolicyChange]


POLICY = {
    "block_request_on_draft_invoice": False,
    "allow_self_decision": False,
    "recall_window_days": None,
    "reversal_date": "original",
    "quorum": 1,
    "second_approver_above": {"amount": "50000", "currency": "USD"},
    "escalate_to": None,
    "escalate_after": "72h",
    "remind_after": "8wh",
    "expire_after": "80wh",
    "withdraw_allowed": True,
    "output_reversal_needs_approval": True,
    "calendar": {
        "country": "NO",
        "time_zone": "Europe/Oslo",
        "weekdays": ["mon", "tue", "wed", "thu", "fri"],
        "from": "08:00",
        "until": "16:00",
        "half_day_until": "12:00",
        "days_off": ["2026-12-24"],
    },
    "reason_codes": [{"code": "wrong_project", "nb": "Feil prosjekt", "en": "Wrong project"}],
}
_HEADING = {
    "unit": "oslo",
    "version": 2,
    "by": "fia",
    "at": "2026-03-02T09:30:00.000Z",
    "comment": "Reminders in working hours",
}
_DIFF = [{"field": "remind_after", "before": "24h", "after": "8wh"}]
VERSION = {**_HEADING, "policy": POLICY}
SET = {**VERSION, "diff": _DIFF}
VERSIONS = {"items": [_HEADING], "next": None}
DIFF = {"unit": "oslo", "from": 1, "to": 2, "diff": _DIFF}
