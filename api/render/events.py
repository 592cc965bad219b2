"""Events in JSON, and their ids: texts that begin with the transaction and so sort as they were told."""

from __future__ import annotations

import re
from typing import Final

from api.render.entries import happened
from api.render.values import Json
from store.database import Row
from store.paging import Place

EVENT_ID: Final = "(0|[1-9][0-9]{0,17})-(0|[1-9][0-9]{0,17})"
_ID: Final = re.compile(EVENT_ID)


def event_id(place: Place) -> str:
    """The id of the event at a place."""
    turn, sequence = place
    return f"{turn}-{sequence}"


def place_of(id: str) -> tuple[int, int] | None:
    """The place an id names; None if it names none."""
    found = _ID.fullmatch(id)
    return None if found is None else (int(found.group(1)), int(found.group(2)))


def event(row: Row) -> Json:
    """An event: what the history of its subject says, with its own id and its subject."""
    told = happened(row)
    del told["sequence"]
    return {
        "id": event_id((row.turn, row.sequence)),
        "type": f"{row.subject_kind}.{told.pop('event')}",
        "subject": row.subject_id,
        **told,
    }
