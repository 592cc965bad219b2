"""Files that settings name and that are read only when they are needed: looked at before a service starts.

A name with a slip in it would else be found by the first who needs the file, and a key that is made there fits nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from files.reading import read_small
from store.vault import Unreadable, Vault
from tilbake.errors import CannotStart
from tilbake.file_faults import why
from tilbake.language import said
from tilbake.process import texts
from tilbake.settings import Settings


def require_named_files(settings: Settings) -> None:
    """Raises CannotStart with a line for each file that is not there, or of no use."""
    problems = [*_key_of_secrets(settings), *_token_of_figures(settings)]
    if problems:
        raise CannotStart("\n".join(problems))


def _key_of_secrets(settings: Settings) -> Iterator[str]:
    """Outside production the first who needs it makes it."""
    file, name = settings.secrets_key_file, "TILBAKE_SECRETS_KEY_FILE"
    if file is None or settings.mode != "production":
        return
    if (reason := _why_unreadable(file)) is not None:
        yield said(texts.SECRETS_UNREADABLE, setting=name, why=reason)
        return
    try:
        Vault(file).require()
    except Unreadable:
        yield said(texts.SECRETS_NO_KEY, setting=name)


def _token_of_figures(settings: Settings) -> Iterator[str]:
    file, name = settings.metrics_token_file, "TILBAKE_METRICS_TOKEN_FILE"
    if file is not None and (reason := _why_unreadable(file)) is not None:
        yield said(texts.UNREADABLE, setting=name, why=reason)


def _why_unreadable(file: Path) -> str | None:
    try:
        read_small(file)
    except OSError as problem:
        return why(problem)
    return None
