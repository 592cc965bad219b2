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
here by what can be done about it. Words in braces are facts of the refusal. Several different codes in one answer have the status
422 and the code `several_refusals` (400 where each of them is a 400). Where an unknown entry is one of several selected ones
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
    rows = [_row([f"`{code}`", str(STATUS[one.kind]), *_sentences(one)]) for code, one in meanings.items()]
    return "\n".join([f"## {title}", _row(["code", "status", "en", "nb"]), _row(["---"] * 4), *rows, ""])


def _sentences(meaning: Meaning) -> list[str]:
    return [
        f"{meaning.text.en} *{meaning.advice.en}*",
        f"{meaning.text.nb} *{meaning.advice.nb}*",
    ]


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    main()
