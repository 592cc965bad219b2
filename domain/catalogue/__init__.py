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
from domain.terms import TERMS_WITH_FACTS, expected_text, fact_text

__all__ = ["CATALOGUE", "Kind", "Meaning", "advise", "case_of", "common_code", "common_kind", "fill", "render"]

CATALOGUE: Mapping[Code, Meaning] = MappingProxyType(RECALL | PROJECT | PRODUCTION | CHANNELS | EDGE)

_MISSING = Text("(ukjent)", "(unknown)")


class _Facts(dict[str, str]):
    """Facts by their display names; a fact that is not there is shown as missing."""

    def __init__(self, facts: Mapping[str, str], *, language: Language) -> None:
        super().__init__({name: fact_text(name, value=str(value), language=language) for name, value in facts.items()})
        self._missing = _MISSING.in_language(language)
        if "expected" in facts:
            self["expected"] = expected_text(facts, language)
        for name in TERMS_WITH_FACTS & facts.keys():
            if self[name] != facts[name]:  # a display name of ours, not what somebody sent
                self[name] = self[name].format_map(self)

    def __missing__(self, name: str) -> str:
        return self._missing


def render(refusal: Refusal, language: Language) -> str:
    """The text of a refusal in one language. Never fails, whatever the facts are; its subject is one of them, seen also if empty."""
    subject = {} if refusal.subject is None else {"subject": refusal.subject or '""'}
    text = CATALOGUE[refusal.code].text_in(case_of(refusal))
    return fill(text, subject | dict(refusal.facts), language=language)


def fill(text: Text, facts: Mapping[str, str], *, language: Language) -> str:
    """A text with its facts in place of their names: codes by their display names, what is missing as missing."""
    return text.in_language(language).format_map(_Facts(facts, language=language))


def advise(refusal: Refusal, language: Language) -> str:
    """What a person can do about a refusal."""
    return CATALOGUE[refusal.code].advice_in(case_of(refusal)).in_language(language)


def case_of(refusal: Refusal) -> str:
    """Which case of its code a refusal is: why it was refused, else the status that is in the way."""
    return str(refusal.facts.get("why") or refusal.facts.get("status") or "")


def common_code(codes: Sequence[Code]) -> Code:
    """The code that all share, else several_refusals (API contract, Errors)."""
    return codes[0] if len(set(codes)) == 1 else Code.SEVERAL_REFUSALS


def common_kind(codes: Sequence[Code]) -> Kind:
    """The kind of the code that all share; several codes at once are malformed if each is, else refused."""
    kinds = {CATALOGUE[code].kind for code in codes}
    if len(set(codes)) == 1 or kinds == {Kind.MALFORMED}:
        return kinds.pop()
    return Kind.REFUSED
