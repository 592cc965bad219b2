"""Units, people, roles, projects, customers and rates in Postgres."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from domain.project.actuals import Contract, Customer, Intercompany, ProjectBilling
from domain.recall.policy import Policy
from domain.roles import Role
from store import visibility
from store.database import Connection, Row, execute, fetch, fetch_one
from store.ids import new_id
from store.paging import Listed, Order, Span, listed
from store.policies import policy_of, policy_values
from store.questions import Question, answer


@dataclass(frozen=True, slots=True)
class StoredUnit:
    """A unit: its cost currency, the policy in force with its version, and the time a test clock has set."""

    id: str
    name: str
    currency: str
    policy_version: int
    policy: Policy
    business_now: datetime | None


_UNITS: Final = """
select n.id, n.name, n.currency, n.business_now, p.version, p.document
  from unit n
 cross join lateral (select version, document from policy_version where unit_id = n.id order by version desc limit 1) p
"""


async def unit(connection: Connection, id: str, *, by: str | None = None) -> StoredUnit | None:
    """The unit with this id, if `by` may see it (None: the service itself), and its policy in the same statement."""
    return unit_of_answer(await answer(connection, unit_question(id, by=by)))


def unit_question(id: str, *, by: str | None = None) -> Question:
    """Which unit has this id, as `unit` asks it."""
    where, reader = visibility.seen(visibility.UNITS, by)
    return Question(f"{_UNITS} where n.id = :id and {where}", {"id": id, **reader})


def unit_of_answer(rows: Sequence[Row]) -> StoredUnit | None:
    """The unit of the answer, if there is one."""
    return _unit(rows[0]) if rows else None


async def units(connection: Connection, ids: Sequence[str]) -> dict[str, StoredUnit]:
    """Units by id."""
    rows = await fetch(connection, f"{_UNITS} where n.id = any(:ids)", ids=sorted(set(ids)))
    return {row.id: _unit(row) for row in rows}


def _unit(row: Row) -> StoredUnit:
    return StoredUnit(row.id, row.name, row.currency, row.version, policy_of(row.document), row.business_now)


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit about to be made, with the first version of its policy and who sets it."""

    id: str
    name: str
    currency: str
    policy: Policy
    by: str


async def insert_unit(connection: Connection, new: NewUnit) -> bool:
    """Add a unit with its policy; False if the id is taken."""
    row = await fetch_one(
        connection,
        """with made as (
               insert into unit (id, name, currency) values (:id, :name, :currency) on conflict do nothing returning id
           )
           insert into policy_version (unit_id, version, document, comment, set_by)
           select id, 1, cast(:document as jsonb), 'Set up with the unit.', :by from made
        returning unit_id""",
        id=new.id,
        name=new.name,
        currency=new.currency,
        document=json.dumps(policy_values(new.policy)),
        by=new.by,
    )
    return row is not None


async def hold_unit(connection: Connection, id: str) -> None:
    """Hold a unit until the end of the transaction, so that nobody else changes it; requests are made meanwhile."""
    await execute(connection, "select from unit where id = :id for no key update", id=id)


async def set_business_now(connection: Connection, unit: str, now: datetime) -> None:
    """Set the test clock of a unit."""
    await execute(connection, "update unit set business_now = :now where id = :unit", unit=unit, now=now)


async def insert_person(connection: Connection, *, id: str, name: str, employee_id: str | None = None) -> bool:
    """Add a person; False if the id is taken."""
    sql = "insert into person (id, name, employee_id) values (:id, :name, :employee_id) on conflict do nothing"
    return await execute(connection, sql, id=id, name=name, employee_id=employee_id) == 1


async def unknown_people(connection: Connection, people: Sequence[str]) -> list[str]:
    """Those of the ids that belong to nobody."""
    rows = await fetch(connection, "select id from person where id = any(:ids)", ids=list(people))
    known = {row.id for row in rows}
    return [id for id in people if id not in known]


WITHOUT_PROJECT: Final = "Uten prosjekt / No project"


async def set_roles(connection: Connection, unit: str, roles: Mapping[str, Sequence[str]]) -> None:
    """Replace the roles of a unit: role -> people."""
    await execute(connection, "delete from unit_role where unit_id = :unit", unit=unit)
    pairs = [(role, person) for role, people in roles.items() for person in dict.fromkeys(people)]
    await execute(
        connection,
        """insert into unit_role (unit_id, role, person_id)
           select :unit, t.role, t.person from unnest(cast(:roles as text[]), cast(:people as text[])) as t(role, person)""",
        unit=unit,
        roles=[role for role, _ in pairs],
        people=[person for _, person in pairs],
    )


async def roles_of(connection: Connection, unit: str, person: str) -> frozenset[str]:
    """The roles of a person in a unit."""
    sql = "select role from unit_role where unit_id = :unit and person_id = :person"
    return frozenset(row.role for row in await fetch(connection, sql, unit=unit, person=person))


