"""Imports over HTTP: a file is in the service as it stands in the samples, or not at all."""

from __future__ import annotations

import csv
import io
import json
import secrets
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

import asyncpg
import httpx
import pytest

from imports.faults import FaultyFile
from imports.reading import ImportOptions, read_report
from imports.report import Report
from imports.sources import SOURCES
from tests.api.world import Json, World, code_of
from tests.bench.bulk import report
from tests.bench.ground import HEADINGS
from tests.harness import Service

pytestmark = pytest.mark.api

SAMPLES = Path(__file__).parents[2] / "samples"
EXPECTED = json.loads((SAMPLES / "expected.json").read_text())
GOOD = "harvest-detailed-time.csv"
BAD = "harvest-detailed-time-bad.csv"
CSV = {"content-type": "text/csv"}


def send(
    world: World,
    content: bytes,
    query: str,
    *,
    person: str = "admin",
    source: str = "harvest",
    **headers: str,
) -> httpx.Response:
    path = f"/v1/imports/{source}?{query}"
    return world.call(person, "POST", path, content=content, headers={**CSV, **headers}, timeout=110)


def everything(world: World, path: str) -> list[Json]:
    found: list[Json] = []
    cursor = ""
    while True:
        page = world.get(f"{path}&limit=200{cursor}")
        found += page["items"]
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"


async def rows_in(service: Service) -> dict[str, int]:
    """How many rows each table has, as its owner sees them."""
    connection = await asyncpg.connect(service.settings.owner_database_url)
    try:
        names = ("unit", "person", "project", "entry", "approval", "actual", "invoice", "history", "import_batch")
        return {name: await connection.fetchval(f"select count(*) from {name}") for name in names}
    finally:
        await connection.close()


async def test_a_bad_file_gets_every_fault_and_writes_nothing(world: World) -> None:
    before = await rows_in(world.service)

    answer = send(world, (SAMPLES / BAD).read_bytes(), f"unit=new-{secrets.token_hex(4)}&approver=mia")

    assert code_of(answer) == (422, "import_invalid")
    expected = [
        {
            "line": one["line"],
            "record": one["record"],
            "column": one["column"],
            "heading": one["name"],
            "code": one["code"],
        }
        for one in EXPECTED[BAD]["faults"]
    ]
    found = [{name: error[name] for name in expected[0]} for error in answer.json()["errors"]]
    assert found == expected
    assert all(error["detail"] and error["advice"] for error in answer.json()["errors"])
    assert await rows_in(world.service) == before


async def test_the_sample_is_in_the_service_as_it_is_in_the_file(own_service: Service) -> None:
    with httpx.Client(timeout=60) as http:
        world = World(own_service, http, "main", {})
        content = (SAMPLES / GOOD).read_bytes()

        checked = send(world, content, "check=true")
        unit_before = world.call("admin", "GET", "/v1/units/main")
        imported = send(world, content, "approver=Mia%20Mo")
        before = await rows_in(own_service)
        again = send(world, content, "approver=Mia%20Mo")

        expected = EXPECTED[GOOD]
        assert checked.status_code == 200
        assert unit_before.status_code == 404
        assert imported.status_code == 201
        answer = imported.json()
        assert (answer["rows"], answer["created"], answer["already_known"]) == (
            expected["records"],
            expected["records"],
            0,
        )
        assert (again.json()["created"], again.json()["already_known"]) == (0, expected["records"])
        assert await rows_in(own_service) == before
        check_read_back(world, expected)


