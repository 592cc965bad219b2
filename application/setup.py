"""Setting a unit up: people, roles, policy, projects, rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from decimal import Decimal

from application import routing
from application.people import refuse_administrator, refuse_reserved, require_people
from application.policies import require_sound
from application.work import (
    Refused,
    Work,
    business_now,
    note,
    raise_if,
    require_administrator,
    require_finance,
    unit_of,
)
from domain.money import ZERO
from domain.project.actuals import Customer
from domain.project.rates import check_rate
from domain.recall.policy import Policy
from domain.recall.policy_check import InReach, out_of_reach
from domain.refusals import Code, Refusal
from domain.roles import Role
from store import projects
from store.history import Happened
from store.ids import is_id, new_id
from store.projects import NewUnit


async def create_person(work: Work, *, id: str, name: str) -> None:
    """Add a person; already_exists if the id is taken, invalid_value if it is one of the service's own."""
    require_administrator(work)
    if not await projects.insert_person(work.connection, id=id, name=name):
        raise Refused(Refusal(Code.ALREADY_EXISTS, id))
    # After that: an id that is taken stays a conflict, so a set-up that runs again goes on. A refusal undoes the insert.
    refuse_reserved(id, field="id")


async def create_unit(work: Work, *, id: str, name: str, currency: str, policy: Policy) -> projects.StoredUnit:
    """Add a unit with the first version of its policy; already_exists if the id is taken."""
    require_administrator(work)
    await require_sound(work, policy, currency=currency)
    if not await projects.insert_unit(work.connection, NewUnit(id, name, currency, policy, by=work.person)):
        raise Refused(Refusal(Code.ALREADY_EXISTS, id))
    return await unit_of(work, id)


def check_unit_quorum(policy: Policy, unit: str, approvers: AbstractSet[str]) -> None:
    """Production of a unit is decided by these people and the escalation person: enough of them for its quorum."""
    deciders = len({*approvers, policy.escalate_to} - {None})
    if not policy.is_within_reach(deciders):
        raise Refused(out_of_reach(policy, InReach(unit, deciders, produces=True)))


async def set_roles(work: Work, unit: str, roles: Mapping[str, Sequence[str]]) -> None:
    """Replace the roles of a unit. Approvers may always be taken away; new ones must be enough for the quorum."""
    require_administrator(work)
    stored = await unit_of(work, unit)
    await require_people(work, [person for people in roles.values() for person in people])
    for role in (Role.APPROVER, Role.MANAGER):
        refuse_administrator(roles.get(role, ()), field=role.value)
    before = await projects.roles(work.connection, unit)
    approvers = frozenset(roles.get("approver", ()))
    if approvers > frozenset(before["approver"]):
        check_unit_quorum(stored.policy, unit, approvers)
    await projects.set_roles(work.connection, unit, roles)
    now = await projects.roles(work.connection, unit)
    if any(now[role] != before[role] for role in (Role.APPROVER, Role.MANAGER)):
        await routing.reroute_decided_in(work, unit)
    facts = {role: ", ".join(people) for role, people in now.items() if people != before[role]}
    if facts:
        await note(work, stored, Happened("unit", unit, "roles_set", facts=facts))


async def create_project(
    work: Work,
    values: Mapping[str, object],
    *,
    exchange_rate: Decimal | None,
    approvers: Sequence[str],
    customers: Sequence[Customer],
) -> projects.StoredProject:
    """Add a project with its approvers and customers. The shares must come to 100, one customer takes the rounding."""
    require_administrator(work)
    unit = await unit_of(work, str(values["unit_id"]))
    await require_people(work, approvers)
    refuse_administrator(approvers, field="approvers")
    deciders = len({*approvers, unit.policy.escalate_to} - {None})
    if not unit.policy.is_within_reach(deciders):
        raise Refused(out_of_reach(unit.policy, InReach(str(values["name"]), deciders)))
    _check_customers(customers)
    id, currency = new_id(), str(values["currency"] or unit.currency)
    raise_if(check_rate(exchange_rate, field="exchange_rate", currency=currency, cost_currency=unit.currency))
    project = dict(values) | {
        "id": id,
        "cost_currency": unit.currency,
        "currency": currency,
        "exchange_rate": exchange_rate or 1,
    }
    await projects.insert_project(work.connection, project)
    await projects.set_customers(work.connection, id, customers)
    await projects.set_approvers(work.connection, id, approvers)
    await note(work, unit, Happened("project", id, "created", facts={"approvers": ", ".join(approvers)}))
    return await project_of(work, id)


