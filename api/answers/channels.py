"""Channels, and people with their addresses, as they are answered."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.answers.base import PROJECT_ID, Action, Id, Instant, Page, PersonId, Shown, UnitId, allowed, refused
from domain.refusals import Code

Secret = Annotated[str, Field(pattern="^whsec_", description="Shown this once")]


class OldSecret(Shown):
    """The secret before the newest."""

    since: Instant
    until: Annotated[Instant | None, Field(description="null: until it is retired")]


class WithSecrets(Shown):
    """What has secrets, and since when."""

    secret_since: Instant
    old_secret: Annotated[OldSecret | None, Field(description="null where only one secret is live")]


class Channel(WithSecrets):
    """A channel decisions come in by."""

    id: str
    unit: UnitId
    enabled: bool
    people: Annotated[list[PersonId], Field(description="Whom it may speak for; empty: everybody")]
    projects: Annotated[list[Id], Field(description="What it may speak for; empty: everything of its unit")]
    created_at: Instant
    version: int
    allowed_actions: list[Action]


class Channels(Page[Channel]):
    """Channels of a list."""


class ChannelWithSecret(Channel):
    """A channel with its new secret."""

    secret: Secret


SECRET = "whsec_c2hvd24gb25jZSwgaW4gdGhpcyBhbnN3ZXI="  # noqa: S105 - an example that says what it is
_CHANNEL = {
    "id": "mail",
    "unit": "oslo",
    "enabled": True,
    "people": ["mia", "noor"],
    "projects": [PROJECT_ID],
    "secret_since": "2026-03-02T10:00:00.000Z",
    "old_secret": None,
    "created_at": "2026-03-02T10:00:00.000Z",
    "version": 1,
    "allowed_actions": [allowed(name) for name in ("change", "rotate", "retire", "disable")],
}
_TWO_SECRETS = {
    "secret_since": "2026-06-01T08:00:00.000Z",
    "old_secret": {"since": "2026-03-02T10:00:00.000Z", "until": "2026-06-08T08:00:00.000Z"},
}
CHANNEL_MADE = {**_CHANNEL, "secret": SECRET}
CHANNEL = {
    **_CHANNEL,
    **_TWO_SECRETS,
    "version": 2,
    "allowed_actions": [
        allowed("change"),
        refused("rotate", Code.ROTATION_UNDER_WAY, "Two secrets are live already."),
        allowed("retire"),
        allowed("disable"),
    ],
}
CHANNELS = {"items": [CHANNEL], "next": None}
CHANNEL_ROTATED = {**CHANNEL, "secret": SECRET}
