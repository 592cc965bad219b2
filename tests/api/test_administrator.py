"""Who sets everything up is named nowhere to approve or decide: a decision names a person (permissions.md)."""

from __future__ import annotations

import httpx
import pytest

from tests.api.world import World, code_of

pytestmark = pytest.mark.api


def refused_field(answer: httpx.Response) -> str:
    """The field of a body that was refused because it names the administrator."""
    assert code_of(answer) == (400, "invalid_value")
    (error,) = answer.json()["errors"]
    assert error["facts"]["expected"] == "not_the_administrator"
    return str(error["facts"]["field"])


@pytest.mark.parametrize("role", ["approver", "manager"])
def test_no_role_that_decides_is_given_to_the_administrator(world: World, role: str) -> None:
    roles = {"finance": [world.people["fia"]], "auditor": ["admin"]}
    path = f"/v1/units/{world.unit}/roles"

    refused = world.call("admin", "PUT", path, json=roles | {role: [world.people["mia"], "admin"]})

    assert refused_field(refused) == role
    assert world.call("admin", "PUT", path, json=roles).status_code == 200


def test_the_administrator_is_named_neither_as_approver_nor_as_escalation_person_nor_to_decide_for_somebody(
    world: World,
) -> None:
    named = {"approvers": [world.people["mia"], "admin"]}
    project = {"unit": world.unit, "name": "Beta", **named}
    days = {"since": "2026-01-01", "until": "2026-12-31"}
    delegation = {"giver": world.people["mia"], "taker": "admin", **days}

    refused = [
        world.call("admin", "POST", "/v1/projects", json=project),
        world.call("admin", "PUT", f"/v1/projects/{world.project}/approvers", json=named),
        world.try_policy({"escalate_to": "admin"}),
        world.call("mia", "POST", "/v1/delegations", json=delegation | {"purpose": "decisions"}),
    ]

    assert [refused_field(one) for one in refused] == ["approvers", "approvers", "escalate_to", "taker"]
    assert world.get("/v1/delegations", person="mia")["items"] == []
    assert world.get(f"/v1/policies/{world.unit}")["version"] == 1


def test_the_administrator_may_still_be_let_to_write_entries_for_somebody(world: World) -> None:
    days = {"since": "2026-01-01", "until": "2026-12-31"}
    delegation = {"giver": world.people["bob"], "taker": "admin", "purpose": "requests", **days}

    assert world.call("bob", "POST", "/v1/delegations", json=delegation).status_code == 201


def test_the_refusal_says_whom_to_name(world: World) -> None:
    answer = world.try_policy({"escalate_to": "admin"}, headers={"accept-language": "nb"})

    assert answer.json()["detail"].startswith(
        "Verdien av escalate_to godtas ikke: admin setter opp, og godkjenner og avgjør ingenting; oppgi den som gjør det."
    )
