"""What an invoice says it brings is what the project's totals show."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.world import World

pytestmark = pytest.mark.api


def figures(answer: Any) -> tuple[str, list[str]]:
    return answer["total"]["amount"], [line["invoiced"]["amount"] for line in answer["lines"]]


def test_an_invoice_tells_what_it_bills_and_what_it_credits(world: World) -> None:
    entry, free = world.approved(), world.approved(billing_type="non_chargeable")
    before = world.get(f"/v1/projects/{world.project}/totals")["billed"]["amount"]

    body = {"project": world.project, "entries": [entry, free], "billed": {entry: "6"}}
    drafted = world.do("fia", "/v1/invoices", body)
    confirmed = world.do("fia", f"/v1/invoices/{drafted['id']}/confirm", {})
    billed = world.get(f"/v1/projects/{world.project}/totals")["billed"]["amount"]
    credit = world.do("fia", f"/v1/invoices/{drafted['id']}/revise", {"quantities": {entry: "2"}})
    world.do("fia", f"/v1/invoices/{credit['id']}/confirm", {})
    after = world.get(f"/v1/projects/{world.project}/totals")["billed"]["amount"]

    assert before == "0.00"
    assert drafted["total"] == confirmed["total"] == {"amount": billed, "currency": drafted["total"]["currency"]}
    assert sorted(figures(drafted)[1]) == ["0.00", billed]
    assert float(credit["total"]["amount"]) == float(after) - float(billed) < 0


def test_an_invoice_says_who_may_do_what_with_it_now(world: World) -> None:
    drafted = world.get(f"/v1/invoices/{world.drafted_invoice(world.approved())}", person="fia")
    confirmed = world.do("fia", f"/v1/invoices/{drafted['id']}/confirm", {})
    (listed,) = world.get(f"/v1/invoices?project={world.project}", person="mia")["items"]

    assert possible(drafted) == {"change", "remove_lines", "delete", "confirm"}
    assert possible(confirmed) == {"pay", "revise"}
    assert possible(listed) == set()
    assert {one["code"] for one in listed["allowed_actions"]} == {"not_finance"}
    assert {one["code"] for one in confirmed["allowed_actions"]} == {None, "invoice_confirmed"}


def possible(answer: Any) -> set[str]:
    return {one["action"] for one in answer["allowed_actions"] if one["allowed"]}
