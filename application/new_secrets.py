"""Secrets of channels and subscriptions: made, sealed for whose they are, and put beside those that are live."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from application.work import Refused
from domain.live_secrets import LiveSecrets
from store.vault import Vault, new_secret


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A secret as its other side is told it, only now, and as it is kept."""

    told: str
    kept: str


def make_secret(vault: Vault, *, owner: str) -> NewSecret:
    """A secret of an owner, as the vault names it."""
    secret = new_secret()
    return NewSecret(secret, vault.seal(secret, owner=owner))


def rotated(live: LiveSecrets, new: NewSecret, *, now: datetime, old_until: datetime | None) -> LiveSecrets:
    """The live secrets with a new one, and the present one good until then. Raises Refused while a rotation is under way."""
    refusal = live.check_rotation(now)
    if refusal is not None:
        raise Refused(refusal)
    return live.rotated(new.kept, now=now, until=old_until)
