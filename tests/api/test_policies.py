"""The policy of a unit: versions that finance adds, what each differs in, and every fault of one with its place."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.api.world import Json, World, code_of

pytestmark = pytest.mark.api

DEFAULT_CALENDAR = {
    "country": "NO",
    "time_zone": "Europe/Oslo",
    "weekdays": ["mon", "tue", "wed", "thu", "fri"],
    "from": "08:00",
    "until": "16:00",
    "half_day_until": None,
    "days_off": [],
}


def policy_of(world: World) -> Json:
    return world.get(f"/v1/policies/{world.unit}")


def faults(answer: Any) -> dict[str, tuple[str, str | None]]:
    """Code and expectation by pointer."""
    return {one["pointer"]: (one["code"], one["facts"].get("expected")) for one in answer.json()["errors"]}


def test_a_new_unit_has_the_first_version_with_all_defaults(world: World) -> None:
    found = policy_of(world)

    assert (found["version"], found["by"]) == (1, "admin")
    assert found["policy"]["calendar"] == DEFAULT_CALENDAR
    assert found["policy"]["reason_codes"] == []
    assert world.get(f"/v1/units/{world.unit}")["policy"] == found["policy"]


def test_a_policy_that_is_set_is_the_next_version_and_says_what_it_changes(world: World) -> None:
    calendar = {**DEFAULT_CALENDAR, "half_day_until": "12:00"}

    answer = world.try_policy(
        {"remind_after": "8wh", "calendar": {"half_day_until": "12:00"}}, seen="1", comment=" Working hours now "
    )

    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    said = answer.json()
    assert (said["version"], said["by"], said["comment"]) == (2, world.people["fia"], "Working hours now")
    assert said["policy"]["calendar"] == calendar
    assert said["diff"] == [
        {"field": "remind_after", "before": "24h", "after": "8wh"},
        {"field": "calendar.half_day_until", "before": None, "after": "12:00"},
    ]
    assert {**policy_of(world), "diff": said["diff"]} == said
    assert world.get(f"/v1/units/{world.unit}")["policy_version"] == 2


def test_every_value_comes_back_as_it_was_given(world: World) -> None:
    policy = {
        "block_request_on_draft_invoice": True,
        "allow_self_decision": True,
        "recall_window_days": 90,
        "reversal_date": "today",
        "quorum": 1,
        "second_approver_above": {"amount": "50000.5", "currency": "USD"},
        "escalate_to": world.people["sid"],
        "escalate_after": "16wh",
        "remind_after": "90m",
        "expire_after": "336h",
        "withdraw_allowed": False,
        "output_reversal_needs_approval": False,
        "calendar": {
            "country": "SE",
            "time_zone": "Europe/Stockholm",
            "weekdays": ["sat", "sun"],
            "from": "22:00",
            "until": "00:00",
            "half_day_until": "23:30",
            "days_off": ["2026-12-24"],
        },
        "reason_codes": [{"code": "wrong_project", "nb": "Feil prosjekt", "en": "Wrong project"}],
    }

    world.set_policy(**policy)

    assert policy_of(world)["policy"] == policy


def test_the_same_values_again_are_no_new_version(world: World) -> None:
    world.set_policy(quorum=2)

    again = world.set_policy(quorum=2)

    assert (again["version"], again["diff"]) == (2, [])


def test_versions_are_kept_whole_and_listed_newest_first(world: World) -> None:
    for days in (10, 20, 30):
        world.set_policy(recall_window_days=days)
    path = f"/v1/policies/{world.unit}/versions"

    first = world.get(f"{path}?limit=3")
    rest = world.get(f"{path}?limit=3&cursor={first['next']}")

    assert [one["version"] for one in first["items"] + rest["items"]] == [4, 3, 2, 1]
    assert [world.get(f"{path}/{n}")["policy"]["recall_window_days"] for n in (1, 2, 3, 4)] == [None, 10, 20, 30]


@pytest.mark.parametrize("version", ["0", "5", "02", "+1", "one", "9" * 30, "٢"])
def test_a_version_that_is_not_there_is_not_found(world: World, version: str) -> None:
    answer = world.call("bob", "GET", f"/v1/policies/{world.unit}/versions/{version}")

    assert code_of(answer) == (404, "not_found")


def test_two_versions_are_compared_both_ways(world: World) -> None:
    reason = {"code": "wrong_day", "nb": "Feil dag", "en": "Wrong day"}
    other = {"code": "wrong_project", "nb": "Feil prosjekt", "en": "Wrong project"}
    world.set_policy(reason_codes=[reason])
    world.set_policy(reason_codes=[other, reason], quorum=2)
    path = f"/v1/policies/{world.unit}/diff"

    newest = world.get(path)
    back = world.get(f"{path}?from=3&to=1")

    assert (newest["from"], newest["to"]) == (2, 3)
    assert newest["diff"] == [
        {"field": "quorum", "before": 1, "after": 2},
        {"field": "reason_codes.wrong_project", "before": None, "after": other},
    ]
    assert {one["field"]: one["after"] for one in back["diff"]} == {
        "quorum": 1,
        "reason_codes.wrong_project": None,
        "reason_codes.wrong_day": None,
    }
    assert world.get(f"{path}?from=2&to=2")["diff"] == []
    assert code_of(world.call("bob", "GET", f"{path}?from=9")) == (404, "not_found")


def test_setting_a_policy_names_the_version_that_was_read(world: World) -> None:
    path = f"/v1/policies/{world.unit}"
    body = {"policy": {"quorum": 2}, "comment": "Two"}
    world.set_policy(recall_window_days=30)

    unseen = world.call("fia", "PUT", path, json=body)
    stale = world.try_policy({"quorum": 2}, seen="1")

    assert code_of(unseen) == (428, "if_match_required")
    assert code_of(stale) == (412, "stale_version")
    assert stale.json()["errors"][0]["facts"] == {"version": "2", "why": "resource"}
    assert policy_of(world)["version"] == 2


def test_of_many_who_read_the_same_version_one_sets_the_next(world: World) -> None:
    def change(days: int) -> int:
        return world.try_policy({"recall_window_days": days}, seen="1").status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(change, range(1, 9)))

    assert sorted(statuses) == [200] + [412] * 7
    assert policy_of(world)["version"] == 2


def test_a_repeated_key_answers_as_before_and_adds_nothing(world: World) -> None:
    key = {"idempotency-key": f"policy-{world.unit}"}

    first = world.try_policy({"quorum": 2}, seen="1", headers=key)
    again = world.try_policy({"quorum": 2}, seen="1", headers=key)

    assert (first.status_code, again.status_code) == (200, 200)
    assert again.headers["idempotent-replay"] == "true"
    assert again.json() == first.json()
    assert policy_of(world)["version"] == 2


@pytest.mark.parametrize("by", ["mia", "bob", "sid"])
def test_only_finance_sets_a_policy_and_everybody_reads_it(world: World, by: str) -> None:
    assert code_of(world.try_policy({}, by=by)) == (403, "not_finance")
    assert world.get(f"/v1/policies/{world.unit}", person=by)["version"] == 1


@pytest.mark.parametrize("comment", ["", " \n ", None, 3, "x" * 2001])
def test_a_policy_is_set_for_a_reason(world: World, comment: object) -> None:
    body = {"policy": {}, "comment": comment}

    answer = world.call("fia", "PUT", f"/v1/policies/{world.unit}", json=body, headers={"if-match": "*"})

    assert code_of(answer) == (400, "invalid_value")
    assert list(faults(answer)) == ["/comment"]


def test_the_old_address_is_gone(world: World) -> None:
    answer = world.call("fia", "PUT", f"/v1/units/{world.unit}/policy", json={})

    assert answer.status_code == 404


def test_every_fault_of_form_is_named_with_its_place(world: World) -> None:
    answer = world.try_policy(
        {
            "remind_after": "8hours",
            "expire_after": "0h",
            "escalate_after": None,
            "quorum": 0,
            "reversal_date": "tomorrow",
            "second_approver_above": {"amount": -5, "currency": "kroner"},
            "calendar": {"weekdays": ["monday"], "from": "8:00", "until": "25:00", "days_off": ["24.12"]},
            "reason_codes": [{"code": "Wrong Project", "nb": "Feil"}],
            "colour": "blue",
        }
    )

    assert code_of(answer)[0] == 400
    assert faults(answer) == {
        "/policy/remind_after": ("invalid_value", "policy_time"),
        "/policy/expire_after": ("invalid_value", "policy_time"),
        "/policy/escalate_after": ("invalid_value", "policy_time"),
        "/policy/quorum": ("invalid_value", "larger"),
        "/policy/reversal_date": ("invalid_value", "allowed_value"),
        "/policy/second_approver_above/amount": ("invalid_value", "decimal_text"),
        "/policy/second_approver_above/currency": ("invalid_value", "currency"),
        "/policy/calendar/weekdays/0": ("invalid_value", "allowed_value"),
        "/policy/calendar/from": ("invalid_value", "clock_time"),
        "/policy/calendar/until": ("invalid_value", "clock_time"),
        "/policy/calendar/days_off/0": ("invalid_value", "day"),
        "/policy/reason_codes/0/code": ("invalid_value", "identifier"),
        "/policy/reason_codes/0/en": ("invalid_value", "required"),
        "/policy/colour": ("unknown_field", None),
    }
    assert policy_of(world)["version"] == 1


def test_every_fault_of_meaning_is_named_with_its_place(world: World) -> None:
    reason = {"code": "wrong_day", "nb": "Feil dag", "en": "Wrong day"}

    answer = world.try_policy(
        {
            "quorum": 3,
            "escalate_to": "nobody.known",
            "expire_after": "9000wh",
            "second_approver_above": {"amount": "1", "currency": "NOK"},
            "calendar": {
                "country": "Norway",
                "time_zone": "Europe/Bergen",
                "weekdays": ["mon", "mon"],
                "until": "07:30",
                "days_off": ["2026-12-24", "2026-12-24"],
            },
            "reason_codes": [reason, reason],
        }
    )

    assert code_of(answer) == (422, "several_refusals")
    assert faults(answer) == {
        "/policy/escalate_to": ("unknown_person", None),
        "/policy/second_approver_above": ("quorum_out_of_reach", None),
        "/policy/second_approver_above/currency": ("invalid_value", "unit_currency"),
        "/policy/calendar/country": ("invalid_value", "country"),
        "/policy/calendar/time_zone": ("invalid_value", "time_zone"),
        "/policy/calendar/weekdays/1": ("invalid_value", "once"),
        "/policy/calendar/until": ("invalid_value", "after_begin"),
        "/policy/calendar/days_off/1": ("invalid_value", "once"),
        "/policy/reason_codes/1/code": ("invalid_value", "once"),
    }


def test_working_hours_end_within_two_years_and_a_half_day_within_its_day(world: World) -> None:
    answer = world.try_policy({"expire_after": "4161wh", "calendar": {"half_day_until": "08:00"}})
    at_the_limit = world.try_policy({"expire_after": "4160wh", "calendar": {"half_day_until": "16:00"}})

    assert code_of(answer) == (400, "invalid_value")
    assert faults(answer) == {
        "/policy/expire_after": ("invalid_value", "two_years"),
        "/policy/calendar/half_day_until": ("invalid_value", "within_hours"),
    }
    assert at_the_limit.status_code == 200


def test_an_unknown_escalation_person_is_refused(world: World) -> None:
    made = {"id": f"{world.unit}-b", "name": "B", "currency": "USD", "policy": {"escalate_to": "nobody.known"}}

    set_anew = world.try_policy({"escalate_to": "nobody.known"})
    at_once = world.call("admin", "POST", "/v1/units", json=made)

    assert code_of(set_anew) == code_of(at_once) == (404, "unknown_person")
    assert list(faults(at_once)) == ["/policy/escalate_to"]
    assert code_of(world.call("admin", "GET", f"/v1/units/{world.unit}-b")) == (404, "unknown_unit")


def test_a_version_that_is_not_there_is_named(world: World) -> None:
    answer = world.call("fia", "GET", f"/v1/policies/{world.unit}/diff?to=99")

    assert code_of(answer) == (404, "not_found")
    assert answer.json()["detail"] == "The policy has no version 99."
    assert answer.json()["errors"][0]["subject"] == "99"


@pytest.mark.parametrize(
    ("quorum", "detail"),
    [
        (0, "The value of policy/quorum is not accepted: the value is smaller than 1."),
        (101, "The value of policy/quorum is not accepted: the value is larger than 100."),
    ],
)
def test_a_figure_beyond_its_limit_is_told_the_limit(quorum: int, detail: str, world: World) -> None:
    assert world.try_policy({"quorum": quorum}).json()["detail"] == detail
