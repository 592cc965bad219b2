"""A later export of the same rows: what is known stays as it is, and what the file says otherwise by now is told."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

import pytest

from tests.api.test_imports import GOOD, SAMPLES, rows_in, send
from tests.api.world import Json, World
from tests.unit.imports.exports import export

pytestmark = pytest.mark.api

FOUR = {"Hours": "4", "Billable Amount": "5,000.0", "Cost Amount": "2,620.0"}


def hours(number: str, billable: str, cost: str) -> dict[str, str]:
    return {"Hours": number, "Billable Amount": billable, "Cost Amount": cost}


EIGHT = hours("8", "10,000.0", "5,240.0")
SEVEN = hours("7", "8,750.0", "4,585.0")
THREE = hours("3", "3,750.0", "1,965.0")


class Importer:
    """Sends Harvest files into a unit of its own; each is checked before, and what is told then is told of the import."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.unit = f"unit-{secrets.token_hex(4)}"
        self.approver = f"mo.{secrets.token_hex(3)}"

    def send(self, *rows: Mapping[str, str], language: str = "en", **query: str) -> Json:
        asked = "&".join(
            f"{name}={value}" for name, value in {"unit": self.unit, "approver": self.approver, **query}.items()
        )
        nb_or_en = {"accept-language": language}
        checked = send(self.world, export(*rows), f"{asked}&check=true", **nb_or_en)
        answer = send(self.world, export(*rows), asked, **nb_or_en)
        assert (checked.status_code, answer.status_code) == (200, 201), answer.text
        body = dict(answer.json())
        assert checked.json() == {name: body[name] for name in ("sums", "warnings", "warning_count")}
        return body

    def entries(self) -> list[Json]:
        found: list[Json] = []
        for project in self.world.get(f"/v1/projects?unit={self.unit}", person="admin")["items"]:
            found += self.world.get(f"/v1/entries?project={project['id']}", person="admin")["items"]
        return found


@pytest.fixture
def importer(world: World) -> Importer:
    return Importer(world)


def told(answer: Json) -> list[tuple[int, int | None, str | None, str]]:
    return [(one["line"], one["column"], one["heading"], one["code"]) for one in answer["warnings"]]


def counts(answer: Json) -> tuple[int, int]:
    return answer["created"], answer["already_known"]


async def test_the_same_file_again_says_nothing(importer: Importer) -> None:
    rows = [EIGHT, {**THREE, "Notes": "b", "Approved?": "No"}, {**FOUR, "Notes": "c", "Invoiced?": "Yes"}]
    importer.send(*rows)
    before = await rows_in(importer.world.service)

    again = importer.send(*rows)

    assert counts(again) == (0, 3)
    assert again["warnings"] == []
    assert await rows_in(importer.world.service) == before


def test_a_row_that_was_invoiced_since_is_told_and_stays_as_it_is(importer: Importer) -> None:
    importer.send(EIGHT, {**THREE, "Notes": "b"})
    (first,) = [one for one in importer.entries() if one["quantity"] == "8"]

    again = importer.send({**EIGHT, "Invoiced?": "Yes"}, {**THREE, "Notes": "b"}, {**FOUR, "Notes": "new"})

    assert counts(again) == (1, 2)
    assert told(again) == [(2, 9, "Invoiced?", "invoiced_since")]
    assert again["warnings"][0]["facts"] == {"entry": first["id"], "status": "approved"}
    assert "not invoiced here (status Approved)" in again["warnings"][0]["detail"]
    now = importer.world.get(f"/v1/entries/{first['id']}/actuals", person="admin")["items"]
    assert {row["type"] for row in now} == {"cost", "unbilled_sales"}


def test_hours_that_were_changed_since_are_told_and_not_imported_beside_the_old_ones(importer: Importer) -> None:
    importer.send(EIGHT, {**THREE, "Notes": "b"})

    again = importer.send(SEVEN, {**THREE, "Notes": "b"}, language="nb")

    assert counts(again) == (0, 2)
    (warning,) = again["warnings"]
    assert (warning["line"], warning["column"], warning["heading"]) == (2, 7, "Hours")
    assert (warning["code"], warning["facts"]["stored"], warning["facts"]["said"]) == ("changed_row", "8", "7")
    assert warning["detail"].startswith("raden er endret siden den ble importert: Hours er 7 i filen, men 8 er lagret.")
    assert sorted(one["quantity"] for one in importer.entries()) == ["3", "8"]


def test_a_rate_or_a_flag_that_was_changed_is_told_in_its_column(importer: Importer) -> None:
    importer.send(EIGHT)

    dearer = importer.send({**EIGHT, "Billable Rate": "1,500.0", "Billable Amount": "12,000.0"})
    unbillable = importer.send({**EIGHT, "Billable?": "No"})

    assert told(dearer) == [(2, 16, "Billable Rate", "changed_row")]
    assert (dearer["warnings"][0]["facts"]["stored"], dearer["warnings"][0]["facts"]["said"]) == ("1250", "1500")
    assert told(unbillable) == [(2, 8, "Billable?", "changed_row")]


def test_a_row_beside_one_that_is_still_there_is_a_new_one(importer: Importer) -> None:
    importer.send(EIGHT)

    again = importer.send(EIGHT, THREE)

    assert counts(again) == (1, 1)
    assert again["warnings"] == []


