"""Nobody overwrites or approves what they have not seen; the same key twice has one effect (API contract)."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.api.world import Json, World, code_of

pytestmark = pytest.mark.api


def new_key() -> dict[str, str]:
    return {"idempotency-key": secrets.token_hex(8)}


def test_an_approval_without_if_match_is_asked_for_one(world: World) -> None:
    recall = world.requested(world.approved())

    answer = world.call("mia", "POST", f"/v1/recalls/{recall['id']}/decisions", json={"decision": "approve"})

    assert code_of(answer) == (428, "if_match_required")
    assert world.get(f"/v1/recalls/{recall['id']}")["decisions"] == []


@pytest.mark.parametrize("tag", ['"0123456789abcdef"', '""', 'W/"{current}"', '"x", "y"'])
def test_an_approval_of_another_version_is_refused_and_changes_nothing(world: World, tag: str) -> None:
    recall = world.requested(world.approved())
    before = world.get(f"/v1/recalls/{recall['id']}")

    answer = world.decide(recall, headers={"if-match": tag.replace("{current}", recall["plan_hash"])})

    assert code_of(answer) == (412, "stale_version")
    assert world.get(f"/v1/recalls/{recall['id']}") == before


def test_if_match_that_is_no_tag_is_refused(world: World) -> None:
    recall = world.requested(world.approved())

    assert code_of(world.decide(recall, headers={"if-match": "abc"})) == (400, "invalid_value")


def test_one_of_several_versions_is_enough(world: World) -> None:
    recall = world.requested(world.approved())
    tags = ", ".join(['"a"', f'"{recall["plan_hash"]}"', '"b"'])

    answer = world.decide(recall, headers={"if-match": tags})

    assert answer.status_code == 200


def test_the_version_read_anew_is_accepted_after_the_rest_was_decided(world: World) -> None:
    first, second = world.approved(), world.approved()
    recall = world.requested(first, second)
    assert world.decide(recall, verdict="reject", lines=[first]).status_code == 200

    read = world.call("mia", "GET", f"/v1/recalls/{recall['id']}")
    answer = world.decide(recall, headers={"if-match": read.headers["etag"]})

    assert read.headers["etag"] != f'"{recall["plan_hash"]}"'
    assert answer.status_code == 200
    assert answer.json()["recall"]["status"] == "partly_recalled"


def test_a_rejection_needs_no_version(world: World) -> None:
    recall = world.requested(world.approved())

    answer = world.call("mia", "POST", f"/v1/recalls/{recall['id']}/decisions", json={"decision": "reject"})

    assert answer.status_code == 202
    assert answer.headers["location"] == f"/v1/recalls/{recall['id']}"


@pytest.mark.parametrize(("lines", "code"), [([], "nothing_selected"), (["twice", "twice"], "duplicate_line")])
def test_a_decision_names_lines_and_each_once(world: World, lines: list[str], code: str) -> None:
    entry = world.approved()
    recall = world.requested(entry)

    answer = world.decide(recall, lines=[entry for _ in lines])

    assert code_of(answer) == (422, code)
    assert world.get(f"/v1/recalls/{recall['id']}")["decisions"] == []


def test_an_edit_of_an_outdated_version_is_refused_and_changes_nothing(world: World) -> None:
    entry = world.draft()
    seen = world.call("bob", "GET", f"/v1/entries/{entry}").headers["etag"]
    world.do("bob", f"/v1/entries/{entry}", {"quantity": "7"}, method="PATCH", headers={"if-match": seen})

    stale = world.call("bob", "PATCH", f"/v1/entries/{entry}", json={"quantity": "6"}, headers={"if-match": seen})
    weak = world.call("bob", "PATCH", f"/v1/entries/{entry}", json={"quantity": "6"}, headers={"if-match": f"W/{seen}"})

    assert code_of(stale) == code_of(weak) == (412, "stale_version")
    read = world.call("bob", "GET", f"/v1/entries/{entry}")
    assert read.json()["quantity"] == "7"
    again = world.call(
        "bob", "PATCH", f"/v1/entries/{entry}", json={"quantity": "6"}, headers={"if-match": read.headers["etag"]}
    )
    assert again.json()["quantity"] == "6"


def test_every_resource_has_a_strong_etag_that_changes_with_it(world: World) -> None:
    entry = world.approved()
    invoice = world.drafted_invoice(entry)
    other = world.approved()
    recall = world.requested(other)
    changes: dict[str, Callable[[], Json]] = {
        f"/v1/units/{world.unit}": lambda: world.set_policy(recall_window_days=3),
        f"/v1/policies/{world.unit}": lambda: world.set_policy(recall_window_days=4),
        f"/v1/projects/{world.project}": lambda: world.do(
            "admin", f"/v1/projects/{world.project}/approvers", {"approvers": [world.people["mia"]]}, method="PUT"
        ),
        f"/v1/invoices/{invoice}": lambda: world.do("fia", f"/v1/invoices/{invoice}/confirm", {}),
        f"/v1/entries/{other}": lambda: world.do("bob", f"/v1/recalls/{recall['id']}/withdraw", {}),
    }

    for path, change in changes.items():
        before = world.call("admin", "GET", path)
        change()
        after = world.call("admin", "GET", path, headers={"if-none-match": before.headers["etag"]})
        assert before.headers["etag"].startswith('"'), path
        assert after.status_code == 200, path
        assert after.headers["etag"] != before.headers["etag"], path


def test_a_reader_who_asks_again_sees_that_a_line_is_blocked(world: World) -> None:
    entry = world.approved()
    recall = world.requested(entry)
    before = world.call("bob", "GET", f"/v1/recalls/{recall['id']}")
    world.drafted_invoice(entry)
    assert code_of(world.decide(recall)) == (422, "on_draft_invoice")

    after = world.call("bob", "GET", f"/v1/recalls/{recall['id']}", headers={"if-none-match": before.headers["etag"]})

    assert after.status_code == 200
    assert after.json()["lines"][0]["blocked_by"]["code"] == "on_draft_invoice"


def test_the_same_key_and_body_gives_the_stored_answer(world: World) -> None:
    body = {"project": world.project, "kind": "time", "date": "2026-02-02", "quantity": "8"}
    key = new_key()

    first = world.call("bob", "POST", "/v1/entries", json=body, headers=key)
    second = world.call("bob", "POST", "/v1/entries", json=body, headers=key)

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert second.headers["etag"] == first.headers["etag"]
    assert second.headers["idempotent-replay"] == "true"
    assert "idempotent-replay" not in first.headers
    assert len(world.get(f"/v1/entries?project={world.project}")["items"]) == 1


def test_the_same_key_for_something_else_is_refused(world: World) -> None:
    body = {"project": world.project, "kind": "time", "date": "2026-02-02", "quantity": "8"}
    key = new_key()
    entry = world.do("bob", "/v1/entries", body, headers=key)["id"]

    other_body = world.call("bob", "POST", "/v1/entries", json=body | {"quantity": "7"}, headers=key)
    other_path = world.call("bob", "POST", "/v1/entries/submit", json={"entries": [entry]}, headers=key)

    assert code_of(other_body) == code_of(other_path) == (422, "idempotency_key_reused")
    assert world.get(f"/v1/entries/{entry}")["status"] == "draft"


def test_a_key_belongs_to_the_person_who_used_it(world: World) -> None:
    body = {"project": world.project, "kind": "time", "date": "2026-02-02", "quantity": "8"}
    key = new_key()

    first = world.do("bob", "/v1/entries", body, headers=key)
    second = world.do("sid", "/v1/entries", body, headers=key)

    assert (first["owner"], second["owner"]) == (world.people["bob"], world.people["sid"])


def test_what_was_refused_may_be_tried_again_under_its_key(world: World) -> None:
    entry = world.draft()
    key = new_key()

    refused = world.call("mia", "POST", "/v1/entries/approve", json={"entries": [entry]}, headers=key)
    world.do("bob", "/v1/entries/submit", {"entries": [entry]})
    done = world.call("mia", "POST", "/v1/entries/approve", json={"entries": [entry]}, headers=key)

    assert code_of(refused) == (422, "wrong_status")
    assert done.status_code == 200


@pytest.mark.parametrize("key", ["", "a b", "x" * 256, "é"])
def test_a_key_that_is_none_is_refused(world: World, key: str) -> None:
    body = {"entries": [], "reason": "x"}

    answer = world.call("bob", "POST", "/v1/recalls", json=body, headers={"idempotency-key": key.encode()})

    assert code_of(answer) == (400, "invalid_value")


def test_many_at_once_under_one_key_have_one_effect(world: World) -> None:
    body = {"project": world.project, "kind": "time", "date": "2026-02-02", "quantity": "8"}
    key = new_key()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: world.call("bob", "POST", "/v1/entries", json=body, headers=key), range(16)))

    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1
    assert {code_of(answer)[1] for answer in answers if answer.status_code == 409} <= {"idempotency_in_progress"}
    assert len(world.get(f"/v1/entries?project={world.project}")["items"]) == 1


def test_a_decision_under_a_key_is_taken_once(world: World) -> None:
    recall = world.requested(world.approved())
    key = new_key()

    first = world.decide(recall, headers={**key, "prefer": ""})
    second = world.decide(recall, headers={**key, "prefer": ""})

    assert (first.status_code, second.status_code) == (202, 202)
    assert second.json() == first.json()
    assert len(world.get(f"/v1/recalls/{recall['id']}")["decisions"]) == 1


def test_a_decision_that_was_refused_is_refused_again_under_its_key(world: World) -> None:
    entry = world.approved()
    recall = world.requested(entry)
    world.drafted_invoice(entry)
    key = new_key()

    first = world.decide(recall, headers={**key, "if-match": "*"})
    again = world.decide(recall, headers={**key, "if-match": "*"})

    assert code_of(first) == code_of(again) == (422, "on_draft_invoice")
    assert again.headers["idempotent-replay"] == "true"


def test_a_decision_that_was_applied_is_told_so_again_under_its_key(world: World) -> None:
    recall = world.requested(world.approved())
    key = new_key()

    first, again = (world.decide(recall, headers=key) for _ in range(2))

    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json()["decision"] == first.json()["decision"]


def test_a_deletion_under_a_key_is_repeated_as_it_was(world: World) -> None:
    entry = world.draft()
    key = new_key()

    answers = [world.call("bob", "DELETE", f"/v1/entries/{entry}", headers=key) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [204, 204]
    assert code_of(world.call("bob", "DELETE", f"/v1/entries/{entry}")) == (422, "locked")


def test_two_keys_are_refused_and_nothing_is_done(world: World) -> None:
    body = {"project": world.project, "kind": "time", "date": "2026-02-02", "quantity": "8"}
    headers = [("authorization", f"Bearer {world.token('bob')}"), *(("idempotency-key", key) for key in ("a", "b"))]

    answer = world.http.post(f"{world.service.url}/v1/entries", json=body, headers=headers)
    many = {"decision": "reject", "comment": "No", "recalls": [{"id": "1", "etag": None, "lines": None}]}
    decisions = world.http.post(f"{world.service.url}/v1/decisions", json=many, headers=headers)

    assert code_of(decisions) == (400, "invalid_value")
    assert code_of(answer) == (400, "invalid_value")
    assert answer.json()["errors"][0]["facts"] == {"field": "Idempotency-Key", "expected": "once"}
    assert world.get(f"/v1/entries?project={world.project}")["items"] == []


def test_the_versions_of_two_lines_are_one_list(world: World) -> None:
    entry = world.draft()
    path = f"{world.service.url}/v1/entries/{entry}"
    headers = [("authorization", f"Bearer {world.token('bob')}"), ("if-match", '"77"'), ("if-match", '"1"')]

    answer = world.http.patch(path, json={"quantity": "7"}, headers=headers)

    assert answer.status_code == 200, answer.text
