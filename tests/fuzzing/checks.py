"""What Schemathesis has to know of Tilbake, loaded by its command: who calls, and which valid data may still be refused as malformed.

A schema cannot say everything: that a cursor is of this list, that a day of rest lies within the working day. What it cannot
say is named here, word by word; any other 400 to data that fit the document is a fault of the document.
"""

from __future__ import annotations

import json
import os
from typing import Any, Final

import schemathesis
from schemathesis import AuthContext, Case, CheckContext, Response

PEOPLE: Final = "TILBAKE_FUZZING_TOKENS"
"""The variable with the tokens of who calls, as JSON: `admin` for setting up, `approver` for decisions, `owner` for the rest."""
BY: Final = {"set_up": "admin", "see_dashboard": "admin", "decide": "approver", "approve": "approver"}
BEYOND_A_SCHEMA: Final = frozenset(
    {
        "after_begin",
        "approval",  # only one can wait for a credit
        "another_person",
        "country",
        "currency",
        "cursor",
        "day",
        "day_range",
        "decimal_places",  # as many as the currency has
        "future",
        "instant",
        "not_above_unit_cost",
        "not_after_today",
        "not_before_from",
        "not_before_since",
        "not_below_overhead_rate",
        "not_reserved",
        "not_the_administrator",
        "one_of_one_currency",  # of a project whose contract is in the currency of its unit
        "one_way",
        "plain_text",
        "project_or_unit",
        "time_zone",
        "unit_or_project",
        "whole_number",  # 1.0 is one to a schema, and no figure of ours
        "within_a_year",
        "within_hours",
    }
)

BEYOND_THE_TOOL: Final = frozenset({"entity_tag"})
"""Schemathesis writes If-Match by a form of its own: among the limits of a schema it tries 0 as valid, whatever the pattern says."""


@schemathesis.auth(cache_by_key=lambda case, _context: permission(case))
class Tokens:
    """Signs every call in as somebody whose right it may be."""

    def get(self, case: Case[Any], _context: AuthContext) -> str:
        """The token of who calls this operation."""
        return str(json.loads(os.environ[PEOPLE])[BY.get(permission(case), "owner")])

    def set(self, case: Case[Any], token: str, _context: AuthContext) -> None:
        """Put it where the service looks."""
        case.headers["Authorization"] = f"Bearer {token}"


def permission(case: Case[Any]) -> str:
    """What an operation takes."""
    return str(case.operation.definition.raw["x-permission"])


@schemathesis.check
def what_fits_the_document_is_not_malformed(_context: CheckContext, response: Response, case: Case[Any]) -> None:
    """Data that fit the document are answered or refused by a rule, but for what no schema says."""
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code != 400:
        return
    said = {error["facts"].get("expected", error["code"]) for error in response.json()["errors"]}
    assert said <= BEYOND_A_SCHEMA | BEYOND_THE_TOOL, (
        f"malformed, says the service, and the document does not: {sorted(said)}"
    )
