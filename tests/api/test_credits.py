"""Corrective invoices: milestones as a whole, entries in full or in part, and what each means for a recall."""

from __future__ import annotations

import asyncio
import csv
import io
from decimal import Decimal

import httpx
import pytest

from tests.acting import ask_database
from tests.api.world import Json, World, code_of, new_project

pytestmark = pytest.mark.api


@pytest.fixture
def fixed(world: World) -> World:
    """A world whose project has a fixed price."""
    world.project = new_project(world, "Fixed", approvers=("mia", "noor"), billing="fixed_price")
    return world


def milestone(world: World, amount: str = "5000") -> Json:
    """A billed milestone's invoice."""
    body = {"amount": amount, "name": "Delivery", "date": "2026-02-01"}
    made = world.do("fia", f"/v1/projects/{world.project}/milestones", body)
    return world.get(f"/v1/invoices/{made['invoice']}", person="fia")


def row_of(invoice: Json) -> str:
    return str(invoice["lines"][0]["actual"])


def revised(world: World, invoice: str, name: str, keep: str) -> httpx.Response:
    return world.call("fia", "POST", f"/v1/invoices/{invoice}/revise", json={"quantities": {name: keep}})


def confirmed(world: World, invoice: str) -> httpx.Response:
    return world.call("fia", "POST", f"/v1/invoices/{invoice}/confirm", json={})


def credited(world: World, invoice: str, name: str, keep: str = "0") -> str:
    """A confirmed corrective invoice."""
    draft = revised(world, invoice, name, keep)
    assert draft.status_code == 201, draft.text
    assert confirmed(world, draft.json()["id"]).status_code == 200
    return str(draft.json()["id"])


def billed(world: World) -> str:
    return str(world.get(f"/v1/projects/{world.project}/totals")["billed"]["amount"])


def asked(world: World, *entries: str) -> httpx.Response:
    return world.call("bob", "POST", "/v1/recalls", json={"entries": list(entries), "reason": "Wrong project"})


def taken_back(world: World, entry: str) -> list[tuple[str, str]]:
    """Type and quantity of the rows a recall of the entry wrote."""
    rows = world.get(f"/v1/entries/{entry}/actuals")["items"]
    return sorted((row["type"], row["quantity"]) for row in rows if row["recall"])


def test_a_milestone_stands_on_a_confirmed_invoice_of_its_own(fixed: World) -> None:
    invoice = milestone(fixed)

    (line,) = invoice["lines"]
    assert (invoice["status"], invoice["kind"], invoice["total"]["amount"]) == ("confirmed", "proforma", "5000.00")
    assert (line["entry"], line["invoiced"]["amount"]) == (None, "5000.00")
    assert billed(fixed) == "5000.00"


def test_customers_share_a_milestone_and_each_is_credited_alone(world: World) -> None:
    shares = [("A", "33.4", True), ("B", "33.3", False), ("C", "33.3", False)]
    customers = [{"id": id, "share": share, "rounding": rounding} for id, share, rounding in shares]
    world.project = new_project(world, "Shared", approvers=("mia",), billing="fixed_price", customers=customers)

    invoice = milestone(world, "100.01")
    lines = {line["customer"]: line for line in invoice["lines"]}
    credited(world, invoice["id"], lines["A"]["actual"])
    left = billed(world)
    rest = {lines[customer]["actual"]: "0" for customer in "BC"}
    draft = world.do("fia", f"/v1/invoices/{invoice['id']}/revise", {"quantities": rest})
    confirmed(world, draft["id"])

    assert {customer: (line["quantity"], line["invoiced"]["amount"]) for customer, line in lines.items()} == {
        "A": ("0.334", "33.41"),
        "B": ("0.333", "33.30"),
        "C": ("0.333", "33.30"),
    }
    assert (invoice["total"]["amount"], left, billed(world)) == ("100.01", "66.60", "0.00")


