"""What stands within the messages of Temporal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from google.protobuf.message import Message


def parts(message: Message) -> Iterator[Message]:
    """The messages that a message holds itself, in its fields, lists and maps."""
    for descriptor, value in message.ListFields():
        if descriptor.message_type is None:
            continue
        several: Any = [value] if isinstance(value, Message) else value
        for inner in several.values() if hasattr(several, "values") else several:
            if isinstance(inner, Message):
                yield inner
