"""The two languages of the product, and texts that exist in both or not at all."""

from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """Norwegian (bokmål) and English."""

    NB = "nb"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Text:
    """The same sentence in both languages; facts stand in braces."""

    nb: str
    en: str

    def in_language(self, language: Language) -> str:
        """The sentence in one of the two languages."""
        return self.nb if language is Language.NB else self.en


class Advice(Text):
    """What a person can do about a refusal."""

    __slots__ = ()
