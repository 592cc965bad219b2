"""Events as a stream (server-sent events) or, by polling, as a list: of everything, of one recall, or of one's inbox."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import StreamingResponse

from api.acting import JSON, Answer, Person, ask_in, read
from api.cursor import USUAL_ITEMS, Limit
from api.edge import EdgeError, bad_parameter
from api.event_streams import EVENTS_AT_ONCE, MEDIA_TYPE, Feed
from api.permissions import Permission, needs
from api.problem_schema import problem_responses
from api.render.events import EVENT_ID, event, event_id, place_of
from api.service import service_of
from api.strict_route import StrictRoute
from application import viewing
from application.work import Work
from domain.refusals import Code
from store import events
from store.events import EVERYTHING, INBOX, Place, Scope, Told

router = APIRouter(prefix="/v1", route_class=StrictRoute, tags=["events"])
_FIRST: Final[Place] = (0, 0)
_HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def _place(
    last_event_id: Annotated[
        str | None,
        Header(
            alias="Last-Event-ID",
            description="Goes on behind this event; counts more than cursor",
            json_schema_extra={"pattern": f"^{EVENT_ID}$"},
        ),
    ] = None,
    cursor: Annotated[
        str | None,
        Query(
            description="The same for those who cannot send the header", json_schema_extra={"pattern": f"^{EVENT_ID}$"}
        ),
    ] = None,
) -> Place | None:
    """Where to go on. The header says it better: a browser that comes back sends its first address again."""
    id = cursor if last_event_id is None else last_event_id
    place = None if id is None else place_of(id)
    if id is not None and place is None:
        raise _no_event(in_header=last_event_id is not None)
    return place


def _no_event(*, in_header: bool) -> EdgeError:
    """The refusal of an id, under the name it was sent by."""
    return bad_parameter("Last-Event-ID" if in_header else "cursor", expected="cursor")


After = Annotated[Place | None, Depends(_place)]


@router.get(
    "/events", operation_id="list_events", openapi_extra=needs(Permission.SEE_EVENTS), responses=problem_responses()
)
async def list_events(request: Request, person: Person, after: After, limit: Limit = USUAL_ITEMS) -> Response:
    """Everything that happens: a stream that begins now, or behind Last-Event-ID or `cursor` (0-0: the first event).

    With `Accept: application/json` a list, which begins with the first event; its `next` is never null.
    """
    return await _answer(request, person, after=after, scope=EVERYTHING, limit=limit)


@router.get(
    "/inbox/events",
    operation_id="list_inbox_events",
    openapi_extra=needs(Permission.ONESELF),
    responses=problem_responses(),
)
async def list_inbox_events(request: Request, person: Person, after: After, limit: Limit = USUAL_ITEMS) -> Response:
    """What happens to the recalls of one's inbox (get_inbox); begins and goes on like the events of everything."""
    return await _answer(request, person, after=after, scope=INBOX, limit=limit)


@router.get(
    "/recalls/{recall}/events",
    operation_id="list_recall_events",
    openapi_extra=needs(Permission.SEE_REQUESTS),
    responses=problem_responses(Code.UNKNOWN_RECALL),
)
async def list_recall_events(
    request: Request, person: Person, recall: str, after: After, limit: Limit = USUAL_ITEMS
) -> Response:
    """What happens to one recall, from its first event on, or behind Last-Event-ID or `cursor`; stream or list as above."""
    return await _answer(request, person, after=after or _FIRST, scope=Scope(recall), limit=limit)


async def _answer(request: Request, person: str, *, after: Place | None, scope: Scope, limit: int) -> Response:
    streamed = _wants_stream(request.headers.get("accept", ""))
    if streamed:
        service_of(request).events.require_room(person)
    begins: list[Place] = []

    async def act(work: Work) -> Answer:
        if scope.recall is not None:
            await viewing.require_seen(work, scope.recall)
        place = await _beginning(work, request, after, streamed=streamed)
        begins.append(place)
        if streamed:
            return Answer(None)
        return _listed(await events.page(work.connection, place, limit=limit, scope=scope, by=person))

    answer = await read(request, person, act)
    if not streamed or not begins:
        return answer
    return _streamed(request, person, begins[0], scope=scope)


async def _beginning(work: Work, request: Request, after: Place | None, *, streamed: bool) -> Place:
    """Where an answer begins. A place that no event has come to yet is of another database."""
    horizon = await events.horizon(work.connection)
    if after is None:
        return (horizon, 0) if streamed else _FIRST
    if after > (horizon, 0):
        raise _no_event(in_header="last-event-id" in request.headers)
    return after


def _listed(found: Told) -> Answer:
    return Answer({"items": [event(row) for row in found.items], "next": event_id(found.place)})


def _streamed(request: Request, person: str, after: Place, *, scope: Scope) -> Response:
    service = service_of(request)

    async def more(place: Place) -> Told:
        async def act(work: Work) -> Told:
            return await events.page(work.connection, place, limit=EVENTS_AT_ONCE, scope=scope, by=person)

        found: Told = await ask_in(service, person, act)
        return found

    stream = service.events.stream(Feed(person, scope, after, more))
    return StreamingResponse(stream, media_type=MEDIA_TYPE, headers=_HEADERS)


def _wants_stream(accept: str) -> bool:
    """A stream unless JSON is asked for and a stream is not."""
    types = {one.partition(";")[0].strip().lower() for one in accept.split(",")}
    return MEDIA_TYPE in types or JSON not in types
