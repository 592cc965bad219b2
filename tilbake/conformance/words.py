"""The closed lists of words of the case format: statuses, kinds, and the refusal catalogue."""

import re
from datetime import date
from typing import Annotated, Literal

from tilbake.conformance.reading import Misfit, read, shown

Day = date
"""A name of its own, because `date` is also a key of the format."""
EntryKind = Literal["time", "expense", "material"]
EntryStatus = Literal["draft", "submitted", "approved", "returned", "rejected", "recall_requested", "deleted"]
ApprovalStage = Literal["submitted", "approved", "rejected", "recall_requested", "recall_rejected"]
RecallStatus = Literal["awaiting_decision", "recalled", "rejected", "partly_recalled", "withdrawn", "expired"]
LineStatus = Literal["open", "recalled", "rejected", "blocked", "withdrawn", "expired"]
ProjectBilling = Literal["time_and_materials", "fixed_price", "internal", "presales"]
BillingType = Literal["chargeable", "non_chargeable", "complimentary", "not_available"]
AmountMethod = Literal["multiply", "fixed"]
ActualType = Literal["cost", "unbilled_sales", "billed_sales", "resourcing_cost", "interorg_sales", "milestone"]
Adjustment = Literal["none", "adjusted", "unadjustable", "in_process"]
BillingStatus = Literal["unbilled", "ready", "on_draft", "posted", "canceled"]
OrderStatus = Literal["planned", "firm_planned", "released", "finished"]
Tracking = Literal["none", "lot", "serial"]
Flushing = Literal["manual", "forward", "backward"]
ReversalDate = Literal["original", "today", "next_open_period"]

_CATALOGUE = """
    reason_required nothing_selected not_recallable recall_pending already_invoiced partially_credited
    vendor_invoice_lock external_entry correction_in_process no_live_actuals outside_recall_window not_yours
    unknown_entry duplicate_line
    not_approver own_request already_decided request_closed on_draft_invoice stale_version delegation_expired
    wrong_status locked invoice_confirmed invoice_not_confirmed not_invoiceable milestone_partial_credit period_closed
    applies_to_required applies_to_mismatch tracking_mismatch ambiguous_applies_to remaining_too_low reserved
    order_not_released order_finished finished_negative subcontracted wrong_entry_type wrong_sign already_reversed
    last_operation reversal_of_reversal item_blocked negative_stock operation_required empty_line reopened_once
    no_output approval_required operation_finished
"""
CATALOGUE = frozenset(_CATALOGUE.split())


def _code(value: object, *, key: str) -> str:
    if not isinstance(value, str) or value not in CATALOGUE:
        raise Misfit(key, message=f"must be a code of the refusal catalogue, got {shown(value)}")
    return value


def _duration(value: object, *, key: str) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]+[dhm]", value):
        raise Misfit(key, message=f"must be a duration like 3d or 12h, got {shown(value)}")
    return value


def _currency(value: object, *, key: str) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Z]{3}", value):
        raise Misfit(key, message=f"must be a currency code like USD, got {shown(value)}")
    return value


def _names(value: object, *, key: str) -> tuple[str, ...]:
    names: tuple[str, ...] = (value,) if isinstance(value, str) else read(value, kind=tuple[str, ...], key=key)
    if not names:
        raise Misfit(key, message="must name somebody")
    return names


def _codes(value: object, *, key: str) -> tuple[str, ...]:
    codes: tuple[str, ...] = read(value if isinstance(value, list) else [value], kind=tuple[Code, ...], key=key)
    if not codes:
        raise Misfit(key, message="must name at least one code")
    return codes


Code = Annotated[str, _code]
Duration = Annotated[str, _duration]
Currency = Annotated[str, _currency]
OneOrMore = Annotated[tuple[str, ...], _names]
"""A name, or a list of names whose first is the default."""
Codes = Annotated[tuple[str, ...], _codes]
"""A code, or a list with one code for each refused line."""
