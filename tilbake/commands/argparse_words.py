"""The words of argparse itself, in Norwegian. It knows English alone, and looks each of them up when it needs it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from domain.language import Language

NORWEGIAN: Final[Mapping[str, str]] = {
    "usage: ": "bruk: ",
    "positional arguments": "argumenter",
    "options": "valg",
    "subcommands": "underkommandoer",
    "%(heading)s:": "%(heading)s:",
    "show this help message and exit": "vis denne hjelpen og avslutt",
    "show program's version number and exit": "vis versjonen og avslutt",
    " (default: %(default)s)": " (ellers: %(default)s)",
    "%(prog)s: error: %(message)s\n": "%(prog)s: feil: %(message)s\n",
    "%(prog)s: warning: %(message)s\n": "%(prog)s: advarsel: %(message)s\n",
    "argument %(argument_name)s: %(message)s": "argumentet %(argument_name)s: %(message)s",
    "the following arguments are required: %s": "disse argumentene mangler: %s",
    "one of the arguments %s is required": "ett av argumentene %s må være med",
    "unrecognized arguments: %s": "ukjente argumenter: %s",
    "ambiguous option: %(option)s could match %(matches)s": "tvetydig valg: %(option)s kan bety %(matches)s",
    "unexpected option string: %s": "valget hører ikke hjemme her: %s",
    "not allowed with argument %s": "kan ikke brukes sammen med argumentet %s",
    "ignored explicit argument %r": "tar ingen verdi, men fikk %r",
    "invalid choice: %(value)r (choose from %(choices)s)": "ugyldig verdi: %(value)r (velg blant %(choices)s)",
    "unknown parser %(parser_name)r (choices: %(choices)s)": "ukjent kommando %(parser_name)r (velg blant %(choices)s)",
    "invalid %(type)s value: %(value)r": "ugyldig verdi (%(type)s): %(value)r",
    "expected one argument": "en verdi mangler",
    "expected at most one argument": "høyst én verdi",
    "expected at least one argument": "minst én verdi mangler",
    "expected %s argument": "%s verdi mangler",
    "expected %s arguments": "%s verdier mangler",
    "can't open '%(filename)s': %(error)s": "kan ikke åpne «%(filename)s»: %(error)s",
    "argument '%(argument_name)s' is deprecated": "argumentet «%(argument_name)s» utgår",
    "command '%(parser_name)s' is deprecated": "kommandoen «%(parser_name)s» utgår",
    "option '%(option)s' is deprecated": "valget «%(option)s» utgår",
}


@contextmanager
def argparse_in(language: Language) -> Iterator[None]:
    """Within the block argparse speaks this language."""
    words: Any = argparse
    before = words._, words.ngettext
    if language is Language.NB:
        words._, words.ngettext = _norwegian, _norwegian_of
    try:
        yield
    finally:
        words._, words.ngettext = before


def _norwegian(words: str) -> str:
    return NORWEGIAN.get(words, words)


def _norwegian_of(one: str, many: str, number: int) -> str:
    return _norwegian(one if number == 1 else many)
