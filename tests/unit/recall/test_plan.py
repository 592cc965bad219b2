"""The plan of a recall: its fingerprint, and how people are told that it changed."""

from __future__ import annotations

import pytest

from domain.recall.plan import Difference, Plan, brief, compare, request_hash

pytestmark = pytest.mark.unit

COST = {"type": "cost", "quantity": "-8", "accounting_date": "2026-02-02", "task": "Måling"}
SALES = {"type": "unbilled_sales", "quantity": "-8", "accounting_date": "2026-02-02", "task": None}


def test_a_fingerprint_never_changes_from_one_release_to_the_next() -> None:
    assert Plan("E1", (COST, SALES)).hash == "9a5fde8e7414d824d7f8f75efc6e64b4"
    assert request_hash({"E1": "aa", "E2": "bb"}) == "43eafe5406b80d639e1d8cb80fb5026e"


def test_the_order_of_rows_counts_and_the_order_of_columns_does_not() -> None:
    plan = Plan("E1", (COST, SALES))

    assert Plan("E1", (dict(reversed(COST.items())), SALES)).hash == plan.hash
    assert Plan("E1", (SALES, COST)).hash != plan.hash


def test_a_column_the_decision_is_not_bound_to_may_change() -> None:
    today, tomorrow = ({**COST, "accounting_date": day} for day in ("2026-02-12", "2026-02-13"))
    unbound = frozenset({"accounting_date"})

    assert Plan("E1", (today,), unbound).hash == Plan("E1", (tomorrow,), unbound).hash
    assert Plan("E1", (today,)).hash != Plan("E1", (tomorrow,)).hash
    assert Plan("E1", ({**today, "quantity": "-7"},), unbound).hash != Plan("E1", (today,), unbound).hash


def test_a_request_is_its_lines_and_their_plans_in_any_order() -> None:
    assert request_hash({"E2": "bb", "E1": "aa"}) == request_hash({"E1": "aa", "E2": "bb"})
    assert request_hash({"E1": "bb", "E2": "aa"}) != request_hash({"E1": "aa", "E2": "bb"})
    assert request_hash({"E1": "aa"}) != request_hash({"E1": "aa", "E2": "bb"})


def test_rows_are_told_apart_by_a_few_columns() -> None:
    row = {
        "reverses": "4",
        "type": "cost",
        "class": "time",
        "billing_type": "chargeable",
        "customer": None,
        "quantity": "-8",
        "price": "100",
        "amount": "-800.00",
        "currency": "NOK",
        "accounting_date": "2026-02-02",
        "task": "Design",
    }

    assert brief([row, {"permit": "P1", "type": "permit"}]) == (
        {
            "reverses": "4",
            "type": "cost",
            "billing_type": "chargeable",
            "customer": None,
            "quantity": "-8",
            "amount": "-800.00",
            "currency": "NOK",
            "accounting_date": "2026-02-02",
        },
        {"type": "permit"},
    )


def test_what_changed_are_the_rows_that_are_gone_and_those_that_are_new() -> None:
    dearer = {**COST, "quantity": "-9"}

    assert compare("E1", (COST, SALES), (SALES, COST)) is None
    assert compare("E1", (COST, SALES), (dearer, SALES)) == Difference("E1", (COST,), (dearer,))
    assert compare("E1", (COST, SALES), (SALES,)) == Difference("E1", gone=(COST,), new=())
    assert compare("E1", (SALES,), (COST, SALES)) == Difference("E1", gone=(), new=(COST,))
