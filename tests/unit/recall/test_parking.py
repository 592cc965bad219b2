"""An approval of a line that is invoiced may wait for the credit (docs/project-recall.md, Waiting for a credit)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from domain.project.actuals import Actual, ActualType, BillingStatus, is_live
from domain.project.credit import credit, effect_once_credited
from domain.project.invoicing import Billed, confirm, draft, rows_to_invoice
from domain.recall.authority import Authority
from domain.recall.deciding import Decision, LineAtDecision, Settlement, decide_settle
from domain.recall.ending import decide_withdraw
from domain.recall.policy import Policy
from domain.recall.request import Line, LineStatus, Parking, Request, Verdict, evolve
from domain.refusals import Code, Refusal
from tests.project_examples import EIGHT_HOURS, ledger_of, written

pytestmark = pytest.mark.unit

INVOICED = Refusal(Code.ALREADY_INVOICED, "E1", {"invoice": "INV-1"})
REQUEST = Request("R1", "bob", Policy(), {"E1": Line("E1", "bob", "plan")})
OWN_RIGHT = Authority(is_approver=True)


def settled(
    request: Request,
    *,
    park: bool = True,
    effect: str | None = "effect",
    refusal: Refusal | None = INVOICED,
    authority: Authority = OWN_RIGHT,
) -> Settlement:
    decision = Decision("mia", Verdict.APPROVE, ("E1",), park=park)
    now = {"E1": LineAtDecision(refusal, "plan now", effect)}
    return decide_settle(request, decision, authority=authority, seen={"E1": "plan now"}, now=now)


def test_an_approval_that_may_wait_counts_although_its_line_is_blocked() -> None:
    settlement = settled(REQUEST)
    after = evolve(REQUEST, *settlement.events)

    assert settlement.applied
    assert settlement.refusals == (INVOICED,)
    assert after.lines["E1"].status is LineStatus.BLOCKED
    assert after.lines["E1"].parked_by == {"mia": Parking("effect", "mia")}


def test_the_right_of_somebody_else_is_kept_with_it() -> None:
    delegate = Authority(is_approver=True, on_behalf_of="noor")

    after = evolve(REQUEST, *settled(REQUEST, authority=delegate).events)

    assert after.lines["E1"].parked_by == {"mia": Parking("effect", "noor")}


@pytest.mark.parametrize(("park", "effect"), [(False, "effect"), (True, None)])
def test_nothing_waits_unless_it_is_wanted_and_a_credit_helps(*, park: bool, effect: str | None) -> None:
    settlement = settled(REQUEST, park=park, effect=effect)

    assert not settlement.applied
    assert evolve(REQUEST, *settlement.events).lines["E1"].parked_by == {}


def test_a_line_that_is_free_is_taken_back_at_once() -> None:
    after = evolve(REQUEST, *settled(REQUEST, refusal=None, effect=None).events)

    assert after.lines["E1"].status is LineStatus.RECALLED


def test_a_line_that_is_blocked_again_keeps_who_waits_and_an_end_lets_go() -> None:
    waiting = evolve(REQUEST, *settled(REQUEST).events)

    again = evolve(waiting, *settled(waiting, park=False).events)
    withdrawn = decide_withdraw(waiting, "bob")

    assert again.lines["E1"].parked_by == waiting.lines["E1"].parked_by
    assert isinstance(withdrawn, tuple)
    assert evolve(waiting, *withdrawn).lines["E1"].parked_by == {}


def billed(ledger: list[Actual], *, quantity: str = "8") -> list[Actual]:
    drafted = written(ledger, draft(rows_to_invoice(ledger, customer=None)), invoice="INV-1", moves=True)
    lines = [Billed(row, Decimal(quantity)) for row in drafted if row.billing is BillingStatus.ON_DRAFT]
    return written(drafted, confirm(lines, cost_currency="NOK"), invoice="INV-1")


def credited(ledger: list[Actual], keep: str) -> list[Actual]:
    """Every live billed row that has more is credited down to what is kept."""
    for row in ledger:
        if row.values.type is ActualType.BILLED_SALES and is_live(row) and row.values.quantity > Decimal(keep):
            ledger = written(ledger, credit(row, keep=Decimal(keep), cost_currency="NOK"), invoice="COR-1")
    return ledger


@pytest.mark.parametrize("quantity", ["8", "6"])
@pytest.mark.parametrize("steps", [("0",), ("5", "0"), ("5", "2.33333", "0")])
def test_taking_back_comes_to_the_same_before_the_credit_and_after_it(quantity: str, steps: tuple[str, ...]) -> None:
    ledger = billed(ledger_of(EIGHT_HOURS), quantity=quantity)
    before = effect_once_credited(ledger)

    for keep in steps:
        ledger = credited(ledger, keep)
        assert effect_once_credited(ledger) == before


def test_another_quantity_on_the_invoice_comes_to_something_else() -> None:
    assert effect_once_credited(billed(ledger_of(EIGHT_HOURS))) != effect_once_credited(
        billed(ledger_of(EIGHT_HOURS), quantity="6")
    )