def test_a_milestone_is_in_the_exchange_rate_of_its_day(world: World) -> None:
    project = new_project(
        world, "Abroad", approvers=("mia",), billing="fixed_price", currency="EUR", exchange_rate="11"
    )
    world.do("fia", f"/v1/projects/{project}/exchange-rate", {"since": "2026-01-15", "rate": "12"}, method="PUT")

    for day in ("2026-01-14", "2026-02-01"):
        body = {"amount": "100", "name": "Delivery", "date": day}
        world.do("fia", f"/v1/projects/{project}/milestones", body)

    exported = world.call("fia", "GET", f"/v1/actuals.csv?project={project}").text
    rows = list(csv.DictReader(io.StringIO(exported, newline=""), strict=True))
    assert [(row["document_date"], Decimal(row["exchange_rate"]), Decimal(row["base_amount"])) for row in rows] == [
        ("2026-01-14", Decimal(11), Decimal(1100)),
        ("2026-02-01", Decimal(12), Decimal(1200)),
    ]


def test_a_milestone_is_credited_in_full_once_the_credit_is_confirmed(fixed: World) -> None:
    invoice = milestone(fixed)

    draft = revised(fixed, invoice["id"], row_of(invoice), "0")
    before = billed(fixed)
    answer = confirmed(fixed, draft.json()["id"])

    assert (draft.status_code, draft.json()["total"]["amount"]) == (201, "-5000.00")
    assert (before, billed(fixed)) == ("5000.00", "0.00")
    assert (answer.json()["kind"], answer.json()["corrects"]) == ("corrective", invoice["id"])


@pytest.mark.parametrize("keep", ["0.5", "0.00001", "0.99999"])
def test_a_part_of_a_milestone_is_not_credited(keep: str, fixed: World) -> None:
    invoice = milestone(fixed)

    answer = revised(fixed, invoice["id"], row_of(invoice), keep)

    assert code_of(answer) == (422, "milestone_partial_credit")
    assert len(fixed.get(f"/v1/invoices?project={fixed.project}", person="fia")["items"]) == 1


@pytest.mark.parametrize("keep", ["1", "2"])
def test_a_milestone_that_is_to_stay_is_nothing_to_credit(keep: str, fixed: World) -> None:
    invoice = milestone(fixed)

    assert code_of(revised(fixed, invoice["id"], row_of(invoice), keep)) == (422, "not_invoiceable")


def test_a_milestone_is_credited_once(fixed: World) -> None:
    invoice = milestone(fixed)
    first, second = (revised(fixed, invoice["id"], row_of(invoice), "0").json()["id"] for _ in range(2))

    assert confirmed(fixed, first).status_code == 200
    assert code_of(confirmed(fixed, second)) == (422, "not_invoiceable")
    assert code_of(revised(fixed, invoice["id"], row_of(invoice), "0")) == (422, "not_invoiceable")
    assert fixed.call("fia", "DELETE", f"/v1/invoices/{second}").status_code == 204
    assert billed(fixed) == "0.00"


def test_the_credit_of_a_milestone_names_a_milestone_of_that_invoice(fixed: World) -> None:
    invoice, other = milestone(fixed), milestone(fixed, "700")

    answer = revised(fixed, invoice["id"], row_of(other), "0")

    assert code_of(answer)[1] == "unknown_entry"
    assert billed(fixed) == "5700.00"


def test_a_milestone_and_its_credit_leave_the_entries_of_the_project_alone(fixed: World) -> None:
    entry = fixed.approved()
    invoice = milestone(fixed)
    credited(fixed, invoice["id"], row_of(invoice))

    recall = fixed.requested(entry)
    fixed.decide(recall)

    assert taken_back(fixed, entry) == [("cost", "-8")]
    assert fixed.get(f"/v1/projects/{fixed.project}/totals")["cost"]["amount"] == "0.00"