def test_of_several_rows_that_are_alike_the_changed_one_is_told(importer: Importer) -> None:
    importer.send(EIGHT, THREE)

    again = importer.send(THREE, SEVEN, FOUR)

    assert counts(again) == (1, 2)
    (warning,) = again["warnings"]
    assert (warning["line"], warning["facts"]["stored"], warning["facts"]["said"]) == (3, "8", "7")
    assert sorted(one["quantity"] for one in importer.entries()) == ["3", "4", "8"]


def test_once_the_entry_says_what_the_file_says_nothing_is_told_and_once_it_is_deleted_the_row_is_new(
    importer: Importer,
) -> None:
    importer.send({**EIGHT, "Approved?": "No"}, {**THREE, "Notes": "b", "Approved?": "No"})
    changed = [{**SEVEN, "Approved?": "No"}, {**FOUR, "Notes": "b", "Approved?": "No"}]
    first = importer.send(*changed)
    by_hours = {one["quantity"]: one for one in importer.entries()}

    importer.world.do(by_hours["8"]["owner"], f"/v1/entries/{by_hours['8']['id']}", {"quantity": "7"}, method="PATCH")
    deleted = importer.world.call(by_hours["3"]["owner"], "DELETE", f"/v1/entries/{by_hours['3']['id']}")
    second = importer.send(*changed)

    assert len(first["warnings"]) == 2
    assert deleted.status_code == 204
    assert (counts(second), second["warnings"]) == ((1, 1), [])


def test_what_was_changed_here_is_told_too(importer: Importer) -> None:
    importer.send({**EIGHT, "Approved?": "No"})
    (entry,) = importer.entries()
    importer.world.do(entry["owner"], f"/v1/entries/{entry['id']}", {"quantity": "6"}, method="PATCH")

    again = importer.send({**EIGHT, "Approved?": "No"})

    assert told(again) == [(2, 7, "Hours", "changed_since")]
    assert again["warnings"][0]["detail"] == "Hours is 8 in the file, but 6 is stored; nothing was overwritten"


def test_an_approval_that_came_or_went_is_told(importer: Importer) -> None:
    importer.send(EIGHT, {**THREE, "Notes": "b", "Approved?": "No"})

    again = importer.send({**EIGHT, "Approved?": "No"}, {**THREE, "Notes": "b"})

    assert told(again) == [(2, 10, "Approved?", "approval_gone"), (3, 10, "Approved?", "approved_since")]


def test_an_invoice_that_went_is_told(importer: Importer) -> None:
    importer.send({**EIGHT, "Invoiced?": "Yes"})

    again = importer.send(EIGHT)

    assert told(again) == [(2, 9, "Invoiced?", "invoice_gone")]


def test_a_file_of_another_day_project_or_person_is_compared_with_nothing(importer: Importer) -> None:
    importer.send(EIGHT)

    other = importer.send(
        {**SEVEN, "Date": "2026-02-11"}, {**SEVEN, "Project": "Other"}, {**SEVEN, "Last Name": "Other"}
    )

    assert counts(other) == (3, 0)
    assert other["warnings"] == []


def test_all_are_counted_though_a_hundred_are_told(importer: Importer) -> None:
    rows = [{**EIGHT, "Notes": f"note {number}"} for number in range(130)]
    importer.send(*rows)

    again = importer.send(*({**row, "Invoiced?": "Yes"} for row in rows))

    assert (len(again["warnings"]), again["warning_count"]) == (100, 130)
    assert [one["line"] for one in again["warnings"]] == list(range(2, 102))


def test_an_import_into_a_closed_period_says_which_day_it_counts_for(importer: Importer) -> None:
    importer.send({**THREE, "Notes": "b"})
    importer.world.do("admin", f"/v1/units/{importer.unit}/periods/close", {"until": "2026-02-28"})

    again = importer.send({**THREE, "Notes": "b"}, EIGHT, {**FOUR, "Notes": "draft", "Approved?": "No"})

    assert told(again) == [(3, 1, "Date", "closed_day")]
    assert again["warnings"][0]["facts"] == {"date": "2026-02-10", "accounting_date": "2026-03-01"}


async def test_a_check_tells_what_an_import_would_and_writes_nothing(importer: Importer) -> None:
    importer.send(EIGHT)
    before = await rows_in(importer.world.service)
    query = f"unit={importer.unit}&approver={importer.approver}-new&check=true"

    answer = send(importer.world, export(SEVEN, {**THREE, "Notes": "b"}), query)

    assert answer.status_code == 200
    assert [one["code"] for one in answer.json()["warnings"]] == ["new_approver", "changed_row"]
    assert await rows_in(importer.world.service) == before


def test_who_only_looks_need_not_say_who_approved(importer: Importer) -> None:
    answer = send(importer.world, export(EIGHT), f"unit={importer.unit}&check=true")

    assert answer.status_code == 200
    assert [one["code"] for one in answer.json()["warnings"]] == ["new_unit"]


def test_a_unit_that_an_import_made_is_told_with_its_currency(world: World) -> None:
    unit = f"unit-{secrets.token_hex(4)}"
    query, nb = f"unit={unit}&approver=mia", {"accept-language": "nb"}

    first, again = (send(world, (SAMPLES / GOOD).read_bytes(), query, **nb).json()["warnings"] for _ in range(2))

    (told,) = (one for one in first if one["code"] == "new_unit")
    assert (told["line"], told["facts"]) == (1, {"unit": unit, "currency": "NOK"})
    assert told["detail"].startswith(f"enheten {unit} fantes ikke her")
    assert not [one for one in again if one["code"] == "new_unit"]
