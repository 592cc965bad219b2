"""What is decided and waits to be carried out counts already: for the person, and for the right they use."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.recall.authority import Authority, Waiting
from domain.recall.deciding import Decision, LineAtDecision, check_decision, decide_settle
from domain.recall.policy import Policy
from domain.recall.request import (
    Approval,
    Line,
    LineRecalled,
    LineStatus,
    Request,
    RequestEnded,
    RequestStatus,
    Verdict,
)
from domain.refusals import Code, Refusal

pytestmark = pytest.mark.unit

LINES = {name: Line(name, "bob", f"plan {name}") for name in ("E1", "E2")}
REQUEST = Request("R1", "bob", Policy(), LINES)


def approver(**approved: str) -> Authority:
    waiting = Waiting({name: frozenset({plan}) for name, plan in approved.items()})
    return Authority(is_approver=True, waiting=waiting)


def found(
    authority: Authority, *names: str, verdict: Verdict = Verdict.APPROVE, request: Request = REQUEST
) -> tuple[Refusal, ...]:
    return check_decision(request, Decision("ada", verdict, names or None), authority)


def pending(*names: str) -> tuple[Refusal, ...]:
    return tuple(Refusal(Code.ALREADY_DECIDED, name, {"why": "pending"}) for name in names)


def test_an_approval_of_all_that_waits_is_refused() -> None:
    waiting = approver(E1="plan E1", E2="plan E2")

    assert found(waiting) == pending("E1", "E2")
    assert found(waiting, "E2") == pending("E2")


def test_a_line_that_does_not_wait_or_whose_rows_changed_can_be_approved() -> None:
    assert found(approver(E1="plan E1")) == ()
    assert found(approver(E1="plan E1"), "E2") == ()
    assert found(approver(E1="plan before"), "E1") == ()


def test_what_waits_can_still_be_rejected_and_after_a_rejection_nothing_is_approved() -> None:
    rejecting = Authority(is_approver=True, waiting=Waiting(rejected=frozenset({"E1"})))

    assert found(approver(E1="plan E1", E2="plan E2"), verdict=Verdict.REJECT) == ()
    assert found(rejecting, "E1") == pending("E1")
    assert found(rejecting, "E1", verdict=Verdict.REJECT) == ()
    assert found(rejecting) == ()


def test_some_lines_may_wait_and_others_have_counted() -> None:
    counted = replace(LINES["E1"], approved_by={"ada": Approval("plan E1", "ada")})
    request = replace(REQUEST, policy=Policy(quorum=2), lines={**LINES, "E1": counted})

    codes = found(approver(E2="plan E2"), request=request)

    assert [(one.subject, one.facts["why"]) for one in codes] == [("E1", "counted"), ("E2", "pending")]


def test_a_right_that_is_missing_and_the_end_of_the_request_come_first() -> None:
    nobody = replace(approver(E1="plan E1", E2="plan E2"), is_approver=False)
    ended = replace(REQUEST, status=RequestStatus.WITHDRAWN)

    assert [one.code for one in found(nobody)] == [Code.NOT_APPROVER]
    assert [one.code for one in found(approver(E1="plan E1", E2="plan E2"), request=ended)] == [Code.REQUEST_CLOSED]


def test_who_the_approvers_are_of_is_told_where_it_is_not_a_project() -> None:
    assert found(Authority(is_approver=False, over="unit")) == (Refusal(Code.NOT_APPROVER, "R1", {"why": "unit"}),)


def test_a_decision_that_waited_is_settled_like_any_other() -> None:
    now = {name: LineAtDecision(None, f"plan {name}") for name in LINES}
    seen = {name: f"plan {name}" for name in LINES}

    settlement = decide_settle(
        REQUEST,
        Decision("ada", Verdict.APPROVE, ("E1", "E2")),
        authority=Authority(is_approver=True),
        seen=seen,
        now=now,
    )

    assert settlement.events == (LineRecalled("E1"), LineRecalled("E2"), RequestEnded(RequestStatus.RECALLED))


def test_parties_are_the_requester_and_the_owners_and_approvals_count_for_rows_as_they_are() -> None:
    line = replace(LINES["E1"], approved_by={"dan": Approval("plan E1", "ada"), "flo": Approval("before", "flo")})
    request = Request("R1", "eva", Policy(), {"E1": line, "E2": Line("E2", "cid", "plan E2", LineStatus.RECALLED)})

    assert request.parties == {"eva", "bob", "cid"}
    assert line.has_approval(by="dan", right_of="gil")
    assert line.has_approval(by="gil", right_of="ada")
    assert not line.has_approval(by="flo", right_of="flo")
