"""The delivery log: what was sent to whom, every attempt at it, and having it sent again. By the administrator."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from api.acting import Answer, Person, read, write
from api.cursor import Paging, page_answer
from api.models.recalls import Empty
from api.permissions import Permission, needs
from api.problem import reader_of
from api.problem_schema import problem_responses
from api.render import subscriptions as show
from api.strict_route import StrictRoute
from application import deliveries, subscriptions
from application.work import Work, require_administrator
from domain.refusals import Code
from store import deliveries as stored_deliveries
from store.deliveries import DeliveryFilter
from store.ids import is_id
from store.paging import Listed, Span

router = APIRouter(prefix="/v1", route_class=StrictRoute, tags=["subscriptions"])
_KNOWN = (Code.NOT_ALLOWED, Code.UNKNOWN_DELIVERY)
Status = Literal["waiting", "delivered", "failed", "canceled"]
Statuses = Annotated[list[Status] | None, Query(alias="status")]


async def _page(work: Work, wanted: DeliveryFilter, span: Span) -> Answer:
    known = (wanted.request is None or is_id(wanted.request)) and (
        wanted.subscription is None or is_id(wanted.subscription)
    )
    found = await stored_deliveries.page(work.connection, wanted, span) if known else Listed((), span.order)
    attempts = await stored_deliveries.attempts(work.connection, [one.id for one in found.items])
    return Answer(page_answer(found, [show.delivery(one, attempts[one.id]) for one in found.items]))


@router.get(
    "/deliveries",
    operation_id="list_deliveries",
    openapi_extra=needs(Permission.SET_UP),
    responses=problem_responses(Code.NOT_ALLOWED),
)
async def list_deliveries(
    request: Request, person: Person, page: Paging, recall: str | None = None, statuses: Statuses = None
) -> Response:
    """Everything that was to be delivered, mails too, newest first; of one recall, if it is named."""
    span = page.of(stored_deliveries.ORDER)

    async def act(work: Work) -> Answer:
        require_administrator(work)
        return await _page(work, DeliveryFilter(request=recall, statuses=tuple(statuses or ())), span)

    return await read(request, person, act)


@router.get(
    "/subscriptions/{subscription}/deliveries",
    operation_id="list_subscription_deliveries",
    openapi_extra=needs(Permission.SET_UP),
    responses=problem_responses(Code.NOT_ALLOWED, Code.UNKNOWN_SUBSCRIPTION),
)
async def list_subscription_deliveries(
    request: Request, person: Person, page: Paging, subscription: str, statuses: Statuses = None
) -> Response:
    """What was to be delivered to a subscription, newest first."""
    span = page.of(stored_deliveries.ORDER)

    async def act(work: Work) -> Answer:
        found = await subscriptions.read(work, subscription)
        return await _page(work, DeliveryFilter(subscription=found.id, statuses=tuple(statuses or ())), span)

    return await read(request, person, act)


@router.get(
    "/deliveries/{delivery}",
    operation_id="get_delivery",
    openapi_extra=needs(Permission.SET_UP),
    responses=problem_responses(*_KNOWN),
)
async def get_delivery(request: Request, person: Person, delivery: str) -> Response:
    """A delivery with what it says and every attempt. What a mail says is written when it is sent, and kept nowhere."""

    async def act(work: Work) -> Answer:
        found = await deliveries.read(work, delivery)
        attempts = await stored_deliveries.attempts(work.connection, [found.id])
        receiver = await deliveries.receiver(work, found)
        language = reader_of(request).language
        return Answer(show.delivery_with_attempts(found, attempts[found.id], receiver, language=language))

    return await read(request, person, act)


@router.post(
    "/deliveries/{delivery}/replay",
    status_code=202,
    operation_id="replay_delivery",
    openapi_extra=needs(Permission.SET_UP),
    responses=problem_responses(*_KNOWN, Code.DELIVERY_UNDER_WAY, Code.SUBSCRIPTION_DISABLED),
)
async def replay_delivery(request: Request, person: Person, delivery: str, _body: Empty) -> Response:
    """Send the same message to the same receiver again, under the same id, in a delivery of its own."""

    async def act(work: Work) -> Answer:
        made = await deliveries.again(work, delivery)
        return Answer(show.delivery(made, ()), status=202, headers={"Location": f"/v1/deliveries/{made.id}"})

    return await write(request, person, act)
