"""A large body: on disk, not in memory, for as long as it is worked with."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from tempfile import TemporaryFile
from typing import IO

from fastapi import Request

from api.strict_route import BodyLimit, receive_body


@dataclass(frozen=True, slots=True)
class SpooledBody:
    """The bytes as they came, and their SHA-256 as hex."""

    content: bytes | mmap
    fingerprint: str


@asynccontextmanager
async def spooled_body(request: Request, *, limit: BodyLimit) -> AsyncIterator[SpooledBody]:
    """The body of a request; gone at the end, also when the process is killed. Raises EdgeError as `receive_body` does."""
    digest = hashlib.sha256()
    with TemporaryFile() as file:

        def take(chunk: bytes) -> None:
            digest.update(chunk)
            file.write(chunk)

        await receive_body(request, take, limit=limit)
        file.flush()
        with _mapped(file) as content:
            yield SpooledBody(content, digest.hexdigest())


@contextmanager
def _mapped(file: IO[bytes]) -> Iterator[bytes | mmap]:
    if file.tell() == 0:
        yield b""
        return
    with mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        yield content
