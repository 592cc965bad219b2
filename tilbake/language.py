"""The language in which this process speaks to whoever started it: one choice for help, story, doctor and refusals."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final

from domain.language import Language, Text

SETTING: Final = "TILBAKE_LANGUAGE"
_USUAL: Final = ("LC_ALL", "LC_MESSAGES", "LANG")
_NORWEGIAN: Final = ("nb", "nn", "no")


def named(word: str) -> Language | None:
    """The language that is asked for by its code; Norwegian Nynorsk and Norwegian at large are answered in Bokmål."""
    code = word.strip().lower()
    if code in _NORWEGIAN:
        return Language.NB
    return Language.EN if code == Language.EN else None


def usual(env: Mapping[str, str]) -> Language:
    """What the environment asks for by the first of its usual variables that is set; English where none is."""
    asked = next((env[name] for name in _USUAL if env.get(name)), "")
    return Language.NB if asked.lower().startswith(_NORWEGIAN) else Language.EN


def spoken(env: Mapping[str, str] = os.environ) -> Language:
    """The language of the setting; of the environment where it is not set, or set to what the settings will refuse."""
    return named(env.get(SETTING, "")) or usual(env)


def said(text: Text, /, **facts: object) -> str:
    """The sentence as this process says it, with its facts."""
    return text.in_language(spoken()).format(**facts)
