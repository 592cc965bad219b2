"""Items, work centers and routings of a unit."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.acting import Answer, Person, read, write
from api.cursor import Paging, page_answer
from api.models.production import CenterChanges, ItemChanges, NewCenter, NewItem, NewRouting
from api.permissions import Permission, needs
from api.problem_schema import problem_responses
from api.render import production as show
from api.strict_route import StrictRoute
from api.versions import check_version
from application import production_setup
from application.production_setup import ItemChange
from application.work import Work
from domain.production.model import Basis, Center, Item, Tracking
from domain.refusals import Code
from store import production_reading
from store.production_setup import NewOperation

router = APIRouter(prefix="/v1/production", route_class=StrictRoute, tags=["production"])
_NEW = (Code.NOT_PLANNER, Code.UNKNOWN_UNIT, Code.ALREADY_EXISTS)
_CHANGED = (Code.NOT_PLANNER, Code.NOT_FOUND, Code.STALE_VERSION)


@router.post(
    "/items",
    status_code=201,
    operation_id="create_item",
    openapi_extra=needs(Permission.PLAN),
    responses=problem_responses(*_NEW),
)
async def create_item(request: Request, person: Person, body: NewItem) -> Response:
    """Add an item."""
    item = Item(
        id="",
        number=body.number,
        unit_cost=body.unit_cost,
        base_unit=body.base_unit,
        tracking=Tracking(body.tracking),
        negative_stock=body.negative_stock,
        units=body.units,
    )

    async def act(work: Work) -> Answer:
        stored = await production_setup.create_item(work, body.unit, item, description=body.description)
        return Answer(show.item(stored), status=201, version=str(stored.version))

    return await write(request, person, act)


@router.get(
    "/items", operation_id="list_items", openapi_extra=needs(Permission.SEE_PRODUCTION), responses=problem_responses()
)
async def list_items(request: Request, person: Person, unit: str, page: Paging, number: str | None = None) -> Response:
    """The items of a unit with their stock, by number."""
    span = page.of(production_reading.ITEMS)

    async def act(work: Work) -> Answer:
        found = await production_reading.items_page(work.connection, unit, span, number=number, by=person)
        return Answer(page_answer(found, [show.item(one) for one in found.items]))

    return await read(request, person, act)


@router.get(
    "/items/{item}",
    operation_id="get_item",
    openapi_extra=needs(Permission.SEE_PRODUCTION),
    responses=problem_responses(Code.NOT_FOUND),
)
async def get_item(request: Request, person: Person, item: str) -> Response:
    """An item with its stock."""

    async def act(work: Work) -> Answer:
        stored = await production_setup.item_of(work, item)
        return Answer(show.item(stored), version=str(stored.version))

    return await read(request, person, act)


@router.patch(
    "/items/{item}",
    operation_id="change_item",
    openapi_extra=needs(Permission.PLAN),
    responses=problem_responses(*_CHANGED),
)
async def change_item(request: Request, person: Person, item: str, body: ItemChanges) -> Response:
    """Give an item another unit cost from now on, or block or unblock it. With If-Match only the version that was seen."""
    check = check_version(request, item)

    async def act(work: Work) -> Answer:
        change = ItemChange(body.unit_cost, body.blocked)
        stored = await production_setup.change_item(work, item, change, check=check)
        return Answer(show.item(stored), version=str(stored.version))

    return await write(request, person, act)


@router.post(
    "/centers",
    status_code=201,
    operation_id="create_center",
    openapi_extra=needs(Permission.PLAN),
    responses=problem_responses(*_NEW),
)
async def create_center(request: Request, person: Person, body: NewCenter) -> Response:
    """Add a work center."""
    center = Center(
        number=body.number,
        unit_cost=body.unit_cost,
        overhead_rate=body.overhead_rate,
        indirect_percent=body.indirect_percent,
        subcontractor=body.subcontractor,
        basis=Basis(body.basis),
    )

    async def act(work: Work) -> Answer:
        stored = await production_setup.create_center(work, body.unit, center)
        return Answer(show.center(stored), status=201, version=str(stored.version))

    return await write(request, person, act)


@router.get(
    "/centers/{center}",
    operation_id="get_center",
    openapi_extra=needs(Permission.SEE_PRODUCTION),
    responses=problem_responses(Code.NOT_FOUND),
)
async def get_center(request: Request, person: Person, center: str) -> Response:
    """A work center."""

    async def act(work: Work) -> Answer:
        stored = await production_setup.center_of(work, center)
        return Answer(show.center(stored), version=str(stored.version))

    return await read(request, person, act)


@router.patch(
    "/centers/{center}",
    operation_id="change_center",
    openapi_extra=needs(Permission.PLAN),
    responses=problem_responses(*_CHANGED),
)
async def change_center(request: Request, person: Person, center: str, body: CenterChanges) -> Response:
    """Give a work center another unit cost from now on. With If-Match only the version that was seen."""
    check = check_version(request, center)

    async def act(work: Work) -> Answer:
        stored = await production_setup.change_center(work, center, unit_cost=body.unit_cost, check=check)
        return Answer(show.center(stored), version=str(stored.version))

    return await write(request, person, act)


@router.post(
    "/routings",
    status_code=201,
    operation_id="create_routing",
    openapi_extra=needs(Permission.PLAN),
    responses=problem_responses(*_NEW, Code.UNKNOWN_CENTER),
)
async def create_routing(request: Request, person: Person, body: NewRouting) -> Response:
    """Add a routing that orders can name."""
    operations = [
        NewOperation(one.operation, one.center, one.setup_minutes, one.run_minutes) for one in body.operations
    ]

    async def act(work: Work) -> Answer:
        await production_setup.create_routing(work, body.unit, body.number, operations)
        return Answer(show.routing(body.unit, body.number, operations), status=201)

    return await write(request, person, act)
