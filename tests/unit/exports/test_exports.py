"""What the exports write: spreadsheets run nothing of it, and beancount finds every transaction balanced."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from beancount import loader
from beancount.core import data
from hypothesis import given
from hypothesis import strategies as st

from domain.project.actuals import Actual, ActualType, ActualValues, negated
from domain.project.entries import AmountMethod, BillingType
from domain.project.exporting import ExportedActual
from exports import actuals_csv, beancount

pytestmark = pytest.mark.unit
DAY = date(2026, 2, 2)
VALUES = ActualValues(
    type=ActualType.UNBILLED_SALES,
    class_="time",
    billing_type=BillingType.CHARGEABLE,
    quantity=Decimal(8),
    price=Decimal(200),
    amount=Decimal(1600),
    amount_method=AmountMethod.MULTIPLY,
    currency="NOK",
    exchange_rate=Decimal(1),
    exchange_rate_date=DAY,
    base_amount=Decimal(1600),
    document_date=DAY,
    start_date=DAY,
    end_date=DAY,
    accounting_date=DAY,
    project="p1",
    entry="e1",
    resource="bob",
)
ROW = ExportedActual(
    actual=Actual(1, VALUES),
    unit="oslo",
    project_name="Alfa",
    base_currency="NOK",
    generation=1,
    posting_kind="approval",
    posting="a1",
    invoice_number=None,
    act=None,
    reversed_by_act=None,
    written_at=datetime(2026, 2, 3, tzinfo=UTC),
)
TEXTS = st.text(max_size=20)
AMOUNTS = st.decimals("-1e12", "1e12", places=2)


def reversal(row: ExportedActual, *, id: int, act: str) -> ExportedActual:
    return replace(row, actual=Actual(id, negated(row.actual.values), reverses=row.actual.id), act=act)


def journal(rows: Sequence[ExportedActual]) -> list[data.Transaction]:
    """The transactions beancount reads; it balances every one of them while it loads."""
    entries, errors, _ = loader.load_string(beancount.opening(["NOK", "JPY"]) + beancount.lines(rows))
    assert errors == []
    return [entry for entry in entries if isinstance(entry, data.Transaction)]


def legs(entry: data.Transaction) -> list[tuple[str, Decimal]]:
    """Account and amount of each leg."""
    return [
        (one.account, one.units.number)
        for one in entry.postings
        if one.units is not None and one.units.number is not None
    ]


def records(rows: Sequence[ExportedActual]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(actuals_csv.heading() + actuals_csv.lines(rows), newline=""), strict=True))


@pytest.mark.parametrize("type", list(ActualType))
def test_every_type_of_actual_is_a_transaction_of_two_legs(type: ActualType) -> None:
    row = replace(ROW, actual=Actual(1, replace(VALUES, type=type)))

    (entry,) = journal([row])

    assert legs(entry) == list(zip(beancount.ACCOUNTS[type], (Decimal(1600), Decimal(-1600)), strict=True))


def test_a_reversal_turns_the_signs_and_carries_the_link_of_its_original() -> None:
    original = replace(ROW, reversed_by_act="recall-R-1042")

    entries = journal([original, reversal(ROW, id=2, act="recall-R-1042")])

    sums: dict[str, Decimal] = defaultdict(Decimal)
    for entry in entries:
        assert entry.links == {"recall-R-1042"}
        for account, amount in legs(entry):
            sums[account] += amount
    assert len(entries) == 2
    assert set(sums.values()) == {Decimal(0)}


def test_sales_that_are_not_chargeable_are_no_claim() -> None:
    rows = [
        replace(ROW, actual=Actual(1, replace(VALUES, billing_type=billing)))
        for billing in BillingType
        if billing is not BillingType.CHARGEABLE
    ]

    assert journal(rows) == []


@given(name=TEXTS, unit=TEXTS, resource=TEXTS, act=TEXTS, amount=AMOUNTS)
def test_whatever_the_texts_and_amounts_the_journal_balances(
    name: str, unit: str, resource: str, act: str, amount: Decimal
) -> None:
    values = replace(VALUES, unit_of_measure=unit, resource=resource, amount=amount)
    row = replace(ROW, actual=Actual(1, values), project_name=name, reversed_by_act=act)

    (entry,) = journal([row])

    assert [found for _, found in legs(entry)] == [amount, -amount]


@given(
    texts=st.lists(
        TEXTS | st.sampled_from(["=1+1", "+1", "-1", "@a", "\t=1", " =1", "'=1", "a;=1", ";'", "a\n-1"]),
        min_size=4,
        max_size=4,
    )
)
def test_texts_come_back_as_they_were_and_no_cell_is_a_formula(texts: list[str]) -> None:
    task, role, category, name = texts
    row = replace(ROW, actual=Actual(1, replace(VALUES, task=task, role=role, category=category)), project_name=name)

    (found,) = records([row])

    shown = [found[column] for column in ("task", "role", "category", "project_name")]
    assert [actuals_csv.restored(text) for text in shown] == texts
    cells = [cell for text in shown for cell in re.split("[;\t\r\n]", text)]  # as where a list is parted by semicolons
    assert not any(text.lstrip()[:1] in set("=+-@") for text in [*shown, *cells] if text.strip())


def test_a_text_that_begins_a_cell_behind_a_semicolon_is_no_formula_there() -> None:
    assert actuals_csv.harmless("Drift;=WEBSERVICE(A1);") == "Drift;'=WEBSERVICE(A1);"
    assert actuals_csv.harmless("Drift; vedlikehold - og e-post") == "Drift; vedlikehold - og e-post"


def test_numbers_and_days_are_plain_and_lines_end_with_crlf() -> None:
    text = actuals_csv.lines([reversal(ROW, id=2, act="recall-R-1042")])
    (found,) = records([reversal(ROW, id=2, act="recall-R-1042")])

    assert text.endswith("\r\n")
    assert (found["quantity"], found["amount"], found["base_amount"], found["tax"]) == (
        "-8",
        "-1600.00",
        "-1600.00",
        "0.00",
    )
    assert (found["id"], found["reverses"], found["act"]) == ("2", "1", "recall-R-1042")
    assert (found["type"], found["class"], found["accounting_date"]) == ("unbilled_sales", "time", "2026-02-02")
    assert found["written_at"] == "2026-02-03T00:00:00.000Z"


def test_every_value_of_an_actual_has_its_column() -> None:
    (found,) = records([ROW])

    names = {"class" if name == "class_" else name for name in ActualValues.__slots__}
    assert names <= set(found)
