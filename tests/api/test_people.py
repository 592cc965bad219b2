"""How people are reached: an address by the administrator, a language by themselves; nobody else sees either."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.world import World, code_of

pytestmark = pytest.mark.api
SAMPLES = Path(__file__).parents[2] / "samples"


def test_the_administrator_sets_address_and_language(world: World) -> None:
    path = f"/v1/people/{world.people['mia']}"

    changed = world.do(
        "admin", path, {"email": "mia@example.com", "language": "nb", "name": "Mia Moen"}, method="PATCH"
    )
    again = world.do("admin", path, {"email": None}, method="PATCH")

    assert changed == {"id": world.people["mia"], "name": "Mia Moen", "email": "mia@example.com", "language": "nb"}
    assert again == {**changed, "email": None}
    assert world.get(path, person="mia") == again


def test_people_choose_their_own_language_and_nothing_else(world: World) -> None:
    path = f"/v1/people/{world.people['mia']}"

    assert world.do("mia", path, {"language": "en"}, method="PATCH")["language"] == "en"
    for body in ({"email": "mia@example.com"}, {"name": "Mia"}, {"language": "nb", "email": None}):
        assert code_of(world.call("mia", "PATCH", path, json=body)) == (403, "not_allowed")
    assert world.get(path, person="mia")["language"] == "en"
    assert world.do("mia", path, {"language": None}, method="PATCH")["language"] is None


@pytest.mark.parametrize("method", ["GET", "PATCH"])
def test_the_address_of_another_person_is_not_there(shared_world: World, method: str) -> None:
    someone = shared_world.call("bob", method, f"/v1/people/{shared_world.people['mia']}", json={})
    nobody = shared_world.call("admin", method, "/v1/people/nobody", json={})

    assert code_of(someone) == code_of(nobody) == (404, "unknown_person")


@pytest.mark.parametrize(
    "email",
    ["", "mia", "mia@localhost", "mia@example.com\n", "mia@exam ple.com", "<mia@example.com>", "a@b.c,d@e.f", '"m a"@b.c',
     "mia@[127.0.0.1]", "m\u00e5@example.com", "mia@ex\u00e5mple.com", "mia@-a.no", ".mia@a.no", "mia..m@a.no", f"{'a' * 255}@b.no"],
)  # fmt: skip
def test_an_address_has_one_plain_form(shared_world: World, email: str) -> None:
    answer = shared_world.call("admin", "PATCH", f"/v1/people/{shared_world.people['mia']}", json={"email": email})

    assert code_of(answer) == (400, "invalid_value")


@pytest.mark.parametrize("id", ["clock", "operator", "system", "worker", "tilbake", "clock.", "work-er", "ad.min"])
def test_nobody_new_gets_an_id_by_which_histories_name_the_service(shared_world: World, id: str) -> None:
    refused = shared_world.call("admin", "POST", "/v1/people", json={"id": id, "name": "Ola"})

    assert code_of(refused) == (400, "invalid_value")
    assert refused.json()["errors"][0]["facts"] == {"field": "id", "expected": "not_reserved"}
    assert code_of(shared_world.call("admin", "GET", f"/v1/people/{id}")) == (404, "unknown_person")


def test_the_administrator_is_there_already(shared_world: World) -> None:
    refused = shared_world.call("admin", "POST", "/v1/people", json={"id": "admin", "name": "Ola"})

    assert code_of(refused) == (409, "already_exists")


@pytest.mark.parametrize("check", ["false", "true"])
def test_an_import_makes_nobody_with_such_an_id_and_its_check_says_so(world: World, check: str) -> None:
    path = f"/v1/imports/harvest?unit={world.unit}&approver=clock&check={check}"
    file = (SAMPLES / "harvest-detailed-time.csv").read_bytes()

    refused = world.call("admin", "POST", path, content=file, headers={"content-type": "text/csv"})

    assert code_of(refused) == (400, "invalid_value")
    assert refused.json()["errors"][0]["facts"] == {"field": "approver", "expected": "not_reserved"}
    assert code_of(world.call("admin", "GET", "/v1/people/clock")) == (404, "unknown_person")


@pytest.mark.parametrize("blank", ["", " ", "\u00a0\u2003 "])
def test_a_name_is_not_blank(shared_world: World, blank: str) -> None:
    person, unit = {"id": "blank.one", "name": blank}, {"id": "blank-unit", "name": blank, "currency": "USD"}
    project = {"unit": shared_world.unit, "name": blank, "approvers": [shared_world.people["mia"]]}
    asked = [("POST", "people", person), ("POST", "units", unit), ("POST", "projects", project)]
    asked.append(("PATCH", f"people/{shared_world.people['mia']}", {"name": blank}))

    answers = [shared_world.call("admin", method, f"/v1/{path}", json=body) for method, path, body in asked]

    assert [code_of(answer) for answer in answers] == [(400, "invalid_value")] * 4
    assert {answer.json()["errors"][0]["facts"]["expected"] for answer in answers} == {"not_empty"}


def test_a_person_has_a_name(shared_world: World) -> None:
    answer = shared_world.call("admin", "PATCH", f"/v1/people/{shared_world.people['mia']}", json={"name": None})

    assert code_of(answer) == (400, "invalid_value")
    assert answer.json()["errors"][0]["pointer"] == "/name"
