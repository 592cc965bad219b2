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
from api.answers.policies import POLICY, Policy


class Person(Shown):
    """A person."""

    id: PersonId
    name: str


class PersonWithAddress(Person):
    """A person, and how they are reached."""

    email: Annotated[str | None, Field(description="null: nothing is mailed to them")]
    language: Annotated[Literal["nb", "en"] | None, Field(description="null: that of the service")]


class UnitRoles(Shown):
    """The people of each role; a role nobody has is left out."""

    finance: list[PersonId] | None = None
    planner: list[PersonId] | None = None
    member: list[PersonId] | None = None
    approver: Annotated[list[PersonId] | None, Field(description="They decide recalls of production")] = None
    manager: Annotated[
        list[PersonId] | None, Field(description="They approve and decide on entries without a project")
    ] = None
    operator: Annotated[list[PersonId] | None, Field(description="They see how requests stand, no more")] = None
    auditor: Annotated[list[PersonId] | None, Field(description="They see everything and change nothing")] = None


class Unit(Shown):
    """A business unit or a plant."""

    id: UnitId
    name: str
    currency: Annotated[Currency, Field(description="Of its costs")]
    policy: Annotated[Policy, Field(description="The version in force")]
    policy_version: Annotated[int, Field(ge=1)]
    roles: UnitRoles
    today: Annotated[Day, Field(description="The day its rules go by")]


class ClockMoved(Unit):
    """A unit whose test clock was moved."""

    now: Annotated[Instant, Field(description="The time of the unit since then")]
    not_waited_for: Annotated[
        int,
        Field(
            ge=0, description="Open requests of which something that fell due was not done yet; it goes on by itself"
        ),
    ]


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
    rates: Annotated[ProjectRates | None, Field(description="Null to those who only work on it")]
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
    accounting_date: Annotated[
        Day, Field(description="The day it counts for: the first open one where its own is closed")
    ]


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
    role: Literal["member", "approver", "manager", "finance", "planner", "operator", "auditor"]


class Me(PersonWithAddress):
    """The person signed in."""

    roles: list[RoleInUnit]
    approves: Annotated[list[Id], Field(description="Projects whose entries they decide on, at most 200")]
    delegations: Annotated[
        list[DelegationToday],
        Field(description="Given or taken, in force today by the clock of the service; at most 200"),
    ]
    waiting_for_me: Annotated[int, Field(description="Recalls of list_recalls with waiting_for=me", ge=0)]


class CountsByStatus(Shown):
    """How many recalls have each status."""

    awaiting_decision: int
    recalled: int
    rejected: int
    partly_recalled: int
    withdrawn: int
    expired: int


class Inbox(Shown):
    """Recalls that concern the person signed in: they asked, own a line, decided or were asked to, or may decide."""

    waiting_for_me: Annotated[int, Field(description="Recalls of list_recalls with waiting_for=me", ge=0)]
    by_status: Annotated[CountsByStatus, Field(description="Recalls of list_recalls with concerning=me")]
    cursor: Annotated[
        str,
        Field(
            pattern="^[0-9]+-[0-9]+$",
            description="Where list_inbox_events goes on; its first events may be counted here already",
        ),
    ]


class CatalogueCase(Shown):
    """What a code says and advises where the fact `why` or the status is this one."""

    case: str
    text: Text
    advice: Text


class CatalogueItem(Shown):
    """A code, what it means, and its status."""

    code: CodeName
    status: int
    text: Text
    advice: Text
    cases: list[CatalogueCase]


class Catalogue(Page[CatalogueItem]):
    """All codes."""


class Health(Shown):
    """The process answers."""

    status: Literal["ok"]


class Readiness(Shown):
    """Whether requests should come. Temporal is told, but not needed."""

    status: Annotated[
        Literal["ok", "unavailable", "leaving"], Field(description="leaving: it still serves, and will end in a moment")
    ]
    release: Annotated[str, Field(description="The version of the code")]
    database: Literal["ok", "away"]
    schema_: Annotated[int | None, Field(alias="schema", description="Left out where the database is away")] = None
    sign_in: Annotated[
        Literal["ok", "away"] | None, Field(description="The issuer of tokens. Left out where the database is away")
    ] = None
    temporal: Annotated[
        Literal["ok", "away", "refused"] | None,
        Field(
            description="Refused: it does not let the API in, and the log of the API says why. Left out where the database is away"
        ),
    ] = None


PERSON = {"id": "bob", "name": "Bob Berg"}
PERSON_WITH_ADDRESS = {**PERSON, "email": "bob@example.com", "language": "nb"}
UNIT = {
    "id": "oslo",
    "name": "Oslo",
    "currency": "USD",
    "policy": POLICY,
    "policy_version": 1,
    "roles": {"finance": ["fia"]},
    "today": "2026-03-02",
}
CLOCK_MOVED = {**UNIT, "now": "2026-03-02T12:00:00.000Z", "not_waited_for": 0}
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
    "accounting_date": "2026-02-01",
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
ME = {
    **PERSON_WITH_ADDRESS,
    "roles": [{"unit": "oslo", "role": "member"}],
    "approves": [],
    "delegations": DELEGATIONS["items"],
    "waiting_for_me": 0,
}
INBOX = {
    "waiting_for_me": 2,
    "by_status": {
        "awaiting_decision": 3,
        "recalled": 17,
        "rejected": 1,
        "partly_recalled": 0,
        "withdrawn": 2,
        "expired": 0,
    },
    "cursor": "812340-0",
}
CATALOGUE = {
    "items": [
        {
            "code": "locked",
            "status": 422,
            "text": "The entry is locked in status {status}.",
            "advice": "Recall the entry first; then it can be changed.",
            "cases": [
                {
                    "case": "deleted",
                    "text": "The entry is locked in status {status}.",
                    "advice": "A deleted entry stays deleted. Create a new one.",
                }
            ],
        }
    ],
    "next": None,
}
HEALTH = {"status": "ok"}
READINESS = {"status": "ok", "release": "0.8.0", "database": "ok", "schema": 5, "sign_in": "ok", "temporal": "ok"}
NOT_READY = {"status": "unavailable", "release": "0.8.0", "database": "away"}
