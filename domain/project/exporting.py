"""What an export shows of an actual: the row itself, and what a reader without the database needs beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.project.actuals import Actual


@dataclass(frozen=True, slots=True)
class ExportedActual:
    """One actual with its unit, project, invoice and recall by name.

    `base_currency` is that of the base amount. `reversed_by_act` and `act` name the acts that wrote the reversal of this
    row and, where the row is a reversal, the row itself: `recall-R-1042`, `invoice-INV-12`, else the kind and its id.
    """

    actual: Actual
    unit: str
    project_name: str
    base_currency: str
    generation: int
    posting_kind: str
    posting: str
    invoice_number: str | None
    act: str | None
    reversed_by_act: str | None
    written_at: datetime
