"""Cursors of lists: where the next page begins, in a form that nobody reads or writes by hand.

A cursor holds which list and which sort of it, and the sort values of the last item. Its checksum finds copying mistakes;
it is no protection, and none is needed: a page shows only what its reader may see, wherever it begins.
"""

import base64
import binascii
import json
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Depends, Query
from pydantic import BeforeValidator, Field

from api.edge import EdgeError, bad_parameter
from api.excerpts import UNSHOWABLE
from api.models.fields import not_expected
from store import paging
from store.paging import Listed, Order, Place, Span

LONGEST_CURSOR = 1000
MOST_ITEMS = 200
USUAL_ITEMS = 50
_CHECKSUM_BYTES = 4
_LARGEST_INTEGER = 2**63 - 1
_FORM = re.compile("[A-Za-z0-9_-]+")

Key = str | int


def encode_cursor(keys: Sequence[Key]) -> str:
    """A cursor from the sort values of the last item of a page; days and instants as their ISO text."""
    content = json.dumps(list(keys), separators=(",", ":")).encode("ascii")
    return base64.urlsafe_b64encode(_checksum(content) + content).decode("ascii").rstrip("=")


def decode_cursor(text: str, *, shape: Sequence[type[Key]]) -> tuple[Key, ...]:
    """The sort values of a cursor. Raises EdgeError invalid_value for anything but what encode_cursor makes.

    shape: the type of each value, such as (str, int). Texts come back plain, numbers within 64 bits.
    """
    keys = _keys(text) if len(text) <= LONGEST_CURSOR and _FORM.fullmatch(text) else None
    if keys is None or [type(key) for key in keys] != list(shape):
        raise bad_cursor()
    return tuple(keys)


def bad_cursor() -> EdgeError:
    """The refusal of a cursor."""
    return bad_parameter("cursor", expected="cursor")


def _keys(text: str) -> list[Key] | None:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        checksum, content = raw[:_CHECKSUM_BYTES], raw[_CHECKSUM_BYTES:]
        found = json.loads(content) if checksum == _checksum(content) else None
    except (binascii.Error, ValueError, RecursionError):
        return None
    keys: list[Key] = found if isinstance(found, list) else []
    return keys if all(_is_key(key) for key in keys) and encode_cursor(keys) == text else None


def _is_key(key: object) -> bool:
    if isinstance(key, str):
        return not UNSHOWABLE.search(key)
    return type(key) is int and -_LARGEST_INTEGER <= key <= _LARGEST_INTEGER


def _checksum(content: bytes) -> bytes:
    return zlib.crc32(content).to_bytes(_CHECKSUM_BYTES, "big")


def _plain_number(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch("[0-9]{1,9}", value):
        raise not_expected("whole_number")
    return value


# The parameter `limit` of every list.
Limit = Annotated[int, Field(ge=1, le=MOST_ITEMS), BeforeValidator(_plain_number), Query()]


@dataclass(frozen=True, slots=True)
class Page:
    """The part of a list that a request asks for: the parameters `cursor` and `limit` of every list."""

    cursor: Annotated[str | None, Query(json_schema_extra={"pattern": f"^{_FORM.pattern}$"})] = None
    limit: Limit = USUAL_ITEMS

    def of(self, order: Order) -> Span:
        """That part in an order. Raises EdgeError invalid_value for a cursor of another list or another sort."""
        return Span(order, self.limit, None if self.cursor is None else _place(self.cursor, order))


Paging = Annotated[Page, Depends()]


def page_answer(found: Listed[Any], items: Sequence[object] | None = None) -> dict[str, Any]:
    """A page as every list answers it: its items, in JSON those of `found` if no others are given, and the next cursor."""
    cursor = None if found.last is None else encode_cursor([found.order.name, *map(_written, found.last)])
    return {"items": list(found.items if items is None else items), "next": cursor}


def _written(value: paging.Key) -> Key:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is not UTC:
        raise ValueError(text)
    return found


_READ: Final[Mapping[type[paging.Key], Callable[[Any], paging.Key]]] = {
    str: str,
    int: int,
    date: date.fromisoformat,
    datetime: _instant,
    UUID: UUID,
}


def _place(cursor: str, order: Order) -> Place:
    """The place a cursor names, read only as it was written."""
    kinds = list(order.columns.values())
    name, *keys = decode_cursor(cursor, shape=(str, *(int if kind is int else str for kind in kinds)))
    try:
        place = tuple(_READ[kind](key) for kind, key in zip(kinds, keys, strict=True))
    except ValueError:
        raise bad_cursor() from None
    if name != order.name or [_written(value) for value in place] != keys:
        raise bad_cursor()
    return place
