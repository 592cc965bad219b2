"""Production orders: create, read, release, finish, reopen; what was posted on them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from api.acting import Answer, Person, read, write
from api.cursor import Paging, page_answer
from api.models.production import NewOrder, OrderLineBody
from api.models.recalls import Empty
from api.permissions import Permission, needs
from api.problem import reader_of
from api.problem_schema import problem_responses
from api.render import entries as show_history
from api.render import production as show
from api.strict_route import StrictRoute
from application import production_orders, production_setup
from application.production_setup import WantedLine
from application.work import Work
from domain.production.model import OrderStatus
from domain.refusals import Code
from store import history, production_reading
from store.production_reading import StoredOrder
from store.production_setup import NewComponent, NewOperation, NewOrderLine

router = APIRouter(prefix="/v1/production/orders", route_class=StrictRoute, tags=["production"])
_Status = Literal["planned", "firm_planned", "released", "finished"]
_MOVED = (Code.NOT_PLANNER, Code.NOT_FOUND)


async def _answer(request: Request, work: Work, stored: StoredOrder, *, status: int = 200) -> Answer:
    planner = await production_setup.is_planner(work, stored.unit)
    body = show.order(stored, planner=planner, language=reader_of(request).language)
    return Answer(body, status=status, version=str(stored.version))


def _wanted(body: OrderLineBody) -> WantedLine:
    line = NewOrderLine(
        line=body.line,
        item=body.item,
        quantity=body.quantity,
        variant=body.variant,
        location=body.location,
        operations=tuple(
            NewOperation(one.operation, one.center, one.setup_minutes, one.run_minutes) for one in body.operations
        ),
        components=tuple(
            NewComponent(one.item, one.quantity_per, one.flushing, one.operation) for one in body.components
        ),
    )
    return WantedLine(line, body.routing)


@router.post(
    "",
    status_code=201,
    operation_id="create_order",
    openapi_extra=needs(Permission.PLAN),
    responses=problem_responses(
        Code.NOT_PLANNER,
        Code.UNKNOWN_UNIT,
        Code.ALREADY_EXISTS,
        Code.UNKNOWN_ITEM,
        Code.UNKNOWN_CENTER,
        Code.OPERATION_REQUIRED,
        Code.QUORUM_OUT_OF_REACH,
        Code.SEVERAL_REFUSALS,
    ),
)
async def create_order(request: Request, person: Person, body: NewOrder) -> Response:
    """Add a production order; routings are copied onto its lines."""

    async def act(work: Work) -> Answer:
        lines = [_wanted(one) for one in body.lines]
        id = await production_setup.create_order(
            work, body.unit, body.number, status=OrderStatus(body.status), lines=lines
        )
        return await _answer(request, work, await production_orders.order_of(work, id), status=201)

    return await write(request, person, act)


@router.get(
    "", operation_id="list_orders", openapi_extra=needs(Permission.SEE_PRODUCTION), responses=problem_responses()
)
async def list_orders(
    request: Request,
    person: Person,
    unit: str,
    page: Paging,
    status: Annotated[list[_Status] | None, Query()] = None,
) -> Response:
    """The orders of a unit, by number."""
    span, language = page.of(production_reading.ORDERS), reader_of(request).language

    async def act(work: Work) -> Answer:
        found = await production_reading.orders_page(work.connection, unit, span, statuses=status or (), by=person)
        planner = await production_setup.is_planner(work, unit)
        return Answer(page_answer(found, [show.order(one, planner=planner, language=language) for one in found.items]))

    return await read(request, person, act)


@router.get(
    "/{order}",
    operation_id="get_order",
    openapi_extra=needs(Permission.SEE_PRODUCTION),
    responses=problem_responses(Code.NOT_FOUND),
)
async def get_order(request: Request, person: Person, order: str) -> Response:
    """An order with its lines and operations."""

    async def act(work: Work) -> Answer:
        return await _answer(request, work, await production_orders.order_of(work, order))

    return await read(request, person, act)


async def _move(
    request: Request, person: str, order: str, do: Callable[[Work, str], Awaitable[StoredOrder]]
) -> Response:
    async def act(work: Work) -> Answer:
        return await _answer(request, work, await do(work, order))

    return await write(request, person, act)


@router.post(
    "/{order}/release",
    operation_id="release_order",
    openapi_extra=needs(Permission.PLAN),
    responses=problem_responses(*_MOVED, Code.ORDER_FINISHED),
)
async def release_order(request: Request, person: Person, order: str, _body: Empty) -> Response:
    """Release a planned order: it may be posted on."""
    return await _move(request, person, order, production_orders.release)


@router.post(
    "/{order}/finish",
    operation_id="finish_order",
    openapi_extra=needs(Permission.PLAN),
    responses=problem_responses(*_MOVED, Code.ORDER_NOT_RELEASED, Code.ORDER_FINISHED, Code.NO_OUTPUT),
)
async def finish_order(request: Request, person: Person, order: str, _body: Empty) -> Response:
    """Finish a released order: nothing is posted on it any more."""
    return await _move(request, person, order, production_orders.finish)


@router.post(
    "/{order}/reopen",
    operation_id="reopen_order",
    openapi_extra=needs(Permission.PLAN),
    responses=problem_responses(*_MOVED, Code.REOPENED_ONCE, Code.NO_OUTPUT, Code.WRONG_STATUS),
)
async def reopen_order(request: Request, person: Person, order: str, _body: Empty) -> Response:
    """Reopen a finished order, once."""
    return await _move(request, person, order, production_orders.reopen)


@router.get(
    "/{order}/item-entries",
    operation_id="list_order_item_entries",
    openapi_extra=needs(Permission.SEE_PRODUCTION),
    responses=problem_responses(Code.NOT_FOUND),
)
async def list_order_item_entries(request: Request, person: Person, order: str, page: Paging) -> Response:
    """Output and consumption of an order, in the order they were written."""
    span = page.of(production_reading.ITEM_ENTRIES)

    async def act(work: Work) -> Answer:
        await production_orders.order_of(work, order)
        found = await production_reading.item_entries_page(work.connection, order, span)
        return Answer(page_answer(found, [show.item_entry(one) for one in found.items]))

    return await read(request, person, act)


@router.get(
    "/{order}/capacity-entries",
    operation_id="list_order_capacity_entries",
    openapi_extra=needs(Permission.SEE_PRODUCTION),
    responses=problem_responses(Code.NOT_FOUND),
)
async def list_order_capacity_entries(request: Request, person: Person, order: str, page: Paging) -> Response:
    """Work posted on an order, in the order it was written."""
    span = page.of(production_reading.CAPACITY_ENTRIES)

    async def act(work: Work) -> Answer:
        await production_orders.order_of(work, order)
        found = await production_reading.capacity_entries_page(work.connection, order, span)
        return Answer(page_answer(found, [show.capacity_entry(one) for one in found.items]))

    return await read(request, person, act)


@router.get(
    "/{order}/history",
    operation_id="get_order_history",
    openapi_extra=needs(Permission.SEE_PRODUCTION),
    responses=problem_responses(Code.NOT_FOUND),
)
async def get_order_history(request: Request, person: Person, order: str, page: Paging) -> Response:
    """Everything that happened to an order."""
    span = page.of(history.ORDERS["production_order"])

    async def act(work: Work) -> Answer:
        await production_orders.order_of(work, order)
        found = await history.of_subject(work.connection, "production_order", order, span)
        return Answer(page_answer(found, [show_history.happened(row) for row in found.items]))

    return await read(request, person, act)
