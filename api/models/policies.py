"""Bodies about the policy of a unit. What its values mean, and their defaults: docs/policies.md."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Annotated, Literal

from annotated_types import Ge, Le
from pydantic import Field

from api.models.base import Body, Many
from api.models.fields import (
    AmountLimit,
    ClockTime,
    Comment,
    Currency,
    Day,
    Line,
    PersonId,
    PolicyTime,
    ReasonCodeId,
)
from domain.language import Text
from domain.money import Money
from domain.recall.calendar import WEEK, Calendar, Weekday
from domain.recall.policy import Policy, ReasonCode, ReversalDate

Days = Annotated[int, Ge(0), Le(36_500)]
WeekdayName = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_WORKING_WEEK: tuple[WeekdayName, ...] = ("mon", "tue", "wed", "thu", "fri")


class PolicyLimit(Body):
    """An amount, in the currency of the unit."""

    amount: AmountLimit
    currency: Currency


class PolicyReason(Body):
    """A reason that requests name, and how people read it."""

    code: ReasonCodeId
    nb: Line
    en: Line


class PolicyCalendar(Body):
    """When the unit works, by its own clocks. Values left out have their default."""

    country: Line | None = "NO"
    time_zone: Line = "Europe/Oslo"
    weekdays: Annotated[Many[WeekdayName], Field(max_length=len(WEEK), json_schema_extra={"minItems": 1})] = (
        _WORKING_WEEK
    )
    from_: Annotated[ClockTime, Field(alias="from", json_schema_extra={"default": "08:00"})] = time(8)
    until: Annotated[ClockTime, Field(json_schema_extra={"default": "16:00"})] = time(16)
    half_day_until: ClockTime | None = None
    days_off: Annotated[Many[Day], Field(max_length=366)] = ()


class PolicyValues(Body):
    """A policy. Values left out have their default."""

    block_request_on_draft_invoice: bool = False
    allow_self_decision: bool = False
    recall_window_days: Days | None = None
    remind_after: Annotated[PolicyTime, Field(json_schema_extra={"default": "24h"})] = timedelta(hours=24)
    expire_after: PolicyTime | None = None
    withdraw_allowed: bool = True
    escalate_after: Annotated[PolicyTime, Field(json_schema_extra={"default": "72h"})] = timedelta(hours=72)
    escalate_to: PersonId | None = None
    quorum: Annotated[int, Ge(1), Le(100)] = 1
    second_approver_above: PolicyLimit | None = None
    reversal_date: Literal["original", "today", "next_open_period"] = "original"
    output_reversal_needs_approval: bool = True
    calendar: PolicyCalendar = PolicyCalendar()
    reason_codes: Annotated[Many[PolicyReason], Field(max_length=100)] = ()


class NewPolicyVersion(Body):
    """A policy, and why it is set."""

    policy: PolicyValues
    comment: Comment


class PolicyToReplay(Body):
    """A policy that is not in force: what would it have changed?"""

    policy: PolicyValues


def policy_of(values: PolicyValues) -> Policy:
    """The policy of a body."""
    limit = values.second_approver_above
    return Policy(
        block_request_on_draft_invoice=values.block_request_on_draft_invoice,
        allow_self_decision=values.allow_self_decision,
        recall_window_days=values.recall_window_days,
        reversal_date=ReversalDate(values.reversal_date),
        quorum=values.quorum,
        second_approver_above=None if limit is None else Money(limit.amount, limit.currency),
        escalate_to=values.escalate_to,
        escalate_after=values.escalate_after,
        remind_after=values.remind_after,
        expire_after=values.expire_after,
        withdraw_allowed=values.withdraw_allowed,
        output_reversal_needs_approval=values.output_reversal_needs_approval,
        calendar=_calendar(values.calendar),
        reason_codes=tuple(ReasonCode(one.code, Text(one.nb, one.en)) for one in values.reason_codes),
    )


def _calendar(values: PolicyCalendar) -> Calendar:
    return Calendar(
        country=values.country,
        time_zone=values.time_zone,
        weekdays=tuple(Weekday(day) for day in values.weekdays),
        begins=values.from_,
        until=values.until,
        half_day_until=values.half_day_until,
        days_off=values.days_off,
    )
