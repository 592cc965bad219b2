"""Approval channels: registered, changed, given new secrets, switched off. By the administrator.

What makes a secret takes no Idempotency-Key: the stored answer would hold it.
"""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.acting import Answer, Person, read, write
from api.cursor import Paging, page_answer
from api.models.channels import ChannelChanges, NewChannel, Rotation
from api.models.recalls import Empty
from api.permissions import Permission, needs
from api.problem import reader_of
from api.problem_schema import problem_responses
from api.render import channels as show
from api.rotation import old_until
from api.service import service_of
from api.strict_route import StrictRoute
from api.versions import check_version
from application import channels
from application.work import Work, require_administrator
from domain.refusals import Code
from store import channels as stored_channels
from store.channels import Channel, Scope

router = APIRouter(prefix="/v1/channels", route_class=StrictRoute, tags=["channels"])
_KNOWN = (Code.NOT_ALLOWED, Code.UNKNOWN_CHANNEL)
_NAMED = (Code.UNKNOWN_PERSON, Code.UNKNOWN_PROJECT)
_NEW = (Code.NOT_ALLOWED, Code.ALREADY_EXISTS, Code.UNKNOWN_UNIT, *_NAMED)


def _answer(request: Request, work: Work, channel: Channel) -> Answer:
    body = show.channel(channel, work.now, language=reader_of(request).language)
    return Answer(body, version=str(channel.version))


@router.post(
    "",
    status_code=201,
    operation_id="create_channel",
    openapi_extra=needs(Permission.SET_UP),
    responses=problem_responses(*_NEW),
)
async def create_channel(request: Request, person: Person, body: NewChannel) -> Response:
    """Register a channel decisions come in by. Its secret is shown once, here."""

    async def act(work: Work) -> Answer:
        scope, vault = Scope(body.people, body.projects), service_of(request).vault
        made = await channels.create(work, body.id, unit=body.unit, scope=scope, vault=vault)
        shown = show.channel_with_secret(made, work.now, language=reader_of(request).language)
        return Answer(shown, status=201, version=str(made.channel.version))

    return await write(request, person, act, keyed=False)


@router.get(
    "",
    operation_id="list_channels",
    openapi_extra=needs(Permission.SET_UP),
    responses=problem_responses(Code.NOT_ALLOWED),
)
async def list_channels(request: Request, person: Person, page: Paging, unit: str | None = None) -> Response:
    """The channels, by id; of one unit, if it is named."""
    span = page.of(stored_channels.ORDER)

    async def act(work: Work) -> Answer:
        require_administrator(work)
        found = await stored_channels.page(work.connection, span, unit=unit)
        language = reader_of(request).language
        return Answer(page_answer(found, [show.channel(one, work.now, language=language) for one in found.items]))

    return await read(request, person, act)


@router.get(
    "/{channel}",
    operation_id="get_channel",
    openapi_extra=needs(Permission.SET_UP),
    responses=problem_responses(*_KNOWN),
)
async def get_channel(request: Request, person: Person, channel: str) -> Response:
    """A channel, without its secrets."""

    async def act(work: Work) -> Answer:
        return _answer(request, work, await channels.read(work, channel))

    return await read(request, person, act)


@router.patch(
    "/{channel}",
    operation_id="change_channel",
    openapi_extra=needs(Permission.SET_UP),
    responses=problem_responses(*_KNOWN, *_NAMED, Code.STALE_VERSION),
)
async def change_channel(request: Request, person: Person, channel: str, body: ChannelChanges) -> Response:
    """Give a channel other people or projects to speak for. With If-Match only the version that was seen."""
    check = check_version(request, channel)

    async def act(work: Work) -> Answer:
        found = await channels.change(work, channel, people=body.people, projects=body.projects, check=check)
        return _answer(request, work, found)

    return await write(request, person, act)


@router.post(
    "/{channel}/rotate",
    operation_id="rotate_channel",
    openapi_extra=needs(Permission.SET_UP),
    responses=problem_responses(*_KNOWN, Code.ROTATION_UNDER_WAY),
)
async def rotate_channel(request: Request, person: Person, channel: str, body: Rotation) -> Response:
    """Give a channel a new secret, shown once, here. The old one stays good until `old_until`, or until it is retired."""

    async def act(work: Work) -> Answer:
        until, vault = old_until(body, work.now), service_of(request).vault
        made = await channels.rotate(work, channel, old_until=until, vault=vault)
        shown = show.channel_with_secret(made, work.now, language=reader_of(request).language)
        return Answer(shown, version=str(made.channel.version))

    return await write(request, person, act, keyed=False)


@router.post(
    "/{channel}/retire",
    operation_id="retire_channel_secret",
    openapi_extra=needs(Permission.SET_UP),
    responses=problem_responses(*_KNOWN),
)
async def retire_channel_secret(request: Request, person: Person, channel: str, _body: Empty) -> Response:
    """From now on only the newest secret is good."""

    async def act(work: Work) -> Answer:
        return _answer(request, work, await channels.retire(work, channel))

    return await write(request, person, act)


@router.post(
    "/{channel}/disable",
    operation_id="disable_channel",
    openapi_extra=needs(Permission.SET_UP),
    responses=problem_responses(*_KNOWN),
)
async def disable_channel(request: Request, person: Person, channel: str, _body: Empty) -> Response:
    """Switch a channel off: nothing that comes by it is taken in any more."""

    async def act(work: Work) -> Answer:
        return _answer(request, work, await channels.switch(work, channel, enabled=False))

    return await write(request, person, act)


@router.post(
    "/{channel}/enable",
    operation_id="enable_channel",
    openapi_extra=needs(Permission.SET_UP),
    responses=problem_responses(*_KNOWN),
)
async def enable_channel(request: Request, person: Person, channel: str, _body: Empty) -> Response:
    """Switch a channel on again."""

    async def act(work: Work) -> Answer:
        return _answer(request, work, await channels.switch(work, channel, enabled=True))

    return await write(request, person, act)