def check_read_back(world: World, expected: Json) -> None:
    world.tokens["bob"] = world.token("admin")
    projects = {one["id"]: one for one in everything(world, "/v1/projects?unit=main")}
    entries = [entry for id in projects for entry in everything(world, f"/v1/entries?project={id}")]
    actuals = {entry["id"]: world.get(f"/v1/entries/{entry['id']}/actuals")["items"] for entry in entries}
    statuses = expected["status"]

    assert len(entries) == expected["records"]
    assert sum(Decimal(entry["quantity"]) for entry in entries) == Decimal(expected["hours"])
    assert sum(Decimal(entry["quantity"]) == 0 for entry in entries) == expected["zero_hours"]
    approved = [entry for entry in entries if entry["status"] == "approved"]
    assert len(entries) - len(approved) == statuses["not_approved"]
    assert {entry["approval"]["approver"] for entry in approved} == {"mia.mo"}
    assert sum(entry["billing_type"] == "not_available" for entry in entries) == expected["not_billable"]
    check_amounts(entries, projects, actuals)
    billed = [id for id, rows in actuals.items() if any(row["type"] == "billed_sales" for row in rows)]
    assert len(billed) <= statuses["approved_invoiced"] + statuses["invoiced_without_approval"]
    invoices = [invoice for id in projects for invoice in world.get(f"/v1/invoices?project={id}")["items"]]
    assert {line["entry"] for invoice in invoices for line in invoice["lines"]} == set(billed)
    assert {(invoice["status"], invoice["kind"]) for invoice in invoices} == {("confirmed", "external")}


def check_amounts(entries: list[Json], projects: dict[str, Json], actuals: dict[str, list[Json]]) -> None:
    """Each approved entry has one live cost row of its price, and the sales of a billable one stand on it."""
    for entry in entries:
        rows = actuals[entry["id"]]
        if entry["status"] != "approved":
            assert rows == []
            continue
        types = Counter(row["type"] for row in rows if row["reverses"] is None)
        assert types["cost"] == 1
        assert (types["unbilled_sales"] > 0) == (entry["billing_type"] == "chargeable")
        assert {row["amount"]["currency"] for row in rows} == {projects[entry["project"]]["currency"]}


async def test_one_file_sent_twice_at_once_is_imported_once(world: World) -> None:
    unit = f"unit-{secrets.token_hex(4)}"
    content = (SAMPLES / GOOD).read_bytes()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: send(world, content, f"unit={unit}&approver=mia"), range(2)))

    assert [answer.status_code for answer in answers] == [201, 201]
    assert sorted(answer.json()["created"] for answer in answers) == [0, 150]


def test_an_import_under_a_key_is_answered_again(world: World) -> None:
    content = (SAMPLES / "harvest-detailed-time-comma.csv").read_bytes()
    query = f"unit=unit-{secrets.token_hex(4)}&approver=mia"

    answers = [send(world, content, query, **{"idempotency-key": secrets.token_hex(8)}) for _ in range(2)]
    key = secrets.token_hex(8)
    keyed = [send(world, content, query, **{"idempotency-key": key}) for _ in range(2)]

    assert [answer.status_code for answer in (*answers, *keyed)] == [201] * 4
    assert keyed[1].content == keyed[0].content
    assert keyed[1].headers["idempotent-replay"] == "true"


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", {400, 422}),
        (b"\n\n\n", {400, 422}),
        (b"hello", {400, 422}),
        (b"\x00" * 5000, {400, 422}),
        (b"\xff\xfe" + "Date,Hours\n".encode("utf-16-le"), {400, 422}),
        (b"PK\x03\x04" + secrets.token_bytes(500), {400, 422}),
        (b"Date,Client\n2026-02-02,Alfa\n", {400, 422}),
        (b'"' * 10_001, {400, 422}),
        (b"," * 100_000, {400, 422}),
        (b"a" * 2_000_000, {400, 422}),
        (b"{}", {400, 422}),
    ],
    ids=range(11),
)
async def test_what_is_no_export_is_refused(world: World, content: bytes, status: set[int]) -> None:
    before = await rows_in(world.service)

    answer = send(world, content, f"unit={world.unit}&approver=mia")

    assert code_of(answer)[0] in status
    assert answer.json()["code"] == "import_invalid"
    assert answer.json()["errors"]
    assert await rows_in(world.service) == before