def _check_customers(customers: Sequence[Customer]) -> None:
    if sum((customer.share for customer in customers), ZERO) != 100:
        raise Refused(Refusal(Code.INVALID_VALUE, None, {"field": "customers", "expected": "shares_of_100"}))
    if sum(customer.rounding for customer in customers) != 1:
        raise Refused(Refusal(Code.INVALID_VALUE, None, {"field": "customers", "expected": "one_rounding_customer"}))
    if len({customer.id for customer in customers}) != len(customers):
        raise Refused(Refusal(Code.INVALID_VALUE, None, {"field": "customers", "expected": "once"}))


async def project_of(work: Work, id: str, *, by: str | None = None) -> projects.StoredProject:
    """The project, or the refusal unknown_project, also where `by`, as a rule the person who acts, may not know of it."""
    found = await projects.projects(work.connection, [id], by=by or work.person) if is_id(id) else {}
    if id not in found:
        raise Refused(Refusal(Code.UNKNOWN_PROJECT, id))
    return found[id]


async def priced_project(work: Work, id: str) -> projects.StoredProject:
    """The project for those who see its sums and invoices, else the refusal unknown_project."""
    found = await project_of(work, id)
    if not found.priced:
        raise Refused(Refusal(Code.UNKNOWN_PROJECT, id))
    return found


async def set_rates(work: Work, project: str, *, cost: Decimal, sales: Decimal) -> projects.StoredProject:
    """Set the unit prices of a project; approvals from now on use them, written actuals keep theirs."""
    stored = await project_of(work, project)
    await require_finance(work, stored.unit)
    await projects.set_rates(work.connection, project, cost=cost, sales=sales)
    # Without the prices: more people see what happens than what things cost.
    await note(work, await unit_of(work, stored.unit), Happened("project", project, "rates_set"))
    return await project_of(work, project)


async def set_exchange_rate(work: Work, project: str, *, since: date, rate: Decimal) -> projects.StoredProject:
    """The exchange rate from a day on: used by approvals, by the entry's date; a reversal copies its original's."""
    stored = await project_of(work, project)
    await require_finance(work, stored.unit)
    contract = stored.contract
    raise_if(check_rate(rate, field="rate", currency=contract.currency, cost_currency=contract.cost_currency))
    await projects.set_exchange_rate(work.connection, project, since=since, rate=rate)
    facts = {"since": since.isoformat()}
    await note(work, await unit_of(work, stored.unit), Happened("project", project, "exchange_rate_set", facts=facts))
    return await project_of(work, project)


async def set_approvers(work: Work, project: str, approvers: Sequence[str]) -> projects.StoredProject:
    """Replace the approvers of a project; on entries without a project the managers of the unit decide."""
    require_administrator(work)
    stored = await project_of(work, project)
    if stored.without_project:
        raise Refused(Refusal(Code.MANAGERS_DECIDE, project))
    await require_people(work, approvers)
    refuse_administrator(approvers, field="approvers")
    await projects.set_approvers(work.connection, project, approvers)
    found = await project_of(work, project)
    if found.approvers != stored.approvers:
        await routing.reroute_on(work, [project])
    if set(found.approvers) != set(stored.approvers):
        facts = {"approvers": ", ".join(found.approvers)}
        await note(work, await unit_of(work, stored.unit), Happened("project", project, "approvers_set", facts=facts))
    return found


async def advance_clock(work: Work, unit: str, duration: timedelta) -> projects.StoredUnit:
    """Move the test clock of a unit forward; who does so at the same moment moves it on from there."""
    await projects.hold_unit(work.connection, unit)
    stored = await unit_of(work, unit)
    await projects.set_business_now(work.connection, unit, business_now(work, stored) + duration)
    return await unit_of(work, unit)
