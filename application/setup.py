"""Setting a unit up: people, roles, policy, projects, rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from application.people import require_people
from application.work import Refused, Work, business_now, require_administrator, require_finance, unit_of
from domain.money import ZERO
from domain.project.actuals import Customer
from domain.recall.policy import Policy
from domain.refusals import Code, Refusal
from store import history, projects
from store.ids import is_id, new_id
from store.policies import policy_of


async def create_person(work: Work, *, id: str, name: str) -> None:
    """Add a person; already_exists if the id is taken."""
    require_administrator(work)
    if not await projects.insert_person(work.connection, id=id, name=name):
        raise Refused(Refusal(Code.ALREADY_EXISTS, id))


async def create_unit(
    work: Work, *, id: str, name: str, currency: str, policy: Mapping[str, object]
) -> projects.StoredUnit:
    """Add a unit; already_exists if the id is taken."""
    require_administrator(work)
    await _require_escalation_person(work, policy_of(policy))
    if not await projects.insert_unit(work.connection, id=id, name=name, currency=currency, policy=policy):
        raise Refused(Refusal(Code.ALREADY_EXISTS, id))
    return await unit_of(work, id)


async def set_policy(work: Work, unit: str, policy: Mapping[str, object]) -> projects.StoredUnit:
    """Replace the policy values of a unit; open requests keep the values they were born under."""
    stored = await unit_of(work, unit)
    await require_finance(work, unit)
    await _require_escalation_person(work, policy_of(policy))
    await _require_quorum(work, unit, policy_of(policy))
    await projects.set_policy(work.connection, unit, policy)
    changed = history.Happened(
        "unit", unit, "policy_changed", facts={name: str(value) for name, value in policy.items()}
    )
    await history.append(work.connection, [changed], act=work.act(business_now(work, stored)))
    return await unit_of(work, unit)


async def _require_escalation_person(work: Work, policy: Policy) -> None:
    await require_people(work, [] if policy.escalate_to is None else [policy.escalate_to])


async def _require_quorum(work: Work, unit: str, policy: Policy) -> None:
    """Every project of a unit has enough people who may decide; else its requests would wait for ever."""
    fewest = await projects.fewest_approvers(work.connection, unit, also=policy.escalate_to)
    if fewest is not None:
        _check_quorum(policy, *fewest)


def _check_quorum(policy: Policy, project: str, deciders: int) -> None:
    if not policy.is_within_reach(deciders):
        facts = {"quorum": str(policy.quorum), "project": project, "approvers": str(deciders)}
        raise Refused(Refusal(Code.QUORUM_OUT_OF_REACH, None, facts))


async def set_roles(work: Work, unit: str, roles: Mapping[str, Sequence[str]]) -> None:
    """Replace the roles of a unit."""
    require_administrator(work)
    await unit_of(work, unit)
    await require_people(work, [person for people in roles.values() for person in people])
    await projects.set_roles(work.connection, unit, roles)


async def create_project(
    work: Work,
    values: Mapping[str, object],
    *,
    approvers: Sequence[str],
    customers: Sequence[Customer],
) -> projects.StoredProject:
    """Add a project with its approvers and customers. The shares must come to 100, one customer takes the rounding."""
    require_administrator(work)
    unit = await unit_of(work, str(values["unit_id"]))
    await require_people(work, approvers)
    policy = policy_of(unit.policy)
    _check_quorum(policy, str(values["name"]), len({*approvers, policy.escalate_to} - {None}))
    _check_customers(customers)
    id = new_id()
    project = dict(values) | {
        "id": id,
        "cost_currency": unit.currency,
        "currency": values["currency"] or unit.currency,
    }
    await projects.insert_project(work.connection, project)
    await projects.set_customers(work.connection, id, customers)
    await projects.set_approvers(work.connection, id, approvers)
    return await project_of(work, id)


def _check_customers(customers: Sequence[Customer]) -> None:
    if sum((customer.share for customer in customers), ZERO) != 100:
        raise Refused(Refusal(Code.INVALID_VALUE, None, {"field": "customers", "expected": "shares_of_100"}))
    if sum(customer.rounding for customer in customers) != 1:
        raise Refused(Refusal(Code.INVALID_VALUE, None, {"field": "customers", "expected": "one_rounding_customer"}))
    if len({customer.id for customer in customers}) != len(customers):
        raise Refused(Refusal(Code.INVALID_VALUE, None, {"field": "customers", "expected": "once"}))


async def project_of(work: Work, id: str) -> projects.StoredProject:
    """The project, or the refusal unknown_project."""
    found = await projects.projects(work.connection, [id]) if is_id(id) else {}
    if id not in found:
        raise Refused(Refusal(Code.UNKNOWN_PROJECT, id))
    return found[id]


async def set_rates(work: Work, project: str, *, cost: Decimal, sales: Decimal) -> projects.StoredProject:
    """Set the unit prices of a project; approvals from now on use them, written actuals keep theirs."""
    stored = await project_of(work, project)
    await require_finance(work, stored.unit)
    await projects.set_rates(work.connection, project, cost=cost, sales=sales)
    return await project_of(work, project)


async def set_exchange_rate(work: Work, project: str, *, since: date, rate: Decimal) -> projects.StoredProject:
    """The exchange rate from a day on: used by approvals, by the entry's date; a reversal copies its original's."""
    stored = await project_of(work, project)
    await require_finance(work, stored.unit)
    await projects.set_exchange_rate(work.connection, project, since=since, rate=rate)
    return await project_of(work, project)


async def set_approvers(work: Work, project: str, approvers: Sequence[str]) -> projects.StoredProject:
    """Replace the approvers of a project; on entries without a project the managers of the unit decide."""
    require_administrator(work)
    if (await project_of(work, project)).without_project:
        raise Refused(Refusal(Code.MANAGERS_DECIDE, project))
    await require_people(work, approvers)
    await projects.set_approvers(work.connection, project, approvers)
    return await project_of(work, project)


async def advance_clock(work: Work, unit: str, duration: timedelta) -> projects.StoredUnit:
    """Move the test clock of a unit forward."""
    stored = await unit_of(work, unit)
    await projects.set_business_now(work.connection, unit, business_now(work, stored) + duration)
    return await unit_of(work, unit)
