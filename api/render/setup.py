"""Units and projects in JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from api.render.channels import person
from api.render.events import event_id
from api.render.values import Json, instant, number
from application.oneself import Inbox, Oneself
from store.delegations import StoredDelegation
from store.policies import policy_values
from store.projects import StoredProject, StoredUnit


def unit(stored: StoredUnit, *, today: date, roles: Mapping[str, Sequence[str]]) -> Json:
    """A unit with all policy values, those left at their default too."""
    return {
        "id": stored.id,
        "name": stored.name,
        "currency": stored.currency,
        "policy": policy_values(stored.policy),
        "policy_version": stored.policy_version,
        "roles": {role: list(people) for role, people in roles.items()},
        "today": today.isoformat(),
    }


def project(stored: StoredProject) -> Json:
    """A project with its contract."""
    contract = stored.contract
    return {
        "id": stored.id,
        "unit": stored.unit,
        "name": stored.name,
        "code": stored.code,
        "client": stored.client,
        "billing": contract.billing.value,
        "currency": contract.currency,
        "cost_currency": contract.cost_currency,
        "exchange_rate": number(contract.exchange_rate),
        "approvers": list(stored.approvers),
        "customers": [
            {"id": customer.id, "share": number(customer.share), "rounding": customer.rounding}
            for customer in contract.customers
        ],
        "intercompany": None
        if contract.intercompany is None or not stored.priced
        else {
            "resourcing_cost": number(contract.intercompany.resourcing_cost),
            "sales": number(contract.intercompany.sales),
        },
        "rates": {"cost": number(contract.cost_price), "sales": number(contract.sales_price)}
        if stored.priced
        else None,
        "without_project": stored.without_project,
        "version": stored.version,
    }


def delegation(stored: StoredDelegation) -> Json:
    """A delegation, who made it, and who ended it when."""
    one = stored.delegation
    return {
        "id": stored.id,
        "giver": one.giver,
        "taker": one.taker,
        "since": one.since.isoformat(),
        "until": one.until.isoformat(),
        "purpose": one.purpose.value,
        "created_by": stored.created_by,
        "ended_by": stored.ended_by,
        "ended_at": None if stored.ended_at is None else instant(stored.ended_at),
    }


def oneself(found: Oneself) -> Json:
    """A person as they see themselves."""
    return {
        **person(found.person),
        "roles": [{"unit": one.unit, "role": one.role} for one in found.roles],
        "approves": list(found.approves),
        "delegations": [delegation(one) for one in found.delegations],
        "waiting_for_me": found.waiting,
    }


def inbox(found: Inbox) -> Json:
    """How many requests concern a person, and where events go on from there."""
    return {"waiting_for_me": found.waiting, "by_status": dict(found.counts), "cursor": event_id(found.place)}
