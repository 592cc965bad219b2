"""Sends a checked export to the service with a progress bar, and prints what it answers.

Knows the HTTP side of `POST /v1/imports/{source}` and nothing of the file format.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

import httpx
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

from domain.language import Language, Text
from tilbake.commands.answers import NOT_RUNNING, show_answer
from tilbake.commands.exits import AWAY
from tilbake.commands.services import Service

CHUNK_BYTES: Final = 64 * 1024
TIMEOUT: Final = httpx.Timeout(30, connect=5, read=900)
_SENDING: Final = Text("sender", "sending")
_WRITING: Final = Text("tjenesten skriver", "the service is writing")
_BROKEN: Final = Text(
    "Forbindelsen til {url} brast ({why}). Kjør kommandoen igjen; det som alt er importert, kjennes igjen.",
    "The connection to {url} broke ({why}). Run the command again; what was imported already is recognised.",
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a source, and what the person answered."""

    source: str
    content: bytes
    query: Mapping[str, str]


def upload(export: Upload, *, service: Service, language: Language) -> int:
    """Sends a file to the service; returns the exit code."""
    url = service.url
    headers = {
        "Authorization": f"Bearer {service.token}",
        "Content-Type": "text/csv",
        "Content-Length": str(len(export.content)),
        "Accept-Language": language,
        "Idempotency-Key": str(uuid4()),
    }
    try:
        with _progress() as bar, httpx.Client(base_url=url, timeout=TIMEOUT, trust_env=False) as client:
            body = _chunks(export.content, bar=bar, language=language)
            answer = client.post(
                f"/v1/imports/{export.source}", params=dict(export.query), headers=headers, content=body
            )
    except httpx.ConnectError:
        print(NOT_RUNNING.in_language(language).format(url=url), file=sys.stderr)
        return AWAY
    except httpx.TransportError as error:
        print(_BROKEN.in_language(language).format(url=url, why=type(error).__name__), file=sys.stderr)
        return AWAY
    return show_answer(answer, language=language)


def _progress() -> Progress:
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn()
    console = Console(stderr=True)
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _chunks(content: bytes, *, bar: Progress, language: Language) -> Iterator[bytes]:
    task = bar.add_task(_SENDING.in_language(language), total=len(content))
    for start in range(0, len(content), CHUNK_BYTES):
        chunk = content[start : start + CHUNK_BYTES]
        yield chunk
        bar.advance(task, len(chunk))
    bar.update(task, description=_WRITING.in_language(language))
