"""Sends a checked export to the service with a progress bar, and prints what it answers.

Knows the HTTP side of `POST /v1/imports/{source}` and nothing of the file format.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

import httpx
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

from api.local_issuer import IssuerKeyError
from domain.language import Language, Text
from imports.texts import STORE_TEXTS
from tilbake.commands.import_ import FAULTS, GOOD, MORE_WARNINGS, WARNINGS_SHOWN, describe_place
from tilbake.errors import CannotStart
from tilbake.settings import Settings
from tilbake.tokens import local_token

AWAY: Final = 3
CHUNK_BYTES: Final = 64 * 1024
TIMEOUT: Final = httpx.Timeout(30, connect=5, read=900)
_SENDING: Final = Text("sender", "sending")
_WRITING: Final = Text("tjenesten skriver", "the service is writing")
_NOT_RUNNING: Final = Text(
    "Ingen tjeneste svarer på {url}; start den med scripts/start og prøv igjen.",
    "No service answers at {url}; start it with scripts/start and try again.",
)
_BROKEN: Final = Text(
    "Forbindelsen til {url} brast ({why}). Kjør kommandoen igjen; det som alt er importert, kjennes igjen.",
    "The connection to {url} broke ({why}). Run the command again; what was imported already is recognised.",
)
_DONE: Final = Text(
    "Import {id}: {created} nye, {already_known} kjent fra før, {rows} rader.",
    "Import {id}: {created} new, {already_known} already known, {rows} rows.",
)
_NOTHING_NEW: Final = Text(
    "Ingenting nytt: alle {rows} rader er kjent fra før.", "Nothing new: all {rows} rows are known already."
)
_OTHER_KEY: Final = Text(
    "Tjenesten godtar ikke denne maskinens tokener; sett TILBAKE_DATA_DIR til mappen tjenesten bruker.",
    "The service does not accept tokens made here; set TILBAKE_DATA_DIR to the directory that service uses.",
)
_UNCLEAR: Final = Text(
    "Tjenesten svarte {status} uten noe som kan leses.", "The service answered {status} with nothing readable."
)


@dataclass(frozen=True, slots=True)
class Service:
    """A service that runs somewhere, and a token it accepts."""

    url: str
    token: str = field(repr=False)


def find_service(url: str | None) -> Service:
    """The service at `url`, else this machine's own, with the token of TILBAKE_TOKEN, else one of `admin` by the local issuer.

    Raises CannotStart where the settings or the issuer's key are of no use.
    """
    settings = Settings.from_environment()
    given = os.environ.get("TILBAKE_TOKEN", "").strip()
    if given:
        return Service(url or settings.api_url, given)
    if settings.oidc_issuer is not None:
        raise CannotStart(f"Set TILBAKE_TOKEN to a token of {settings.oidc_issuer} that may do this.")
    try:
        token = local_token("admin", settings.issuer_key_path)
    except (IssuerKeyError, OSError) as error:
        raise CannotStart(str(error)) from error
    return Service(url or settings.api_url, token)


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
        print(_NOT_RUNNING.in_language(language).format(url=url), file=sys.stderr)
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


def show_answer(answer: httpx.Response, *, language: Language = Language.EN) -> int:
    """Prints what the service said; returns the exit code."""
    try:
        body = answer.json()
    except ValueError:
        body = None
    if not isinstance(body, dict) or not (answer.is_success or body.get("code")):
        print(_UNCLEAR.in_language(language).format(status=answer.status_code), file=sys.stderr)
        return FAULTS
    if answer.is_success:
        facts = {name: body.get(name, "?") for name in ("id", "created", "already_known", "rows")}
        done = _NOTHING_NEW if body.get("created") == 0 else _DONE
        print(done.in_language(language).format(**facts))
        _show_warnings(body, language=language)
        return GOOD
    _show_problem(body, language=language)
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        print(_OTHER_KEY.in_language(language), file=sys.stderr)
    return FAULTS


def _show_warnings(body: Mapping[str, Any], *, language: Language) -> None:
    """What the file and the store disagree about, which only the service could say; the rest was said before it was sent."""
    found = [one for one in body.get("warnings") or () if isinstance(one, dict) and one.get("code") in STORE_TEXTS]
    for one in found[:WARNINGS_SHOWN]:
        line, column, heading = one.get("line"), one.get("column"), one.get("heading")
        if isinstance(line, int):
            place = describe_place(line, column=column, heading=heading, language=language)
            print(f"{place}: {_shown(one.get('code'))} - {_shown(one.get('detail'))}")
    if len(found) > WARNINGS_SHOWN:
        print(MORE_WARNINGS.in_language(language).format(count=len(found) - WARNINGS_SHOWN))


def _show_problem(problem: Mapping[str, Any], *, language: Language) -> None:
    whole = f"{_shown(problem.get('code'))} - {_shown(problem.get('detail') or problem.get('title'))}"
    print(whole, file=sys.stderr)
    for error in problem.get("errors") or ():
        if not isinstance(error, dict):
            continue
        text = f"{_shown(error.get('code'))} - {_shown(error.get('detail'))}"
        line, column, heading = error.get("line"), error.get("column"), error.get("heading")
        if isinstance(line, int):
            place = describe_place(line, column=column, heading=heading, language=language)
            text = f"{place}: {text}"
        if text != whole:
            print(text)


def _shown(value: object) -> str:
    """Text of the service, safe to print in a terminal."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in str(value or "")).split())
