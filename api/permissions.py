"""What it takes to use a route. Every route names one, in its own declaration and so in the contract (`x-permission`).

Who has which, and what comes of every route for every role, is in docs/permissions.md; tests/api/test_roles.py holds the
service to it. The rights themselves are asked for in application/, where what they are about is known.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

KEY: Final = "x-permission"


class Permission(StrEnum):
    """A right, by what it lets people do."""

    EVERYBODY = "everybody"
    SIGNATURE = "signature"
    ONESELF = "oneself"
    SET_UP = "set_up"

    SEE_UNIT = "see_unit"
    SEE_PROJECTS = "see_projects"
    SEE_PRICES = "see_prices"
    SEE_ENTRIES = "see_entries"
    SEE_REQUESTS = "see_requests"
    SEE_EVENTS = "see_events"
    SEE_PRODUCTION = "see_production"
    SEE_DASHBOARD = "see_dashboard"
    EXPORT = "export"
    SEE_FIGURES = "see_figures"

    BOOK = "book"
    CHANGE_OWN = "change_own"
    APPROVE = "approve"
    ASK = "ask"
    DECIDE = "decide"
    WITHDRAW = "withdraw"
    KEEP_BOOKS = "keep_books"
    PLAN = "plan"


def needs(permission: Permission) -> dict[str, Any]:
    """The `openapi_extra` of a route that takes this permission."""
    return {KEY: permission.value}
