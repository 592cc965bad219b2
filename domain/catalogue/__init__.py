"""The one catalogue: code -> text and advice in both languages, and what sort of answer it is.

Reading it never fails: a missing fact is shown as missing, an unknown status as it is. It holds no status numbers.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from domain.catalogue.channels import CHANNELS
from domain.catalogue.edge import EDGE
from domain.catalogue.meaning import Kind, Meaning
from domain.catalogue.production import PRODUCTION
from domain.catalogue.project import PROJECT
from domain.catalogue.recall import RECALL
from domain.language import Language, Text
from domain.refusals import Code, Refusal
from domain.terms import fact_text

__all__ = ["CATALOGUE", "Kind", "Meaning", "advise", "common_code", "common_kind", "render"]

CATALOGUE: Mapping[Code, Meaning] = MappingProxyType(RECALL | PROJECT | PRODUCTION | CHANNELS | EDGE)

_MISSING = Text("(ukjent)", "(unknown)")


class _Facts(dict[str, str]):
    """Facts by their display names; a fact that is not there is shown as missing."""

    def __init__(self, facts: Mapping[str, str], *, language: Language) -> None:
        super().__init__({name: fact_text(name, value=str(value), language=language) for name, value in facts.items()})
        self._missing = _MISSING.in_language(language)

    def __missing__(self, name: str) -> str:
        return self._missing


def render(refusal: Refusal, language: Language) -> str:
    """The text of a refusal in one language. Never fails, whatever the facts are."""
    text = CATALOGUE[refusal.code].text.in_language(language)
    return text.format_map(_Facts(refusal.facts, language=language))


def advise(code: Code, language: Language) -> str:
    """What a person can do about a code."""
    return CATALOGUE[code].advice.in_language(language)


def common_code(codes: Sequence[Code]) -> Code:
    """The code that all share, else several_refusals (API contract, Errors)."""
    return codes[0] if len(set(codes)) == 1 else Code.SEVERAL_REFUSALS


def common_kind(codes: Sequence[Code]) -> Kind:
    """The kind of the code that all share; several codes at once are malformed if each is, else refused."""
    kinds = {CATALOGUE[code].kind for code in codes}
    if len(set(codes)) == 1 or kinds == {Kind.MALFORMED}:
        return kinds.pop()
    return Kind.REFUSED
