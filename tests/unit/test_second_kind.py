"""The rules of requests know no kind by name: parking permits go through ask, plan, decision, block and reversal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from domain.recall.asking import Accepted, Ask, decide_ask
from domain.recall.authority import Authority
from domain.recall.deciding import Decision, LineAtDecision, Settlement, check_decision, decide_settle
from domain.recall.kinds import Context, RecallKind
from domain.recall.policy import Policy
from domain.recall.request import Line, LineRecalled, LineStatus, Request, RequestStatus, Verdict, evolve
from domain.refusals import Code
from tests.parking import Garage, ParkingPermits, Permit, subject_of

pytestmark = pytest.mark.unit

KIND: RecallKind[Permit] = ParkingPermits()
TODAY = Context(date(2026, 3, 2), Policy())
GARAGE = Garage({"P1": Permit("P1", "bob", 300), "P2": Permit("P2", "bob", 450)})
WARDEN = Authority(is_approver=True)


def asked(garage: Garage, *ids: str, reason: str = "Sold the car") -> Accepted:
    outcome = decide_ask(
        Ask(ids, reason),
        kind=KIND,
        subjects={id: subject_of(one, person="bob") for id, one in garage.permits.items()},
        context=TODAY,
    )
    assert isinstance(outcome, Accepted)
    return outcome


def request_of(accepted: Accepted) -> Request:
    lines = {id: Line(id, "bob", plan.hash) for id, plan in accepted.plans.items()}
    return Request("R1", "bob", Policy(), lines)


def settled(request: Request, garage: Garage, verdict: Verdict) -> tuple[Settlement, Request, Garage]:
    """What the decision of the warden does to the request and, through the plans, to the garage."""
    decision = Decision("warden", verdict)
    assert check_decision(request, decision, WARDEN) == ()
    plans = {id: KIND.plan(garage.permits[id], TODAY) for id in request.open_lines}
    now = {id: LineAtDecision(KIND.check_decision(garage.permits[id], TODAY), plan.hash) for id, plan in plans.items()}
    seen = {id: line.plan_hash for id, line in request.open_lines.items()}
    settlement = decide_settle(request, decision, authority=WARDEN, seen=seen, now=now)
    for event in settlement.events:
        if isinstance(event, LineRecalled):
            garage = garage.take_back(plans[event.subject])
    return settlement, evolve(request, *settlement.events), garage


def test_permits_are_taken_back_by_exactly_the_rows_of_their_plans() -> None:
    accepted = asked(GARAGE, "P1", "P2")

    _, request, garage = settled(request_of(accepted), GARAGE, Verdict.APPROVE)

    assert request.status is RequestStatus.RECALLED
    assert garage.credits == (*accepted.plans["P1"].rows, *accepted.plans["P2"].rows)
    assert [row["fee"] for row in garage.credits] == ["-300", "-450"]
    assert not any(permit.valid for permit in garage.permits.values())


def test_a_line_that_is_in_the_way_is_blocked_and_can_be_decided_again() -> None:
    request = request_of(asked(GARAGE, "P1", "P2"))
    occupied = GARAGE.park("P2", inside=True)

    settlement, request, garage = settled(request, occupied, Verdict.APPROVE)

    assert [refusal.code for refusal in settlement.refusals] == [Code.RESERVED]
    assert request.status is RequestStatus.AWAITING_DECISION
    assert request.lines["P2"].status is LineStatus.BLOCKED
    assert len(garage.credits) == 1

    _, request, garage = settled(request, garage.park("P2", inside=False), Verdict.APPROVE)
    assert request.status is RequestStatus.RECALLED
    assert len(garage.credits) == 2


def test_a_changed_plan_is_not_the_one_that_was_approved() -> None:
    request = request_of(asked(GARAGE, "P1"))
    dearer = replace(GARAGE, permits={"P1": replace(GARAGE.permits["P1"], fee=301)})

    settlement, request, garage = settled(request, dearer, Verdict.APPROVE)

    assert [refusal.code for refusal in settlement.refusals] == [Code.STALE_VERSION]
    assert garage.credits == ()


def test_a_rejection_asks_for_nothing_and_writes_nothing() -> None:
    request = request_of(asked(GARAGE, "P1"))

    _, request, garage = settled(request, GARAGE.park("P1", inside=True), Verdict.REJECT)

    assert request.status is RequestStatus.REJECTED
    assert garage.credits == ()


def test_every_bad_permit_is_named() -> None:
    more = {"P3": Permit("P3", "ann", 10), "P4": Permit("P4", "bob", 10, valid=False)}
    permits = {**GARAGE.permits, **more}
    subjects = {id: subject_of(one, person="bob") for id, one in permits.items()}
    subjects["P2"] = subject_of(permits["P2"], person="bob", open_request="R-7")

    outcome = decide_ask(Ask(("P1", "P2", "P3", "P4", "P1", "P9"), " "), kind=KIND, subjects=subjects, context=TODAY)

    assert not isinstance(outcome, Accepted)
    assert [(refusal.code, refusal.subject) for refusal in outcome] == [
        (Code.REASON_REQUIRED, None),
        (Code.RECALL_PENDING, "P2"),
        (Code.NOT_YOURS, "P3"),
        (Code.NOT_RECALLABLE, "P4"),
        (Code.DUPLICATE_LINE, "P1"),
        (Code.UNKNOWN_ENTRY, "P9"),
    ]


def test_a_car_inside_warns_at_the_request() -> None:
    accepted = asked(GARAGE.park("P1", inside=True), "P1", "P2")

    assert [(warning.code, warning.subject) for warning in accepted.warnings] == [(Code.RESERVED, "P1")]
    assert accepted.groups == {("garage", "warden"): ("P1", "P2")}


def test_the_owner_does_not_decide() -> None:
    request = request_of(asked(GARAGE, "P1"))

    refusals = check_decision(request, Decision("bob", Verdict.APPROVE), WARDEN)

    assert [refusal.code for refusal in refusals] == [Code.OWN_REQUEST]
