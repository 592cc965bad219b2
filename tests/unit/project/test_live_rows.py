"""Which rows still count (project-recall, section 4, Selection)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.project.actuals import Actual, ActualType, Adjustment, BillingStatus, is_live
from domain.project.reversal import rows_to_reverse
from tests.project_examples import EIGHT_HOURS, ledger_of

pytestmark = pytest.mark.unit


def row(type: ActualType, billing: BillingStatus = BillingStatus.UNBILLED) -> Actual:
    written = ledger_of(EIGHT_HOURS)[1]
    return replace(written, values=replace(written.values, type=type), billing=billing)


@pytest.mark.parametrize("type", ActualType)
def test_a_row_counts_until_it_is_adjusted_or_reversed(type: ActualType) -> None:
    fresh = row(type)

    assert is_live(fresh)
    assert not is_live(replace(fresh, reverses=1))
    assert not is_live(replace(fresh, reversed_by=9))
    for adjustment in (Adjustment.ADJUSTED, Adjustment.UNADJUSTABLE, Adjustment.IN_PROCESS):
        assert not is_live(replace(fresh, adjustment=adjustment))


@pytest.mark.parametrize("billing", [BillingStatus.UNBILLED, BillingStatus.READY, BillingStatus.ON_DRAFT])
def test_what_an_invoice_has_not_posted_counts(billing: BillingStatus) -> None:
    assert is_live(row(ActualType.UNBILLED_SALES, billing))


@pytest.mark.parametrize(
    ("type", "counts"),
    [
        (ActualType.UNBILLED_SALES, False),
        (ActualType.COST, False),
        (ActualType.BILLED_SALES, True),
        (ActualType.MILESTONE, True),
    ],
)
def test_posting_ends_what_it_bills_and_begins_what_is_billed(type: ActualType, *, counts: bool) -> None:
    assert is_live(row(type, BillingStatus.POSTED)) is counts


@pytest.mark.parametrize(
    ("type", "taken_back"),
    [
        (ActualType.COST, True),
        (ActualType.UNBILLED_SALES, True),
        (ActualType.RESOURCING_COST, True),
        (ActualType.INTERORG_SALES, True),
        (ActualType.BILLED_SALES, False),
        (ActualType.MILESTONE, False),
    ],
)
def test_four_types_are_taken_back_and_what_is_billed_is_not(type: ActualType, *, taken_back: bool) -> None:
    assert bool(rows_to_reverse([row(type)])) is taken_back
