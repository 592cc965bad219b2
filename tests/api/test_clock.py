"""The test clock of a unit and the clocks of its workflows: nothing is due in one before it is in the other."""

from __future__ import annotations

import pytest

from tests.api.world import Json, World

pytestmark = pytest.mark.api


def advance(world: World, duration: str, **headers: str) -> None:
    world.do("admin", f"/v1/units/{world.unit}/clock/advance", {"duration": duration}, headers=headers)


def status(world: World, recall: Json) -> str:
    return str(world.get(f"/v1/recalls/{recall['id']}")["status"])


def test_the_same_call_again_moves_no_workflow_beyond_the_clock_of_its_unit(world: World) -> None:
    world.set_policy(remind_after="90d", expire_after="60h")
    recall = world.requested(world.approved())

    for _ in range(3):
        advance(world, "40h", **{"idempotency-key": f"forty-{world.unit}"})
    advance(world, "19h")
    before = status(world, recall)
    advance(world, "2h")

    assert (before, status(world, recall)) == ("awaiting_decision", "expired")
