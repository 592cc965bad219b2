"""What another policy would have changed for a past request: refused, expired, escalated, reminded, decided by others."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from application.working_days import public_holidays
from domain.language import Text
from domain.money import Money
from domain.recall.calendar import CalendarFacts, WorkingHours
from domain.recall.delegation import Delegation, Purpose
from domain.recall.next_step import Birth
from domain.recall.policy import Policy, ReasonCode
from domain.recall.policy_replay import Difference, PastDecision, PastLine, PastRequest, replay
from domain.recall.request import Line, LineStatus, Request, RequestStatus
from domain.refusals import Code

pytestmark = pytest.mark.unit

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BORN = datetime(2026, 3, 2, 12, tzinfo=UTC)
NORWAY = CalendarFacts(ZoneInfo("Europe/Oslo"), public_holidays("NO", range(2026, 2029)))
APPROVED = PastDecision("mia", "mia", BORN + 2 * DAY, ("E1", "E2"))
LIMIT = Money(Decimal(1000), "NOK")
REASON = ReasonCode("wrong_day", Text("Feil dag", "Wrong day"))


def request(policy: Policy, status: RequestStatus, line_status: LineStatus) -> Request:
    lines = {name: Line(name, owner, "plan", line_status) for name, owner in (("E1", "bob"), ("E2", "cid"))}
    return Request("R", "bob", policy, lines, status)


RECALLED = PastRequest(
    request=request(Policy(), RequestStatus.RECALLED, LineStatus.RECALLED),
    number=1042,
    title="Alfa",
    born=BORN,
    ended=BORN + 2 * DAY,
    ended_by="mia",
    reason_code=None,
    worth=Decimal(1600),
    lines=[PastLine("E1", date(2026, 2, 2)), PastLine("E2", date(2026, 2, 20))],
    decisions=[APPROVED],
)
OPEN = replace(
    RECALLED,
    request=request(Policy(), RequestStatus.AWAITING_DECISION, LineStatus.OPEN),
    ended=None,
    ended_by=None,
    decisions=[],
)


def changes(past: PastRequest, *, now: datetime = BORN + 10 * DAY, **values: Any) -> list[tuple[Any, ...]]:
    """Each difference, with its facts in their order."""
    old, new = past.request.policy, replace(past.request.policy, **values)
    found = replay(past, was=Birth(BORN, old, NORWAY), would_be=Birth(BORN, new, NORWAY), now=now)
    return [(one.difference, *one.facts.values()) for one in found]


def under(past: PastRequest, **values: Any) -> PastRequest:
    """The same, born under another policy."""
    return replace(past, request=replace(past.request, policy=Policy(**values)))


def with_status(past: PastRequest, status: RequestStatus, by: str) -> PastRequest:
    lines = LineStatus.EXPIRED if status is RequestStatus.EXPIRED else LineStatus.WITHDRAWN
    return replace(past, request=request(past.request.policy, status, lines), ended_by=by, decisions=[])


def test_under_the_same_policy_all_would_have_been_the_same() -> None:
    for past in (RECALLED, OPEN, with_status(RECALLED, RequestStatus.WITHDRAWN, "bob")):
        assert changes(past) == []


def test_outside_the_window_it_would_have_been_refused_and_nothing_else() -> None:
    assert changes(RECALLED, recall_window_days=20, quorum=2, expire_after=HOUR) == [
        (Difference.REFUSED, "outside_recall_window", 1)
    ]
    assert changes(RECALLED, recall_window_days=9) == [(Difference.REFUSED, "outside_recall_window", 2)]
    assert changes(RECALLED, recall_window_days=28) == []


def test_lines_without_a_day_know_no_window() -> None:
    assert changes(replace(RECALLED, lines=[PastLine("E1")]), recall_window_days=0) == []


def test_a_line_that_was_warned_of_a_draft_would_have_been_refused() -> None:
    warned = replace(
        RECALLED, lines=[PastLine("E1", warned=Code.ON_DRAFT_INVOICE), PastLine("E2", warned=Code.RESERVED)]
    )

    assert changes(warned, block_request_on_draft_invoice=True) == [(Difference.REFUSED, "on_draft_invoice", 1)]
    assert changes(warned) == []


def test_a_missing_reason_code_would_have_been_named_so_the_rest_is_told_too() -> None:
    named = replace(RECALLED, reason_code="wrong_day")

    assert changes(RECALLED, reason_codes=(REASON,), expire_after=HOUR)[:2] == [
        (Difference.REFUSED, "reason_code_required", 2),
        (Difference.WOULD_HAVE_EXPIRED, BORN + HOUR, BORN + 2 * DAY),
    ]
    assert changes(replace(RECALLED, reason_code="else"), reason_codes=(REASON,)) == [
        (Difference.REFUSED, "unknown_reason_code", 2)
    ]
    assert changes(named, reason_codes=(REASON,)) == []


def test_what_was_decided_after_the_time_would_have_expired() -> None:
    assert changes(RECALLED, expire_after=2 * DAY - HOUR) == [
        (Difference.WOULD_HAVE_EXPIRED, BORN + 2 * DAY - HOUR, BORN + 2 * DAY)
    ]
    assert changes(RECALLED, expire_after=2 * DAY) == []
    # Monday 13:00 in Oslo: eight working hours end on Tuesday at the same time, twenty on Wednesday.
    assert changes(RECALLED, expire_after=WorkingHours(8))[0][:2] == (Difference.WOULD_HAVE_EXPIRED, BORN + DAY)


@pytest.mark.parametrize(
    ("was", "would_be", "difference", "at"),
    [
        (5 * DAY, 3 * DAY, Difference.EXPIRES_EARLIER, BORN + 3 * DAY),
        (5 * DAY, 6 * DAY, Difference.EXPIRES_LATER, BORN + 6 * DAY),
        (5 * DAY, None, Difference.EXPIRES_LATER, None),
    ],
)
def test_what_expired_would_have_expired_at_another_time(
    was: timedelta, would_be: timedelta | None, difference: Difference, at: datetime | None
) -> None:
    expired = replace(with_status(under(RECALLED, expire_after=was), RequestStatus.EXPIRED, "clock"), ended=BORN + was)

    assert (difference, at, BORN + was) in changes(expired, expire_after=would_be)


def test_the_deadline_of_an_open_request_moves() -> None:
    assert (Difference.EXPIRES_EARLIER, BORN + 3 * DAY, None) in changes(OPEN, expire_after=3 * DAY)
    assert changes(under(OPEN, expire_after=3 * DAY), expire_after=3 * DAY) == []


def test_the_escalation_comes_at_another_time_or_not_at_all() -> None:
    escalated = under(RECALLED, escalate_to="per", escalate_after=30 * HOUR)

    assert changes(RECALLED, escalate_to="per", escalate_after=30 * HOUR) == [
        (Difference.ESCALATED_EARLIER, BORN + 30 * HOUR, None)
    ]
    assert changes(RECALLED, escalate_to="per", escalate_after=2 * DAY) == []
    assert changes(escalated, escalate_after=20 * HOUR) == [
        (Difference.ESCALATED_EARLIER, BORN + 20 * HOUR, BORN + 30 * HOUR)
    ]
    assert changes(escalated, escalate_after=40 * HOUR) == [
        (Difference.ESCALATED_LATER, BORN + 40 * HOUR, BORN + 30 * HOUR)
    ]
    assert changes(escalated, escalate_to=None) == [(Difference.ESCALATED_LATER, None, BORN + 30 * HOUR)]


def test_after_an_earlier_expiry_nobody_would_have_been_reminded_or_escalated() -> None:
    escalated = under(RECALLED, escalate_to="per", escalate_after=30 * HOUR)

    assert changes(escalated, expire_after=24 * HOUR) == [
        (Difference.WOULD_HAVE_EXPIRED, BORN + 24 * HOUR, BORN + 2 * DAY),
        (Difference.ESCALATED_LATER, None, BORN + 30 * HOUR),
        (Difference.REMINDED_LATER, None, BORN + 24 * HOUR),
    ]


def test_reminders_come_at_other_times_or_more_or_less_often() -> None:
    assert changes(RECALLED, remind_after=12 * HOUR) == [
        (Difference.REMINDED_EARLIER, BORN + 12 * HOUR, BORN + 24 * HOUR)
    ]
    assert changes(RECALLED, remind_after=47 * HOUR) == [
        (Difference.REMINDED_LATER, BORN + 47 * HOUR, BORN + 24 * HOUR)
    ]
    assert changes(RECALLED, remind_after=48 * HOUR) == [(Difference.REMINDED_LATER, None, BORN + 24 * HOUR)]
    assert changes(OPEN, remind_after=WorkingHours(8)) == [(Difference.REMINDED_LESS, 7, 9)]
    assert changes(under(OPEN, remind_after=WorkingHours(8)), remind_after=24 * HOUR) == [
        (Difference.REMINDED_MORE, 9, 7)
    ]


def test_reminders_without_end_are_counted_up_to_a_limit() -> None:
    assert changes(OPEN, remind_after=timedelta(minutes=1), now=BORN + 300 * DAY) == [
        (Difference.REMINDED_EARLIER, BORN + timedelta(minutes=1), BORN + 24 * HOUR)
    ]


def test_with_a_larger_quorum_more_would_have_been_needed() -> None:
    twice = replace(RECALLED, decisions=[APPROVED, replace(APPROVED, by="noor", right_of="noor")])
    by_a_delegate = replace(RECALLED, decisions=[APPROVED, replace(APPROVED, by="noor", right_of="mia")])

    assert changes(RECALLED, quorum=2) == [(Difference.NEEDS_MORE_APPROVERS, 2, 1)]
    assert changes(by_a_delegate, quorum=2) == [(Difference.NEEDS_MORE_APPROVERS, 2, 1)]
    assert changes(twice, quorum=2) == []


def test_above_the_limit_one_more_would_have_been_needed() -> None:
    assert changes(RECALLED, second_approver_above=LIMIT) == [(Difference.NEEDS_MORE_APPROVERS, 2, 1)]
    assert changes(replace(RECALLED, worth=Decimal(1000)), second_approver_above=LIMIT) == []
    assert changes(replace(RECALLED, worth=None), second_approver_above=LIMIT) == [(Difference.WORTH_UNKNOWN,)]
    assert changes(replace(RECALLED, decisions=[]), second_approver_above=LIMIT) == []


def test_with_a_smaller_quorum_fewer_would_have_been_enough() -> None:
    twice = replace(under(RECALLED, quorum=2), decisions=[APPROVED, replace(APPROVED, by="noor", right_of="noor")])
    waiting = replace(under(OPEN, quorum=2), decisions=[APPROVED])

    assert changes(twice, quorum=1) == [(Difference.NEEDS_FEWER_APPROVERS, 1, 2)]
    assert changes(waiting, quorum=1) == [(Difference.NEEDS_FEWER_APPROVERS, 1, 2)]
    assert changes(replace(waiting, decisions=[]), quorum=1) == []


@pytest.mark.parametrize(("by", "right_of"), [("bob", "bob"), ("cid", "cid"), ("mia", "cid")])
def test_who_was_a_party_could_not_have_decided(by: str, right_of: str) -> None:
    own = replace(
        under(RECALLED, allow_self_decision=True), decisions=[replace(APPROVED, by=by, right_of=right_of)] * 2
    )

    assert changes(own, allow_self_decision=False) == [(Difference.OWN_REQUEST, by)]
    assert changes(own) == []


@pytest.mark.parametrize(
    ("until", "ended_on", "is_party"),
    [
        (date(2026, 3, 31), None, True),
        (date(2026, 3, 3), None, False),
        (date(2026, 3, 31), date(2026, 3, 5), True),
        (date(2026, 3, 31), date(2026, 3, 4), False),
    ],
)
def test_a_delegate_of_a_party_on_that_day_could_not_have_decided(
    *, until: date, ended_on: date | None, is_party: bool
) -> None:
    for_bob = Delegation("bob", "mia", date(2026, 3, 1), until, Purpose.REQUESTS, ended_on)
    own = replace(under(RECALLED, allow_self_decision=True), decisions=[replace(APPROVED, delegations=(for_bob,))])

    assert changes(own, allow_self_decision=False) == ([(Difference.OWN_REQUEST, "mia")] if is_party else [])


def test_where_withdrawing_is_not_allowed_nobody_would_have() -> None:
    withdrawn = with_status(RECALLED, RequestStatus.WITHDRAWN, "bob")

    assert changes(withdrawn, withdraw_allowed=False) == [(Difference.NOT_WITHDRAWN, "bob")]
    assert changes(with_status(RECALLED, RequestStatus.WITHDRAWN, "operator"), withdraw_allowed=False) == []
    assert changes(RECALLED, withdraw_allowed=False) == []
