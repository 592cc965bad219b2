"""The exchange rate of a contract: cost currency per contract currency."""

from __future__ import annotations

from decimal import Decimal

from domain.refusals import Code, Refusal


def check_rate(rate: Decimal | None, *, field: str, currency: str, cost_currency: str) -> tuple[Refusal, ...]:
    """What is in the way of a rate; None where nobody gave one.

    Base amounts are amounts times the rate, so between two currencies it has to be given, and within one it is 1 (ADR 041).
    `field` is what the rate is called where it was given.
    """
    if currency != cost_currency:
        expected = "rate_of_two_currencies" if rate is None else None
    else:
        expected = None if rate in {None, Decimal(1)} else "one_of_one_currency"
    return () if expected is None else (Refusal(Code.INVALID_VALUE, None, {"field": field, "expected": expected}),)
