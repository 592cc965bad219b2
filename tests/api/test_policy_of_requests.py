"""What a policy means for a request: reason codes, one approver more above an amount, and the version it keeps."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.api.world import Json, World, code_of, new_project

pytestmark = pytest.mark.api

REASONS = [
    {"code": "wrong_project", "nb": "Feil prosjekt", "en": "Wrong project"},
    {"code": "wrong_day", "nb": "Feil dag", "en": "Wrong day"},
]


def ask(world: World, *entries: str, **more: Any) -> httpx.Response:
    body = {"entries": list(entries), "reason": "It was Beta", **more}
    return world.call("bob", "POST", "/v1/recalls", json=body)


def asked(world: World, *entries: str, **more: Any) -> Json:
    answer = ask(world, *entries, **more)
    assert answer.status_code == 201, answer.text
    return dict(answer.json()["recalls"][0])


def limit(amount: str, currency: str = "USD") -> Json:
    return {"second_approver_above": {"amount": amount, "currency": currency}}


def test_where_there_are_reason_codes_a_request_names_one(world: World) -> None:
    world.set_policy(reason_codes=REASONS)
    entry = world.approved()

    without = ask(world, entry)
    unknown = ask(world, entry, reason_code="wrong_month")
    bare = ask(world, entry, reason=" ")

    assert code_of(without) == (422, "reason_code_required")
    assert without.json()["errors"][0]["facts"] == {"known": "wrong_project, wrong_day"}
    assert code_of(unknown) == (422, "unknown_reason_code")
    assert "wrong_month" in unknown.json()["detail"]
    assert [one["code"] for one in bare.json()["errors"]] == ["reason_required", "reason_code_required"]
    assert world.get(f"/v1/entries/{entry}")["status"] == "approved"


def test_a_reason_code_is_shown_with_its_text_in_the_language_of_the_reader(world: World) -> None:
    world.set_policy(reason_codes=REASONS)
    recall = asked(world, world.approved(), reason_code="wrong_day")
    world.set_policy()

    texts = {
        language: world.get(f"/v1/recalls/{recall['id']}", headers={"accept-language": language})["reason_text"]
        for language in ("nb", "en")
    }

    assert recall["reason_code"] == "wrong_day"
    assert texts == {"nb": "Feil dag", "en": "Wrong day"}


def test_without_a_list_any_code_or_none_will_do(world: World) -> None:
    free, none = asked(world, world.approved(), reason_code="anything"), asked(world, world.approved())

    assert (free["reason_code"], free["reason_text"]) == ("anything", None)
    assert (none["reason_code"], none["reason_text"]) == (None, None)


def test_a_preview_and_what_comes_back_at_once_need_no_reason_code(world: World) -> None:
    world.set_policy(reason_codes=REASONS)
    entry = world.approved()
    other = new_project(world, "Beta", approvers=("mia",))
    submitted = world.submitted(project=other)

    preview = world.call("bob", "POST", "/v1/recalls/preview", json={"entries": [entry]})
    at_once = world.call("bob", "POST", "/v1/recalls", json={"selection": {"project": other}})

    assert preview.status_code == 200
    assert [one["id"] for one in at_once.json()["at_once"]] == [submitted]


@pytest.mark.parametrize(("amount", "needed"), [("1600", 1), ("1599.99", 2)])
def test_above_the_limit_a_second_approver_is_needed(world: World, amount: str, needed: int) -> None:
    world.set_policy(**limit(amount))
    recall = asked(world, world.approved())

    first = world.decide(recall)
    again = None if needed == 1 else world.decide(recall)
    second = None if needed == 1 else world.decide(recall, by="noor")

    assert recall["approvals_needed"] == needed
    assert first.json()["recall"]["status"] == ("recalled" if needed == 1 else "awaiting_decision")
    assert again is None or code_of(again) == (409, "already_decided")
    assert second is None or second.json()["recall"]["status"] == "recalled"


def test_another_currency_is_compared_by_its_base_amount(world: World) -> None:
    project = new_project(world, "Beta", approvers=("mia", "noor"), currency="EUR", exchange_rate="0.5")
    world.set_policy(**limit("799"))

    above = asked(world, world.approved(project=project))
    world.set_policy(**limit("800"))
    at_the_limit = asked(world, world.approved(project=project))

    assert above["amount"] == {"amount": "1600.00", "currency": "EUR"}
    assert (above["approvals_needed"], at_the_limit["approvals_needed"]) == (2, 1)


def test_lines_of_less_than_nothing_make_a_request_no_smaller(world: World) -> None:
    world.set_policy(**limit("2000"))
    credit = world.approved(kind="expense", quantity="1", amount_method="fixed", amount="-1600")

    recall = asked(world, world.approved(), credit)

    assert recall["amount"]["amount"] == "0.00"
    assert recall["approvals_needed"] == 2


def test_a_request_keeps_the_version_it_was_born_under(world: World) -> None:
    world.set_policy(recall_window_days=20_000, expire_after="5d")
    recall = asked(world, world.approved())
    world.set_policy(quorum=2, withdraw_allowed=False)

    decided = world.decide(recall)
    later = asked(world, world.approved())

    assert recall["policy_version"] == 2
    assert decided.json()["recall"]["status"] == "recalled"
    assert decided.json()["recall"]["policy_version"] == 2
    assert (later["policy_version"], later["approvals_needed"], later["expires_at"]) == (3, 2, None)


def test_a_window_that_is_set_today_counts_for_requests_from_today(world: World) -> None:
    before = asked(world, world.approved())
    world.set_policy(recall_window_days=3)

    refused = ask(world, world.approved())

    assert code_of(refused) == (422, "outside_recall_window")
    assert world.decide(before).json()["recall"]["status"] == "recalled"
