"""Policies as values: durations as they are written, reach of a quorum, the limit, faults of meaning, and differences."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.language import Text
from domain.money import Money
from domain.recall.asking import check_reason
from domain.recall.calendar import Calendar, Weekday, WorkingHours
from domain.recall.policy import After, Policy, ReasonCode, ReversalDate, after_text, read_after
from domain.recall.policy_check import InReach, PolicyFacts, check_policy
from domain.recall.policy_diff import Changed, differences
from domain.recall.request import Request
from domain.refusals import Code, Refusal
from store.policies import policy_of, policy_values

pytestmark = pytest.mark.unit

FACTS = PolicyFacts("NOK", frozenset({"NO"}), frozenset({"Europe/Oslo"}))
WRONG_DAY = ReasonCode("wrong_day", Text("Feil dag", "Wrong day"))
WRONG_PROJECT = ReasonCode("wrong_project", Text("Feil prosjekt", "Wrong project"))
LIMIT = Money(Decimal(50_000), "NOK")
FULL = Policy(
    block_request_on_draft_invoice=True,
    allow_self_decision=True,
    recall_window_days=0,
    reversal_date=ReversalDate.TODAY,
    quorum=2,
    second_approver_above=LIMIT,
    escalate_to="per",
    escalate_after=WorkingHours(16),
    remind_after=timedelta(minutes=90),
    expire_after=timedelta(days=14),
    withdraw_allowed=False,
    output_reversal_needs_approval=False,
    calendar=Calendar(
        country=None,
        time_zone="UTC",
        weekdays=(Weekday.SUNDAY,),
        begins=time(0),
        until=time(0),
        half_day_until=time(12, 30),
        days_off=(date(2026, 12, 24),),
    ),
    reason_codes=(WRONG_DAY,),
)


@pytest.mark.parametrize(
    ("text", "after", "again"),
    [
        ("3d", timedelta(days=3), "72h"),
        ("12h", timedelta(hours=12), "12h"),
        ("60m", timedelta(hours=1), "1h"),
        ("90m", timedelta(minutes=90), "90m"),
        ("16wh", WorkingHours(16), "16wh"),
        ("99999wh", WorkingHours(99_999), "99999wh"),
        ("99999m", timedelta(minutes=99_999), "99999m"),
        ("99999h", timedelta(hours=99_999), "99999h"),
        ("4166d", timedelta(days=4166), "99984h"),
        ("4167d", timedelta(days=4167), "4167d"),
        ("99999d", timedelta(days=99_999), "99999d"),
    ],
)
def test_a_duration_is_read_and_written(text: str, after: After, again: str) -> None:
    assert read_after(text) == after
    assert after_text(after) == again
    assert read_after(again) == after


@pytest.mark.parametrize(
    "text", ["", "0h", "01h", "h", "5", "5w", "5WH", "5 h", "5h ", "-5h", "1.5h", "100000h", "5hh"]
)
def test_nothing_else_is_a_duration(text: str) -> None:
    assert read_after(text) is None


@pytest.mark.parametrize(
    ("values", "deciders", "within"),
    [
        ({}, 0, True),
        ({"quorum": 2}, 1, False),
        ({"quorum": 2}, 2, True),
        ({"second_approver_above": LIMIT}, 1, False),
        ({"second_approver_above": LIMIT}, 2, True),
        ({"quorum": 2, "second_approver_above": LIMIT}, 2, False),
    ],
)
def test_as_many_as_must_approve_must_be_there(*, values: dict[str, Any], deciders: int, within: bool) -> None:
    assert Policy(**values).is_within_reach(deciders) is within


@pytest.mark.parametrize(
    ("worth", "needed"), [("0", 2), ("49999.99", 2), ("50000", 2), ("50000.01", 3), ("1000000", 3)]
)
def test_a_request_above_the_limit_needs_one_approver_more(worth: str, needed: int) -> None:
    policy = Policy(quorum=2, second_approver_above=LIMIT)

    assert Request("R1", "bob", policy, {}, base_worth=Decimal(worth)).approvals_needed == needed
    assert Request("R1", "bob", Policy(quorum=2), {}, base_worth=Decimal(worth)).approvals_needed == 2


@pytest.mark.parametrize(("day", "outside"), [(1, False), (20, False), (19, True), (31, False)])
def test_the_window_counts_days_up_to_the_request(*, day: int, outside: bool) -> None:
    today = date(2026, 1, 30) if day > 1 else date(2026, 1, 1)

    assert Policy(recall_window_days=10).is_outside_window(date(2026, 1, day), today=today) is outside
    assert not Policy().is_outside_window(date(1990, 1, 1), today=today)


def test_of_the_reasons_a_request_keeps_its_own() -> None:
    policy = Policy(reason_codes=(WRONG_DAY, WRONG_PROJECT))

    assert policy.with_reason("wrong_project").reason_codes == (WRONG_PROJECT,)
    assert policy.with_reason("else").reason_codes == policy.with_reason(None).reason_codes == ()


@pytest.mark.parametrize(
    ("codes", "given", "refusal"),
    [
        ((), None, None),
        ((), "anything", None),
        ((WRONG_DAY,), "wrong_day", None),
        (
            (WRONG_DAY, WRONG_PROJECT),
            None,
            Refusal(Code.REASON_CODE_REQUIRED, None, {"known": "wrong_day, wrong_project"}),
        ),
        (
            (WRONG_DAY,),
            "wrong",
            Refusal(Code.UNKNOWN_REASON_CODE, None, {"known": "wrong_day", "reason_code": "wrong"}),
        ),
    ],
)
def test_where_there_are_reason_codes_one_of_them_is_named(
    codes: tuple[ReasonCode, ...], given: str | None, refusal: Refusal | None
) -> None:
    assert check_reason(given, Policy(reason_codes=codes)) == refusal


def test_a_policy_is_its_document_and_the_other_way_round() -> None:
    for policy in (Policy(), FULL):
        assert policy_of(policy_values(policy)) == policy
    assert set(policy_values(FULL)) == set(Policy.__dataclass_fields__)


def test_a_document_of_old_has_durations_in_seconds_and_not_all_values() -> None:
    old = {"remind_after": 3600.0, "expire_after": None, "escalate_after": 5400, "quorum": 2, "gone": 1}

    assert policy_of(old) == Policy(remind_after=timedelta(hours=1), escalate_after=timedelta(minutes=90), quorum=2)
    assert policy_of({}) == Policy()


def faults(policy: Policy, facts: PolicyFacts = FACTS) -> dict[str, str]:
    """Expectation or code, by pointer."""
    found = check_policy(policy, facts)
    assert all(one.refusal.facts.get("field", one.pointer[1:]) == one.pointer[1:] for one in found)
    return {one.pointer: one.refusal.facts.get("expected", one.refusal.code.value) for one in found}


def test_a_policy_that_means_something_has_no_faults() -> None:
    assert faults(Policy()) == {}
    assert faults(FULL, replace(FACTS, time_zones=frozenset({"UTC"}))) == {}


@pytest.mark.parametrize(
    ("calendar", "expected"),
    [
        ({"country": "XX"}, {"/calendar/country": "country"}),
        ({"country": None}, {}),
        ({"time_zone": "Oslo"}, {"/calendar/time_zone": "time_zone"}),
        ({"weekdays": ()}, {"/calendar/weekdays": "not_empty"}),
        ({"weekdays": (Weekday.MONDAY, Weekday.FRIDAY, Weekday.MONDAY)}, {"/calendar/weekdays/2": "once"}),
        ({"until": time(8)}, {"/calendar/until": "after_begin"}),
        ({"until": time(7), "half_day_until": time(6)}, {"/calendar/until": "after_begin"}),
        ({"until": time(0)}, {}),
        ({"half_day_until": time(8)}, {"/calendar/half_day_until": "within_hours"}),
        ({"half_day_until": time(8, 1)}, {}),
        ({"half_day_until": time(16)}, {}),
        ({"half_day_until": time(16, 1)}, {"/calendar/half_day_until": "within_hours"}),
        ({"days_off": (date(2026, 1, 2), date(2026, 1, 2))}, {"/calendar/days_off/1": "once"}),
    ],
)
def test_faults_of_a_calendar(calendar: dict[str, Any], expected: dict[str, str]) -> None:
    assert faults(Policy(calendar=Calendar(**calendar))) == expected


def test_faults_of_people_limits_and_reasons() -> None:
    strangers = replace(FACTS, unknown_people=frozenset({"per"}))
    alone = replace(FACTS, scarcest=(InReach("Alfa", 1),))

    assert faults(Policy(escalate_to="per"), strangers) == {"/escalate_to": "unknown_person"}
    assert faults(Policy(escalate_to="ida"), strangers) == {}
    assert faults(Policy(escalate_to="admin")) == {"/escalate_to": "not_the_administrator"}
    assert faults(Policy(quorum=2), alone) == {"/quorum": "quorum_out_of_reach"}
    assert faults(Policy(second_approver_above=LIMIT), alone) == {"/second_approver_above": "quorum_out_of_reach"}
    assert faults(Policy(second_approver_above=Money(Decimal(1), "USD"))) == {
        "/second_approver_above/currency": "unit_currency"
    }
    assert faults(Policy(second_approver_above=Money(Decimal("50000.005"), "NOK"))) == {
        "/second_approver_above/amount": "decimal_places"
    }
    assert faults(Policy(reason_codes=(WRONG_DAY, WRONG_PROJECT, WRONG_DAY))) == {"/reason_codes/2/code": "once"}


@pytest.mark.parametrize("name", ["remind_after", "escalate_after", "expire_after"])
def test_working_hours_are_over_within_two_years(name: str) -> None:
    monday = Calendar(weekdays=(Weekday.MONDAY,))

    def faults_of(time: WorkingHours | timedelta) -> dict[str, str]:
        values: dict[str, Any] = {name: time}
        return faults(Policy(**values, calendar=monday))

    assert faults_of(WorkingHours(104 * 8)) == {}
    assert faults_of(WorkingHours(104 * 8 + 1)) == {f"/{name}": "two_years"}
    assert faults_of(timedelta(days=9999)) == {}


def test_policies_differ_value_by_value() -> None:
    before = policy_values(Policy(quorum=2, reason_codes=(WRONG_DAY,)))
    after = policy_values(
        Policy(remind_after=WorkingHours(8), calendar=Calendar(until=time(15)), second_approver_above=LIMIT)
    )

    assert differences(before, after) == (
        Changed("quorum", 2, 1),
        Changed("remind_after", "24h", "8wh"),
        Changed("calendar.until", "16:00", "15:00"),
        Changed("reason_codes.wrong_day", {"code": "wrong_day", "nb": "Feil dag", "en": "Wrong day"}, None),
        Changed("second_approver_above.amount", None, "50000"),
        Changed("second_approver_above.currency", None, "NOK"),
    )
    assert differences(before, before) == ()


def test_the_text_of_a_reason_is_part_of_what_differs() -> None:
    other = replace(WRONG_DAY, text=Text("Feil dato", "Wrong date"))

    (found,) = differences(
        policy_values(Policy(reason_codes=(WRONG_DAY,))), policy_values(Policy(reason_codes=(other,)))
    )

    assert found.field == "reason_codes.wrong_day"
