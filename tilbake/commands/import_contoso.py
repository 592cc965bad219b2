"""`tilbake import contoso DIR`: checks the five files of a production world here, then makes it in the running service.

Exit codes as for other imports: 0 good, 1 faults found or refused, 2 the call is incomplete, 3 the service is away.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import httpx

from domain.language import Language, Text
from domain.money import plain
from imports.contoso import PROBLEMS, Fault, World, read_world
from tilbake.commands.answers import COUNT, LINE, NOT_RUNNING, show_answer
from tilbake.commands.arguments import Subparsers, add_language, currency_code, declare, service_address
from tilbake.commands.exits import AWAY, FAULTS, GOOD, USAGE
from tilbake.commands.samples import refuse_samples
from tilbake.commands.services import find_service
from tilbake.commands.texts import contoso as texts
from tilbake.commands.texts import shared
from tilbake.contoso import ALREADY_THERE, Call, calls, read_files
from tilbake.file_faults import why
from tilbake.language import said

TIMEOUT_SECONDS: Final = 30.0
NEW_CURRENCY: Final = "USD"
_FOUND: Final = Text(
    "{centers} arbeidssentre, {items} varer, {routings} ruter, {orders} produksjonsordrer.",
    "{centers} work centers, {items} items, {routings} routings, {orders} production orders.",
)
_DONE: Final = Text(
    "Enhet {unit}: {created} nye, {known} kjent fra før.", "Unit {unit}: {created} new, {known} already known."
)
_CURRENCY_OF_UNIT: Final = Text(
    "Kostnadene er i {currency}, valutaen til enheten {unit}.",
    "The costs are in {currency}, the currency of unit {unit}.",
)
_OTHER_CURRENCY: Final = Text(
    "Enheten {unit} regner i {stored}, ikke i {said}. Velg en annen enhet med --unit; ingenting er skrevet.",
    "Unit {unit} reckons in {stored}, not in {said}. Choose another unit with --unit; nothing was written.",
)
_UNKNOWN_ITEM: Final = Text(
    "--unit-cost: vare {item} står verken i items.csv eller i enheten {unit}; ingenting er skrevet.",
    "--unit-cost: item {item} is neither in items.csv nor in unit {unit}; nothing was written.",
)
_NOT_IN_FILE: Final = Text(
    "--unit-cost: vare {item} står ikke i items.csv.", "--unit-cost: item {item} does not stand in items.csv."
)
_CHANGED: Final = Text(
    "--unit-cost: changed_since - vare {item} koster {stored} i enheten, ikke {said}; ingenting er overskrevet",
    "--unit-cost: changed_since - item {item} costs {stored} in the unit, not {said}; nothing was overwritten",
)
_UNREADABLE: Final = Text("{directory} kan ikke leses: {why}", "{directory} cannot be read: {why}")


def add_source(sources: Subparsers) -> None:
    """Adds the source `contoso` to the import command."""
    parser = declare(sources, "contoso", short=texts.SHORT, long=texts.LONG, below=texts.EXAMPLES)
    add, cost = parser.add_argument, said(texts.ITEM_AMOUNT)
    add("directory", metavar=said(shared.DIRECTORY), type=Path, help=said(texts.DIRECTORY))
    add("--unit-cost", metavar=cost, type=_unit_cost, action="append", default=[], help=said(texts.UNIT_COST))
    add("--unit", metavar=said(shared.UNIT), default="main", help=said(texts.UNIT))
    add("--currency", type=currency_code, metavar=said(shared.CURRENCY), help=said(texts.CURRENCY))
    add("--check", action="store_true", help=said(texts.CHECK))
    add("--url", type=service_address, help=said(shared.URL))
    add_language(parser)
    parser.set_defaults(run=run)


def _unit_cost(text: str) -> tuple[str, Decimal]:
    item, sign, amount = text.rpartition("=")
    if not item or not sign or not amount.replace(".", "", 1).isdecimal() or not amount.isascii():
        raise argparse.ArgumentTypeError(said(texts.NO_UNIT_COST, text=text))
    return item, Decimal(amount)


def run(args: argparse.Namespace) -> int:
    """Checks or makes the world in the directory named in `args`; returns the exit code."""
    language: Language = args.lang
    costs = dict(args.unit_cost)
    try:
        files = read_files(args.directory)
    except OSError as error:
        _say(_UNREADABLE, language, directory=args.directory, why=why(error, language=language))
        return USAGE
    world = read_world(files, costs)
    if not isinstance(world, World):
        _print_faults(world, language=language)
        return FAULTS
    counts = {name: len(getattr(world, name)) for name in ("centers", "items", "routings", "orders")}
    print(_FOUND.in_language(language).format(**counts))
    outside = sorted(costs.keys() - {item.number for item in world.items})
    if args.check:
        for item in outside:
            _say(_NOT_IN_FILE, language, item=item)
        return FAULTS if outside else GOOD
    refuse_samples(args.directory)
    unit = {"id": args.unit, "name": args.unit, "currency": args.currency or NEW_CURRENCY}
    made = [Call("/v1/units", unit), *calls(world, unit=args.unit, unit_costs=costs)]
    return _send(made, args, outside=outside, language=language)


def _print_faults(faults: Sequence[Fault], *, language: Language) -> None:
    for fault in faults:
        line = [LINE.in_language(language).format(line=fault.line)] if fault.line else []
        place = ", ".join([fault.file, *line, *([fault.column] if fault.column else [])])
        text = PROBLEMS[fault.code].in_language(language).format(value=fault.value, where=fault.where)
        print(f"{place}: {fault.code} - {text}")
    print(COUNT.in_language(language).format(total=len(faults)))


def _send(made: Sequence[Call], args: argparse.Namespace, *, outside: Sequence[str], language: Language) -> int:
    """One call after the other; what is there already is counted, anything else that is refused ends it.

    outside: items with a unit cost that the files do not have, so that the unit must.
    """
    service = find_service(args.url)
    headers = {"Authorization": f"Bearer {service.token}", "Accept-Language": language}
    created = 0
    try:
        with httpx.Client(base_url=service.url, timeout=TIMEOUT_SECONDS, trust_env=False, headers=headers) as client:
            if not _agrees(client, args, outside=outside, language=language):
                return FAULTS
            for call in made:
                answer = client.post(call.path, json=call.body, headers={"Idempotency-Key": str(uuid4())})
                if not answer.is_success and _code(answer) != ALREADY_THERE:
                    return show_answer(answer, language=language)
                created += answer.is_success
    except httpx.TransportError:
        _say(NOT_RUNNING, language, url=service.url)
        return AWAY
    print(_DONE.in_language(language).format(unit=args.unit, created=created, known=len(made) - created))
    return GOOD


def _agrees(client: httpx.Client, args: argparse.Namespace, *, outside: Sequence[str], language: Language) -> bool:
    """Whether the unit, where it is there already, has the currency and the items that are spoken of; says what it has else."""
    unit = client.get(f"/v1/units/{args.unit}")
    if unit.is_success:
        stored = unit.json()["currency"]
        if args.currency not in (None, stored):
            _say(_OTHER_CURRENCY, language, unit=args.unit, stored=stored, said=args.currency)
            return False
        print(_CURRENCY_OF_UNIT.in_language(language).format(unit=args.unit, currency=stored))
    stored_costs = _stored_costs(client, args.unit, dict(args.unit_cost)) if unit.is_success else {}
    missing = [item for item in outside if item not in stored_costs]
    for item in missing:
        _say(_UNKNOWN_ITEM, language, item=item, unit=args.unit)
    given: dict[str, Decimal] = dict(args.unit_cost)
    for item, cost in given.items():
        known = stored_costs.get(item, cost)
        if not missing and known != cost:
            print(_CHANGED.in_language(language).format(item=item, stored=plain(known), said=plain(cost)))
    return not missing


def _stored_costs(client: httpx.Client, unit: str, items: Iterable[str]) -> dict[str, Decimal]:
    """What the items that the unit has already cost there."""
    found: list[dict[str, Any]] = []
    for number in items:
        answer = client.get("/v1/production/items", params={"unit": unit, "number": number})
        found += answer.json()["items"] if answer.is_success else []
    return {one["number"]: Decimal(one["unit_cost"]) for one in found}


def _code(answer: httpx.Response) -> str | None:
    try:
        body = answer.json()
    except ValueError:
        return None
    return body.get("code") if isinstance(body, dict) else None


def _say(text: Text, language: Language, **facts: object) -> None:
    print(text.in_language(language).format(**facts), file=sys.stderr)
