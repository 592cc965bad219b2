"""Bodies that set a unit up."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from annotated_types import Ge, Le
from pydantic import Field

from api.models.base import Body, Many
from api.models.fields import (
    Amount,
    Currency,
    Day,
    Duration,
    Line,
    PersonId,
    Price,
    Rate,
    Share,
    UnitId,
)

Days = Annotated[int, Ge(0), Le(36_500)]


class NewPerson(Body):
    id: PersonId
    name: Line


class PolicyValues(Body):
    """Values left out have their default."""

    block_request_on_draft_invoice: bool = False
    allow_self_decision: bool = False
    recall_window_days: Days | None = None
    remind_after: Annotated[Duration, Field(json_schema_extra={"default": "24h"})] = timedelta(hours=24)
    expire_after: Duration | None = None
    withdraw_allowed: bool = True
    escalate_after: Annotated[Duration, Field(json_schema_extra={"default": "72h"})] = timedelta(hours=72)
    escalate_to: PersonId | None = None
    quorum: Annotated[int, Ge(1), Le(100)] = 1
    reversal_date: Literal["original", "today", "next_open_period"] = "original"
    output_reversal_needs_approval: bool = True


class NewUnit(Body):
    id: UnitId
    name: Line
    currency: Currency
    policy: PolicyValues = PolicyValues()


class Roles(Body):
    finance: Many[PersonId] = ()
    planner: Many[PersonId] = ()
    member: Many[PersonId] = ()
    approver: Many[PersonId] = ()
    manager: Many[PersonId] = ()


class NewCustomer(Body):
    id: Line
    share: Share
    rounding: bool = False


class Rates(Body):
    cost: Price
    sales: Price


class Intercompany(Body):
    """Unit prices between two units, where the resource is of another one."""

    resourcing_cost: Price
    sales: Price


class NewProject(Body):
    unit: UnitId
    name: Line
    code: Line | None = None
    client: Line | None = None
    billing: Literal["time_and_materials", "fixed_price", "internal", "presales"] = "time_and_materials"
    currency: Currency | None = None
    exchange_rate: Rate | None = None
    approvers: Many[PersonId]
    customers: Annotated[Many[NewCustomer], Field(min_length=1)] | None = None
    rates: Rates | None = None
    intercompany: Intercompany | None = None


class ExchangeRate(Body):
    """Cost currency per contract currency, from a day on."""

    since: Day
    rate: Rate


class Approvers(Body):
    approvers: Many[PersonId]


class NewMilestone(Body):
    amount: Amount
    name: Line
    date: Day


class ClockSetting(Body):
    today: Day


class ClockAdvance(Body):
    duration: Duration


class PeriodEnd(Body):
    """A day up to and including which days are closed."""

    until: Day


class NewDelegation(Body):
    giver: PersonId
    taker: PersonId
    since: Day
    until: Day
    purpose: Literal["requests", "decisions"]
