"""What the service answers, as commands print it, and the places in files that it speaks of."""

import sys
from collections.abc import Mapping
from typing import Any, Final

import httpx

from domain.language import Language, Text
from imports.texts import STORE_TEXTS
from tilbake.commands.exits import FAULTS, GOOD
from tilbake.commands.services import given_token
from tilbake.commands.texts.services import GIVEN_REFUSED, OWN_REFUSED

WARNINGS_SHOWN: Final = 20

_PLACE: Final = Text("linje {line}, kolonne {column}{heading}", "line {line}, column {column}{heading}")
LINE: Final = Text("linje {line}", "line {line}")
COUNT: Final = Text("Antall feil: {total}. Ingenting er skrevet.", "Faults: {total}. Nothing was written.")
NOT_RUNNING: Final = Text(
    "Ingen tjeneste svarer på {url}; start den med scripts/start og prøv igjen.",
    "No service answers at {url}; start it with scripts/start and try again.",
)
MORE_WARNINGS: Final = Text("Advarsler som ikke vises: {count}", "Warnings not shown: {count}")
_DONE: Final = Text(
    "Import {id}: {created} nye, {already_known} kjent fra før, {rows} rader.",
    "Import {id}: {created} new, {already_known} already known, {rows} rows.",
)
_NOTHING_NEW: Final = Text(
    "Ingenting nytt: alle {rows} rader er kjent fra før.", "Nothing new: all {rows} rows are known already."
)
_UNCLEAR: Final = Text(
    "Tjenesten svarte {status} uten noe som kan leses.", "The service answered {status} with nothing readable."
)


def describe_place(line: int, *, column: int | None, heading: str | None, language: Language) -> str:
    """`line 5, column 1 (Date)`, or only what is known of it."""
    if column is None:
        return LINE.in_language(language).format(line=line)
    shown = f" ({heading})" if heading else ""
    return _PLACE.in_language(language).format(line=line, column=column, heading=shown)


def show_answer(answer: httpx.Response, *, language: Language) -> int:
    """Prints what the service said; returns the exit code."""
    try:
        body = answer.json()
    except ValueError:
        body = None
    if not isinstance(body, dict) or not (answer.is_success or body.get("code")):
        print(_UNCLEAR.in_language(language).format(status=answer.status_code), file=sys.stderr)
        return FAULTS
    if answer.is_success:
        facts = {name: body.get(name, "?") for name in ("id", "created", "already_known", "rows")}
        done = _NOTHING_NEW if body.get("created") == 0 else _DONE
        print(done.in_language(language).format(**facts))
        _show_warnings(body, language=language)
        return GOOD
    _show_problem(body, language=language)
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        advice = GIVEN_REFUSED if given_token() else OWN_REFUSED
        print(advice.in_language(language), file=sys.stderr)
    return FAULTS


def _show_warnings(body: Mapping[str, Any], *, language: Language) -> None:
    """What the file and the store disagree about, which only the service could say; the rest was said before it was sent."""
    found = [one for one in body.get("warnings") or () if isinstance(one, dict) and one.get("code") in STORE_TEXTS]
    for one in found[:WARNINGS_SHOWN]:
        line, column, heading = one.get("line"), one.get("column"), one.get("heading")
        if isinstance(line, int):
            place = describe_place(line, column=column, heading=heading, language=language)
            print(f"{place}: {one_line(one.get('code'))} - {one_line(one.get('detail'))}")
    if len(found) > WARNINGS_SHOWN:
        print(MORE_WARNINGS.in_language(language).format(count=len(found) - WARNINGS_SHOWN))


def _show_problem(problem: Mapping[str, Any], *, language: Language) -> None:
    whole = f"{one_line(problem.get('code'))} - {one_line(problem.get('detail') or problem.get('title'))}"
    print(whole, file=sys.stderr)
    for error in problem.get("errors") or ():
        if not isinstance(error, dict):
            continue
        text = f"{one_line(error.get('code'))} - {one_line(error.get('detail'))}"
        line, column, heading = error.get("line"), error.get("column"), error.get("heading")
        if isinstance(line, int):
            place = describe_place(line, column=column, heading=heading, language=language)
            text = f"{place}: {text}"
        if text != whole:
            print(text)


def one_line(value: object) -> str:
    """Text of people, safe to print in a terminal; nothing where there is none."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in str(value or "")).split())
