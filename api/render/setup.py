"""Units and projects in JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from api.render.values import Json, number
from store.policies import policy_values
from store.projects import StoredProject, StoredUnit


def unit(stored: StoredUnit, *, now: datetime, roles: Mapping[str, Sequence[str]]) -> Json:
    """A unit with all policy values, those left at their default too."""
    today = (stored.business_now or now).date()
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
