"""The steps of a case, both sides: one frozen dataclass for each verb.

The first field of a verb's dataclass is the verb's own value (`approve: [E1]`), the others are its further keys.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, TypedDict

from tilbake.conformance.format_expect import Expect
from tilbake.conformance.format_world import Rates
from tilbake.conformance.words import AmountMethod, BillingType, Day, Duration

Names = tuple[str, ...]


class EntryFields(TypedDict, total=False):
    """What an edit or a correction journal may change."""

    date: Day
    quantity: Decimal
    billing_type: BillingType
    amount_method: AmountMethod
    amount: Decimal | None
    cost_price: Decimal | None
    sales_price: Decimal | None
    external: bool
    description: str | None
    project: str | None
    task: str | None
    resource: str | None
    role: str | None
    category: str | None
    product: str | None
    unit_of_measure: str | None
    customer: str | None


@dataclass(frozen=True)
class Submit:
    entries: Names


@dataclass(frozen=True)
class Approve:
    entries: Names
    billable: Decimal | None = None
    billing_type: BillingType | None = None


@dataclass(frozen=True)
class Reject:
    entries: Names
    comment: str | None = None


@dataclass(frozen=True)
class Recall:
    entries: Names


@dataclass(frozen=True)
class OutputChoice:
    entry: str
    quantity: Decimal | None = None
    run: Decimal | None = None
    setup: Decimal | None = None
    scrap: Decimal | None = None


@dataclass(frozen=True)
class RequestRecall:
    entries: Names | None = None
    reason: str | None = None
    reason_code: str | None = None
    outputs: tuple[OutputChoice, ...] = ()
    capacities: Names = ()
    consumptions: Names = ()
    register: str | None = None


@dataclass(frozen=True)
class ApproveRecall:
    recall: str
    lines: Names | None = None
    comment: str | None = None


@dataclass(frozen=True)
class RejectRecall:
    recall: str
    comment: str | None = None
    lines: Names | None = None


@dataclass(frozen=True)
class WithdrawRecall:
    recall: str


@dataclass(frozen=True)
class CancelApproval:
    entries: Names


@dataclass(frozen=True)
class Edit:
    entry: str
    fields: EntryFields


@dataclass(frozen=True)
class Delete:
    entries: Names


@dataclass(frozen=True)
class DraftInvoice:
    entries: Names
    billed: Mapping[str, Decimal] = field(default_factory=dict)
    customer: str | None = None


@dataclass(frozen=True)
class ConfirmInvoice:
    invoice: str


@dataclass(frozen=True)
class PayInvoice:
    invoice: str


@dataclass(frozen=True)
class DeleteInvoice:
    invoice: str


@dataclass(frozen=True)
class RemoveFromInvoice:
    invoice: str
    entries: Names


@dataclass(frozen=True)
class ReviseInvoice:
    invoice: str
    quantities: Mapping[str, Decimal]


@dataclass(frozen=True)
class Correct:
    entries: Names
    fields: EntryFields


@dataclass(frozen=True)
class ConfirmVendorInvoice:
    entries: Names


@dataclass(frozen=True)
class CancelVendorInvoice:
    invoice: str


@dataclass(frozen=True)
class Reprice:
    entries: Names
    rates: Rates | None = None


@dataclass(frozen=True)
class ClosePeriod:
    until: Day


@dataclass(frozen=True)
class ReopenPeriod:
    until: Day


@dataclass(frozen=True)
class Delegate:
    person: str
    to: str
    from_: Day
    until: Day
    for_: Literal["requests", "decisions"]


@dataclass(frozen=True)
class Advance:
    duration: Duration


@dataclass(frozen=True)
class ExpectNow:
    expect: Expect


@dataclass(frozen=True)
class PostOutput:
    order: str
    line: int | None = None
    operation: str | None = None
    output: Decimal | None = None
    scrap: Decimal | None = None
    setup: Decimal | None = None
    run: Decimal | None = None
    stop: Decimal | None = None
    finished: bool = False
    confirm_finished: bool = False
    lot: str | None = None
    serial: str | None = None
    date: Day | None = None
    applies_to: str | None = None
    document: str | None = None


@dataclass(frozen=True)
class PostConsumption:
    order: str
    item: str
    quantity: Decimal
    line: int | None = None
    lot: str | None = None
    date: Day | None = None
    document: str | None = None
    applies_from: str | None = None


@dataclass(frozen=True)
class Ship:
    item: str
    quantity: Decimal
    lot: str | None = None
    serial: str | None = None


@dataclass(frozen=True)
class Reserve:
    entry: str
    quantity: Decimal


@dataclass(frozen=True)
class Unreserve:
    entry: str


@dataclass(frozen=True)
class FinishOrder:
    order: str


@dataclass(frozen=True)
class ReopenOrder:
    order: str


@dataclass(frozen=True)
class BlockItem:
    item: str


@dataclass(frozen=True)
class ChangeCost:
    target: str
    unit_cost: Decimal


VERBS: Mapping[str, type[Any]] = {
    "submit": Submit,
    "approve": Approve,
    "reject": Reject,
    "recall": Recall,
    "request_recall": RequestRecall,
    "approve_recall": ApproveRecall,
    "reject_recall": RejectRecall,
    "withdraw_recall": WithdrawRecall,
    "cancel_approval": CancelApproval,
    "edit": Edit,
    "delete": Delete,
    "draft_invoice": DraftInvoice,
    "confirm_invoice": ConfirmInvoice,
    "pay_invoice": PayInvoice,
    "delete_invoice": DeleteInvoice,
    "remove_from_invoice": RemoveFromInvoice,
    "revise_invoice": ReviseInvoice,
    "correct": Correct,
    "confirm_vendor_invoice": ConfirmVendorInvoice,
    "cancel_vendor_invoice": CancelVendorInvoice,
    "reprice": Reprice,
    "close_period": ClosePeriod,
    "reopen_period": ReopenPeriod,
    "delegate": Delegate,
    "advance": Advance,
    "expect": ExpectNow,
    "post_output": PostOutput,
    "post_consumption": PostConsumption,
    "ship": Ship,
    "reserve": Reserve,
    "unreserve": Unreserve,
    "finish_order": FinishOrder,
    "reopen_order": ReopenOrder,
    "block_item": BlockItem,
    "change_cost": ChangeCost,
}
