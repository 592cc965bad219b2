"""The facts that refusals and differences of a policy name, by the words under which others read them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.language import Text
from domain.recall.asking import Accepted, Ask, decide_ask
from domain.recall.calendar import CalendarFacts
from domain.recall.kinds import Context
from domain.recall.next_step import Birth
from domain.recall.policy import Policy, ReasonCode
from domain.recall.policy_check import InReach, PolicyFacts, PolicyFault, check_policy
from domain.recall.policy_replay import Change, Difference, PastDecision, PastLine, PastRequest, replay
from domain.recall.request import Line, LineStatus, Request, RequestStatus
from domain.refusals import Code, Refusal
from tests.parking import ParkingPermits, Permit, subject_of

pytestmark = pytest.mark.unit

REASONS = Policy(
    reason_codes=(
        ReasonCode("wrong_day", Text("Feil dag", "Wrong day")),
        ReasonCode("wrong_project", Text("Feil prosjekt", "Wrong project")),
    )
)
PERMIT = subject_of(Permit("P1", "bob", 300), person="bob")


def asked(reason_code: str | None = None, *, preview: bool = False, askers: str = "", mine: bool = True) -> object:
    ask = Ask(("P1",), "Sold", reason_code=reason_code, preview=preview)
    subject = replace(PERMIT, askers=askers, acts_for_owner=mine)
    return decide_ask(ask, kind=ParkingPermits(), subjects={"P1": subject}, context=Context(date(2026, 3, 2), REASONS))


def test_a_request_names_a_reason_code_of_the_policy_and_a_preview_none() -> None:
    known = {"known": "wrong_day, wrong_project"}

    assert isinstance(asked("wrong_day"), Accepted)
    assert isinstance(asked(preview=True), Accepted)
    assert asked() == (Refusal(Code.REASON_CODE_REQUIRED, facts=known),)
    assert asked("else") == (Refusal(Code.UNKNOWN_REASON_CODE, facts=known | {"reason_code": "else"}),)


def test_who_may_ask_is_told_where_that_is_not_the_owner() -> None:
    assert asked("wrong_day", mine=False) == (Refusal(Code.NOT_YOURS, "P1"),)
    assert asked("wrong_day", mine=False, askers="production") == (
        Refusal(Code.NOT_YOURS, "P1", {"why": "production"}),
    )


CHECKED = PolicyFacts("NOK", frozenset({"NO"}), frozenset({"Europe/Oslo"}), frozenset({"per"}))


@pytest.mark.parametrize(
    ("where", "named"),
    [
        (InReach("Alfa", 1), {"project": "Alfa"}),
        (InReach("Oslo", 1, produces=True), {"unit": "Oslo", "why": "unit"}),
    ],
)
def test_where_a_quorum_is_out_of_reach_is_named_with_how_many_there_are(where: InReach, named: dict[str, str]) -> None:
    refusal = Refusal(Code.QUORUM_OUT_OF_REACH, facts={"quorum": "2", "approvers": "1"} | named)

    assert check_policy(Policy(quorum=2), replace(CHECKED, scarcest=(where,))) == (PolicyFault("/quorum", refusal),)


def test_a_fault_names_its_field_and_its_person() -> None:
    policy = Policy(escalate_to="per", calendar=replace(Policy().calendar, country="XX"))

    assert check_policy(policy, CHECKED) == (
        PolicyFault("/escalate_to", Refusal(Code.UNKNOWN_PERSON, "per")),
        PolicyFault(
            "/calendar/country",
            Refusal(Code.INVALID_VALUE, facts={"field": "calendar/country", "expected": "country"}),
        ),
    )


HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BORN = datetime(2026, 3, 2, 12, tzinfo=UTC)
PAST = PastRequest(
    request=Request(
        "R", "bob", Policy(), {"E1": Line("E1", "bob", "plan", LineStatus.RECALLED)}, RequestStatus.RECALLED
    ),
    number=1042,
    title="Alfa",
    born=BORN,
    ended=BORN + 2 * DAY,
    ended_by="mia",
    reason_code=None,
    worth=Decimal(1600),
    lines=[PastLine("E1", date(2026, 2, 2), Code.ON_DRAFT_INVOICE)],
    decisions=[PastDecision("mia", "mia", BORN + 2 * DAY, ("E1",))],
)


def replayed(past: PastRequest, **values: Any) -> list[Change]:
    """What would have been otherwise, with these values changed in its policy."""
    facts, old = CalendarFacts(ZoneInfo("Europe/Oslo"), frozenset()), past.request.policy
    new = replace(old, **values)
    return list(replay(past, was=Birth(BORN, old, facts), would_be=Birth(BORN, new, facts), now=BORN + 10 * DAY))


def test_what_would_have_been_refused_names_code_and_lines_with_the_refusal() -> None:
    window = Refusal(Code.OUTSIDE_RECALL_WINDOW, facts={"days": "9"})
    draft = Refusal(Code.ON_DRAFT_INVOICE)

    assert replayed(PAST, recall_window_days=9) == [
        Change(Difference.REFUSED, {"code": "outside_recall_window", "lines": 1}, window)
    ]
    assert replayed(PAST, block_request_on_draft_invoice=True) == [
        Change(Difference.REFUSED, {"code": "on_draft_invoice", "lines": 1}, draft)
    ]


def test_who_could_not_have_decided_or_withdrawn_is_named_with_the_refusal() -> None:
    own = replace(PAST, request=replace(PAST.request, requester="mia", policy=Policy(allow_self_decision=True)))
    withdrawn = replace(PAST, request=replace(PAST.request, status=RequestStatus.WITHDRAWN), ended_by="bob")

    assert replayed(own, allow_self_decision=False) == [
        Change(Difference.OWN_REQUEST, {"by": "mia"}, Refusal(Code.OWN_REQUEST))
    ]
    (change,) = replayed(withdrawn, withdraw_allowed=False)
    assert (change.difference, change.facts) == (Difference.NOT_WITHDRAWN, {"by": "bob"})
    assert change.refusal is not None
    assert change.refusal.code is Code.NOT_ALLOWED


def test_how_many_would_have_been_needed_and_when_steps_would_have_come_is_named() -> None:
    expired = replace(
        PAST, request=replace(PAST.request, status=RequestStatus.EXPIRED, policy=Policy(expire_after=DAY))
    )

    assert replayed(PAST, quorum=2) == [Change(Difference.NEEDS_MORE_APPROVERS, {"needed": 2, "was": 1})]
    assert replayed(PAST, expire_after=30 * HOUR) == [
        Change(Difference.WOULD_HAVE_EXPIRED, {"at": BORN + 30 * HOUR, "ended": BORN + 2 * DAY})
    ]
    assert Change(Difference.EXPIRES_LATER, {"at": BORN + 2 * DAY, "was": BORN + DAY}) in replayed(
        replace(expired, decisions=[]), expire_after=2 * DAY
    )
    assert replayed(PAST, remind_after=12 * HOUR) == [
        Change(Difference.REMINDED_EARLIER, {"at": BORN + 12 * HOUR, "was": BORN + DAY})
    ]
