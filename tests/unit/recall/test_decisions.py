"""Who may decide, what a decision does to each line, and how a request ends (project-recall, sections 6 and 7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.recall.authority import Authority
from domain.recall.deciding import (
    Decision,
    LineAtDecision,
    Settlement,
    check_decision,
    check_right,
    decide_settle,
    decided_lines,
)
from domain.recall.ending import decide_close, decide_expire, decide_withdraw
from domain.recall.policy import Policy
from domain.recall.request import (
    Approval,
    Event,
    Line,
    LineApproved,
    LineBlocked,
    LineExpired,
    LineRecalled,
    LineRejected,
    LineStatus,
    LineWithdrawn,
    Request,
    RequestEnded,
    RequestStatus,
    Verdict,
    evolve,
    status_after,
)
from domain.refusals import Code, Refusal

pytestmark = pytest.mark.unit

LINES = {name: Line(name, owner, f"plan {name}") for name, owner in (("E1", "bob"), ("E2", "cid"), ("E3", "bob"))}
OPEN = Request("R1", "bob", Policy(), LINES)
APPROVER = Authority(is_approver=True)
ON_DRAFT = Refusal(Code.ON_DRAFT_INVOICE, "E1", {"invoice": "INV-1"})


def with_statuses(*statuses: LineStatus, request: Request = OPEN) -> Request:
    lines = zip(request.lines.items(), statuses, strict=True)
    return replace(request, lines={name: replace(line, status=status) for (name, line), status in lines})


def with_policy(**values: Any) -> Request:
    return replace(OPEN, policy=Policy(**values))


def decided(
    request: Request,
    *names: str,
    by: str = "ada",
    verdict: Verdict = Verdict.APPROVE,
    authority: Authority = APPROVER,
    changed: str = "",
    blocked: Refusal | None = None,
) -> Settlement:
    """A decision on the lines named, or on all; of `changed` the rows are others by now, the line of `blocked` is in the way."""
    decision = Decision(by, verdict, names or None)
    hashes = {name: line.plan_hash for name, line in request.lines.items()}
    now = {
        name: LineAtDecision(
            blocked if blocked and blocked.subject == name else None, f"{plan} anew" if name == changed else plan
        )
        for name, plan in hashes.items()
    }
    return decide_settle(request, decision, authority=authority, seen=hashes, now=now)


def refused(request: Request, *names: str, verdict: Verdict = Verdict.APPROVE) -> tuple[Refusal, ...]:
    return check_decision(request, Decision("ada", verdict, names), APPROVER)


# --- Who may decide


@pytest.mark.parametrize(
    ("authority", "refusal"),
    [
        (APPROVER, None),
        (Authority(is_approver=False), Refusal(Code.NOT_APPROVER, "R1")),
        (
            Authority(is_approver=False, ended_on=date(2026, 2, 6)),
            Refusal(Code.DELEGATION_EXPIRED, "R1", {"date": "2026-02-06"}),
        ),
        (Authority(is_approver=True, acts_for=frozenset({"eva"})), None),
        (Authority(is_approver=True, acts_for=frozenset({"eva", "cid"})), Refusal(Code.OWN_REQUEST, "R1")),
        (Authority(is_approver=True, on_behalf_of="eva"), None),
        (Authority(is_approver=True, on_behalf_of="cid"), Refusal(Code.OWN_REQUEST, "R1")),
    ],
)
def test_an_approver_who_is_no_party_decides(authority: Authority, refusal: Refusal | None) -> None:
    assert check_right(OPEN, "ada", authority) == refusal


@pytest.mark.parametrize("party", ["bob", "cid"])
def test_requester_and_owners_decide_only_where_the_policy_allows_it(party: str) -> None:
    assert check_right(OPEN, party, APPROVER) == Refusal(Code.OWN_REQUEST, "R1")
    assert check_right(with_policy(allow_self_decision=True), party, APPROVER) is None
    no_right = Authority(is_approver=False)
    assert check_right(with_policy(allow_self_decision=True), party, no_right) == Refusal(Code.NOT_APPROVER, "R1")


# --- What refuses a decision before any line is looked at


def test_the_right_comes_before_the_end_of_the_request_and_that_before_its_lines() -> None:
    ended = replace(with_statuses(*[LineStatus.REJECTED] * 3), status=RequestStatus.REJECTED)
    closed = Refusal(Code.REQUEST_CLOSED, "R1", {"status": "rejected"})

    assert check_decision(ended, Decision("bob", Verdict.REJECT), APPROVER) == (Refusal(Code.OWN_REQUEST, "R1"),)
    assert refused(ended, "E1", "E1", "E9") == (closed,)
    assert refused(ended) == (closed,)


def test_every_bad_line_is_named_once() -> None:
    request = with_statuses(LineStatus.RECALLED, LineStatus.BLOCKED, LineStatus.OPEN)

    assert refused(request) == (Refusal(Code.NOTHING_SELECTED, "R1", {"why": "no_line"}),)
    assert refused(request, "E2", "E3") == ()
    assert refused(request, "E1", "E2", "E2", "E9") == (
        Refusal(Code.ALREADY_DECIDED, "E1"),
        Refusal(Code.DUPLICATE_LINE, "E2"),
        Refusal(Code.UNKNOWN_ENTRY, "E9", {"why": "not_a_line"}),
    )


def test_a_decision_without_lines_is_about_all_that_are_open() -> None:
    request = with_statuses(LineStatus.RECALLED, LineStatus.BLOCKED, LineStatus.OPEN)

    assert decided_lines(request, Decision("ada", Verdict.APPROVE)) == ("E2", "E3")
    assert decided_lines(request, Decision("ada", Verdict.APPROVE, ("E3", "E1", "E3"))) == ("E3", "E1")
    assert check_decision(request, Decision("ada", Verdict.APPROVE), APPROVER) == ()


# --- What it does to each line


def test_approved_lines_are_taken_back_and_the_others_stay_open() -> None:
    assert decided(OPEN) == Settlement(
        (LineRecalled("E1"), LineRecalled("E2"), LineRecalled("E3"), RequestEnded(RequestStatus.RECALLED))
    )
    assert decided(OPEN, "E2") == Settlement((LineRecalled("E2"),))


def test_a_rejection_looks_at_neither_rows_nor_invoices() -> None:
    settlement = decided(OPEN, verdict=Verdict.REJECT, changed="E2", blocked=ON_DRAFT)

    assert settlement == Settlement(
        (LineRejected("E1"), LineRejected("E2"), LineRejected("E3"), RequestEnded(RequestStatus.REJECTED))
    )


def test_a_line_that_is_in_the_way_is_blocked_with_its_plan_as_it_is_now_and_the_others_go_on() -> None:
    settlement = decided(OPEN, blocked=ON_DRAFT, changed="E1")

    assert settlement.events == (
        LineBlocked("E1", ON_DRAFT, "plan E1 anew"),
        LineRecalled("E2"),
        LineRecalled("E3"),
    )
    assert settlement.refusals == (ON_DRAFT,)
    after = evolve(OPEN, *settlement.events)
    assert after.status is RequestStatus.AWAITING_DECISION
    assert after.lines["E1"] == Line("E1", "bob", "plan E1 anew", LineStatus.BLOCKED, ON_DRAFT)
    assert list(after.open_lines) == ["E1"]


def test_rows_that_are_not_those_that_were_seen_are_looked_at_last() -> None:
    stale = Refusal(Code.STALE_VERSION, "E2")

    settlement = decided(OPEN, changed="E2")

    assert settlement.events[1] == LineBlocked("E2", stale, "plan E2 anew")
    assert settlement.refusals == (stale,)


def test_a_line_whose_plan_was_not_seen_is_not_taken_back() -> None:
    now = {"E1": LineAtDecision(None, "plan E1")}

    settlement = decide_settle(OPEN, Decision("ada", Verdict.APPROVE, ("E1",)), authority=APPROVER, seen={}, now=now)

    assert settlement.refusals == (Refusal(Code.STALE_VERSION, "E1"),)


def test_a_line_settled_by_somebody_else_meanwhile_is_refused_and_the_rest_goes_on() -> None:
    request = with_statuses(LineStatus.REJECTED, LineStatus.OPEN, LineStatus.OPEN)

    settlement = decided(request, "E1", "E2", blocked=replace(ON_DRAFT, subject="E2"))

    assert settlement.refusals == (Refusal(Code.ALREADY_DECIDED, "E1"), replace(ON_DRAFT, subject="E2"))
    assert [type(event) for event in settlement.events] == [LineBlocked]


def test_a_right_that_was_lost_meanwhile_leaves_the_lines_open() -> None:
    settlement = decided(OPEN, authority=Authority(is_approver=False))

    assert settlement == Settlement(refusals=(Refusal(Code.NOT_APPROVER, "R1"),))


@pytest.mark.parametrize(
    ("settlement", "applied"),
    [
        (decided(OPEN), True),
        (decided(OPEN, verdict=Verdict.REJECT), True),
        (decided(with_policy(quorum=2)), True),
        (decided(OPEN, "E1", blocked=ON_DRAFT), False),
        (decided(OPEN, authority=Authority(is_approver=False)), False),
    ],
    ids=["recalled", "rejected", "one of two", "blocked", "no right"],
)
def test_a_decision_is_applied_when_it_counted_for_at_least_one_line(settlement: Settlement, *, applied: bool) -> None:
    assert settlement.applied is applied


# --- Quorum


def test_with_a_quorum_of_two_the_second_person_takes_the_line_back() -> None:
    request = with_policy(quorum=2)

    first = decided(request, "E1")
    once = evolve(request, *first.events)
    second = decided(once, "E1", by="eva")

    assert first == Settlement((LineApproved("E1", "ada", Approval("plan E1", "ada")),))
    assert once.lines["E1"] == replace(LINES["E1"], approved_by={"ada": Approval("plan E1", "ada")})
    assert second == Settlement((LineRecalled("E1"),))


def test_an_approval_on_behalf_of_somebody_uses_their_right() -> None:
    request = with_policy(quorum=2)

    (event,) = decided(request, "E1", by="dan", authority=Authority(is_approver=True, on_behalf_of="ada")).events
    (own,) = decided(request, "E1").events

    assert isinstance(event, LineApproved)
    assert isinstance(own, LineApproved)
    assert (event.approval.right_of, event.giver, event.plan_hash) == ("ada", "ada", "plan E1")
    assert (own.approval.right_of, own.giver) == ("ada", None)


def test_the_same_person_counts_once_for_the_same_rows() -> None:
    request = with_policy(quorum=2)
    once = evolve(request, *decided(request, "E1", "E2").events)
    twice = tuple(Refusal(Code.ALREADY_DECIDED, name, {"why": "counted"}) for name in ("E1", "E2"))

    assert refused(once, "E1", "E2") == twice
    assert refused(once, "E1", "E3") == ()
    assert refused(once, "E1", verdict=Verdict.REJECT) == ()
    other_rows = replace(once, lines={name: replace(line, plan_hash="new") for name, line in once.lines.items()})
    assert refused(other_rows, "E1") == ()


def test_neither_a_person_nor_a_right_counts_twice() -> None:
    request = with_policy(quorum=3)
    for_ada, for_flo = (Authority(is_approver=True, on_behalf_of=giver) for giver in ("ada", "flo"))
    once = evolve(request, *decided(request, by="dan", authority=for_ada).events)

    def counted(by: str, authority: Authority) -> bool:
        found = check_decision(once, Decision(by, Verdict.APPROVE), authority)
        return [refusal.code for refusal in found] == [Code.ALREADY_DECIDED] * 3

    assert counted("dan", for_flo)
    assert counted("dan", APPROVER)
    assert counted("ada", APPROVER)
    assert counted("eva", for_ada)
    assert not counted("eva", APPROVER)
    assert not counted("eva", for_flo)


def test_a_second_approval_by_the_same_person_does_not_take_a_line_back() -> None:
    request = with_policy(quorum=2)
    once = evolve(request, *decided(request, "E1").events)

    again = decided(once)

    assert [type(event) for event in again.events] == [LineApproved] * 3
    assert evolve(once, *again.events).status is RequestStatus.AWAITING_DECISION


def test_an_approval_frees_a_blocked_line_and_one_rejection_settles_it() -> None:
    request = with_policy(quorum=2)
    blocked = evolve(request, *decided(request, "E1", blocked=ON_DRAFT).events)

    approved = evolve(blocked, *decided(blocked, "E1").events)
    rejected = evolve(approved, *decided(approved, "E1", by="eva", verdict=Verdict.REJECT).events)

    assert (approved.lines["E1"].status, approved.lines["E1"].blocked_by) == (LineStatus.OPEN, None)
    assert rejected.lines["E1"].status is LineStatus.REJECTED


# --- How a request ends


@pytest.mark.parametrize(
    ("settled_before", "verdict", "ends_as"),
    [
        (LineStatus.RECALLED, Verdict.APPROVE, RequestStatus.RECALLED),
        (LineStatus.REJECTED, Verdict.REJECT, RequestStatus.REJECTED),
        (LineStatus.RECALLED, Verdict.REJECT, RequestStatus.PARTLY_RECALLED),
        (LineStatus.REJECTED, Verdict.APPROVE, RequestStatus.PARTLY_RECALLED),
    ],
)
def test_a_request_ends_with_its_last_line(
    settled_before: LineStatus, verdict: Verdict, ends_as: RequestStatus
) -> None:
    request = with_statuses(settled_before, settled_before, LineStatus.BLOCKED)

    settlement = decided(request, verdict=verdict)

    assert settlement.events[-1] == RequestEnded(ends_as)
    assert evolve(request, *settlement.events).status is ends_as


ONE_REJECTED = with_statuses(LineStatus.REJECTED, LineStatus.BLOCKED, LineStatus.OPEN)
ONE_RECALLED = with_statuses(LineStatus.RECALLED, LineStatus.BLOCKED, LineStatus.OPEN)
ENDED = replace(with_statuses(*[LineStatus.RECALLED] * 3), status=RequestStatus.RECALLED)


def test_what_is_still_open_expires_when_the_time_is_up() -> None:
    events = decide_expire(ONE_REJECTED)

    assert events == (LineExpired("E2"), LineExpired("E3"), RequestEnded(RequestStatus.EXPIRED))
    assert decide_expire(ENDED) == ()


@pytest.mark.parametrize("by", ["bob", "cid"])
def test_the_requester_and_the_owners_withdraw_what_is_still_open(by: str) -> None:
    events = decide_withdraw(ONE_REJECTED, by)

    assert events == (LineWithdrawn("E2"), LineWithdrawn("E3"), RequestEnded(RequestStatus.WITHDRAWN))


def test_an_operator_stops_the_waiting_whatever_the_policy_says() -> None:
    stopped = decide_close(replace(ONE_REJECTED, policy=Policy(withdraw_allowed=False)))

    assert stopped == (LineWithdrawn("E2"), LineWithdrawn("E3"), RequestEnded(RequestStatus.WITHDRAWN))
    assert decide_close(ENDED) == ()


@pytest.mark.parametrize("end", [decide_expire, decide_close, lambda request: decide_withdraw(request, "bob")])
def test_an_end_after_some_lines_were_recalled_says_so(end: Callable[[Request], tuple[Event, ...]]) -> None:
    assert end(ONE_RECALLED)[-1] == RequestEnded(RequestStatus.PARTLY_RECALLED)


def test_withdrawing_is_refused_to_others_then_after_the_end_then_by_the_policy() -> None:
    forbidden = replace(ENDED, policy=Policy(withdraw_allowed=False))

    assert decide_withdraw(forbidden, "ada") == Refusal(Code.NOT_YOURS, "R1", {"why": "withdrawal"})
    assert decide_withdraw(forbidden, "bob") == Refusal(Code.REQUEST_CLOSED, "R1", {"status": "recalled"})
    assert decide_withdraw(with_policy(withdraw_allowed=False), "bob") == Refusal(
        Code.NOT_ALLOWED, "R1", {"why": "withdrawal"}
    )


@pytest.mark.parametrize(
    ("event", "status"),
    [
        (LineRecalled("E1"), LineStatus.RECALLED),
        (LineRejected("E1"), LineStatus.REJECTED),
        (LineApproved("E1", "ada", Approval("plan", "ada")), LineStatus.OPEN),
        (LineBlocked("E1", ON_DRAFT, "plan"), LineStatus.BLOCKED),
        (LineWithdrawn("E1"), LineStatus.WITHDRAWN),
        (LineExpired("E1"), LineStatus.EXPIRED),
    ],
)
def test_each_event_gives_its_line_a_status(
    event: LineRecalled | LineRejected | LineApproved | LineBlocked | LineWithdrawn | LineExpired, status: LineStatus
) -> None:
    blocked = replace(OPEN, lines={"E1": replace(LINES["E1"], blocked_by=ON_DRAFT, status=LineStatus.BLOCKED)})

    after = evolve(blocked, event).lines["E1"]

    assert status_after(event) is after.status is status
    assert (after.blocked_by is None) == (status is not LineStatus.BLOCKED)
    assert after.plan_hash == (event.plan_hash if isinstance(event, LineApproved | LineBlocked) else "plan E1")


def test_the_fingerprint_of_a_request_covers_its_open_lines() -> None:
    settled: list[Event] = [LineRecalled("E1")]
    without = replace(OPEN, lines={name: line for name, line in LINES.items() if name != "E1"})

    assert evolve(OPEN, *settled).plan_hash == without.plan_hash != OPEN.plan_hash
