"""Writes docs/refusals.md from the catalogue: `python -m tilbake.refusals_page`. A test keeps the page up to date."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from api.problem import STATUS
from domain.catalogue.channels import CHANNELS
from domain.catalogue.edge import EDGE
from domain.catalogue.meaning import Meaning
from domain.catalogue.production import PRODUCTION
from domain.catalogue.project import PROJECT
from domain.catalogue.recall import RECALL
from domain.refusals import Code

PAGE = Path(__file__).parent.parent / "docs" / "refusals.md"

_INTRODUCTION = """# Refusals

Made from the catalogue by `python -m tilbake.refusals_page`; change the catalogue, not this page.

A code never changes its meaning and is never used again. Its text comes in Norwegian or English by `Accept-Language`, followed
here by what can be done about it. Words in braces are facts of the refusal; {subject} is what it is about. A code that is met in
several places has cases, found by the fact `why`, or by the status that is in the way. Several different codes in one answer have
the status 422 and the code `several_refusals` (400 where each of them is a 400). Where an unknown entry is one of several selected ones
it is a refused line, 422.
"""

_SECTIONS: Mapping[str, Mapping[Code, Meaning]] = {
    "Requests and decisions": RECALL,
    "Entries, invoices and periods": PROJECT,
    "Production output": PRODUCTION,
    "Channels": CHANNELS,
    "The edge": EDGE,
}


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join([_INTRODUCTION, *(_section(title, meanings=found) for title, found in _SECTIONS.items())])


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


def _section(title: str, *, meanings: Mapping[Code, Meaning]) -> str:
    rows = [row for code, one in meanings.items() for row in _rows(code, one)]
    return "\n".join([f"## {title}", _row(["code", "status", "en", "nb"]), _row(["---"] * 4), *rows, ""])


def _rows(code: Code, meaning: Meaning) -> Iterable[str]:
    """A code, and below it the cases in which it says or advises something else."""
    yield _row([f"`{code}`", str(STATUS[meaning.kind]), *_sentences(meaning, "")])
    for case in meaning.cases:
        yield _row([f"`{code}` {case}", "", *_sentences(meaning, case)])


def _sentences(meaning: Meaning, case: str) -> list[str]:
    text, advice = meaning.text_in(case), meaning.advice_in(case)
    return [f"{text.en} *{advice.en}*", f"{text.nb} *{advice.nb}*"]


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    main()
