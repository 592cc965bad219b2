"""Recall requests, their lines, plans and decisions in JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.render import outline
from api.render.entries import action
from api.render.rows import planned_rows
from api.render.values import Json, instant, money
from application.messages import workflow_id
from application.viewing import Lines, View
from domain.catalogue import advise, render
from domain.language import Language, Text
from domain.recall.deciding import Decision, check_decision
from domain.recall.ending import decide_withdraw
from domain.recall.plan import Row
from domain.recall.request import Line, LineStatus, Request, Verdict
from domain.refusals import Refusal
from store.decisions import StoredDecision
from store.recalls import StoredRequest

_NEXT: Mapping[str, Text] = {
    "reminder": Text("Godkjenneren blir påminnet", "The approver is reminded"),
    "escalation": Text("Eskaleringspersonen kan også avgjøre", "The escalation person may decide, too"),
    "rerouting": Text("En annen blir spurt", "Somebody else is asked"),
    "expiry": Text("Forespørselen utløper", "The request expires"),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as one reader sees it, and where its workflow is looked at."""

    view: View
    viewer: str
    workflow_url: str | None


def recall(seen: Seen, *, language: Language) -> Json:
    """A request with its lines, in a list the first few; rows only where the reader asked for one request."""
    shown = _whole(seen, language=language)
    return shown if seen.view.whole else outline.of_recall(shown)


def _whole(seen: Seen, *, language: Language) -> Json:
    stored, request = seen.view.stored, seen.view.stored.request
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
        "asked": stored.asked.person if stored.asked is not None and stored.closed_at is None else None,
        "reason": stored.reason,
        "reason_code": stored.reason_code,
        "reason_text": _reason_text(request, language=language),
        "policy_version": stored.policy_version,
        "approvals_needed": request.approvals_needed,
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
        "plan_hash": seen.view.plan_hash,
        "progress": _progress(seen.view.progress),
        "lines": [_line(stored, line, seen.view.rows, language=language) for line in seen.view.lines],
        "lines_url": f"/v1/recalls/{request.id}/lines",
        "decisions": [decision(one) for one in seen.view.decisions],
        "allowed_actions": _allowed_actions(seen, language=language),
    }


def _reason_text(request: Request, *, language: Language) -> str | None:
    """How people read the reason code: of the codes of its policy a request keeps its own."""
    return next((one.text.in_language(language) for one in request.policy.reason_codes), None)


def _line(stored: StoredRequest, line: Line, rows: Mapping[str, Sequence[Row]] | None, *, language: Language) -> Json:
    found: Json = {
        "id": f"{stored.request.id}:{line.subject}",
        "subject": line.subject,
        "label": stored.labels[line.subject],
        "owner": line.owner,
        "status": line.status.value,
        "blocked_by": None if line.blocked_by is None else in_the_way(line.blocked_by, language=language),
        "parked_by": sorted(line.parked_by),
    }
    if rows is not None:
        found["rows"] = planned_rows(rows.get(line.subject, ()))
    return found


def _progress(counts: Mapping[str, int]) -> Json:
    """How many lines there are, and how many in each status; parked ones are among the blocked."""
    return {
        "lines": counts["lines"],
        **{status: counts.get(status, 0) for status in LineStatus},
        "parked": counts["parked"],
    }


def lines(found: Lines, *, language: Language) -> list[Json]:
    """Some lines of a request."""
    request = found.stored.request
    shown = [
        _line(found.stored, request.lines[subject], found.rows, language=language) for subject in found.subjects.items
    ]
    return shown if found.whole else [outline.of_line(line) for line in shown]


def in_the_way(refusal: Refusal, *, language: Language) -> Json:
    """What blocks or warns: code, words, what to do, and what it is about."""
    return {
        "code": refusal.code.value,
        "detail": render(refusal, language),
        "advice": advise(refusal, language),
        "facts": dict(refusal.facts),
    }


def warning(refusal: Refusal, *, language: Language) -> Json:
    """A warning of one line."""
    return {"subject": refusal.subject, **in_the_way(refusal, language=language)}


def decision(stored: StoredDecision) -> Json:
    """A decision and, where its lines are at hand, how it ended for each."""
    lines = [
        {"subject": subject, "outcome": outcome, "code": None if refusal is None else refusal.code.value}
        for subject, (outcome, refusal) in stored.outcomes.items()
    ]
    return {
        "id": stored.id,
        "by": stored.decision.by,
        "on_behalf_of": stored.on_behalf_of,
        "client": stored.client,
        "decision": stored.decision.verdict.value,
        "comment": stored.comment,
        "source": "api" if stored.source.startswith("api:") else stored.source,
        "received_at": instant(stored.received_at),
        "outcome": stored.outcome,
        "code": _code_of(stored),
        **({} if stored.decision.lines is None else {"lines": lines}),
    }


def _code_of(stored: StoredDecision) -> str | None:
    """What a decision was refused for: as a whole, or each of its lines alike."""
    if stored.refused is not None:
        return stored.refused.code.value
    codes = {None if refusal is None else refusal.code.value for _, refusal in stored.outcomes.values()}
    return codes.pop() if stored.outcome == "refused" and len(codes) == 1 else None


def _allowed_actions(seen: Seen, *, language: Language) -> list[Json]:
    request = seen.view.stored.request
    withdrawal = decide_withdraw(request, seen.viewer)
    decisions = {verdict: Decision(seen.viewer, verdict) for verdict in Verdict}
    refusals = {
        verdict.value: next(iter(check_decision(request, decision, seen.view.authority)), None)
        for verdict, decision in decisions.items()
    }
    refusals["withdraw"] = withdrawal if isinstance(withdrawal, Refusal) else None
    return [action(name, refusal, language=language) for name, refusal in refusals.items()]
