"""Reads what is declared from the environment, and from files where a secret stands in one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from files.reading import NoFile, NoText, TooLong, read_text
from tilbake.errors import CannotStart
from tilbake.file_faults import why
from tilbake.language import said
from tilbake.settings import texts
from tilbake.settings.declaring import Declared, declared, file_names
from tilbake.settings.forms import Unusable


class SettingsInvalid(CannotStart):
    """One or more settings cannot be used; the message has one line for each of them."""


class Reader:
    """Reads variables one by one and remembers what was wrong with each. An empty value counts as not set."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self.problems: list[str] = []

    def given(self, group: type[Any]) -> dict[str, Any]:
        """What is set of a group, by the names of the fields. What cannot be used is noted and left out."""
        files = file_names(group)
        found = {field: self._value(one, files.get(one.name)) for field, one in declared(group)}
        return {field: value for field, value in found.items() if value is not None}

    def has_refused(self, problem: str) -> bool:
        """Whether a problem is only that a setting is missing which was given and cannot be used: that is told already."""
        refused = {one.split()[0] for one in self.problems}
        return any(problem.startswith(f"{name} ") or said(texts.SET_IT, name=name) in problem for name in refused)

    def _value(self, setting: Declared, file_name: str | None) -> Any:
        name, text = self._text(setting, file_name)
        if not text:
            return None
        try:
            return setting.form(text)
        except Unusable as problem:
            shown = None if setting.secret else problem.value
            sentence = texts.UNUSABLE if shown is None else texts.UNUSABLE_VALUE
            self.problems.append(said(sentence, name=name, rule=problem.rule, value=shown))
            return None

    def _text(self, setting: Declared, file_name: str | None) -> tuple[str, str]:
        """The text of a setting and the variable it comes from."""
        own, of_file = self._plain(setting.name), self._plain(file_name)
        if own and of_file:
            self.problems.append(said(texts.NOT_BOTH, one=setting.name, other=file_name))
        elif file_name and of_file:
            return file_name, self._content(file_name, Path(of_file))
        return (setting.name, own) if own or not setting.also else (setting.also, self._plain(setting.also))

    def _plain(self, name: str | None) -> str:
        return self._env.get(name, "").strip() if name else ""

    def _content(self, name: str, path: Path) -> str:
        """What stands in a file, which is never told."""
        try:
            text = read_text(path.expanduser()).strip()
        except OSError as reason:
            self.problems.append(said(texts.NAMES, name=name, what=_why_of_no_use(reason)))
            return ""
        if not text:
            self.problems.append(said(texts.NAMES, name=name, what=said(texts.EMPTY_FILE)))
        return text


def _why_of_no_use(reason: OSError) -> str:
    match reason:
        case NoFile():
            return said(texts.NO_FILE)
        case TooLong():
            return said(texts.LONG_FILE)
        case NoText():
            return said(texts.NO_TEXT)
        case _:
            return said(texts.UNREADABLE, why=why(reason))


def as_text(value: object) -> str:
    """A value as the variable that reads as this value."""
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case tuple():
            return ",".join(str(one) for one in value)
        case _:
            return str(value)
