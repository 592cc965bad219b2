"""Where Postgres and Temporal disagree: the database says what ought to run, and a moment is left for what is on its way."""

from __future__ import annotations

import pytest

from domain.recall.reconciliation import Difference, Disagreement, Kept, compare

pytestmark = pytest.mark.unit


def kept(
    name: str = "a",
    *,
    is_open: bool = True,
    undecided: bool = False,
    is_calm: bool = True,
    is_started: bool = True,
) -> Kept:
    return Kept(name, f"recall-{name}", is_open, undecided, is_calm, is_started=is_started)


def difference(kind: Disagreement, name: str = "a") -> Difference:
    return Difference(kind, f"recall-{name}", name)


def test_what_is_open_and_runs_and_what_has_ended_and_does_not_agree() -> None:
    assert compare([kept("a"), kept("b", is_open=False)], {"recall-a"}) == []


def test_an_open_request_that_nothing_waits_for_is_lost_whether_it_was_decided_or_not() -> None:
    assert compare([kept()], set()) == [difference(Disagreement.LOST)]
    assert compare([kept(undecided=True)], set()) == [difference(Disagreement.LOST)]


def test_a_decision_that_is_not_settled_was_not_told() -> None:
    assert compare([kept(undecided=True)], {"recall-a"}) == [difference(Disagreement.UNTOLD)]


def test_a_request_that_has_ended_leaves_nothing_running() -> None:
    assert compare([kept(is_open=False)], {"recall-a"}) == [difference(Disagreement.LEFT_RUNNING)]


def test_nothing_is_said_of_what_changed_a_moment_ago() -> None:
    new = kept(is_calm=False, is_started=False)
    told = [kept("b", is_open=False, is_calm=False), kept("c", undecided=True, is_calm=False)]

    assert compare([new, *told], {"recall-b", "recall-c"}) == []


def test_what_a_lost_workflow_is_to_be_told_does_not_hide_that_it_is_lost() -> None:
    assert compare([kept(undecided=True, is_calm=False)], set()) == [difference(Disagreement.LOST)]


def test_a_workflow_without_a_request_is_unknown_unless_it_was_just_born() -> None:
    running = {"recall-z", "recall-a", "recall-c"}

    found = compare([kept()], running, newborn={"recall-c"})

    assert found == [Difference(Disagreement.UNKNOWN, "recall-z", None)]


def test_each_is_told_in_the_order_of_the_database_and_the_unknown_by_their_ids() -> None:
    found = compare([kept("b"), kept("a", undecided=True)], {"recall-a", "recall-y", "recall-x"})

    assert [(one.kind, one.workflow) for one in found] == [
        (Disagreement.LOST, "recall-b"),
        (Disagreement.UNTOLD, "recall-a"),
        (Disagreement.UNKNOWN, "recall-x"),
        (Disagreement.UNKNOWN, "recall-y"),
    ]
