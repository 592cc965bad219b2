"""People, units, projects, delegations and the service itself as they are answered."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.answers.base import (
    INVOICE_ID,
    PROJECT_ID,
    CodeName,
    Currency,
    Day,
    Duration,
    Id,
    Instant,
    Money,
    Number,
    Page,
    PersonId,
    Shown,
    Text,
    UnitId,
    usd,
)


class Person(Shown):
    """A person."""

    id: PersonId
    name: str


class UnitPolicy(Shown):
    """All policy values, those left at their default too."""

    block_request_on_draft_invoice: bool
    allow_self_decision: bool
    recall_window_days: int | None
    reversal_date: Literal["original", "today", "next_open_period"]
    quorum: int
    escalate_to: PersonId | None
    escalate_after: Duration
    remind_after: Duration
    expire_after: Duration | None
    withdraw_allowed: bool
    output_reversal_needs_approval: bool


class UnitRoles(Shown):
    """The people of each role; a role nobody has is left out."""

    finance: list[PersonId] | None = None
    planner: list[PersonId] | None = None
    member: list[PersonId] | None = None
    approver: Annotated[list[PersonId] | None, Field(description="They decide recalls of production")] = None
    manager: Annotated[
        list[PersonId] | None, Field(description="They approve and decide on entries without a project")
    ] = None


class Unit(Shown):
    """A business unit or a plant."""

    id: UnitId
    name: str
    currency: Annotated[Currency, Field(description="Of its costs")]
    policy: UnitPolicy
    roles: UnitRoles
    today: Annotated[Day, Field(description="The day its rules go by")]


class ProjectCustomer(Shown):
    """A customer and its share of the sales, in percent."""

    id: str
    share: Number
    rounding: Annotated[bool, Field(description="Whether it bears what is left by rounding")]


class ProjectRates(Shown):
    """Unit prices that approvals use."""

    cost: Number
    sales: Number


class ProjectIntercompany(Shown):
    """Unit prices between two units."""

    resourcing_cost: Number
    sales: Number


class Project(Shown):
    """A project with its contract."""

    id: Id
    unit: UnitId
    name: str
    code: str | None
    client: str | None
    billing: Literal["time_and_materials", "fixed_price", "internal", "presales"]
    currency: Annotated[Currency, Field(description="Of the contract")]
    cost_currency: Currency
    exchange_rate: Annotated[Number, Field(description="Cost currency per contract currency")]
    approvers: list[PersonId]
    customers: list[ProjectCustomer]
    intercompany: ProjectIntercompany | None
    rates: ProjectRates
    without_project: Annotated[
        bool, Field(description="Holds the entries of the unit that name no project; its managers are the approvers")
    ]
    version: int


class Projects(Page[Project]):
    """Projects of a list."""


class Totals(Shown):
    """Sums of the live actuals of a project."""

    cost: Money
    backlog: Annotated[Money, Field(description="Unbilled sales")]
    billed: Money


class Milestone(Shown):
    """A billed milestone."""

    project: Id
    name: str
    date: Day
    invoice: Annotated[Id, Field(description="The confirmed invoice it stands on")]
    amount: Money


class Delegation(Shown):
    """Who may act for whom, from one day until another, both included."""

    id: Id
    giver: PersonId
    taker: PersonId
    since: Day
    until: Day
    purpose: Literal["requests", "decisions"]


class DelegationToday(Delegation):
    """A delegation, who made it, and who ended it when."""

    created_by: str
    ended_by: str | None
    ended_at: Annotated[Instant | None, Field(description="From then on it gives no right")]


class Delegations(Page[DelegationToday]):
    """Delegations of a list."""


class RoleInUnit(Shown):
    """A role a person has."""

    unit: UnitId
    role: Literal["member", "approver", "manager", "finance", "planner"]


class Me(Person):
    """The person signed in."""

    roles: list[RoleInUnit]
    approves: Annotated[list[Id], Field(description="Projects, at most 200")]


class CatalogueItem(Shown):
    """A code, what it means, and its status."""

    code: CodeName
    status: int
    text: Text
    advice: Text


class Catalogue(Page[CatalogueItem]):
    """All codes."""


class Health(Shown):
    """The process answers."""

    status: Literal["ok"]


class Readiness(Shown):
    """Whether requests are taken. Temporal is told, but not needed."""

    status: Literal["ok", "unavailable"]
    database: Literal["ok", "away"]
    schema_: Annotated[int | None, Field(alias="schema", description="Left out where the database is away")] = None
    temporal: Annotated[Literal["ok", "away"] | None, Field(description="Left out where the database is away")] = None


PERSON = {"id": "bob", "name": "Bob Berg"}
UNIT = {
    "id": "oslo",
    "name": "Oslo",
    "currency": "USD",
    "policy": {
        "block_request_on_draft_invoice": False,
        "allow_self_decision": False,
        "recall_window_days": None,
        "reversal_date": "original",
        "quorum": 1,
        "escalate_to": None,
        "escalate_after": "72h",
        "remind_after": "24h",
        "expire_after": None,
        "withdraw_allowed": True,
        "output_reversal_needs_approval": True,
    },
    "roles": {"finance": ["fia"]},
    "today": "2026-03-02",
}
PROJECT = {
    "id": PROJECT_ID,
    "unit": "oslo",
    "name": "Alfa",
    "code": "A-1",
    "client": "Fjord Hotels",
    "billing": "time_and_materials",
    "currency": "USD",
    "cost_currency": "USD",
    "exchange_rate": "1",
    "approvers": ["mia", "noor"],
    "customers": [{"id": "C1", "share": "100", "rounding": True}],
    "intercompany": None,
    "rates": {"cost": "100", "sales": "200"},
    "without_project": False,
    "version": 1,
}
PROJECTS = {"items": [PROJECT], "next": None}
TOTALS = {"cost": usd("800.00"), "backlog": usd("1600.00"), "billed": usd("0.00")}
MILESTONE = {
    "project": PROJECT_ID,
    "name": "Delivery",
    "date": "2026-02-01",
    "invoice": INVOICE_ID,
    "amount": usd("5000.00"),
}
DELEGATION = {
    "id": "c7a41f0e-95b2-4f6d-9a38-2d0b6e8f1c09",
    "giver": "bob",
    "taker": "sid",
    "since": "2026-02-09",
    "until": "2026-02-20",
    "purpose": "requests",
}
DELEGATIONS = {
    "items": [{**DELEGATION, "created_by": "bob", "ended_by": None, "ended_at": None}],
    "next": None,
}
ME = {**PERSON, "roles": [{"unit": "oslo", "role": "member"}], "approves": []}
CATALOGUE = {
    "items": [
        {
            "code": "locked",
            "status": 422,
            "text": "The entry is {status} and cannot be changed.",
            "advice": "Take the entry back first.",
        }
    ],
    "next": None,
}
HEALTH = {"status": "ok"}
READINESS = {"status": "ok", "database": "ok", "schema": 5, "temporal": "ok"}
NOT_READY = {"status": "unavailable", "database": "away"}