def test_a_file_of_more_than_100_mebibytes_is_refused_before_it_is_read(shared_world: World) -> None:
    connection = HTTPConnection("127.0.0.1", shared_world.service.settings.api_port, timeout=10)
    headers = {**CSV, "authorization": f"Bearer {shared_world.token('admin')}", "content-length": str(100 * 2**20 + 1)}

    connection.request("POST", "/v1/imports/harvest?approver=mia", headers=headers)
    answer = connection.getresponse()

    assert answer.status == 413
    assert json.loads(answer.read())["code"] == "payload_too_large"
    connection.close()


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("approver=mia&colour=blue", 400, "unknown_field"),
        ("approver=mia&unapproved=approved", 400, "invalid_value"),
        ("approver=mia&check=perhaps", 400, "invalid_value"),
        ("approver=mia&number_format=both", 400, "invalid_value"),
        ("approver=mia&date_format=backwards", 400, "invalid_value"),
        ("approver=mia&unit=Not%20An%20Id", 400, "invalid_value"),
        ("approver=mia&unit=", 400, "invalid_value"),
        ("approver=mia&approver=noor", 400, "invalid_value"),
        ("", 400, "invalid_value"),
        ("approver=", 400, "invalid_value"),
        ("approver=%20", 400, "invalid_value"),
        ("approver=admin", 400, "invalid_value"),
        ("approver=admin&check=true", 400, "invalid_value"),
        ("approver=Admin", 400, "invalid_value"),
        ("approver=%C3%81dm%C3%ADn", 400, "invalid_value"),
    ],
)
def test_options_that_are_none_are_refused(shared_world: World, query: str, status: int, code: str) -> None:
    answer = send(shared_world, (SAMPLES / GOOD).read_bytes(), query)

    assert code_of(answer) == (status, code)


def test_an_approver_nobody_knew_is_told_once(world: World) -> None:
    approver = f"nora.{secrets.token_hex(4)}"
    fresh, other = (f"unit=unit-{secrets.token_hex(4)}&approver={approver}" for _ in range(2))

    first, second = (send(world, (SAMPLES / GOOD).read_bytes(), query).json()["warnings"] for query in (fresh, other))

    (told,) = (one for one in first if one["code"] == "new_approver")
    assert (told["line"], told["column"], told["facts"]) == (1, None, {"person": approver})
    assert approver in told["detail"]
    assert not [one for one in second if one["code"] == "new_approver"]


@pytest.mark.parametrize(
    ("approver", "id"),
    [
        ("mo", "mo"),
        ("Åse Ødegård", "ase.odegard"),
        ("../../etc", "etc"),
        (" Mia  Mo ", "mia.mo"),
        ("x" * 200, "x" * 48),
    ],
)
def test_an_approver_is_named_by_id_or_by_any_name(world: World, approver: str, id: str) -> None:
    unit = f"unit-{secrets.token_hex(4)}"

    answer = send(world, (SAMPLES / GOOD).read_bytes(), f"unit={unit}&approver={quote(approver)}")

    assert answer.status_code == 201
    project = world.get(f"/v1/projects?unit={unit}&limit=1")["items"][0]
    assert [one[: len(id)] for one in project["approvers"]] == [id]
    name = world.get("/v1/me", person=project["approvers"][0])["name"]
    assert name == " ".join(approver.split())


def test_only_finance_imports(world: World) -> None:
    content = (SAMPLES / GOOD).read_bytes()

    own = send(world, content, f"unit={world.unit}&approver=mia", person="mia")
    new = send(world, content, f"unit=unit-{secrets.token_hex(4)}&approver=mia", person="fia")
    allowed = send(world, content, f"unit={world.unit}&approver=mia", person="fia")

    assert code_of(own) == (403, "not_finance")
    assert code_of(new) == (404, "unknown_unit")
    assert allowed.status_code == 201