def test_a_corrective_draft_changes_nothing_and_can_be_deleted(world: World) -> None:
    entry = world.approved()
    invoice = world.invoiced(entry)

    draft = revised(world, invoice, entry, "6").json()
    while_drafted = asked(world, entry)
    deleted = world.call("fia", "DELETE", f"/v1/invoices/{draft['id']}")

    assert code_of(while_drafted) == (422, "already_invoiced")
    assert deleted.status_code == 204
    assert code_of(asked(world, entry)) == (422, "already_invoiced")
    assert billed(world) == "1600.00"


def test_a_part_that_was_credited_is_not_enough_and_the_rest_is(world: World) -> None:
    entry = world.approved()
    invoice = world.invoiced(entry)

    corrective = credited(world, invoice, entry, "6")
    partly = asked(world, entry)
    credited(world, corrective, entry)
    recall = world.requested(entry)
    world.decide(recall)

    assert code_of(partly) == (422, "partially_credited")
    number = world.get(f"/v1/invoices/{corrective}", person="fia")["number"]
    assert partly.json()["errors"][0]["facts"] == {"quantity": "2", "invoice": number}
    assert taken_back(world, entry) == [("cost", "-8"), ("unbilled_sales", "-2"), ("unbilled_sales", "-6")]


def test_what_was_credited_of_earlier_invoices_is_not_said_of_this_one(world: World) -> None:
    entry = world.approved()
    credited(world, world.invoiced(entry), entry)

    credited(world, world.invoiced(entry), entry, "6")

    assert asked(world, entry).json()["errors"][0]["facts"]["quantity"] == "2"


@pytest.mark.parametrize("fixed_amount", [{}, {"amount_method": "fixed", "amount": "100"}])
def test_an_invoiced_entry_of_no_quantity_is_credited_in_full_and_taken_back(fixed_amount: Json, world: World) -> None:
    entry = world.approved(kind="expense", quantity="0", **fixed_amount)
    invoice = world.invoiced(entry)
    actions = world.get(f"/v1/invoices/{invoice}", person="fia")["allowed_actions"]

    credit = world.get(f"/v1/invoices/{credited(world, invoice, entry)}", person="fia")
    answer = world.decide(world.requested(entry))

    assert Decimal(credit["total"]["amount"]) == -Decimal(
        world.get(f"/v1/invoices/{invoice}", person="fia")["total"]["amount"]
    )
    assert [one["allowed"] for one in actions if one["action"] == "revise"] == [True]
    assert (answer.json()["recall"]["status"], billed(world)) == ("recalled", "0.00")
    assert taken_back(world, entry) == [("cost", "0"), ("unbilled_sales", "0")]


def test_a_part_credited_before_the_decision_blocks_it(world: World) -> None:
    entry = world.approved()
    recall = world.requested(entry)
    invoice = world.invoiced(entry)

    billed_first = world.decide(world.get(f"/v1/recalls/{recall['id']}"))
    corrective = credited(world, invoice, entry, "6")
    partly = world.decide(world.get(f"/v1/recalls/{recall['id']}"))
    credited(world, corrective, entry)
    answer = world.decide(world.get(f"/v1/recalls/{recall['id']}"))

    assert code_of(billed_first) == (422, "already_invoiced")
    assert code_of(partly) == (422, "partially_credited")
    assert answer.json()["recall"]["status"] == "recalled"


def test_a_full_credit_put_on_a_new_draft_blocks_like_the_first_time(world: World) -> None:
    entry = world.approved()
    credited(world, world.invoiced(entry), entry)
    recall = world.requested(entry)

    draft = world.drafted_invoice(entry)
    blocked = world.decide(recall)
    world.do("fia", f"/v1/invoices/{draft}/remove", {"entries": [entry]})
    answer = world.decide(world.get(f"/v1/recalls/{recall['id']}"))

    assert code_of(blocked) == (422, "on_draft_invoice")
    assert answer.json()["recall"]["status"] == "recalled"