async def roles(connection: Connection, unit: str) -> dict[str, list[str]]:
    """All roles of a unit."""
    found: dict[str, list[str]] = {role: [] for role in Role}
    for row in await fetch(
        connection, "select role, person_id from unit_role where unit_id = :unit order by person_id", unit=unit
    ):
        found[row.role].append(row.person_id)
    return found


async def insert_project(connection: Connection, project: Mapping[str, object]) -> None:
    """Add a project; keys are column names."""
    names = (
        "id",
        "unit_id",
        "name",
        "code",
        "client",
        "billing",
        "currency",
        "cost_currency",
        "exchange_rate",
        "cost_price",
        "sales_price",
        "resourcing_cost",
        "interorg_sales",
    )
    sql = f"insert into project ({', '.join(names)}) values ({', '.join(f':{name}' for name in names)})"
    await execute(connection, sql, **{name: project[name] for name in names})


async def without_project(connection: Connection, unit: str, *, currency: str) -> str:
    """The project that holds the entries of a unit without one; made when it is first needed. Returns its id."""
    await execute(
        connection,
        """insert into project (id, unit_id, name, billing, currency, cost_currency, without_project)
           values (cast(:id as uuid), :unit, :name, 'internal', :currency, :currency, true)
               on conflict (unit_id) where without_project do nothing""",
        id=new_id(),
        unit=unit,
        name=WITHOUT_PROJECT,
        currency=currency,
    )
    row = await fetch_one(
        connection, "select id::text as id from project where unit_id = :unit and without_project", unit=unit
    )
    assert row is not None
    return str(row.id)


async def set_customers(connection: Connection, project: str, customers: Sequence[Customer]) -> None:
    """Set the customers of a new project."""
    await execute(
        connection,
        """insert into project_customer (project_id, customer, share, rounding, position)
           select cast(:project as uuid), t.customer, t.share, t.rounding, t.position
             from unnest(cast(:customers as text[]), cast(:shares as numeric[]), cast(:roundings as boolean[]))
                  with ordinality as t(customer, share, rounding, position)""",
        project=project,
        customers=[customer.id for customer in customers],
        shares=[customer.share for customer in customers],
        roundings=[customer.rounding for customer in customers],
    )


async def set_approvers(connection: Connection, project: str, approvers: Sequence[str]) -> None:
    """Replace the approvers of a project."""
    await execute(connection, "delete from project_approver where project_id = cast(:project as uuid)", project=project)
    await execute(
        connection,
        """insert into project_approver (project_id, person_id, position)
           select cast(:project as uuid), t.person, t.position
             from unnest(cast(:people as text[])) with ordinality as t(person, position)""",
        project=project,
        people=list(dict.fromkeys(approvers)),
    )
    sql = "update project set version = version + 1 where id = cast(:project as uuid)"
    await execute(connection, sql, project=project)


async def set_rates(connection: Connection, project: str, *, cost: Decimal, sales: Decimal) -> None:
    """Set the unit prices of a project, used by approvals from now on."""
    sql = "update project set cost_price = :cost, sales_price = :sales, version = version + 1 where id = cast(:project as uuid)"
    await execute(connection, sql, project=project, cost=cost, sales=sales)


_PROJECTS = """
select p.*, {priced} as priced, {bookable} as bookable, p.id::text as project,
       coalesce(a.approvers, '{{}}') as approvers, coalesce(c.customers, '[]') as customers,
       coalesce(x.rates, '[]') as later_rates
  from project p
  left join lateral (select array_agg(person_id order by position, person_id) as approvers
                       from project_decider where project_id = p.id) a on true
  left join lateral (select jsonb_agg(jsonb_build_object('id', customer, 'share', share::text, 'rounding', rounding)
                                      order by position) as customers
                       from project_customer where project_id = p.id) c on true
  left join lateral (select jsonb_agg(jsonb_build_object('since', since, 'rate', rate::text)) as rates
                       from project_exchange_rate where project_id = p.id) x on true
"""


@dataclass(frozen=True, slots=True)
class StoredProject:
    """A project with its contract and approvers."""

    id: str
    unit: str
    name: str
    code: str | None
    client: str | None
    approvers: tuple[str, ...]
    contract: Contract
    version: int
    without_project: bool
    priced: bool
    """Whether who asked sees its prices, sums and invoices, too."""
    bookable: bool
    """Whether who asked may write entries on it."""


def _seen_by(by: str | None) -> tuple[str, dict[str, object]]:
    """Projects that somebody may know of, each with what it is to them; None stands for the service itself."""
    priced, _ = visibility.seen(visibility.PROJECTS, by)
    bookable, _ = visibility.seen(visibility.PROJECTS_TO_BOOK_ON, by)
    where, reader = visibility.seen(visibility.KNOWN_PROJECTS, by)
    return f"{_PROJECTS.format(priced=priced, bookable=bookable)} where {where}", reader


