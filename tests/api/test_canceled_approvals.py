"""An approval is canceled by another approver than who booked: it writes the reversal that a recall would."""

from __future__ import annotations

import pytest

from tests.api.test_delegations import delegated
from tests.api.world import World, code_of

pytestmark = pytest.mark.api


def offered(world: World, entry: str, person: str) -> tuple[bool, str | None]:
    shown = world.get(f"/v1/entries/{entry}", person=person)["allowed_actions"]
    return next((one["allowed"], one["code"]) for one in shown if one["action"] == "cancel_approval")


def test_nobody_takes_back_alone_what_they_booked(world: World) -> None:
    entry = world.approved("mia", by="noor")
    before = world.get(f"/v1/entries/{entry}/actuals", person="mia")["items"]

    answer = world.call("mia", "POST", "/v1/entries/cancel-approval", json={"entries": [entry]})

    assert code_of(answer) == (403, "own_request")
    assert world.get(f"/v1/entries/{entry}/actuals", person="mia")["items"] == before
    assert (offered(world, entry, "mia"), offered(world, entry, "noor")) == ((False, "own_request"), (True, None))
    assert world.call("noor", "POST", "/v1/entries/cancel-approval", json={"entries": [entry]}).status_code == 200


def test_nor_who_may_ask_for_the_owner(world: World) -> None:
    entry = world.approved()
    delegated(world, "bob", "mia", purpose="requests")

    answer = world.call("mia", "POST", "/v1/entries/cancel-approval", json={"entries": [entry]})

    assert code_of(answer) == (403, "own_request")


def test_the_policy_may_let_them(world: World) -> None:
    world.set_policy(allow_self_decision=True)
    entry = world.approved("mia", by="noor")

    assert world.call("mia", "POST", "/v1/entries/cancel-approval", json={"entries": [entry]}).status_code == 200
