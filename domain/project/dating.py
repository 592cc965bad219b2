"""Which accounting day new rows carry: never one that is closed when they are written (project-recall, section 8; ADR 015)."""

from __future__ import annotations

from dataclasses import replace

from domain.periods import Periods
from domain.project.actuals import NewActual, Posting


def on_open_days(posting: Posting, periods: Periods) -> Posting:
    """The same posting, each new row whose accounting day is closed on the first open day after it.

    Days of work, documents and exchange rates stay: they say what was done when, and for which rate. Rows that are written
    together stay together, because the first open day is the same for all of them.
    """
    if periods.closed_until is None:
        return posting
    return replace(posting, rows=tuple(_on_open_day(row, periods) for row in posting.rows))


def _on_open_day(row: NewActual, periods: Periods) -> NewActual:
    day = periods.first_open(row.values.accounting_date)
    return row if day == row.values.accounting_date else replace(row, values=replace(row.values, accounting_date=day))
