"""Clients of Temporal that encrypt, each with a ring of its own, and what stands in the payloads of a history."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from google.protobuf.message import Message
from temporalio.api.common.v1 import Header, Payload, SearchAttributes
from temporalio.client import Client

from tests.protobuf import parts
from tests.temporal_access import shown_at
from tilbake.settings import Settings
from tilbake.temporal.client import connect

KEYS: Final = {id: base64.b64encode(bytes(range(first, first + 32))).decode() for id, first in (("a", 1), ("b", 101))}
_NEVER_ENCRYPTED: Final = (Header, SearchAttributes)


def ring_file(folder: Path, *ids: str) -> Path:
    """A ring of these keys, the first of which encrypts."""
    file = folder / f"{'-'.join(ids)}.keys"
    file.write_text("".join(f"{id} {KEYS[id]}\n" for id in ids))
    file.chmod(0o600)
    return file


async def encrypting(address: str, folder: Path, *ids: str) -> Client:
    """A client as every process makes it, with a ring of these keys."""
    ring = ring_file(folder, *ids)
    return await connect(Settings(temporal_address=address, payload_keys_file=ring, **shown_at(address)))


def payloads_in(message: Message) -> Iterator[Payload]:
    """Every payload within a message but those that Temporal has to read itself, or that hold trace ids only."""
    if isinstance(message, Payload):
        yield message
        return
    if isinstance(message, _NEVER_ENCRYPTED):
        return
    for inner in parts(message):
        yield from payloads_in(inner)
