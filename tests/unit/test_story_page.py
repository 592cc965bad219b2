"""What the story prints is plain text of at most 100 columns, aligned where it is a table."""

from __future__ import annotations

from typing import Any

import pytest

from domain.language import Text
from tilbake.settings import Settings
from tilbake.story import texts
from tilbake.story.links import recall_links
from tilbake.story.page import WIDTH, ledger, paragraph, table

pytestmark = pytest.mark.unit
WHAT = Text("hva", "what")


def actual(id: str, *, quantity: str, amount: str, reverses: str | None = None) -> dict[str, Any]:
    return {
        "id": id,
        "type": "unbilled_sales",
        "quantity": quantity,
        "price": "1250",
        "amount": {"amount": amount, "currency": "NOK"},
        "adjustment": "unadjustable" if reverses else "adjusted",
        "status": "canceled",
        "reverses": reverses,
    }


def test_columns_are_as_wide_as_their_longest_cell() -> None:
    lines = table([WHAT, texts.QUANTITY], [["a", "1"], ["Rådgivning", "-12.5"]])

    assert lines == [
        "   what        quantity",
        "   a                  1",
        "   Rådgivning     -12.5",
    ]


def test_a_table_without_rows_has_its_headings() -> None:
    assert table([WHAT], []) == ["   what"]


def test_a_reversal_names_the_row_it_takes_back() -> None:
    rows = [
        actual("a1", quantity="2.5", amount="3125.00"),
        actual("a2", quantity="-2.5", amount="-3125.00", reverses="a1"),
    ]

    _, original, reversal = ledger(rows)

    assert " ".join(original.split()) == "1 unbilled sales 2.5 1250 3125.00 NOK adjusted canceled"
    assert " ".join(reversal.split()) == "2 unbilled sales -2.5 1250 -3125.00 NOK unadjustable canceled row 1"
    assert original.index("3125.00") == reversal.index("-3125.00") + 1


def test_a_row_that_reverses_one_not_shown_says_so() -> None:
    (_, reversal) = ledger([actual("a2", quantity="-2.5", amount="-3125.00", reverses="a1")])

    assert reversal.endswith("an earlier row")


def test_a_ledger_of_long_numbers_keeps_to_the_width() -> None:
    rows = [actual("a1", quantity="-12345.12345", amount="-1234567890.50", reverses="a1")]

    assert max(len(line) for line in ledger(rows)) <= WIDTH


def test_a_paragraph_is_wrapped_and_indented() -> None:
    lines = paragraph("word " * 60)

    assert len(lines) == 4
    assert all(line.startswith("   word") and len(line) <= WIDTH for line in lines)


def test_a_link_is_never_broken() -> None:
    link = "http://127.0.0.1:8233/namespaces/default/workflows/" + "x" * 100

    assert f"   {link}" in paragraph(f"Look at {link} then.")


def test_the_list_of_the_temporal_ui_is_filtered_to_one_request() -> None:
    recall = {"workflow_id": "recall-1042-5f0c2a9e", "workflow_url": "http://ui/w"}

    filtered, itself = recall_links(Settings(temporal_ui_url="http://ui"), recall)

    assert filtered == "http://ui/namespaces/default/workflows?query=WorkflowId%3D%22recall-1042-5f0c2a9e%22"
    assert itself == "http://ui/w"


def test_without_a_temporal_ui_there_is_no_link() -> None:
    assert recall_links(Settings(), {"workflow_id": "recall-1-5f0c2a9e", "workflow_url": None}) == []
