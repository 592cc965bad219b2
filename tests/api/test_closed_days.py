"""What is written after a day was closed counts for the first open day after it, whoever writes it (ADR 015)."""

from __future__ import annotations

import csv
import io
import secrets

import pytest

from tests.api.test_imports import send
from tests.api.world import Json, World, code_of
from tests.bench.ground import HEADINGS

pytestmark = pytest.mark.api

CLOSED, OPEN = "2026-02-28", "2026-03-01"
WORKED = "2026-02-02"


def close(world: World) -> None:
    world.do("fia", f"/v1/units/{world.unit}/periods/close", {"until": CLOSED})


def actuals(world: World, entry: str) -> list[Json]:
    found: list[Json] = world.get(f"/v1/entries/{entry}/actuals")["items"]
    return found


def new_rows(world: World, entry: str, *, after: int) -> list[Json]:
    """The rows written since an entry had so many."""
    return actuals(world, entry)[after:]


def days(rows: list[Json], name: str = "accounting_date") -> set[str]:
    return {row[name] for row in rows}


def test_an_approval_counts_for_the_first_open_day_and_keeps_the_day_of_the_work(world: World) -> None:
    entry = world.submitted()
    close(world)

    world.do("mia", "/v1/entries/approve", {"entries": [entry]})

    rows = actuals(world, entry)
    assert len(rows) == 2
    assert days(rows) == {OPEN}
    for name in ("document_date", "start_date", "end_date", "exchange_rate_date"):
        assert days(rows, name) == {WORKED}


def test_a_confirmed_invoice_writes_on_the_first_open_day_what_its_draft_said(world: World) -> None:
    entry = world.approved()
    close(world)
    draft = world.do("fia", "/v1/invoices", {"project": world.project, "entries": [entry], "billed": {entry: "6"}})

    confirmed = world.do("fia", f"/v1/invoices/{draft['id']}/confirm", {})

    assert days(draft["lines"]) == days(confirmed["lines"]) == {OPEN}
    written = new_rows(world, entry, after=2)
    assert len(written) == 7
    assert days(written) == {OPEN}
    assert days(actuals(world, entry)[:2]) == {WORKED}


def test_a_corrective_invoice_credits_on_the_first_open_day(world: World) -> None:
    entry = world.approved()
    invoice = world.invoiced(entry)
    before = len(actuals(world, entry))
    draft = world.do("fia", f"/v1/invoices/{invoice}/revise", {"quantities": {entry: "6"}})
    close(world)

    credited = world.do("fia", f"/v1/invoices/{draft['id']}/confirm", {})

    written = new_rows(world, entry, after=before)
    assert len(written) == 5
    assert days(written) == days(credited["lines"]) == {OPEN}
    assert days(world.get(f"/v1/invoices/{invoice}")["lines"]) == {WORKED}


@pytest.mark.parametrize("policy", ["original", "today", "next_open_period"])
def test_repricing_and_correcting_write_pairs_on_the_first_open_day_whatever_the_policy_of_recalls(
    world: World, policy: str
) -> None:
    world.set_policy(reversal_date=policy)
    entry = world.approved()
    close(world)

    world.do(
        "fia", f"/v1/projects/{world.project}/reprice", {"entries": [entry], "rates": {"cost": "110", "sales": "220"}}
    )
    world.do("fia", "/v1/corrections", {"entries": [entry], "fields": {"task": "Foundation"}})

    written = new_rows(world, entry, after=2)
    assert len(written) == 8
    assert days(written) == {OPEN}


def test_where_today_is_closed_rows_are_replaced_on_the_first_open_day(world: World) -> None:
    world.set_policy(reversal_date="today")
    entry = world.approved()
    first_open = world.close_for_now()

    world.do("fia", "/v1/corrections", {"entries": [entry], "fields": {"task": "Foundation"}})

    assert days(new_rows(world, entry, after=2)) == {first_open}


def test_a_milestone_counts_for_the_first_open_day(world: World) -> None:
    close(world)

    made = world.do(
        "fia", f"/v1/projects/{world.project}/milestones", {"amount": "700", "name": "Delivery", "date": WORKED}
    )

    assert (made["date"], made["accounting_date"]) == (WORKED, OPEN)
    assert days(world.get(f"/v1/invoices/{made['invoice']}")["lines"]) == {OPEN}


def test_an_import_counts_for_the_first_open_day(world: World) -> None:
    close(world)
    line = f"{WORKED},Client,Project,,Task,note,2,Yes,{{}},Yes,Mia,Mo,,,Yes,100,200,50,100,USD,"
    content = "\n".join([HEADINGS, line.format("No"), line.replace("note", "other").format("Yes")]).encode()

    answer = send(world, content, f"unit={world.unit}&approver=mia.{secrets.token_hex(4)}")

    assert answer.status_code == 201, answer.text
    exported = world.call("fia", "GET", f"/v1/actuals.csv?unit={world.unit}").text
    rows = list(csv.DictReader(io.StringIO(exported, newline=""), strict=True))
    assert len(rows) == 2 + 2 + 2
    assert {row["accounting_date"] for row in rows} == {OPEN}
    assert {row["document_date"] for row in rows} == {WORKED}


def test_what_is_taken_back_lands_where_its_original_counts(world: World) -> None:
    entry = world.submitted()
    close(world)
    world.do("mia", "/v1/entries/approve", {"entries": [entry]})
    reopened = world.do("fia", f"/v1/units/{world.unit}/periods/reopen", {"until": CLOSED})

    recall = world.requested(entry)
    world.decide(recall)

    assert reopened["closed_until"] is None
    assert days(new_rows(world, entry, after=2)) == days(recall["lines"][0]["rows"]) == {OPEN}


def test_a_reopened_day_is_written_on_again(world: World) -> None:
    entry = world.submitted()
    close(world)
    world.do("fia", f"/v1/units/{world.unit}/periods/reopen", {"until": CLOSED})

    world.do("mia", "/v1/entries/approve", {"entries": [entry]})

    assert days(actuals(world, entry)) == {WORKED}


@pytest.mark.parametrize(("today", "latest", "beyond"), [
    ("2026-03-02", "2027-03-02", "2027-03-03"),
    ("2028-02-29", "2029-02-28", "2029-03-01"),
    ("2026-03-02", "2026-03-03", "2199-12-31"),
])  # fmt: skip
def test_days_are_closed_a_year_ahead_and_no_more(world: World, today: str, latest: str, beyond: str) -> None:
    path = f"/v1/units/{world.unit}/periods/close"
    world.do("admin", f"/v1/units/{world.unit}/clock", {"today": today})

    refused = world.call("fia", "POST", path, json={"until": beyond})
    closed = world.call("fia", "POST", path, json={"until": latest})

    assert code_of(refused) == (400, "invalid_value")
    assert refused.json()["errors"][0]["facts"]["expected"] == "within_a_year"
    assert closed.json()["closings"] == [latest]