def test_another_content_type_is_refused(shared_world: World) -> None:
    for type in ("application/json", "", "text/csv; charset=utf-16", "multipart/form-data"):
        answer = send(shared_world, b"x", "approver=mia", **{"content-type": type})
        assert code_of(answer) == (415, "unsupported_media_type"), type


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("harvest-expenses", "harvest-detailed-expense.csv"),
        ("clockify", "clockify-detailed.csv"),
        ("toggl", "toggl-detailed.csv"),
    ],
)
def test_a_sample_of_each_source_is_imported_and_again_without_change(world: World, source: str, name: str) -> None:
    content = (SAMPLES / name).read_bytes()
    query = f"unit={world.unit}&approver=mia&approved=yes"

    first, again = (send(world, content, query, source=source) for _ in range(2))

    rows = EXPECTED[name]["records"]
    assert first.status_code == 201, first.text
    assert (first.json()["created"], again.json()["created"], again.json()["already_known"]) == (rows, 0, rows)
    sums = {one["currency"]: one["amount"] for one in first.json()["sums"]["billable_amount"]}
    assert sums == EXPECTED[name]["billable_amount"]
    world.tokens["bob"] = world.token("admin")
    projects = {one["id"]: one for one in everything(world, f"/v1/projects?unit={world.unit}")}
    assert sales_of(world) == {
        code: Decimal(amount) for code, amount in decided_amounts(content, source=source).items()
    }
    assert len(projects) > 1


def decided_amounts(content: bytes, *, source: str) -> dict[str, Decimal]:
    """What the billable rows that are approved or billed come to, by currency."""
    read = read_report(content, source=SOURCES[source], options=ImportOptions(approved_without_column=True))
    assert isinstance(read, Report)
    found: dict[str, Decimal] = defaultdict(Decimal)
    for row in read.rows:
        if row.billable and row.outcome != "unapproved":
            found[row.currency] += row.billable_amount or Decimal(0)
    return dict(found)


def sales_of(world: World) -> dict[str, Decimal]:
    """The sales of the unit's ledger by currency: unbilled ones with their reversals, and billed ones."""
    answer = world.call("admin", "GET", f"/v1/actuals.csv?unit={world.unit}")
    found: dict[str, Decimal] = defaultdict(Decimal)
    for row in csv.DictReader(io.StringIO(answer.text, newline=""), strict=True):
        if row["type"] in {"unbilled_sales", "billed_sales"}:
            found[row["currency"]] += Decimal(row["amount"])
    return dict(found)


def test_a_source_that_is_none_is_not_there(shared_world: World) -> None:
    assert code_of(send(shared_world, b"x", "approver=mia", source="excel")) == (404, "not_found")


def test_a_currency_that_is_none_is_refused(shared_world: World) -> None:
    answer = send(shared_world, b"x", "approver=mia&currency=XGL", source="toggl")

    assert code_of(answer) == (400, "invalid_value")


def test_all_faults_are_counted_though_a_hundred_are_told(shared_world: World) -> None:
    rows = [HEADINGS, *(f"x,Client,Project,,Task,note {number}" + "," * 15 for number in range(150))]

    answer = send(shared_world, "\n".join(rows).encode(), "approver=mia")

    assert code_of(answer) == (422, "import_invalid")
    assert len(answer.json()["errors"]) == 100
    wrong = read_report("\n".join(rows).encode(), source=SOURCES["harvest"])
    assert isinstance(wrong, FaultyFile)
    assert wrong.total > 150
    assert f" {wrong.total}." in answer.json()["detail"]


def test_a_key_of_one_file_is_none_of_another(world: World) -> None:
    query, key = f"unit={world.unit}&approver=mia", secrets.token_hex(8)

    first = send(world, report(1, 10), query, **{"idempotency-key": key})
    other = send(world, report(2, 10), query, **{"idempotency-key": key})

    assert first.status_code == 201
    assert code_of(other) == (422, "idempotency_key_reused")


def test_an_import_makes_nobody_approver_of_a_project_that_has_one(world: World) -> None:
    unit = f"unit-{secrets.token_hex(4)}"
    content = (SAMPLES / GOOD).read_bytes()
    head, rest = content.split(b"\n", 1)
    half = rest[: rest.index(b"\n", len(rest) // 2) + 1]

    first = send(world, head + b"\n" + half, f"unit={unit}&approver=mia")
    before = world.get(f"/v1/projects?unit={unit}")["items"]
    again = send(world, content, f"unit={unit}&approver=mallory")
    after = {one["id"]: one["approvers"] for one in world.get(f"/v1/projects?unit={unit}")["items"]}

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json()["created"] > 0
    assert {after[one["id"]][0] for one in before} == {"mia"}
    assert all(after[one["id"]] == ["mia"] for one in before)
