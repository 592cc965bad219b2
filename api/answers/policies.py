"""Policies of units, their versions and differences as they are answered."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from api.answers.base import (
    RECALL_ID,
    Currency,
    Day,
    Id,
    Instant,
    Number,
    Page,
    PersonId,
    PolicyTime,
    RecallStatusName,
    Shown,
    Text,
    UnitId,
)

DifferenceName = Literal[
    "refused",
    "would_have_expired",
    "expires_earlier",
    "expires_later",
    "escalated_earlier",
    "escalated_later",
    "reminded_earlier",
    "reminded_later",
    "reminded_more",
    "reminded_less",
    "needs_more_approvers",
    "needs_fewer_approvers",
    "worth_unknown",
    "own_request",
    "not_withdrawn",
]
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


class ReplayedChange(Shown):
    """One thing that would have been otherwise."""

    difference: DifferenceName
    detail: Text
    facts: Annotated[
        dict[str, str | int | None],
        Field(description="What the words name: instants, counts, codes; null stands for never"),
    ]


class ReplayedRequest(Shown):
    """A past request for which something would have been otherwise."""

    id: Id
    number: Annotated[str, Field(pattern="^R-[0-9]+$")]
    title: str
    status: RecallStatusName
    requested_at: Instant
    ended_at: Instant | None
    changes: list[ReplayedChange]


class PolicyReplay(Page[ReplayedRequest]):
    """The requests of a page for which something would have been otherwise, in the order of their numbers."""

    looked_at: Annotated[int, Field(description="How many requests the page went through", ge=0)]


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
REPLAY = {
    "items": [
        {
            "id": RECALL_ID,
            "number": "R-1042",
            "title": "Alfa",
            "status": "recalled",
            "requested_at": "2026-03-02T12:00:00.000Z",
            "ended_at": "2026-03-06T09:10:00.000Z",
            "changes": [
                {
                    "difference": "would_have_expired",
                    "detail": "It would have expired on 2026-03-04 12:00 UTC; it ended on 2026-03-06 09:10 UTC.",
                    "facts": {"at": "2026-03-04T12:00:00.000Z", "ended": "2026-03-06T09:10:00.000Z"},
                }
            ],
        }
    ],
    "next": None,
    "looked_at": 50,
}
DIFF = {"unit": "oslo", "from": 1, "to": 2, "diff": _DIFF}
