"""Who reads a recall while it is settled sees it before or after, never half of each."""

from __future__ import annotations

import time

import pytest

from tests.api.world import Json, World
from tests.counts import PATIENCE, count

pytestmark = pytest.mark.api


def half_settled(recall: Json) -> bool:
    """A decision that is applied on a request that still waits, or the other way round."""
    applied = [one["outcome"] for one in recall["decisions"]] == ["applied"]
    ended = bool(recall["status"] == "recalled")
    statuses = {line["status"] for line in recall["lines"]}
    return applied != ended or ended != (statuses == {"recalled"})


@pytest.mark.parametrize("_round", range(count(6, 60)))
def test_a_recall_is_read_as_of_one_moment(world: World, _round: int) -> None:
    recall = world.requested(world.approved(), world.approved())
    assert world.decide(recall, headers={"prefer": ""}).status_code == 202
    deadline = time.monotonic() + 20 * PATIENCE

    read = world.get(f"/v1/recalls/{recall['id']}")
    while read["status"] != "recalled":
        assert not half_settled(read)
        assert time.monotonic() < deadline
        read = world.get(f"/v1/recalls/{recall['id']}")

    assert not half_settled(read)
