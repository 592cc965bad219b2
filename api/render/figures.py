"""Figures of requests as they are answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from api.render.values import Json, money
from application.figures import FiguresOfUnit
from domain.money import plain, round_to
from domain.recall.figures import LeadTime, LeadTimeOf
from domain.recall.request import RequestStatus


def stats(of: FiguresOfUnit) -> Json:
    """The figures of a unit."""
    found = of.figures
    ended = [status.value for status in RequestStatus if status is not RequestStatus.AWAITING_DECISION]
    return {
        "unit": of.wanted.unit,
        "from": of.wanted.since.isoformat(),
        "until": of.wanted.until.isoformat(),
        "requests": found.requests,
        "by_status": {status: found.by_status.get(status, 0) for status in ended},
        "lead_time": _lead_time(found.lead_time),
        "approvers": _each(found.approvers, "person"),
        "subjects": _each(found.subjects, "subject"),
        "reasons": _reasons(found.reasons),
        "blocked_by_invoice": _part(found.blocked_by_invoice, of=found.requests),
        "repeated": _part(found.repeated, of=found.requests),
        "taken_back": {"sales": money(found.sales, of.currency), "cost": money(found.cost, of.currency)},
    }


def _lead_time(found: LeadTime) -> Json:
    return {"decided": found.decided, "p50_seconds": found.half_seconds, "p95_seconds": found.most_seconds}


def _each(found: Sequence[LeadTimeOf], key: str) -> list[Json]:
    return [{key: one.name, "name": one.title, **_lead_time(one.lead_time)} for one in found]


def _reasons(found: Mapping[str, int]) -> list[Json]:
    """Most frequent first; requests without a code under null."""
    ordered = sorted(found.items(), key=lambda one: (-one[1], one[0]))
    return [{"reason_code": code or None, "requests": number} for code, number in ordered]


def _part(number: int, *, of: int) -> Json:
    share = round_to(Decimal(number) / of, 4) if of else None
    return {"requests": number, "share": None if share is None else plain(share)}
