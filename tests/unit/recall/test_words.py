"""What people are told a recall will do and has done: the same sentences in previews, answers and mails."""

from __future__ import annotations

from decimal import Decimal

import pytest

from domain.language import Language
from domain.money import Money
from domain.recall.plan import Row
from domain.recall.words import effect, label_in, worth_of

pytestmark = pytest.mark.unit


def test_the_effect_of_an_approval_is_a_sentence() -> None:
    said = [effect(6, lines=3, amount="1600.00 USD", language=language) for language in (Language.NB, Language.EN)]

    assert said == [
        "Godkjenning tilbakefører 3 linjer med 6 rader, 1600.00 USD.",
        "Approving takes back 3 lines with 6 rows, 1600.00 USD.",
    ]


def test_one_line_with_one_row_is_said_in_the_singular() -> None:
    said = [effect(1, lines=1, amount="1600.00 USD", language=language) for language in (Language.NB, Language.EN)]

    assert said == [
        "Godkjenning tilbakefører 1 linje med 1 rad, 1600.00 USD.",
        "Approving takes back 1 line with 1 row, 1600.00 USD.",
    ]


@pytest.mark.parametrize(
    ("label", "nb", "en"),
    [
        ("2026-02-02 time 8 Development", "2026-02-02 tid 8 Development", "2026-02-02 time 8 Development"),
        ("2026-02-02 output 40 RPO-1", "2026-02-02 avgang 40 RPO-1", "2026-02-02 output 40 RPO-1"),
        ("time 8", "tid 8", "time 8"),
        ("output time", "avgang time", "output time"),
        ("2026-02-02 8 time", "2026-02-02 8 time", "2026-02-02 8 time"),
        ("positive_adjustment 8", "oppjustering 8", "positive adjustment 8"),
        ("register 17", "bokføring 17", "register 17"),
    ],
)
def test_a_label_names_its_type_in_a_language_and_keeps_what_was_typed(label: str, nb: str, en: str) -> None:
    assert (label_in(label, Language.NB), label_in(label, Language.EN)) == (nb, en)


def row(type: str, amount: str | None = "-100.00", currency: str | None = "USD") -> Row:
    return {"type": type, "amount": amount, "currency": currency}


def test_a_line_is_worth_the_sales_it_takes_back_or_else_the_cost_or_the_output() -> None:
    sales, cost, output = row("unbilled_sales", "-1600.00"), row("cost", "-800.00", "NOK"), row("output", "-2000.00")

    assert worth_of([cost, sales, output]) == Money(Decimal("1600.00"), "USD")
    assert worth_of([output, cost]) == Money(Decimal("800.00"), "NOK")
    assert worth_of([output]) == Money(Decimal("2000.00"), "USD")
    assert worth_of([sales, sales, row("unbilled_sales", "100.00")]) == Money(Decimal("3100.00"), "USD")


def test_a_line_of_production_is_worth_its_output_or_its_time_and_material_if_that_is_more() -> None:
    output, time, material = row("output", "-60.00"), row("capacity", "-40.00"), row("consumption", "30.00")

    assert worth_of([output, time]) == Money(Decimal("60.00"), "USD")
    assert worth_of([output, time, material]) == Money(Decimal("70.00"), "USD")
    assert worth_of([time]) == Money(Decimal("40.00"), "USD")
    assert worth_of([material, row("consumption", "-5.00", "NOK")]) == Money(Decimal("35.00"), "USD")


def test_what_is_neither_or_has_no_amount_is_worth_nothing_to_a_reader() -> None:
    assert worth_of([]) is None
    assert worth_of([row("sale"), row("capacity", None), {"amount": "-1", "currency": "USD"}]) is None
    assert worth_of([row("unbilled_sales", None), row("cost", "-5.00")]) == Money(Decimal("5.00"), "USD")
    assert worth_of([row("unbilled_sales", "-1", None), row("unbilled_sales", "-7")]) == Money(Decimal(7), "USD")