@pytest.mark.parametrize("more", ["8", "9"])
def test_a_corrective_draft_is_not_changed_to_bill_as_much_or_more(more: str, world: World) -> None:
    entry = world.approved()
    invoice = world.get(f"/v1/invoices/{world.invoiced(entry)}", person="fia")
    draft = revised(world, invoice["id"], entry, "6").json()

    changed = world.call("fia", "PATCH", f"/v1/invoices/{draft['id']}", json={"billed": {entry: more}})
    lowered = world.call("fia", "PATCH", f"/v1/invoices/{draft['id']}", json={"billed": {entry: "7"}})
    confirmed(world, draft["id"])

    assert code_of(changed) == code_of(revised(world, draft["id"], entry, more)) == (422, "not_invoiceable")
    assert changed.json()["errors"][0]["facts"] == {"invoice": invoice["number"], "why": "keeps_all"}
    assert (lowered.status_code, lowered.json()["total"]["amount"]) == (200, "-200.00")
    assert billed(world) == "1400.00"


@pytest.mark.parametrize("keep", ["6", "7", "8"])
def test_what_nobody_pays_is_no_room_to_bill_more_of_the_rest(keep: str, world: World) -> None:
    entry = world.approved()
    invoice = world.drafted_invoice(entry)
    world.do("fia", f"/v1/invoices/{invoice}", {"billed": {entry: "6"}}, method="PATCH")
    confirmed(world, invoice)

    assert code_of(revised(world, invoice, entry, keep)) == (422, "not_invoiceable")
    credited(world, invoice, entry, "5.5")
    assert billed(world) == "1100.00"


@pytest.mark.parametrize("stored", ["8", "9"])
def test_a_draft_that_credits_nothing_is_not_confirmed_however_it_came_to_be(stored: str, world: World) -> None:
    """As drafts from before this rule are."""
    entry = world.approved()
    draft = revised(world, world.invoiced(entry), entry, "6").json()
    sql = "update invoice_line set billed = $2::numeric where invoice_id = $1::uuid returning billed::text"
    asyncio.run(ask_database(world.service.settings.owner_database_url, sql, draft["id"], Decimal(stored)))

    answer = confirmed(world, draft["id"])
    before = billed(world)
    world.do("fia", f"/v1/invoices/{draft['id']}", {"billed": {entry: "6"}}, method="PATCH")

    assert (code_of(answer), before) == ((422, "not_invoiceable"), "1600.00")
    assert answer.json()["errors"][0]["facts"]["why"] == "keeps_all"
    assert confirmed(world, draft["id"]).status_code == 200
    assert billed(world) == "1200.00"


def test_an_entry_on_a_corrective_draft_is_not_put_on_another_which_is_named(world: World) -> None:
    entry = world.approved()
    invoice = world.invoiced(entry)
    draft = revised(world, invoice, entry, "3").json()

    again = revised(world, invoice, entry, "2")

    assert code_of(again) == (422, "not_invoiceable")
    assert again.json()["detail"] == f"The entry is on the corrective draft {draft['number']} already."
    assert world.call("fia", "DELETE", f"/v1/invoices/{draft['id']}").status_code == 204
    assert revised(world, invoice, entry, "2").status_code == 201


@pytest.mark.parametrize(
    ("amount", "expected"), [("-5", "larger"), ("0", "larger"), ("0.00", "larger"), ("0.001", "decimal_places")]
)
def test_a_milestone_is_an_amount_above_zero_in_the_digits_of_its_currency(
    amount: str, expected: str, fixed: World
) -> None:
    body = {"amount": amount, "name": "Delivery", "date": "2026-02-01"}

    answer = fixed.call("fia", "POST", f"/v1/projects/{fixed.project}/milestones", json=body)

    assert code_of(answer) == (400, "invalid_value")
    assert answer.json()["errors"][0]["facts"]["expected"] == expected
    assert billed(fixed) == "0.00"
