"""The saved views of the dashboard: their names, and what the Temporal UI looks for. The one place they are written. Pure.

docs/runbook.md says what to do about each; a test holds the page to this.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, Final
from urllib.parse import quote

from domain.language import Language, Text
from domain.refusals import Code

_OPEN: Final = '`RecallStatus`="awaiting_decision" AND `ExecutionStatus`="Running"'
_BY_INVOICE: Final = (
    Code.ON_DRAFT_INVOICE,
    Code.ALREADY_INVOICED,
    Code.PARTIALLY_CREDITED,
    Code.VENDOR_INVOICE_LOCK,
)
_PROBLEMS: Final = ("category=WorkflowTaskFailed", "category=WorkflowTaskTimedOut")
_PINNED: Final = ("Status", "Workflow ID")
_COLUMNS: Final = (
    "RecallStatus",
    "Approver",
    "DecisionDue",
    "BlockedBy",
    "Subject",
    "Requester",
    "RecallAmount",
    "Start",
)
_TELLING: Final = frozenset({"Approver", "Subject", "Requester", "RecallAmount"})
"""Columns that are empty where Temporal is told nothing readable (ADR 036)."""


@dataclass(frozen=True, slots=True)
class View:
    """One saved view; `query` is what it looks for at a moment, in the language of Temporal's lists."""

    id: str
    name: Text
    query: Callable[[datetime], str]


def _always(query: str) -> Callable[[datetime], str]:
    return lambda _: query


def _one_of(name: str, values: tuple[str, ...]) -> str:
    listed = ", ".join(f'"{one}"' for one in values)
    return f"`{name}` IN ({listed})"


_RECALLED: Final = _one_of("RecallStatus", ("recalled", "partly_recalled"))


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _overdue(now: datetime) -> str:
    return f'{_OPEN} AND `DecisionDue` < "{_instant(now)}"'


def _recalled_today(now: datetime) -> str:
    today = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
    return f'{_RECALLED} AND `CloseTime` >= "{_instant(today)}"'


VIEWS: Final = (
    View("waiting", Text("Venter på godkjenning", "Waiting for approval"), _always(_OPEN)),
    View("overdue", Text("Over tiden", "Overdue"), _overdue),
    View(
        "blocked-by-invoice",
        Text("Blokkert av faktura", "Blocked by invoice"),
        _always(f"{_OPEN} AND {_one_of('BlockedBy', _BY_INVOICE)}"),
    ),
    View(
        "needs-attention",
        Text("Trenger oppmerksomhet", "Needs attention"),
        _always(f"{_OPEN} AND `NeedsAttention` = true"),
    ),
    View("recalled-today", Text("Tilbakekalt i dag", "Recalled today"), _recalled_today),
    View("expired", Text("Utløpt", "Expired"), _always('`RecallStatus`="expired"')),
    View(
        "task-failures",
        Text("Feil i oppgaver", "Task failures"),
        _always(f'`ExecutionStatus`="Running" AND {_one_of("TemporalReportedProblems", _PROBLEMS)}'),
    ),
)
"""In the order in which they are shown; the first is where the dashboard opens."""


def view(id: str) -> View | None:
    """The view of this id."""
    return next((one for one in VIEWS if one.id == id), None)


def address(base: str, *, namespace: str, query: str) -> str:
    """Where the Temporal UI at `base` lists what a query finds."""
    return f"{base}/namespaces/{quote(namespace, safe='')}/workflows?query={quote(query, safe='')}"


def preset(language: Language, *, now: datetime, encrypted: bool = False) -> dict[str, Any]:
    """What the Temporal UI keeps in a browser: columns and saved views, in the form of its release 2.55."""
    shown = [name for name in (*_PINNED, *_COLUMNS) if not (encrypted and name in _TELLING)]
    columns = [{"label": name, "pinned": name in _PINNED} for name in shown]
    views = [
        {"id": f"tilbake-{one.id}", "name": one.name.in_language(language), "query": one.query(now), "type": "user"}
        for one in VIEWS
    ]
    return {"version": "1 encrypted" if encrypted else "1", "columns": columns, "views": views}
