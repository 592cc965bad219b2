"""Bodies that set a unit up."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.models.base import Body, Many
from api.models.fields import (
    Currency,
    Day,
    Duration,
    Line,
    Name,
    PersonId,
    PositiveAmount,
    Price,
    Rate,
    Share,
    UnitId,
)
from api.models.policies import PolicyValues


class NewPerson(Body):
    id: PersonId
    name: Name


class NewUnit(Body):
    id: UnitId
    name: Name
    currency: Currency
    policy: PolicyValues = PolicyValues()


class Roles(Body):
    finance: Many[PersonId] = ()
    planner: Many[PersonId] = ()
    member: Many[PersonId] = ()
    approver: Many[PersonId] = ()
    manager: Many[PersonId] = ()
    operator: Many[PersonId] = ()
    auditor: Many[PersonId] = ()


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
    name: Name
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
    amount: PositiveAmount
    name: Name
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
