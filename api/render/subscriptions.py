"""Subscriptions and deliveries in JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from api.render.channels import secrets
from api.render.entries import action
from api.render.values import Json, instant
from application.deliveries import check_again
from application.subscriptions import WithSecret
from domain.language import Language
from store.deliveries import Attempt, Delivery
from store.subscriptions import Subscription


def subscription(stored: Subscription, now: datetime, *, language: Language) -> Json:
    """A subscription, without its secrets."""
    actions = {
        "change": None,
        "rotate": stored.secrets.check_rotation(now),
        "retire": None,
        "ping": None,
        "delete": None,
    }
    actions["disable" if stored.enabled else "enable"] = None
    return {
        "id": stored.id,
        "unit": stored.unit,
        "url": stored.wanted.url,
        "events": list(stored.wanted.events),
        "language": stored.wanted.language,
        "enabled": stored.enabled,
        "disabled_reason": stored.disabled_reason,
        **secrets(stored.secrets, now),
        "created_by": stored.created_by,
        "created_at": instant(stored.created_at),
        "version": stored.version,
        "allowed_actions": [action(name, refusal, language=language) for name, refusal in actions.items()],
    }


def subscription_with_secret(made: WithSecret, now: datetime, *, language: Language) -> Json:
    """A subscription with its new secret, this once."""
    return {**subscription(made.subscription, now, language=language), "secret": made.secret}


def delivery(stored: Delivery, attempts: Sequence[Attempt]) -> Json:
    """A delivery in a list: how it stands, how often it was tried, and what came of the last attempt."""
    last = attempts[-1] if attempts else None
    return {
        "id": stored.id,
        "message_id": stored.message_id,
        "event": stored.event_type,
        "recall": stored.request,
        "subscription": stored.subscription,
        "person": stored.person,
        "round": stored.round,
        "status": stored.status,
        "problem": stored.problem,
        "created_at": instant(stored.created_at),
        "ended_at": instant(stored.ended_at),
        "attempt_count": len(attempts),
        "last_attempt": None if last is None else _attempt(last),
    }


def delivery_with_attempts(
    stored: Delivery, attempts: Sequence[Attempt], receiver: Subscription | None, *, language: Language
) -> Json:
    """A delivery with what it says and every attempt."""
    return {
        **delivery(stored, attempts),
        "body": stored.body,
        "attempts": [_attempt(one) for one in attempts],
        "allowed_actions": [action("replay", check_again(stored, receiver), language=language)],
    }


def _attempt(attempt: Attempt) -> Json:
    return {
        "number": attempt.number,
        "at": instant(attempt.at),
        "outcome": attempt.outcome,
        "status_code": attempt.status_code,
        "problem": attempt.problem,
        "milliseconds": attempt.milliseconds,
    }
