"""The route class of every route: strict bodies, known parameters only, plain texts in path and query."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Final, TypeVar, Union, get_args, get_origin

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import ClientDisconnect

from api.edge import EdgeError, Fault, bad_parameter, edge_error
from api.excerpts import UNSHOWABLE, excerpt
from api.strict_json import Json, parse_json
from domain.refusals import Code, Refusal
from store.ids import is_id
from telemetry.trace import about


@dataclass(frozen=True, slots=True)
class BodyLimit:
    """How large a body may be, and how long its sender may take. The server itself would wait for ever."""

    bytes: int
    seconds: float


BODY_LIMIT = BodyLimit(1024 * 1024, 30)
JSON_TYPE = "application/json"
_WRITES_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


class StrictRequest(Request):
    """A request whose body is read within a limit and parsed strictly."""

    async def body(self) -> bytes:
        """The body. Raises EdgeError as `read_body` does, beyond BODY_LIMIT."""
        if not hasattr(self, "_body"):
            self._body = await read_body(self, limit=BODY_LIMIT)
        return self._body

    async def json(self) -> Json:
        """The body as strict JSON. Raises EdgeError as parse_json does."""
        if not hasattr(self, "_json"):
            self._json: Json = parse_json(await self.body())
        return self._json


_BEFORE_THE_BODY: Final[set[Callable[..., Any]]] = set()
Dependency = TypeVar("Dependency", bound=Callable[..., Any])


def before_the_body(dependency: Dependency) -> Dependency:
    """A dependency that is asked before anything of the request is read: it takes the request alone, and may refuse it."""
    _BEFORE_THE_BODY.add(dependency)
    return dependency


class StrictRoute(APIRoute):
    """A route that refuses what it does not know: `APIRouter(route_class=StrictRoute)`.

    Routes that take a raw body declare no body model and read with `read_body` (webhooks) or `spooled_body` (imports).
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The framework's handler behind the checks of this file."""
        handle = super().get_route_handler()
        repeatable = dict(_query_parameters(self.dependant))
        takes_json = self.body_field is not None
        first = [one.call for one in self.dependant.dependencies if one.call in _BEFORE_THE_BODY]

        async def handle_strictly(request: Request) -> Response:
            strict = StrictRequest(request.scope, request.receive)
            for ask in first:
                await ask(strict)
            _tell_logs(strict.path_params)
            check_path(strict.path_params)
            check_query(strict, repeatable=repeatable)
            try:
                if takes_json and strict.method in _WRITES_WITH_BODY:
                    await _check_json(strict)
                return await handle(strict)
            except ClientDisconnect:
                return Response(status_code=400)

        return handle_strictly


def _tell_logs(parameters: Mapping[str, object]) -> None:
    """Log events name the request for a recall they are about; what is no id may be anything, and is not repeated."""
    recall = parameters.get("recall")
    if isinstance(recall, str) and is_id(recall):
        about(recall=recall)


async def read_body(request: Request, *, limit: BodyLimit) -> bytes:
    """The body of a request, in memory. Raises EdgeError as `receive_body` does."""
    body = bytearray()
    await receive_body(request, body.extend, limit=limit)
    return bytes(body)


async def receive_body(request: Request, take: Callable[[bytes], object], *, limit: BodyLimit) -> None:
    """Hand over a body piece by piece while it streams in.

    Raises EdgeError payload_too_large as soon as it is known to be too large, and body_too_slow when the time is over;
    the connection is then closed, because whatever else its sender sends on it belongs to the body.
    """
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and len(announced) < 20 and int(announced) > limit.bytes:
        raise _too_large(limit)
    size = 0
    try:
        async with asyncio.timeout(limit.seconds):
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit.bytes:
                    raise _too_large(limit)
                take(chunk)
    except TimeoutError:
        refusal = Refusal(Code.BODY_TOO_SLOW, facts={"seconds": f"{limit.seconds:g}"})
        raise EdgeError(Fault(refusal), headers={"Connection": "close"}) from None


def check_content_type(request: Request, *, media_type: str) -> None:
    """Raise EdgeError unsupported_media_type unless the body is of a type, uncompressed, and UTF-8 if it says so."""
    given = request.headers.getlist("content-type")
    essence, _, parameters = (given[0] if len(given) == 1 else "").partition(";")
    encoded = request.headers.get("content-encoding", "identity").strip().lower() != "identity"
    if essence.strip().lower() != media_type or not _charset_is_utf8(parameters) or encoded:
        raise edge_error(Code.UNSUPPORTED_MEDIA_TYPE, media_type=media_type)


def check_path(parameters: Mapping[str, object]) -> None:
    """Raise EdgeError not_found where a path holds characters that no id has."""
    if any(isinstance(value, str) and UNSHOWABLE.search(value) for value in parameters.values()):
        raise edge_error(Code.NOT_FOUND)


def check_query(request: Request, *, repeatable: Mapping[str, bool]) -> None:
    """Raise EdgeError for unknown query parameters, single ones given twice, and values that are no plain text.

    repeatable: every known parameter, and whether it may be given more than once.
    """
    if not request.scope.get("query_string"):
        return
    given = request.query_params.multi_items()
    unknown = [name for name, _ in given if name not in repeatable]
    if unknown:
        raise EdgeError(*(_unknown_parameter(excerpt(name)) for name in dict.fromkeys(unknown)))
    names = [name for name, _ in given]
    for name, value in given:
        if UNSHOWABLE.search(value):
            raise bad_parameter(name, expected="plain_text")
        if not repeatable[name] and names.count(name) > 1:
            raise bad_parameter(name, expected="once")


def _unknown_parameter(name: str) -> Fault:
    return Fault(Refusal(Code.UNKNOWN_FIELD, facts={"field": name}), {"parameter": name})


def _too_large(limit: BodyLimit) -> EdgeError:
    return edge_error(Code.PAYLOAD_TOO_LARGE, limit=str(limit.bytes))


async def _check_json(request: StrictRequest) -> None:
    if await request.body():
        check_content_type(request, media_type=JSON_TYPE)
        await request.json()


def _charset_is_utf8(parameters: str) -> bool:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip().strip('"').lower() not in {"utf-8", "utf8"}:
            return False
    return True


def _query_parameters(dependant: Dependant) -> Iterator[tuple[str, bool]]:
    """Every query parameter of a route and its dependencies, and whether it may be repeated."""
    for field in dependant.query_params:
        annotation = field.field_info.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            for name, info in annotation.model_fields.items():
                yield info.alias or name, _takes_many(info.annotation)
        else:
            yield field.alias, _takes_many(annotation)
    for inner in dependant.dependencies:
        yield from _query_parameters(inner)


def _takes_many(annotation: object) -> bool:
    origin = get_origin(annotation)
    if origin is Annotated:
        return _takes_many(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return any(_takes_many(one) for one in get_args(annotation))
    return (origin or annotation) in (list, tuple, set, frozenset)
