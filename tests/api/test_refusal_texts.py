"""What somebody new reads when something is refused: what is in the way, which one, and what to do (api.md)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.api.world import World, code_of

pytestmark = pytest.mark.api
SAMPLES = Path(__file__).parents[2] / "samples"


def told(answer: httpx.Response) -> str:
    """Detail and advice of a refusal, as one text."""
    (error,) = answer.json()["errors"]
    assert answer.json()["detail"] == error["detail"]
    assert answer.json()["advice"] == error["advice"]
    return f"{error['detail']} {error['advice']}"


# --- Too many at once


MANY = [str(number) for number in range(10_001)]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/entries/submit", {"entries": MANY}),
        ("POST", "/v1/entries/approve", {"entries": MANY}),
        ("POST", "/v1/recalls", {"entries": MANY, "reason": "Wrong project"}),
        ("POST", "/v1/recalls/preview", {"entries": MANY}),
        ("POST", "/v1/recalls", {"capacities": MANY, "reason": "Wrong count"}),
        ("POST", "/v1/invoices/confirm", {"invoices": MANY}),
        ("POST", "/v1/corrections", {"entries": MANY, "fields": {"task": "x"}}),
        ("POST", "/v1/recalls/any/decisions", {"decision": "reject", "lines": MANY}),
    ],
)
def test_more_than_ten_thousand_are_too_many_lines(
    shared_world: World, method: str, path: str, body: dict[str, Any]
) -> None:
    answer = shared_world.call("bob", method, path, json=body)

    assert code_of(answer) == (422, "too_many_lines")
    assert answer.json()["errors"][0]["facts"]["limit"] == "10000"
    assert "more than 10000 lines" in told(answer)


def test_ten_thousand_are_not_too_many(shared_world: World) -> None:
    answer = shared_world.call("bob", "POST", "/v1/recalls/preview", json={"entries": MANY[:10_000]})

    assert code_of(answer) == (422, "unknown_entry")
    assert len(answer.json()["errors"]) == 10_000


def test_lists_of_one_request_are_counted_together(shared_world: World) -> None:
    half = [str(number) for number in range(5_001)]

    body = {"capacities": half, "consumptions": half, "reason": "Wrong count"}
    answer = shared_world.call("bob", "POST", "/v1/recalls", json=body)

    assert code_of(answer) == (422, "too_many_lines")


def test_more_requests_than_one_call_decides_are_told_with_their_limit(shared_world: World) -> None:
    recalls = [{"id": str(number)} for number in range(201)]

    answer = shared_world.call("mia", "POST", "/v1/decisions", json={"decision": "reject", "recalls": recalls})

    assert code_of(answer) == (422, "too_many_lines")
    assert answer.json()["errors"][0]["facts"] == {"field": "recalls", "limit": "200"}


@pytest.mark.parametrize(
    ("language", "advice"),
    [("nb", "et nummer som R-1002 er ingen, GET /v1/recalls viser begge"), ("en", "a number such as R-1002 is none")],
)
def test_who_names_a_request_by_its_number_is_told_where_its_id_is(world: World, language: str, advice: str) -> None:
    recall = world.requested(world.approved())

    answer = world.call("bob", "GET", f"/v1/recalls/{recall['number']}", headers={"accept-language": language})

    assert code_of(answer) == (404, "unknown_recall")
    assert advice in told(answer)
    (listed,) = world.get("/v1/recalls", person="bob")["items"]
    assert (listed["id"], listed["number"]) == (recall["id"], recall["number"])


# --- Ids in use, people and units that are not there


def test_an_id_that_is_in_use_is_named_with_what_to_do(world: World) -> None:
    person = world.people["bob"]

    answers = {
        person: world.call("admin", "POST", "/v1/people", json={"id": person, "name": "Bob"}),
        world.unit: world.call(
            "admin", "POST", "/v1/units", json={"id": world.unit, "name": "Oslo", "currency": "USD"}
        ),
    }

    for id, answer in answers.items():
        assert code_of(answer) == (409, "already_exists")
        assert told(answer).startswith(f"{id} is already in use. Choose another id.")


def test_who_is_not_there_is_named(world: World) -> None:
    body = {"approvers": ["nobody.here"]}

    answer = world.call("admin", "PUT", f"/v1/projects/{world.project}/approvers", json=body)

    assert code_of(answer) == (404, "unknown_person")
    assert told(answer).startswith("The person nobody.here does not exist.")


# --- Days and figures


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"date": "2026-02-30"},
            "The value of date is not accepted: a day that exists is expected, written as 2026-02-02.",
        ),
        ({"date": "1899-12-31"}, "The value of date is not accepted: the day must lie in the years 1900 to 2199."),
        ({"date": "2200-01-01"}, "The value of date is not accepted: the day must lie in the years 1900 to 2199."),
        ({"quantity": "1.123456"}, "The value of quantity is not accepted: the number has more than 5 decimals."),
        (
            {"quantity": "123456789"},
            "The value of quantity is not accepted: the number has more than 8 digits before the decimal point.",
        ),
        ({"kind": "holiday"}, "The value of kind is not accepted; possible are 'time', 'expense', 'material'."),
        ({"task": "x" * 201}, "The value of task is not accepted: the value is longer than 200."),
    ],
)
def test_a_value_that_is_not_accepted_says_what_would_be(
    shared_world: World, fields: dict[str, str], words: str
) -> None:
    body = {"project": shared_world.project, "kind": "time", "date": "2026-02-02", "quantity": "8", **fields}

    answer = shared_world.call("bob", "POST", "/v1/entries", json=body)

    assert code_of(answer) == (400, "invalid_value")
    assert told(answer).startswith(words)


def test_a_delegation_says_what_is_wrong_with_its_days_or_people(world: World) -> None:
    body = {"giver": world.people["bob"], "taker": world.people["sid"], "purpose": "requests"}

    backwards = world.call(
        "bob", "POST", "/v1/delegations", json={**body, "since": "2026-02-20", "until": "2026-02-09"}
    )
    oneself = world.call(
        "bob",
        "POST",
        "/v1/delegations",
        json={**body, "taker": world.people["bob"], "since": "2026-02-09", "until": "2026-02-20"},
        headers={"accept-language": "nb"},
    )

    assert code_of(backwards) == code_of(oneself) == (400, "invalid_value")
    assert told(backwards).startswith("The value of until is not accepted: the day lies before since.")
    assert told(oneself).startswith("Verdien av taker godtas ikke: giver og taker er samme person;")


# --- Entries: what the advice says in each status


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("submitted", "Take it back at once (POST /v1/entries/recall)"),
        ("approved", "Ask for its recall (POST /v1/recalls)."),
        ("recall_requested", "Its recall is asked for."),
        ("deleted", "A deleted entry stays deleted."),
    ],
)
def test_an_entry_that_is_locked_says_the_way_out_of_its_status(world: World, status: str, words: str) -> None:
    entry = world.submitted() if status == "submitted" else world.approved() if status == "approved" else world.draft()
    if status == "deleted":
        assert world.call("bob", "DELETE", f"/v1/entries/{entry}").status_code == 204
    if status == "recall_requested":
        entry = world.approved()
        world.requested(entry)

    answer = world.call("bob", "PATCH", f"/v1/entries/{entry}", json={"quantity": "6"})

    assert code_of(answer) == (422, "locked")
    assert words in told(answer)


@pytest.mark.parametrize(
    ("prepare", "path", "words"),
    [
        ("submitted", "/v1/recalls", "can be taken back at once, without a request: POST /v1/entries/recall."),
        ("approved", "/v1/entries/recall", "ask for its recall with a reason: POST /v1/recalls."),
        ("requested", "/v1/entries/recall", "Its recall is asked for already."),
    ],
)
def test_what_is_recalled_in_the_wrong_way_is_told_the_right_one(
    world: World, prepare: str, path: str, words: str
) -> None:
    entry = world.submitted() if prepare == "submitted" else world.approved()
    if prepare == "requested":
        world.requested(entry)
    body: dict[str, Any] = {"entries": [entry]} | ({"reason": "Wrong day"} if path == "/v1/recalls" else {})

    answer = world.call("bob", "POST", path, json=body)

    assert code_of(answer) == (422, "not_recallable")
    assert words in told(answer)


def test_what_somebody_else_owns_is_told_as_that(world: World) -> None:
    entry = world.draft()
    recall = world.requested(world.approved())
    body = {
        "project": world.project,
        "kind": "time",
        "date": "2026-02-02",
        "quantity": "8",
        "owner": world.people["bob"],
    }

    edited = world.call("sid", "PATCH", f"/v1/entries/{entry}", json={"quantity": "6"})
    booked = world.call("sid", "POST", "/v1/entries", json=body)
    withdrawn = world.call("sid", "POST", f"/v1/recalls/{recall['id']}/withdraw", json={})

    for answer in (edited, booked, withdrawn):
        assert code_of(answer) == (403, "not_yours")
    assert told(edited).startswith("The entry is not yours.")
    assert told(booked).startswith(f"You cannot book for {world.people['bob']} on that day.")
    assert told(withdrawn).startswith("Only the requester and the owners of its entries can withdraw the request.")


# --- Selections, periods and the rest


def test_a_selection_that_finds_nothing_says_so(world: World) -> None:
    nothing = world.call("bob", "POST", "/v1/recalls", json={"selection": {"project": world.project}})
    nowhere = world.call("bob", "POST", "/v1/recalls", json={"selection": {"task": "x"}})
    both = world.call(
        "bob", "POST", "/v1/recalls", json={"entries": [], "selection": {"project": world.project}, "reason": "x"}
    )

    assert code_of(nothing) == code_of(nowhere) == (422, "nothing_selected")
    assert told(nothing).startswith("The selection has nothing that can be recalled.")
    assert told(nowhere).startswith("The selection names neither a project nor an import.")
    assert code_of(both) == (400, "invalid_value")
    assert "name either entries, a selection or posted production" in told(both)


@pytest.mark.parametrize("path", ["/v1/recalls", "/v1/recalls/preview"])
def test_a_selection_that_ends_before_it_begins_is_refused_for_that(world: World, path: str) -> None:
    days = {"from": "2026-02-02", "until": "2026-02-01"}

    answer = world.call("bob", "POST", path, json={"selection": {"project": world.project, **days}, "reason": "x"})

    (error,) = answer.json()["errors"]
    assert code_of(answer) == (400, "invalid_value")
    assert (error["pointer"], error["facts"]["expected"]) == ("/selection/until", "not_before_from")


def test_closing_twice_and_reopening_what_is_open_say_which_day(world: World) -> None:
    path = f"/v1/units/{world.unit}/periods"
    world.do("fia", f"{path}/close", {"until": "2026-02-28"})

    again = world.call("fia", "POST", f"{path}/close", json={"until": "2026-02-28"})
    other = world.call("fia", "POST", f"{path}/reopen", json={"until": "2026-02-27"})

    assert code_of(again) == (422, "period_closed")
    assert told(again).startswith("2026-02-28 is closed already.")
    assert code_of(other) == (404, "not_found")
    assert told(other).startswith("There is no closing up to 2026-02-27.")


def test_a_decision_on_a_closed_day_says_that_the_policy_dates_it_so(world: World) -> None:
    world.set_policy(reversal_date="today")
    recall = world.requested(world.approved())
    world.close_for_now()

    answer = world.decide(world.get(f"/v1/recalls/{recall['id']}"))

    assert code_of(answer) == (422, "period_closed")
    assert told(answer).startswith("Reversals carry the day of the decision, and ")


def test_another_act_than_a_recall_does_not_speak_of_one(world: World) -> None:
    entry = world.approved()
    world.drafted_invoice(entry)

    for person, path, more in (
        ("mia", "/v1/entries/cancel-approval", {}),
        ("fia", "/v1/corrections", {"fields": {"task": "Foundation"}}),
        ("fia", f"/v1/projects/{world.project}/reprice", {"rates": {"cost": "1", "sales": "2"}}),
    ):
        answer = world.call(person, "POST", path, json={"entries": [entry], **more})
        assert code_of(answer) == (422, "on_draft_invoice")
        assert "Remove it there first." in told(answer)
        assert "approve" not in told(answer)


def test_a_request_of_the_wrong_version_is_told_apart_from_an_entry_of_one(world: World) -> None:
    entry = world.draft()

    answer = world.call("bob", "PATCH", f"/v1/entries/{entry}", json={"quantity": "6"}, headers={"if-match": '"99"'})

    assert code_of(answer) == (412, "stale_version")
    assert told(answer).startswith("What you want to change was changed since you read it.")


def test_only_the_administrator_is_told_as_that(shared_world: World) -> None:
    answer = shared_world.call("bob", "POST", "/v1/people", json={"id": "x", "name": "X"})

    assert code_of(answer) == (403, "not_allowed")
    assert told(answer).startswith("Only the administrator can do this.")


def test_the_catalogue_lists_the_cases_of_its_codes(shared_world: World) -> None:
    items = shared_world.get("/v1/refusals?limit=200")["items"]

    (locked,) = [item for item in items if item["code"] == "locked"]
    cases = {case["case"]: case for case in locked["cases"]}
    assert set(cases) == {"submitted", "approved", "recall_requested", "deleted"}
    assert cases["deleted"]["text"] == locked["text"]
    assert cases["deleted"]["advice"] != locked["advice"]


# --- One thing, and what a decision was refused for


def test_one_fault_and_one_day_are_told_as_one(world: World) -> None:
    file = (SAMPLES / "harvest-detailed-time.csv").read_bytes().replace(b"2026-01-05", b"2026-01-5x", 1)
    path, headers = f"/v1/imports/harvest?unit={world.unit}&approver=mia", {"content-type": "text/csv"}
    world.set_policy(recall_window_days=1)
    entry = world.approved(date="2020-02-02")
    asked = {"entries": [entry], "reason": "Wrong"}

    faulty = world.call("fia", "POST", path, content=file, headers=headers)
    late = [
        told(world.call("bob", "POST", "/v1/recalls", json=asked, headers={"accept-language": language}))
        for language in ("en", "nb")
    ]

    assert faulty.json()["detail"] == "Faults in the file: 1. Nothing was imported."
    assert late[0].startswith("The recall window of 1 day has passed.")
    assert late[1].startswith("Fristen for tilbakekalling på 1 dag er ute.")


def test_a_decision_says_what_all_its_lines_were_refused_for(world: World) -> None:
    alike, mixed = (world.requested(*(world.approved() for _ in range(2))) for _ in range(2))
    world.drafted_invoice(*(line["subject"] for line in alike["lines"]))
    world.drafted_invoice(mixed["lines"][0]["subject"])
    world.invoiced(mixed["lines"][1]["subject"])

    for recall in (alike, mixed):
        assert world.decide(recall, headers={"if-match": "*"}).status_code == 422
    found = [world.get(f"/v1/recalls/{recall['id']}")["decisions"] for recall in (alike, mixed)]

    assert [(one["outcome"], one["code"]) for decisions in found for one in decisions] == [
        ("refused", "on_draft_invoice"),
        ("refused", None),
    ]
    assert {line["code"] for line in found[1][0]["lines"]} == {"on_draft_invoice", "already_invoiced"}
