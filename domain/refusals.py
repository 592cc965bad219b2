"""Refusals: why something was not done, as values.

A refusal carries a stable code, the thing it is about and the facts a person needs to find the way out. Its words
live in `domain.catalogue`. Refusals are returned, never raised.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Code(StrEnum):
    """Every code that the service answers with. A code is never renamed and never reused."""

    # Requests to take something back (project-recall 6, output-reversal 4.1)
    REASON_REQUIRED = "reason_required"
    REASON_CODE_REQUIRED = "reason_code_required"
    UNKNOWN_REASON_CODE = "unknown_reason_code"
    NOTHING_SELECTED = "nothing_selected"
    DUPLICATE_LINE = "duplicate_line"
    TOO_MANY_LINES = "too_many_lines"
    UNKNOWN_ENTRY = "unknown_entry"
    NOT_RECALLABLE = "not_recallable"
    RECALL_PENDING = "recall_pending"
    EXTERNAL_ENTRY = "external_entry"
    NO_LIVE_ACTUALS = "no_live_actuals"
    OUTSIDE_RECALL_WINDOW = "outside_recall_window"
    NOT_YOURS = "not_yours"

    # What stands in the way, at the request or at the decision
    ALREADY_INVOICED = "already_invoiced"
    PARTIALLY_CREDITED = "partially_credited"
    ON_DRAFT_INVOICE = "on_draft_invoice"
    VENDOR_INVOICE_LOCK = "vendor_invoice_lock"
    CORRECTION_IN_PROCESS = "correction_in_process"
    PERIOD_CLOSED = "period_closed"

    # Decisions (project-recall 7)
    NOT_APPROVER = "not_approver"
    OWN_REQUEST = "own_request"
    ALREADY_DECIDED = "already_decided"
    REQUEST_CLOSED = "request_closed"
    STALE_VERSION = "stale_version"
    DELEGATION_EXPIRED = "delegation_expired"
    QUORUM_OUT_OF_REACH = "quorum_out_of_reach"
    MANAGERS_DECIDE = "managers_decide"

    # Entries and invoices (project-recall 1 and 5)
    WRONG_STATUS = "wrong_status"
    LOCKED = "locked"
    INVOICE_CONFIRMED = "invoice_confirmed"
    INVOICE_NOT_CONFIRMED = "invoice_not_confirmed"
    NOT_INVOICEABLE = "not_invoiceable"
    MILESTONE_PARTIAL_CREDIT = "milestone_partial_credit"

    # Production output (output-reversal 2 to 5)
    APPROVAL_REQUIRED = "approval_required"
    ORDER_NOT_RELEASED = "order_not_released"
    ORDER_FINISHED = "order_finished"
    EMPTY_LINE = "empty_line"
    OPERATION_REQUIRED = "operation_required"
    OPERATION_FINISHED = "operation_finished"
    ITEM_BLOCKED = "item_blocked"
    SUBCONTRACTED = "subcontracted"
    APPLIES_TO_REQUIRED = "applies_to_required"
    AMBIGUOUS_APPLIES_TO = "ambiguous_applies_to"
    APPLIES_TO_MISMATCH = "applies_to_mismatch"
    TRACKING_MISMATCH = "tracking_mismatch"
    WRONG_SIGN = "wrong_sign"
    REMAINING_TOO_LOW = "remaining_too_low"
    RESERVED = "reserved"
    FINISHED_NEGATIVE = "finished_negative"
    FIGURE_TOO_LARGE = "figure_too_large"
    NEGATIVE_STOCK = "negative_stock"
    WRONG_ENTRY_TYPE = "wrong_entry_type"
    ALREADY_REVERSED = "already_reversed"
    LAST_OPERATION = "last_operation"
    REVERSAL_OF_REVERSAL = "reversal_of_reversal"
    NO_OUTPUT = "no_output"
    REOPENED_ONCE = "reopened_once"
    UNKNOWN_ORDER = "unknown_order"
    UNKNOWN_ITEM = "unknown_item"
    UNKNOWN_CENTER = "unknown_center"

    # Things that are not there, or that one may not see
    NOT_FOUND = "not_found"
    UNKNOWN_RECALL = "unknown_recall"
    UNKNOWN_INVOICE = "unknown_invoice"
    UNKNOWN_PROJECT = "unknown_project"
    UNKNOWN_UNIT = "unknown_unit"
    UNKNOWN_PERSON = "unknown_person"
    UNKNOWN_CHANNEL = "unknown_channel"
    UNKNOWN_SUBSCRIPTION = "unknown_subscription"
    UNKNOWN_DELIVERY = "unknown_delivery"

    # Who is asking
    UNAUTHENTICATED = "unauthenticated"
    INVALID_SIGNATURE = "invalid_signature"
    NOT_ALLOWED = "not_allowed"
    NOT_FINANCE = "not_finance"
    NOT_PLANNER = "not_planner"

    # Channels in and out
    OUTSIDE_CHANNEL = "outside_channel"
    CHANNEL_DISABLED = "channel_disabled"
    ROTATION_UNDER_WAY = "rotation_under_way"
    ADDRESS_NOT_ALLOWED = "address_not_allowed"
    SUBSCRIPTION_DISABLED = "subscription_disabled"
    DELIVERY_UNDER_WAY = "delivery_under_way"

    # How it was asked
    MALFORMED_BODY = "malformed_body"
    UNKNOWN_FIELD = "unknown_field"
    INVALID_VALUE = "invalid_value"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    PAYLOAD_TOO_LARGE = "payload_too_large"
    BODY_TOO_SLOW = "body_too_slow"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    IF_MATCH_REQUIRED = "if_match_required"
    IDEMPOTENCY_KEY_REUSED = "idempotency_key_reused"
    IDEMPOTENCY_IN_PROGRESS = "idempotency_in_progress"
    WEBHOOK_ID_REUSED = "webhook_id_reused"
    ALREADY_EXISTS = "already_exists"
    NOT_SUPPORTED = "not_supported"
    IMPORT_INVALID = "import_invalid"
    UNDECRYPTABLE = "undecryptable"
    SEVERAL_REFUSALS = "several_refusals"

    # The service itself
    RATE_LIMITED = "rate_limited"
    UNAVAILABLE = "unavailable"
    INTERNAL_ERROR = "internal_error"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason why one thing was not done.

    code: the stable word of the catalogue.
    subject: id of the line it is about; None where the whole command is refused.
    facts: what the text names, as text ready to be shown; quantities and days in their plain form ("8", "2026-02-02"),
        a status or type by its code ("approved"): the catalogue gives it its name in the reader's language.
    """

    code: Code
    subject: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict, hash=False)
