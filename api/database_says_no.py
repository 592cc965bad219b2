"""What the database refused, or could not do, as the problem document it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import structlog
from fastapi import Request, Response

from api.problem import refused
from domain.refusals import Code, Refusal
from store.faults import is_too_large, is_unavailable, violated_constraint
from telemetry.failures import places_of

_log = structlog.get_logger()

# A guard of the database that said no last, and the code it stands for.
GUARDS: Final[Mapping[str, Code]] = {
    "recall_line_one_open": Code.RECALL_PENDING,
    "actual_reverses_id_key": Code.ALREADY_REVERSED,
    "invoice_line_one_per_row": Code.NOT_INVOICEABLE,
    "approval_one_current": Code.WRONG_STATUS,
    "decision_source_event_id_key": Code.WEBHOOK_ID_REUSED,
    "subscription_one_per_url": Code.ALREADY_EXISTS,
    "item_entry_one_closing": Code.ALREADY_REVERSED,
    "capacity_entry_one_closing": Code.ALREADY_REVERSED,
    "reversals_within_original": Code.REMAINING_TOO_LOW,
    "item_entry_remaining_within": Code.REMAINING_TOO_LOW,
    "item_stock_not_negative": Code.NEGATIVE_STOCK,
    "production_line_finished_not_negative": Code.FINISHED_NEGATIVE,
    "reserved_remains": Code.RESERVED,
    "policy_version_pkey": Code.STALE_VERSION,
    "unit_time_zone_known": Code.INVALID_VALUE,
}
# What else a refusal says than that somebody was faster.
_FACTS: Final[Mapping[str, Mapping[str, str]]] = {
    "unit_time_zone_known": {"field": "time_zone", "expected": "time_zone"},
}


def database_says_no(request: Request, error: Exception) -> Response | None:
    """A guard or a column that refused as the code it stands for; a database that is away or busy as 503; None for any other.

    The log says why the database was away.
    """
    guard = violated_constraint(error) or ""
    if guard in GUARDS:
        return refused(request, [Refusal(GUARDS[guard], facts=_FACTS.get(guard, {"why": "meanwhile"}))])
    if is_too_large(error):
        return refused(request, [Refusal(Code.FIGURE_TOO_LARGE)])
    if not is_unavailable(error):
        return None
    why = {"error": type(error).__name__, "state": getattr(error, "sqlstate", None), "at": places_of(error)}
    _log.warning("api.unavailable", **why)
    return refused(request, [Refusal(Code.UNAVAILABLE)])
