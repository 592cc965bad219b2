"""New identifiers. Time-ordered ones keep the indexes of large tables compact."""

from __future__ import annotations

import os
import time
from uuid import UUID, uuid4


def new_id() -> str:
    """A random identifier."""
    return str(uuid4())


def new_ordered_id() -> str:
    """An identifier that sorts by the millisecond it was made in (UUID version 7, RFC 9562)."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    value = (milliseconds & (1 << 48) - 1) << 80 | random
    value = value & ~(0xF << 76) | 0x7 << 76
    return str(UUID(int=value & ~(0x3 << 62) | 0x2 << 62))


def is_id(text: str) -> bool:
    """Whether a text can be an identifier of ours at all."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
