"""Every route of the service, as every role: what comes of it is what docs/permissions.md says."""

from __future__ import annotations

import httpx
import pytest

from api.permissions import KEY
from tests.api.openapi import Operation, operations
from tests.api.world import code_of
from tests.contract import document
from tests.harness import Service
from tests.roles.cast import ROLES, Asked, Cast, new_cast
from tests.roles.channel_calls import CHANNEL_CALLS
from tests.roles.production_calls import PRODUCTION_CALLS
from tests.roles.project_calls import PROJECT_CALLS
from tests.roles.table import row, table
from tests.roles.unit_calls import UNIT_CALLS

pytestmark = pytest.mark.api
CALLS = {**PROJECT_CALLS, **UNIT_CALLS, **PRODUCTION_CALLS, **CHANNEL_CALLS}
OPERATIONS = {one.id: one for one in operations(document())}
NOT_FOR_THEM = frozenset({401, 403, 404})


@pytest.fixture(scope="module")
def cast(service: Service, http: httpx.Client) -> Cast:
    return new_cast(service, http)


def outcome(answer: httpx.Response, asked: Asked) -> str:
    """`yes`, the status of a refusal of the person, 422 where a line is unknown to them, or `empty` for a list without the item."""
    if answer.status_code in NOT_FOR_THEM:
        return str(answer.status_code)
    if answer.status_code == 422 and code_of(answer)[1] == "unknown_entry":
        return "422"
    assert answer.is_success, f"refused for another reason than the person: {answer.status_code} {answer.text[:500]}"
    said = answer.json() if "json" in answer.headers.get("content-type", "") else {}
    if "results" in said:
        (one,) = said["results"]
        return str(one["status"]) if one["status"] in NOT_FOR_THEM else "yes"
    if asked.shows is None:
        return "yes"
    shown = {one.get(name) for one in said["items"] for name in ("id", "subject")}
    return "yes" if asked.shows in shown else "empty"


def walked(cast: Cast, operation: Operation) -> dict[str, str]:
    """What comes of a route for every role. What is refused changes nothing, so only what was done is made anew."""
    found: dict[str, str] = {}
    asked: Asked | None = None
    for role in ROLES:
        asked = asked or CALLS[operation.id](cast)
        found[role] = outcome(cast.call(role, operation.method, operation.path, asked), asked)
        if found[role] == "yes" and operation.method != "GET":
            asked = None
    return found


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_route_is_for_whom_the_page_says(cast: Cast, name: str) -> None:
    operation = OPERATIONS[name]
    permission = operation.description[KEY]

    found = walked(cast, operation)

    told = table().get(name)
    expected = "nothing" if told is None else row(told.permission, name, told.outcomes)
    assert row(permission, name, found) == expected


def test_every_route_is_walked_and_no_other() -> None:
    assert set(CALLS) == set(OPERATIONS)
