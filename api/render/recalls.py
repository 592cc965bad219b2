"""Recall requests, their lines, plans and decisions in JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from api.render.entries import action
from api.render.rows import planned_rows
from api.render.values import Json, instant, money
from application.messages import workflow_id
from domain.catalogue import advise, render
from domain.language import Language, Text
from domain.recall.plan import Row
from domain.recall.request import Authority, Line, Request, check_right, decide_withdraw
from domain.refusals import Code, Refusal
from store.decisions import StoredDecision
from store.recalls import StoredRequest

_NEXT: Mapping[str, Text] = {
    "reminder": Text("Godkjenneren blir påminnet", "The approver is reminded"),
    "escalation": Text("Eskaleringspersonen kan også avgjøre", "The escalation person may decide, too"),
    "expiry": Text("Forespørselen utløper", "The request expires"),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as one reader sees it: the rows of its lines, its decisions, what the reader may do."""

    stored: StoredRequest
    viewer: str
    authority: Authority
    plan_hash: str
    rows: Mapping[str, Sequence[Row]] | None = None
    decisions: Sequence[StoredDecision] = field(default=())
    workflow_url: str | None = None


def recall(seen: Seen, *, language: Language) -> Json:
    """A request with its lines; rows only where the reader asked for one request."""
    stored, request = seen.stored, seen.stored.request
    step = _NEXT.get(stored.next_step or "")
    return {
        "id": request.id,
        "number": f"R-{stored.number}",
        "batch": stored.batch,
        "unit": stored.unit,
        "kind": stored.kind,
        "subject": stored.subject,
        "title": stored.title,
        "requester": request.requester,
        "approver": stored.approver,
        "reason": stored.reason,
        "reason_code": stored.reason_code,
        "status": request.status.value,
        "created_at": instant(stored.created_at),
        "closed_at": instant(stored.closed_at),
        "expires_at": instant(stored.expires_at),
        "next_step": None if step is None else step.in_language(language),
        "next_step_at": instant(stored.next_step_at),
        "reminders": stored.reminders,
        "amount": money(stored.amount.amount, stored.amount.currency),
        "workflow_id": workflow_id(stored.number, request.id),
        "workflow_url": seen.workflow_url,
        "plan_hash": seen.plan_hash,
        "progress": _progress(request),
        "lines": [_line(line, seen, language=language) for line in request.lines.values()],
        "decisions": [decision(one) for one in seen.decisions],
        "allowed_actions": _allowed_actions(seen, language=language),
    }


def _line(line: Line, seen: Seen, *, language: Language) -> Json:
    found: Json = {
        "id": f"{seen.stored.request.id}:{line.subject}",
        "subject": line.subject,
        "label": seen.stored.labels[line.subject],
        "owner": line.owner,
        "status": line.status.value,
        "blocked_by": None if line.blocked_by is None else in_the_way(line.blocked_by, language=language),
    }
    if seen.rows is not None:
        found["rows"] = planned_rows(seen.rows.get(line.subject, ()))
    return found


def _progress(request: Request) -> Json:
    """How many lines there are, and how many in each status; those withdrawn or expired are what is left."""
    counts = Counter(line.status.value for line in request.lines.values())
    return {"lines": len(request.lines), **{name: counts[name] for name in ("open", "blocked", "recalled", "rejected")}}


def lines(seen: Seen, subjects: Sequence[str], *, language: Language) -> list[Json]:
    """Some lines of a request."""
    return [_line(seen.stored.request.lines[subject], seen, language=language) for subject in subjects]


def in_the_way(refusal: Refusal, *, language: Language) -> Json:
    """What blocks or warns: code, words, what to do, and what it is about."""
    return {
        "code": refusal.code.value,
        "detail": render(refusal, language),
        "advice": advise(refusal.code, language),
        "facts": dict(refusal.facts),
    }


def warning(refusal: Refusal, *, language: Language) -> Json:
    """A warning of one line."""
    return {"subject": refusal.subject, **in_the_way(refusal, language=language)}


def decision(stored: StoredDecision) -> Json:
    """A decision and how it ended for each line."""
    return {
        "id": stored.id,
        "by": stored.decision.by,
        "on_behalf_of": stored.on_behalf_of,
        "decision": stored.decision.verdict.value,
        "comment": stored.comment,
        "source": stored.source if stored.source.startswith("webhook:") else "api",
        "received_at": instant(stored.received_at),
        "outcome": stored.outcome,
        "code": None if stored.refused is None else stored.refused.code.value,
        "lines": [
            {"subject": subject, "outcome": outcome, "code": None if refusal is None else refusal.code.value}
            for subject, (outcome, refusal) in stored.outcomes.items()
        ],
    }


def _allowed_actions(seen: Seen, *, language: Language) -> list[Json]:
    request = seen.stored.request
    right = check_right(request, seen.viewer, seen.authority)
    if right is None and not request.open_lines:
        right = Refusal(Code.REQUEST_CLOSED, request.id, {"status": request.status.value})
    withdrawal = decide_withdraw(request, seen.viewer)
    return [
        action("approve", right, language=language),
        action("reject", right, language=language),
        action("withdraw", withdrawal if isinstance(withdrawal, Refusal) else None, language=language),
    ]


def effect(rows: int, *, lines: int, amount: Json, language: Language) -> str:
    """What approving will do, in a sentence."""
    words = Text(
        f"Godkjenning tilbakefører {lines} linje(r) med {rows} faktiske verdier, {amount['amount']} {amount['currency']}.",
        f"Approving takes back {lines} line(s) with {rows} actuals, {amount['amount']} {amount['currency']}.",
    )
    return words.in_language(language)
