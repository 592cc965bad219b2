"""The secrets one side of a webhook signs with: at most two are live, so that one can take the place of the other unhurriedly.

Source: API contract, Webhooks in: rotation with two live secrets.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.refusals import Code, Refusal


@dataclass(frozen=True, slots=True)
class OldSecret:
    """The secret before the newest; good until a moment, or until somebody retires it."""

    kept: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class LiveSecrets:
    """The newest secret as it is kept, since when it is good, and the one it takes the place of."""

    kept: str
    since: datetime
    old: OldSecret | None = None

    def old_at(self, now: datetime) -> OldSecret | None:
        """The old secret, if it is still good."""
        old = self.old
        return old if old is not None and (old.until is None or now < old.until) else None

    def live_at(self, now: datetime) -> tuple[str, ...]:
        """What may sign now, newest first."""
        old = self.old_at(now)
        return (self.kept,) if old is None else (self.kept, old.kept)

    def check_rotation(self, now: datetime) -> Refusal | None:
        """A third live secret is refused: whose message would no longer be taken, nobody could tell."""
        return None if self.old_at(now) is None else Refusal(Code.ROTATION_UNDER_WAY)

    def rotated(self, kept: str, *, now: datetime, until: datetime | None) -> LiveSecrets:
        """A new secret, the present one good `until` then; None: until it is retired."""
        return LiveSecrets(kept, now, OldSecret(self.kept, self.since, until))

    def retired(self) -> LiveSecrets:
        """The newest alone."""
        return LiveSecrets(self.kept, self.since)
