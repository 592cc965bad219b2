"""A quorum of several is within reach where so many people may decide (project-recall, section 7)."""

from __future__ import annotations

import pytest

from domain.recall.policy import Policy

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("quorum", "deciders", "within"),
    [(1, 0, True), (1, 1, True), (2, 1, False), (2, 2, True), (2, 3, True), (3, 2, False)],
)
def test_a_quorum_is_complete_with_as_many_deciders(quorum: int, deciders: int, *, within: bool) -> None:
    assert Policy(quorum=quorum).is_within_reach(deciders) is within
