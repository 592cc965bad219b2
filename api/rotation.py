"""How long the secret before the newest stays good."""

from __future__ import annotations

from datetime import datetime

from api.edge import edge_error
from api.models.channels import Rotation
from domain.refusals import Code


def old_until(body: Rotation, now: datetime) -> datetime | None:
    """Until when; None: until it is retired. Raises EdgeError invalid_value for a moment that has passed."""
    if body.old_until is not None and body.old_until <= now:
        raise edge_error(Code.INVALID_VALUE, place={"pointer": "/old_until"}, field="old_until", expected="future")
    return body.old_until
