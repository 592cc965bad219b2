"""Amounts have the decimals of their currency, and a fixed one is paid once, whatever the exchange rate (ADR 040)."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from tests.acting import ask_database
from tests.api.world import Json, World, code_of, new_project

pytestmark = pytest.mark.api
RATE = "11.40"
EXPENSE = {"kind": "expense", "quantity": "3", "amount_method": "fixed"}


def abroad(world: World, **fields: Any) -> str:
    """A project of the unit (USD) with a contract in another currency."""
    rate = "1" if fields.get("currency") == "USD" else RATE
    return new_project(world, "Abroad", approvers=["mia"], **{"currency": "EUR", "exchange_rate": rate, **fields})


def rows(world: World, entry: str) -> list[Json]:
    return list(world.get(f"/v1/entries/{entry}/actuals")["items"])


def money(row: Json) -> tuple[str, str, str, str]:
    return row["type"], row["amount"]["amount"], row["amount"]["currency"], row["base_amount"]["amount"]


def fault(answer: httpx.Response) -> tuple[str, str, str]:
    """Which field of a refused body is wrong, what was expected of it, and how much there may be of it."""
    assert code_of(answer) == (400, "invalid_value")
    (error,) = answer.json()["errors"]
    facts = error["facts"]
    return str(facts["field"]), str(facts["expected"]), str(facts.get("most"))


def test_an_expense_costs_in_the_currency_of_the_unit_what_it_sells_for_in_that_of_the_contract(world: World) -> None:
    entry = world.approved(project=abroad(world), **EXPENSE, amount="100.05")

    assert world.get(f"/v1/entries/{entry}")["amount"] == {"amount": "100.05", "currency": "EUR"}
    assert [money(row) for row in rows(world, entry)] == [
        ("cost", "1140.57", "USD", "1140.57"),
        ("unbilled_sales", "100.05", "EUR", "1140.57"),
    ]


def test_a_fixed_amount_that_is_cut_when_it_is_approved_is_not_sold_twice(world: World) -> None:
    entry = world.submitted(**EXPENSE, amount="100.01")

    world.do("mia", "/v1/entries/approve", {"entries": [entry], "billable": "1"})
    totals = world.get(f"/v1/projects/{world.project}/totals")

    assert [(row["billing_type"], *money(row)[:2]) for row in rows(world, entry)] == [
        ("chargeable", "cost", "100.01"),
        ("chargeable", "unbilled_sales", "33.34"),
        ("non_chargeable", "unbilled_sales", "66.67"),
    ]
    assert (totals["cost"]["amount"], totals["backlog"]["amount"]) == ("100.01", "33.34")


def test_its_recall_takes_back_what_was_written_whatever_the_rate_is_by_then(world: World) -> None:
    project = abroad(world)
    entry = world.approved(project=project, **EXPENSE, amount="100.05")
    rate = {"since": "2026-01-01", "rate": "12"}
    world.do("fia", f"/v1/projects/{project}/exchange-rate", rate, method="PUT")

    decided = world.decide(world.requested(entry))

    assert decided.status_code == 200
    assert [money(row) for row in rows(world, entry)[2:]] == [
        ("cost", "-1140.57", "USD", "-1140.57"),
        ("unbilled_sales", "-100.05", "EUR", "-1140.57"),
    ]
    assert {row["exchange_rate"] for row in rows(world, entry) if row["type"] == "unbilled_sales"} == {"11.4"}


def test_a_split_that_is_repriced_comes_to_what_an_approval_at_that_price_does(world: World) -> None:
    shares = [("A", "33.3334", True), ("B", "33.3333", False), ("C", "33.3333", False)]
    customers = [{"id": id, "share": share, "rounding": rounding} for id, share, rounding in shares]
    project = new_project(world, "Shared", approvers=["mia"], customers=customers)
    entry = world.approved(project=project, quantity="1")
    rates = {"cost": "100", "sales": "6.11"}

    world.do("fia", f"/v1/projects/{project}/reprice", {"entries": [entry], "rates": rates})
    world.do("fia", f"/v1/projects/{project}/rates", rates, method="PUT")
    afresh = world.approved(project=project, quantity="1")

    repriced = {row["customer"]: money(row) for row in rows(world, entry) if row["type"] == "unbilled_sales"}
    assert repriced == {row["customer"]: money(row) for row in rows(world, afresh) if row["customer"]}
    assert [amounts[1] for amounts in repriced.values()] == ["2.03", "2.04", "2.04"]


def test_a_request_of_two_currencies_is_worth_its_base_amounts_in_whichever_order_it_was_chosen(world: World) -> None:
    project = abroad(world)
    cost_only = world.approved(project=project, quantity="1", billing_type="not_available")
    sold = world.approved(project=project, quantity="100")

    previews = [
        world.do("bob", "/v1/recalls/preview", {"entries": list(order)})
        for order in [(cost_only, sold), (sold, cost_only)]
    ]
    alone = world.do("bob", "/v1/recalls/preview", {"entries": [sold]})

    assert [one["amount"] for one in previews] == [{"amount": "228100.00", "currency": "USD"}] * 2
    assert alone["amount"] == {"amount": "20000.00", "currency": "EUR"}
    assert world.requested(cost_only, sold)["amount"] == previews[0]["amount"]


@pytest.mark.parametrize(
    ("currency", "amount", "most"),
    [("USD", "12.345", "2"), ("JPY", "12.5", "0"), ("KWD", "12.3456", "3"), ("EUR", "-0.001", "2")],
)
def test_an_amount_with_more_decimals_than_its_currency_has_is_refused_and_changes_nothing(
    world: World, currency: str, amount: str, most: str
) -> None:
    project = abroad(world, currency=currency)
    body = {"project": project, "date": "2026-02-02", **EXPENSE, "amount": amount}
    entry = world.draft(project=project, **EXPENSE, amount="12.0")

    made = world.call("bob", "POST", "/v1/entries", json=body)
    counting_for_nothing = world.call("bob", "POST", "/v1/entries", json=body | {"amount_method": "multiply"})
    edited = world.call("bob", "PATCH", f"/v1/entries/{entry}", json={"amount": amount})

    assert fault(made) == fault(counting_for_nothing) == fault(edited) == ("amount", "decimal_places", most)
    assert len(world.get(f"/v1/entries?project={project}")["items"]) == 1
    assert world.get(f"/v1/entries/{entry}")["version"] == 1


def test_an_entry_without_a_project_has_amounts_in_the_currency_of_its_unit(world: World) -> None:
    body = {"unit": world.unit, "date": "2026-02-02", **EXPENSE, "amount": "12.345"}

    assert fault(world.call("bob", "POST", "/v1/entries", json=body)) == ("amount", "decimal_places", "2")


def test_the_decimals_of_a_price_are_those_of_any_number(world: World) -> None:
    project = abroad(world, currency="JPY", rates={"cost": "0.12345", "sales": "1.23456"}, exchange_rate="0.0065")

    entry = world.approved(project=project, cost_price="10.00055")

    assert [money(row)[:3] for row in rows(world, entry)] == [
        ("cost", "80.00", "USD"),
        ("unbilled_sales", "10", "JPY"),
    ]


def test_a_stored_amount_with_more_decimals_stays_readable_and_is_rounded_at_its_approval(world: World) -> None:
    """As entries from before this rule are."""
    entry = world.draft(**EXPENSE, amount="12.34")
    _store(world, entry, "amount = 12.345, amount_method = 'multiply'")

    shown = world.get(f"/v1/entries/{entry}")
    made_to_count = world.call("bob", "PATCH", f"/v1/entries/{entry}", json={"amount_method": "fixed"})
    other = world.call("bob", "PATCH", f"/v1/entries/{entry}", json={"task": "Travel"})
    _store(world, entry, "amount_method = 'fixed'")
    world.do("bob", "/v1/entries/submit", {"entries": [entry]})
    world.do("mia", "/v1/entries/approve", {"entries": [entry]})

    assert shown["amount"] == {"amount": "12.34500", "currency": "USD"}
    assert fault(made_to_count) == ("amount", "decimal_places", "2")
    assert other.status_code == 200
    assert [money(row)[1] for row in rows(world, entry)] == ["12.35", "12.35"]


def _store(world: World, entry: str, values: str) -> None:
    sql = f"update entry set {values} where id = $1::uuid returning id::text"
    asyncio.run(ask_database(world.service.settings.owner_database_url, sql, entry))


def test_the_limit_of_a_policy_has_the_decimals_of_its_currency(world: World) -> None:
    limit = {"second_approver_above": {"amount": "1599.995", "currency": "USD"}}
    yen = {"second_approver_above": {"amount": "1599.5", "currency": "JPY"}}
    unit = {"id": f"{world.unit}-b", "name": "B", "currency": "JPY", "policy": yen}

    set_anew = world.try_policy(limit)
    at_once = world.call("admin", "POST", "/v1/units", json=unit)

    assert fault(set_anew) == ("second_approver_above/amount", "decimal_places", "2")
    assert set_anew.json()["errors"][0]["pointer"] == "/policy/second_approver_above/amount"
    assert fault(at_once) == ("second_approver_above/amount", "decimal_places", "0")
    assert world.get(f"/v1/policies/{world.unit}")["version"] == 1


def test_a_file_with_an_expense_of_half_a_yen_is_refused_whole(world: World) -> None:
    heading = "Date,Client,Project,Category,Amount,Billable,First name,Last name,Currency"
    lines = [heading, *(f"2026-02-10,A,P,Travel,{one},Yes,Mia,Hart,JPY" for one in ("10.0", "10.5"))]
    path = f"/v1/imports/harvest-expenses?unit={world.unit}&approver=mia&approved=yes"

    answer = world.call("fia", "POST", path, content="\n".join(lines).encode(), headers={"content-type": "text/csv"})

    assert code_of(answer) == (422, "import_invalid")
    (error,) = answer.json()["errors"]
    assert (error["line"], error["heading"], error["code"]) == (3, "Amount", "invalid_value")
    assert error["detail"] == "The value of Amount is not accepted: the number has more than 0 decimals."


def test_an_imported_expense_is_the_same_in_cost_and_sales_for_its_project_has_one_currency(world: World) -> None:
    heading = "Date,Client,Project,Category,Amount,Billable,First name,Last name,Currency"
    content = f"{heading}\n2026-02-10,A,{world.unit},Travel,105,Yes,Mia,Hart,JPY".encode()
    path = f"/v1/imports/harvest-expenses?unit={world.unit}&approver=mia&approved=yes"

    made = world.call("fia", "POST", path, content=content, headers={"content-type": "text/csv"})

    assert made.status_code == 201, made.text
    projects = world.get(f"/v1/projects?unit={world.unit}")["items"]
    (imported,) = (one["id"] for one in projects if one["name"] == world.unit)
    (entry,) = world.get(f"/v1/entries?project={imported}")["items"]
    assert [money(row)[:3] for row in rows(world, entry["id"])] == [
        ("cost", "105", "JPY"),
        ("unbilled_sales", "105", "JPY"),
    ]


def rate_refused(answer: httpx.Response) -> tuple[str, str]:
    """The field of a rate that was refused, and what was expected."""
    assert code_of(answer) == (400, "invalid_value")
    (error,) = answer.json()["errors"]
    return error["facts"]["field"], error["facts"]["expected"]


def test_a_contract_in_another_currency_needs_a_rate_and_one_in_the_same_takes_none(world: World) -> None:
    """Base amounts would be amounts of the other currency, or of none (ADR 041)."""
    made = {"unit": world.unit, "name": "Delta", "approvers": [world.people["mia"]]}
    path = f"/v1/projects/{world.project}/exchange-rate"

    missing = world.call("admin", "POST", "/v1/projects", json=made | {"currency": "EUR"})
    needless = world.call("admin", "POST", "/v1/projects", json=made | {"exchange_rate": "11.4"})
    later = world.call("fia", "PUT", path, json={"since": "2026-03-02", "rate": "11.4"})

    assert rate_refused(missing) == ("exchange_rate", "rate_of_two_currencies")
    assert rate_refused(needless) == ("exchange_rate", "one_of_one_currency")
    assert rate_refused(later) == ("rate", "one_of_one_currency")
    assert world.do("admin", "/v1/projects", made | {"exchange_rate": "1.0"})["exchange_rate"] == "1"
    assert world.call("fia", "PUT", path, json={"since": "2026-03-02", "rate": "1"}).status_code == 200
