"""Posting: output and consumption journals, shipments and receipts; ledger entries, reservations and dependents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from fastapi import APIRouter, Request, Response

from api.acting import Answer, Person, read, write
from api.models.base import Body
from api.models.production import (
    ConsumptionJournal,
    Exploding,
    NewReceipt,
    NewReservation,
    NewShipment,
    OutputJournal,
    OutputJournalLine,
)
from api.models.recalls import Empty
from api.permissions import Permission, needs
from api.problem import Selection
from api.problem_schema import problem_responses
from api.render import production as show
from api.render.values import Json
from api.strict_route import StrictRoute
from application import production_dependents, production_orders, production_posting
from application.work import Work
from domain.production.commands import ConsumptionLine, OutputLine, Receipt, Shipment
from domain.production.model import FIGURES, Figures
from domain.refusals import Code

router = APIRouter(prefix="/v1/production", route_class=StrictRoute, tags=["production"])
_STOCK = (
    Code.TRACKING_MISMATCH,
    Code.EMPTY_LINE,
    Code.SEVERAL_REFUSALS,
    Code.NOT_PLANNER,
    Code.UNKNOWN_UNIT,
    Code.UNKNOWN_ITEM,
    Code.ITEM_BLOCKED,
    Code.PERIOD_CLOSED,
)
_JOURNAL = (
    *_STOCK,
    Code.APPROVAL_REQUIRED,
    Code.UNKNOWN_ORDER,
    Code.ORDER_FINISHED,
    Code.ORDER_NOT_RELEASED,
    Code.EMPTY_LINE,
    Code.APPLIES_TO_REQUIRED,
    Code.APPLIES_TO_MISMATCH,
    Code.WRONG_SIGN,
    Code.TRACKING_MISMATCH,
    Code.ALREADY_REVERSED,
    Code.REMAINING_TOO_LOW,
    Code.NEGATIVE_STOCK,
    Code.FIGURE_TOO_LARGE,
)
_OUTPUT = (
    *_JOURNAL,
    Code.OPERATION_REQUIRED,
    Code.OPERATION_FINISHED,
    Code.SUBCONTRACTED,
    Code.AMBIGUOUS_APPLIES_TO,
    Code.RESERVED,
    Code.FINISHED_NEGATIVE,
)


def _lines(count: int) -> Selection:
    """A refusal points to its line by its place."""
    return Selection([str(place) for place in range(count)], pointer="/lines")


def _output_lines(body: OutputJournal) -> list[OutputLine]:
    return [_output_line(line) for line in body.lines]


def _output_line(body: OutputJournalLine) -> OutputLine:
    named = {field.name: getattr(body, field.name) for field in fields(OutputLine) if field.name != "figures"}
    return OutputLine(**named, figures=Figures(*(getattr(body, name) for name in FIGURES)))


@router.post(
    "/output-journals",
    status_code=201,
    operation_id="post_output_journal",
    openapi_extra=needs(Permission.PLAN),
    responses=problem_responses(*_OUTPUT),
)
async def post_output_journal(request: Request, person: Person, body: OutputJournal) -> Response:
    """Post the lines of an output journal: all of them, or none and a refusal for each faulty line."""

    async def act(work: Work) -> Answer:
        return Answer(
            show.posted(await production_posting.post_output(work, body.unit, _output_lines(body))), status=201
        )

    return await write(request, person, act, selection=_lines(len(body.lines)))


@router.post(
    "/output-journals/preview",
    operation_id="preview_output_journal",
    openapi_extra=needs(Permission.PLAN),
    responses=problem_responses(*_OUTPUT),
)
async def preview_output_journal(request: Request, person: Person, body: OutputJournal) -> Response:
    """What an output journal would write, or what would refuse it. Posts nothing."""

    async def act(work: Work) -> Answer:
        return Answer(show.posted(await production_posting.post_output(work, body.unit, _output_lines(body), dry=True)))

    return await read(request, person, act, selection=_lines(len(body.lines)))


@router.post(
    "/output-journals/explode",
    operation_id="explode_routing",
    openapi_extra=needs(Permission.PLAN),
    responses=problem_responses(Code.NOT_PLANNER, Code.UNKNOWN_UNIT, Code.UNKNOWN_ORDER),
)
async def explode_routing(request: Request, person: Person, body: Exploding) -> Response:
    """Propose a journal line for each operation, with the remaining quantity and no times. Posts nothing."""

    async def act(work: Work) -> Answer:
        found = await production_orders.explode(work, body.unit, body.order, body.line)
        return Answer({"unit": body.unit, "lines": [show.proposal(one) for one in found]})

    return await read(request, person, act)


def _consumption_lines(body: ConsumptionJournal) -> list[ConsumptionLine]:
    return [ConsumptionLine(**_named(ConsumptionLine, line)) for line in body.lines]


def _named(of: type[Any], body: Body) -> dict[str, Any]:
    """The members of a body by the names of a command, as they are."""
    return {field.name: getattr(body, field.name) for field in fields(of)}


@router.post(
    "/consumption-journals",
    status_code=201,
    operation_id="post_consumption_journal",
    openapi_extra=needs(Permission.PLAN),
    responses=problem_responses(*_JOURNAL),
)
async def post_consumption_journal(request: Request, person: Person, body: ConsumptionJournal) -> Response:
    """Post the lines of a consumption journal: all of them, or none and a refusal for each faulty line."""

    async def act(work: Work) -> Answer:
        done = await production_posting.post_consumption(work, body.unit, _consumption_lines(body))
        return Answer(show.posted(done), status=201)

    return await write(request, person, act, selection=_lines(len(body.lines)))


@router.post(
    "/consumption-journals/preview",
    operation_id="preview_consumption_journal",
    openapi_extra=needs(Permission.PLAN),
    responses=problem_responses(*_JOURNAL),
)
async def preview_consumption_journal(request: Request, person: Person, body: ConsumptionJournal) -> Response:
    """What a consumption journal would write, or what would refuse it. Posts nothing."""

    async def act(work: Work) -> Answer:
        done = await production_posting.post_consumption(work, body.unit, _consumption_lines(body), dry=True)
        return Answer(show.posted(done))

    return await read(request, person, act, selection=_lines(len(body.lines)))


@router.post(
    "/shipments",
    status_code=201,
    operation_id="post_shipment",
    openapi_extra=needs(Permission.PLAN),
    responses=problem_responses(*_STOCK, Code.NEGATIVE_STOCK, Code.FIGURE_TOO_LARGE),
)
async def post_shipment(request: Request, person: Person, body: NewShipment) -> Response:
    """Take an item out of stock: the oldest open entry first, never what is reserved."""
    line = Shipment(
        item=body.item,
        quantity=body.quantity,
        variant=body.variant,
        location=body.location,
        lot=body.lot,
        serial=body.serial,
        date=body.date,
        document=body.document,
        unit=body.unit_of_measure,
    )

    async def act(work: Work) -> Answer:
        return Answer(show.posted(await production_posting.ship(work, body.unit, line)), status=201)

    return await write(request, person, act)


@router.post(
    "/receipts",
    status_code=201,
    operation_id="post_receipt",
    openapi_extra=needs(Permission.PLAN),
    responses=problem_responses(*_STOCK, Code.FIGURE_TOO_LARGE),
)
async def post_receipt(request: Request, person: Person, body: NewReceipt) -> Response:
    """Bring an item into stock from outside production, at a cost of its own."""

    async def act(work: Work) -> Answer:
        done = await production_posting.receive(work, body.unit, Receipt(**_named(Receipt, body)))
        return Answer(show.posted(done), status=201)

    return await write(request, person, act)


@router.get(
    "/entries/{entry}",
    operation_id="get_item_entry",
    openapi_extra=needs(Permission.SEE_PRODUCTION),
    responses=problem_responses(Code.UNKNOWN_ENTRY),
)
async def get_item_entry(request: Request, person: Person, entry: str) -> Response:
    """An item ledger entry with its cost and links."""

    async def act(work: Work) -> Answer:
        body = show.item_entry(await production_dependents.entry_of(work, entry))
        return Answer(body)

    return await read(request, person, act)


@router.get(
    "/entries/{entry}/dependents",
    operation_id="list_dependents",
    openapi_extra=needs(Permission.SEE_PRODUCTION),
    responses=problem_responses(Code.UNKNOWN_ENTRY),
)
async def list_dependents(request: Request, person: Person, entry: str) -> Response:
    """What has used an entry, in the order in which it would have to be taken back, and what is reserved of it."""

    async def act(work: Work) -> Answer:
        found = await production_dependents.dependents(work, entry)
        body: Json = {
            "items": [show.dependent(one) for one in found.entries],
            "reservations": _reservations(found.reservations),
            "complete": found.complete,
        }
        return Answer(body)

    return await read(request, person, act)


def _reservations(rows: Sequence[Any]) -> list[Json]:
    return [show.reservation(one) for one in rows]


@router.post(
    "/entries/{entry}/reservations",
    status_code=201,
    operation_id="reserve_entry",
    openapi_extra=needs(Permission.PLAN),
    responses=problem_responses(Code.UNKNOWN_ENTRY, Code.NOT_PLANNER, Code.RESERVED, Code.REMAINING_TOO_LOW),
)
async def reserve_entry(request: Request, person: Person, entry: str, body: NewReservation) -> Response:
    """Keep a quantity of an open entry for a demand."""

    async def act(work: Work) -> Answer:
        held = await production_dependents.reserve(work, entry, body.quantity, demand=body.demand)
        return Answer({"entry": entry, "reservations": _reservations(held)}, status=201)

    return await write(request, person, act)


@router.post(
    "/entries/{entry}/release-reservations",
    operation_id="release_reservations",
    openapi_extra=needs(Permission.PLAN),
    responses=problem_responses(Code.UNKNOWN_ENTRY, Code.NOT_PLANNER),
)
async def release_reservations(request: Request, person: Person, entry: str, _body: Empty) -> Response:
    """End all reservations of an entry."""

    async def act(work: Work) -> Answer:
        held = await production_dependents.release(work, entry)
        return Answer({"entry": entry, "reservations": _reservations(held)})

    return await write(request, person, act)


@router.get(
    "/capacity-entries/{entry}",
    operation_id="get_capacity_entry",
    openapi_extra=needs(Permission.SEE_PRODUCTION),
    responses=problem_responses(Code.UNKNOWN_ENTRY),
)
async def get_capacity_entry(request: Request, person: Person, entry: str) -> Response:
    """A capacity ledger entry with its cost and links."""

    async def act(work: Work) -> Answer:
        return Answer(show.capacity_entry(await production_dependents.capacity_of(work, entry)))

    return await read(request, person, act)
