"""A request is accepted or refused as a whole, naming every bad line by the first thing wrong with it (project-recall, section 6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.recall.asking import Accepted, Ask, decide_ask
from domain.recall.kinds import Context, RequestCheck, Subject
from domain.recall.policy import Policy
from domain.refusals import Code, Refusal
from tests.parking import ParkingPermits, Permit, subject_of

pytestmark = pytest.mark.unit

KIND = ParkingPermits()
TODAY = Context(date(2026, 3, 2), Policy())
MINE, OTHER = (subject_of(Permit(id, "bob", 300), person="bob") for id in ("P1", "P2"))
OF_ANN = subject_of(Permit("P3", "ann", 300), person="bob")
ENDED = subject_of(Permit("P4", "bob", 300, valid=False), person="bob")
PENDING = replace(subject_of(Permit("P5", "bob", 300), person="bob"), open_request="R-7")
SUBJECTS = {subject.id: subject for subject in (MINE, OTHER, OF_ANN, ENDED, PENDING)}


def answer(
    *ids: str,
    reason: str | None = "Sold",
    preview: bool = False,
    subjects: dict[str, Subject[Permit]] = SUBJECTS,
) -> Accepted | tuple[Refusal, ...]:
    return decide_ask(Ask(ids, reason, preview=preview), kind=KIND, subjects=subjects, context=TODAY)


@pytest.mark.parametrize("reason", [None, "", " ", "\t\n"])
def test_a_request_needs_a_reason_and_a_preview_does_not(reason: str | None) -> None:
    assert answer("P1", reason=reason) == (Refusal(Code.REASON_REQUIRED),)
    assert isinstance(answer("P1", reason=reason, preview=True), Accepted)


@pytest.mark.parametrize("preview", [False, True])
def test_nothing_selected_is_refused_as_a_whole(*, preview: bool) -> None:
    assert answer(preview=preview) == (Refusal(Code.NOTHING_SELECTED),)


def test_without_reason_and_without_lines_both_are_named() -> None:
    assert answer(reason="") == (Refusal(Code.REASON_REQUIRED), Refusal(Code.NOTHING_SELECTED))


@pytest.mark.parametrize(
    ("id", "refusal"),
    [
        ("P9", Refusal(Code.UNKNOWN_ENTRY, "P9")),
        ("P3", Refusal(Code.NOT_YOURS, "P3")),
        ("P4", Refusal(Code.NOT_RECALLABLE, "P4", {"status": "expired"})),
        ("P5", Refusal(Code.RECALL_PENDING, "P5", {"request": "R-7"})),
    ],
)
def test_a_bad_line_is_named_with_what_is_wrong(id: str, refusal: Refusal) -> None:
    assert answer(id) == (refusal,)
    assert answer("P1", id, "P2") == (refusal,)


def test_a_line_has_one_code_the_first_that_applies() -> None:
    all_wrong = replace(ENDED, acts_for_owner=False, open_request="R-7")
    subjects = {"P4": all_wrong}

    assert answer("P4", subjects=subjects) == (Refusal(Code.NOT_YOURS, "P4"),)
    yours = {"P4": replace(all_wrong, acts_for_owner=True)}
    assert answer("P4", subjects=yours) == (Refusal(Code.RECALL_PENDING, "P4", {"request": "R-7"}),)
    assert answer("P9", "P9") == (Refusal(Code.UNKNOWN_ENTRY, "P9"), Refusal(Code.DUPLICATE_LINE, "P9"))


def test_a_line_named_thrice_is_named_twice_as_a_duplicate() -> None:
    assert answer("P1", "P1", "P2", "P1") == (Refusal(Code.DUPLICATE_LINE, "P1"), Refusal(Code.DUPLICATE_LINE, "P1"))


def test_what_is_accepted_is_divided_by_group_in_the_order_it_was_asked() -> None:
    elsewhere = replace(OTHER, group=("street", "warden"))
    third = subject_of(Permit("P6", "bob", 50), person="bob")

    accepted = answer("P6", "P2", "P1", subjects={"P1": MINE, "P2": elsewhere, "P6": third})

    assert isinstance(accepted, Accepted)
    assert list(accepted.groups.items()) == [
        (("garage", "warden"), ("P6", "P1")),
        (("street", "warden"), ("P2",)),
    ]
    assert list(accepted.plans) == ["P6", "P2", "P1"]
    assert accepted.plans == {
        id: KIND.plan(permit, TODAY)
        for id, permit in (("P6", third.facts), ("P2", elsewhere.facts), ("P1", MINE.facts))
    }
    assert accepted.warnings == ()


class OnlyInMarch(ParkingPermits):
    """A kind whose rule asks for the day."""

    def check_request(self, facts: Permit, context: Context) -> RequestCheck:
        return RequestCheck(None if context.today.month == 3 else Refusal(Code.OUTSIDE_RECALL_WINDOW, facts.id))


@pytest.mark.parametrize(("month", "refused"), [(3, False), (4, True)])
def test_the_kind_is_told_the_day(month: int, *, refused: bool) -> None:
    context = replace(TODAY, today=TODAY.today.replace(month=month))

    outcome = decide_ask(Ask(("P1",), "Sold"), kind=OnlyInMarch(), subjects=SUBJECTS, context=context)

    assert (outcome == (Refusal(Code.OUTSIDE_RECALL_WINDOW, "P1"),)) is refused
