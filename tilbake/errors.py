"""Failures a person can do something about, told in one sentence instead of a traceback."""

from __future__ import annotations

from domain.language import Text
from tilbake.language import said


class CannotStart(Exception):
    """Something on this machine stands in the way; the message says what it is and what to do."""

    def __init__(self, sentence: Text | str, /, **facts: object) -> None:
        """A sentence with its facts in braces, or one that was said already."""
        super().__init__(said(sentence, **facts) if isinstance(sentence, Text) else sentence)
