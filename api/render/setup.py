"""Units and projects in JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta

from api.render.values import Json, duration, number
from domain.recall.policy import Policy
from store.policies import policy_of
from store.projects import StoredProject, StoredUnit


def unit(stored: StoredUnit, *, now: datetime, roles: Mapping[str, Sequence[str]]) -> Json:
    """A unit with all policy values, those left at their default too."""
    today = (stored.business_now or now).date()
    return {
        "id": stored.id,
        "name": stored.name,
        "currency": stored.currency,
        "policy": policy(policy_of(stored.policy)),
        "roles": {role: list(people) for role, people in roles.items()},
        "today": today.isoformat(),
    }


def policy(values: Policy) -> Json:
    """Policy values as they are given: durations like 24h."""
    named = ((field.name, getattr(values, field.name)) for field in fields(values))
    return {name: duration(value) if isinstance(value, timedelta) else value for name, value in named}


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
        if contract.intercompany is None
        else {
            "resourcing_cost": number(contract.intercompany.resourcing_cost),
            "sales": number(contract.intercompany.sales),
        },
        "rates": {"cost": number(contract.cost_price), "sales": number(contract.sales_price)},
        "without_project": stored.without_project,
        "version": stored.version,
    }
