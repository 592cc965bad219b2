"""Each member of a body has one plain form, and every other form is refused by its own word."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

import pytest
from pydantic import TypeAdapter, ValidationError

from api.models import fields
from api.models.base import Body, Many


class Example(Body):
    entries: Many[fields.ResourceId]
    kind: Literal["time", "expense"] = "time"
    quantity: fields.Quantity | None = None
    flag: bool = False


def error_type(kind: Any, value: object) -> str:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(kind).validate_python(value, strict=True)
    return refused.value.errors()[0]["type"]


@pytest.mark.parametrize(
    ("kind", "value", "read"),
    [
        (fields.Quantity, "8", Decimal(8)),
        (fields.Quantity, "0.12345", Decimal("0.12345")),
        (fields.Quantity, "99999999.99999", Decimal("99999999.99999")),
        (fields.SignedQuantity, "-7.25", Decimal("-7.25")),
        (fields.Price, "0", Decimal(0)),
        (fields.Amount, "-0.50", Decimal("-0.50")),
        (fields.Price, "999999999.99999", Decimal("999999999.99999")),
        (fields.Amount, "-999999999999.99999", Decimal("-999999999999.99999")),
        (fields.Rate, "999999.234567891", Decimal("999999.234567891")),
        (fields.Share, "33.33333", Decimal("33.33333")),
        (fields.Day, "2026-02-02", date(2026, 2, 2)),
        (fields.Day, "2024-02-29", date(2024, 2, 29)),
        (fields.Instant, "2026-03-02T10:00:00Z", datetime(2026, 3, 2, 10, tzinfo=UTC)),
        (fields.Instant, "2026-03-02T10:00:00.123456789Z", datetime(2026, 3, 2, 10, 0, 0, 123_456, tzinfo=UTC)),
        (fields.Instant, "2026-03-02T10:00:00.5+02:00", datetime(2026, 3, 2, 8, 0, 0, 500_000, tzinfo=UTC)),
        (fields.Duration, "3d", timedelta(days=3)),
        (fields.Duration, "90m", timedelta(minutes=90)),
        (fields.PersonId, "bob.b-1_2", "bob.b-1_2"),
        (fields.Currency, "NOK", "NOK"),
        (fields.ReasonText, "  ", "  "),
        (fields.ReasonText, "x" * 2000, "x" * 2000),
        (fields.Line, "Alfa", "Alfa"),
    ],
)
def test_the_plain_form_is_read(kind: Any, value: str, read: object) -> None:
    assert TypeAdapter(kind).validate_python(value, strict=True) == read


@pytest.mark.parametrize(
    "value",
    ["", " 8", "8 ", "+8", "08", ".5", "8.", "8,5", "1e3", "1_000", "٨", "NaN", "--1", "8\n", 8, 8.0, None, True],
)
@pytest.mark.parametrize(
    "kind", [fields.Quantity, fields.SignedQuantity, fields.Price, fields.Amount, fields.Rate, fields.Share]
)
def test_a_decimal_is_a_plain_text(kind: Any, value: object) -> None:
    assert error_type(kind, value) == "decimal_text"


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (fields.Quantity, "0.123456", "decimal_places"),
        (fields.Quantity, "-1", "larger"),
        (fields.Quantity, "1" * 9, "digits"),
        (fields.Price, "1" * 10, "digits"),
        (fields.Amount, "1" * 13, "digits"),
        (fields.Rate, "1" * 7, "digits"),
        (fields.Rate, "1.0000000001", "decimal_places"),
        (fields.Rate, "0", "larger"),
        (fields.Share, "0", "larger"),
        (fields.Share, "100.1", "smaller"),
        (fields.Day, "20260202", "day"),
        (fields.Day, "2026-02-30", "day"),
        (fields.Day, "2026-02-02T00:00:00", "day"),
        (fields.Day, "1899-12-31", "day_range"),
        (fields.Day, "2200-01-01", "day_range"),
        (fields.Day, 20260202, "day"),
        (fields.Instant, "2026-03-02T10:00:00", "instant"),
        (fields.Instant, "2026-03-02 10:00:00Z", "instant"),
        (fields.Instant, "0001-01-01T00:00:00+23:59", "instant"),
        (fields.Instant, "2026-03-02T25:00:00Z", "instant"),
        (fields.Duration, "0d", "duration"),
        (fields.Duration, "3 d", "duration"),
        (fields.PersonId, "Bob", "identifier"),
        (fields.PersonId, "bob\n", "identifier"),
        (fields.PersonId, "", "identifier"),
        (fields.UnitId, "-oslo", "identifier"),
        (fields.Currency, "nok", "currency"),
        (fields.ReasonText, "x" * 2001, "string_too_long"),
        (fields.ReasonText, 5, "string_type"),
        (fields.Line, "a\nb", "one_line"),
        (fields.ResourceId, "", "string_too_short"),
    ],
)
def test_any_other_form_is_refused_by_its_word(kind: Any, value: object, expected: str) -> None:
    assert error_type(kind, value) == expected


@pytest.mark.parametrize(
    "value",
    [
        {"entries": ["a"], "nope": 1},
        {"entries": "a"},
        {"entries": [1]},
        {"entries": {"a": 1}},
        {"entries": ["a"] * 10_001},
        {"entries": ["a"], "flag": "true"},
        {"entries": ["a"], "flag": 1},
        {"entries": ["a"], "kind": "material"},
        {"entries": ["a"], "quantity": 8},
        {},
        [],
        None,
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_body_converts_nothing(value: object) -> None:
    with pytest.raises(ValidationError):
        Example.model_validate(value)


def test_a_list_is_kept_as_a_tuple() -> None:
    assert Example.model_validate({"entries": ["a", "b"]}).entries == ("a", "b")


def test_a_decimal_is_written_plainly() -> None:
    assert fields.plain_decimal(Decimal("1E+3")) == "1000"
    assert Example.model_validate({"entries": ["a"], "quantity": "1000"}).model_dump(mode="json")["quantity"] == "1000"


@pytest.mark.parametrize("number", ["7.5", "-3.5", "1e22", "1e-7", "7.123456789012345"])
def test_a_number_with_a_fraction_is_no_decimal_text(number: str) -> None:
    """A JSON number comes in as a Decimal: it went by every limit of digits, places and sign."""
    with pytest.raises(ValidationError):
        Example.model_validate({"entries": ["a"], "quantity": Decimal(number)})
