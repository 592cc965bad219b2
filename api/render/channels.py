"""Channels and people with their addresses in JSON. Secrets are shown once, by the call that made them, and by nothing here."""

from __future__ import annotations

from datetime import datetime

from api.render.entries import action
from api.render.values import Json, instant
from application.channels import WithSecret
from domain.language import Language
from domain.live_secrets import LiveSecrets
from store.channels import Channel
from store.people import StoredPerson


def secrets(live: LiveSecrets, now: datetime) -> Json:
    """Since when the newest is good, and until when the one before."""
    old = live.old_at(now)
    shown = None if old is None else {"since": instant(old.since), "until": instant(old.until)}
    return {"secret_since": instant(live.since), "old_secret": shown}


def channel(stored: Channel, now: datetime, *, language: Language) -> Json:
    """A channel as its administrator sees it."""
    actions = {"change": None, "rotate": stored.secrets.check_rotation(now), "retire": None}
    actions["disable" if stored.enabled else "enable"] = None
    return {
        "id": stored.id,
        "unit": stored.unit,
        "enabled": stored.enabled,
        "people": list(stored.scope.people),
        "projects": list(stored.scope.projects),
        **secrets(stored.secrets, now),
        "created_at": instant(stored.created_at),
        "version": stored.version,
        "allowed_actions": [action(name, refusal, language=language) for name, refusal in actions.items()],
    }


def channel_with_secret(made: WithSecret, now: datetime, *, language: Language) -> Json:
    """A channel with its new secret, this once."""
    return {**channel(made.channel, now, language=language), "secret": made.secret}


def person(stored: StoredPerson) -> Json:
    """A person as they and the administrator see them."""
    return {"id": stored.id, "name": stored.name, "email": stored.email, "language": stored.language}
