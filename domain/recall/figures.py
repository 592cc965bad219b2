"""What many requests that have ended come to: how long decisions took, why people asked, what stood in the way, what it was worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from domain.refusals import Code

INVOICE_CODES: Final = (Code.ALREADY_INVOICED, Code.ON_DRAFT_INVOICE, Code.VENDOR_INVOICE_LOCK)
"""The codes of lines that an invoice blocks (project-recall 4)."""


@dataclass(frozen=True, slots=True)
class LeadTime:
    """How long it took from requests to the decisions by which they ended, in seconds; half and 95 of 100 took no longer.

    Both are None where nothing was decided.
    """

    decided: int
    half_seconds: int | None
    most_seconds: int | None


@dataclass(frozen=True, slots=True)
class LeadTimeOf:
    """The same of one approver, or of what was asked for: a project, or the production of a unit."""

    name: str
    title: str
    lead_time: LeadTime


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of the requests that ended in some days.

    `reasons` counts by reason code, the empty one stands for requests without. `sales` and `cost` are what was taken back, in the
    currency of the unit. Approvers and subjects are those with the most decisions, most first.
    """

    by_status: Mapping[str, int]
    lead_time: LeadTime
    approvers: Sequence[LeadTimeOf]
    subjects: Sequence[LeadTimeOf]
    reasons: Mapping[str, int]
    blocked_by_invoice: int
    repeated: int
    sales: Decimal
    cost: Decimal

    @property
    def requests(self) -> int:
        """How many there are."""
        return sum(self.by_status.values())
