"""Subscriptions to events: made, changed, given new secrets, tried out, switched off. By the administrator.

What makes a secret takes no Idempotency-Key: the stored answer would hold it.
"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.acting import Answer, Person, read, write
from api.cursor import Paging, page_answer
from api.models.channels import NewSubscription, Rotation, SubscriptionChanges
from api.models.recalls import Empty
from api.permissions import Permission, needs
from api.problem import reader_of
from api.problem_schema import problem_responses
from api.receivers import require_receiver
from api.render import subscriptions as show
from api.rotation import old_until
from api.service import service_of
from api.strict_route import StrictRoute
from api.versions import check_version
from application import subscriptions
from application.subscriptions import Changes, WithSecret
from application.work import Work, require_administrator
from domain.refusals import Code
from store import subscriptions as stored_subscriptions
from store.subscriptions import Subscription, Wanted

router = APIRouter(prefix="/v1/subscriptions", route_class=StrictRoute, tags=["subscriptions"])
_KNOWN = (Code.NOT_ALLOWED, Code.UNKNOWN_SUBSCRIPTION)
_NEW = (Code.NOT_ALLOWED, Code.UNKNOWN_UNIT, Code.ALREADY_EXISTS, Code.ADDRESS_NOT_ALLOWED)
_CHANGED = (Code.STALE_VERSION, Code.ALREADY_EXISTS, Code.ADDRESS_NOT_ALLOWED)


def _answer(request: Request, work: Work, found: Subscription) -> Answer:
    body = show.subscription(found, work.now, language=reader_of(request).language)
    return Answer(body, version=str(found.version))


def _with_secret(request: Request, work: Work, made: WithSecret, *, status: int) -> Answer:
    body = show.subscription_with_secret(made, work.now, language=reader_of(request).language)
    return Answer(body, status=status, version=str(made.subscription.version))


@router.post(
    "",
    status_code=201,
    operation_id="create_subscription",
    openapi_extra=needs(Permission.SET_UP),
    responses=problem_responses(*_NEW),
)
async def create_subscription(request: Request, person: Person, body: NewSubscription) -> Response:
    """Have events of a unit sent to a URL, signed. The secret is shown once, here."""
    await require_receiver(request, person, body.url)
    wanted = Wanted(body.url, tuple(dict.fromkeys(body.events)), body.language)

    async def act(work: Work) -> Answer:
        made = await subscriptions.create(work, body.unit, wanted, vault=service_of(request).vault)
        return _with_secret(request, work, made, status=201)

    return await write(request, person, act, keyed=False)


@router.get(
    "",
    operation_id="list_subscriptions",
    openapi_extra=needs(Permission.SET_UP),
    responses=problem_responses(Code.NOT_ALLOWED),
)
async def list_subscriptions(request: Request, person: Person, page: Paging, unit: str | None = None) -> Response:
    """The subscriptions, oldest first; of one unit, if it is named."""
    span = page.of(stored_subscriptions.ORDER)

    async def act(work: Work) -> Answer:
        require_administrator(work)
        found = await stored_subscriptions.page(work.connection, span, unit=unit)
        language = reader_of(request).language
        return Answer(page_answer(found, [show.subscription(one, work.now, language=language) for one in found.items]))

    return await read(request, person, act)


@router.get(
    "/{subscription}",
    operation_id="get_subscription",
    openapi_extra=needs(Permission.SET_UP),
    responses=problem_responses(*_KNOWN),
)
async def get_subscription(request: Request, person: Person, subscription: str) -> Response:
    """A subscription, without its secrets."""

    async def act(work: Work) -> Answer:
        return _answer(request, work, await subscriptions.read(work, subscription))

    return await read(request, person, act)


@router.patch(
    "/{subscription}",
    operation_id="change_subscription",
    openapi_extra=needs(Permission.SET_UP),
    responses=problem_responses(*_KNOWN, *_CHANGED),
)
async def change_subscription(
    request: Request, person: Person, subscription: str, body: SubscriptionChanges
) -> Response:
    """Send other events, or the same elsewhere or in another language. With If-Match only the version that was seen."""
    check = check_version(request, subscription)
    if body.url is not None:
        await require_receiver(request, person, body.url)
    changes = Changes(body.url, body.events, body.language)

    async def act(work: Work) -> Answer:
        return _answer(request, work, await subscriptions.change(work, subscription, changes, check=check))

    return await write(request, person, act)


@router.delete(
    "/{subscription}",
    status_code=204,
    operation_id="delete_subscription",
    openapi_extra=needs(Permission.SET_UP),
    responses=problem_responses(*_KNOWN),
)
async def delete_subscription(request: Request, person: Person, subscription: str) -> Response:
    """End a subscription: nothing is sent any more, not even what is under way."""

    async def act(work: Work) -> Answer:
        await subscriptions.delete(work, subscription)
        return Answer(None, status=204)

    return await write(request, person, act)


@router.post(
    "/{subscription}/rotate",
    operation_id="rotate_subscription",
    openapi_extra=needs(Permission.SET_UP),
    responses=problem_responses(*_KNOWN, Code.ROTATION_UNDER_WAY),
)
async def rotate_subscription(request: Request, person: Person, subscription: str, body: Rotation) -> Response:
    """Sign with a new secret, shown once, here; and with the old one until `old_until`, or until it is retired."""

    async def act(work: Work) -> Answer:
        until, vault = old_until(body, work.now), service_of(request).vault
        made = await subscriptions.rotate(work, subscription, old_until=until, vault=vault)
        return _with_secret(request, work, made, status=200)

    return await write(request, person, act, keyed=False)


@router.post(
    "/{subscription}/retire",
    operation_id="retire_subscription_secret",
    openapi_extra=needs(Permission.SET_UP),
    responses=problem_responses(*_KNOWN),
)
async def retire_subscription_secret(request: Request, person: Person, subscription: str, _body: Empty) -> Response:
    """From now on sign with the newest secret alone."""

    async def act(work: Work) -> Answer:
        return _answer(request, work, await subscriptions.retire(work, subscription))

    return await write(request, person, act)


@router.post(
    "/{subscription}/disable",
    operation_id="disable_subscription",
    openapi_extra=needs(Permission.SET_UP),
    responses=problem_responses(*_KNOWN),
)
async def disable_subscription(request: Request, person: Person, subscription: str, _body: Empty) -> Response:
    """Send nothing for now. What happens meanwhile is not sent later."""

    async def act(work: Work) -> Answer:
        return _answer(request, work, await subscriptions.switch(work, subscription, enabled=False))

    return await write(request, person, act)


@router.post(
    "/{subscription}/enable",
    operation_id="enable_subscription",
    openapi_extra=needs(Permission.SET_UP),
    responses=problem_responses(*_KNOWN),
)
async def enable_subscription(request: Request, person: Person, subscription: str, _body: Empty) -> Response:
    """Send again from now on: after it was switched off, or after its receiver answered 410."""

    async def act(work: Work) -> Answer:
        return _answer(request, work, await subscriptions.switch(work, subscription, enabled=True))

    return await write(request, person, act)


@router.post(
    "/{subscription}/ping",
    status_code=202,
    operation_id="ping_subscription",
    openapi_extra=needs(Permission.SET_UP),
    responses=problem_responses(*_KNOWN),
)
async def ping_subscription(request: Request, person: Person, subscription: str, _body: Empty) -> Response:
    """Send a test, once, whether the subscription is on or off. What comes of it is read at the address in Location."""

    async def act(work: Work) -> Answer:
        made = await subscriptions.ping(work, subscription)
        return Answer(show.delivery(made, ()), status=202, headers={"Location": f"/v1/deliveries/{made.id}"})

    return await write(request, person, act)
