"""The life of an order: release, finish, reopen once (output-reversal 5); and the lines a routing proposes."""

from __future__ import annotations

from collections.abc import Sequence

from domain.money import ZERO
from domain.production.commands import OutputLine
from domain.production.model import Figures, OperationStatus, Order, OrderLine, OrderStatus
from domain.production.targets import check_released
from domain.refusals import Code, Refusal


def decide_release(order: Order) -> Refusal | None:
    """A planned order may be released."""
    if order.status is OrderStatus.FINISHED:
        return Refusal(Code.ORDER_FINISHED, facts={"order": order.number})
    return None


def decide_finish(order: Order) -> Refusal | None:
    """A released order may be finished unless it used something and made nothing, both net of reversals."""
    refusal = check_released(order)
    if refusal is not None:
        return refusal
    made = sum((line.finished for line in order.lines), ZERO)
    if made == ZERO and any(_used(line) for line in order.lines):
        return Refusal(Code.NO_OUTPUT, facts={"order": order.number})
    return None


def _used(line: OrderLine) -> bool:
    return any(line.consumed.values()) or any(operation.net for operation in line.operations)


def decide_reopen(order: Order) -> Refusal | None:
    """A finished order may be reopened once, if each of its lines has made something."""
    if order.status is not OrderStatus.FINISHED:
        return Refusal(Code.WRONG_STATUS, facts={"status": order.status.value})
    if order.reopened:
        return Refusal(Code.REOPENED_ONCE, facts={"order": order.number})
    if any(line.finished == ZERO for line in order.lines):
        return Refusal(Code.NO_OUTPUT, facts={"order": order.number})
    return None


STATUS_WHEN_REOPENED = OperationStatus.IN_PROGRESS


def explode(order: Order, line: OrderLine) -> Sequence[OutputLine]:
    """A proposed line for each operation, with what remains to be made and no times; posts nothing."""
    proposed = Figures(output=line.remaining)
    if not line.operations:
        return [OutputLine(order.number, line.line, None, proposed)]
    return [OutputLine(order.number, line.line, operation.number, proposed) for operation in line.operations]