async def projects(connection: Connection, ids: Sequence[str], *, by: str | None = None) -> dict[str, StoredProject]:
    """Projects by id, those that `by` may know of."""
    sql, reader = _seen_by(by)
    rows = await fetch(connection, f"{sql} and p.id = any(cast(:ids as uuid[]))", ids=sorted(set(ids)), **reader)
    return {row.project: _project(row) for row in rows}


OF_UNIT: Final = Order("projects of a unit", {"name": str, "id": UUID})


async def projects_of_unit(
    connection: Connection, unit: str, span: Span, *, by: str | None = None
) -> Listed[StoredProject]:
    """A part of the projects of a unit that `by` may know of, by name."""
    sql, reader = _seen_by(by)
    found = await listed(connection, f"{sql} and p.unit_id = :unit", span, unit=unit, **reader)
    return found.of([_project(row) for row in found.items])


async def known_without_project(connection: Connection, unit: str) -> list[str]:
    """The project that holds the entries of a unit that name none, if there is one."""
    sql = "select id::text as id from project where unit_id = :unit and without_project"
    rows = await fetch(connection, sql, unit=unit)
    return [row.id for row in rows]


async def fewest_approvers(connection: Connection, unit: str, *, also: str | None) -> tuple[str, int] | None:
    """The project of a unit with the fewest people who may decide, and how many; `also` may decide everywhere."""
    row = await fetch_one(
        connection,
        """select p.name, (select count(*) from (select person_id from project_decider where project_id = p.id
                                                  union select cast(:also as text) where cast(:also as text) is not null) d) as people
             from project p where p.unit_id = :unit order by people, p.name limit 1""",
        unit=unit,
        also=also,
    )
    return None if row is None else (row.name, row.people)


async def approvers_of_unit(connection: Connection, unit: str) -> frozenset[str]:
    """Who decides on the production of a unit."""
    sql = "select person_id from unit_role where unit_id = :unit and role = 'approver'"
    return frozenset(row.person_id for row in await fetch(connection, sql, unit=unit))


async def has_production(connection: Connection, unit: str) -> bool:
    """Whether there are production orders in a unit."""
    sql = "select 1 from production_order where unit_id = :unit limit 1"
    return await fetch_one(connection, sql, unit=unit) is not None


def _project(row: Row) -> StoredProject:
    customers = tuple(Customer(c["id"], Decimal(c["share"]), c["rounding"]) for c in row.customers)
    between = None if row.resourcing_cost is None else Intercompany(row.resourcing_cost, row.interorg_sales)
    contract = Contract(
        project=row.project,
        billing=ProjectBilling(row.billing),
        currency=row.currency,
        cost_currency=row.cost_currency,
        exchange_rate=row.exchange_rate,
        customers=customers,
        cost_price=row.cost_price,
        sales_price=row.sales_price,
        intercompany=between,
        later_rates=tuple((date.fromisoformat(r["since"]), Decimal(r["rate"])) for r in row.later_rates),
    )
    return StoredProject(
        row.project,
        row.unit_id,
        row.name,
        row.code,
        row.client,
        tuple(row.approvers),
        contract,
        row.version,
        row.without_project,
        row.priced,
        row.bookable,
    )


async def totals(connection: Connection, project: str) -> Row | None:
    """Sums of live rows: cost, backlog (chargeable unbilled sales), billed (chargeable billed sales and milestones)."""
    return await fetch_one(
        connection,
        """select coalesce(sum(a.amount) filter (where a.type = 'cost'), 0) as cost,
                  coalesce(sum(a.amount) filter (where a.type = 'unbilled_sales' and a.billing_type = 'chargeable'
                                                   and a.billing_status <> 'posted'), 0) as backlog,
                  coalesce(sum(a.amount) filter (where a.type = 'milestone'
                                                    or a.type = 'billed_sales' and a.billing_type = 'chargeable'), 0) as billed
             from actual a
            where a.project_id = cast(:project as uuid) and a.adjustment_status = 'none' and a.reverses_id is null
              and a.type in ('cost', 'unbilled_sales', 'billed_sales', 'milestone')""",
        project=project,
    )


async def set_exchange_rate(connection: Connection, project: str, *, since: date, rate: Decimal) -> None:
    """The exchange rate of a project from a day on; approvals of entries from then on use it."""
    await execute(
        connection,
        """insert into project_exchange_rate (project_id, since, rate) values (cast(:project as uuid), :since, :rate)
           on conflict (project_id, since) do update set rate = excluded.rate""",
        project=project,
        since=since,
        rate=rate,
    )
