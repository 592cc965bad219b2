"""Exception handlers: whatever goes wrong, the answer is a problem document."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import cast

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.database_says_no import database_says_no
from api.edge import EdgeError, Fault
from api.observed import Count, Observed, count_nothing
from api.problem import problem, reader_of
from api.secured import Secured
from api.validation_faults import validation_faults
from domain.refusals import Code, Refusal
from telemetry.failures import places_of

_log = structlog.get_logger()

_CODE_BY_STATUS: Mapping[int, Code] = MappingProxyType(
    {
        400: Code.MALFORMED_BODY,
        401: Code.UNAUTHENTICATED,
        403: Code.NOT_ALLOWED,
        404: Code.NOT_FOUND,
        405: Code.METHOD_NOT_ALLOWED,
        408: Code.BODY_TOO_SLOW,
        413: Code.PAYLOAD_TOO_LARGE,
        415: Code.UNSUPPORTED_MEDIA_TYPE,
        429: Code.RATE_LIMITED,
        503: Code.UNAVAILABLE,
    }
)
_FIRST_SERVER_FAULT = 500


def install_handlers(app: FastAPI, *, count: Count = count_nothing, by_tls: bool = False) -> None:
    """Give an application the handlers of this file; `count` is told of every answer, `by_tls` is that of `Secured`."""
    app.add_exception_handler(EdgeError, answer_edge_error)
    app.add_exception_handler(RequestValidationError, answer_validation_error)
    app.add_exception_handler(HTTPException, answer_http_exception)
    app.add_middleware(UnexpectedAnswered)
    app.add_middleware(Secured, by_tls=by_tls)
    app.add_middleware(Observed, count=count)


class UnexpectedAnswered:
    """Answers what nobody foresaw, and lets it go no further.

    A server that meets an exception writes all of it to its log, values included, and closes the connection under the
    next request.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application; an answer that has begun already is left as it is, and so told to be broken off."""
        begun = False

        async def noting(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as error:
            if scope["type"] != "http":
                raise
            answer = await answer_unexpected(Request(scope), error)
            if not begun:
                await answer(scope, receive, send)


async def answer_edge_error(request: Request, error: Exception) -> Response:
    """What a route or a dependency refused on purpose."""
    edge = cast("EdgeError", error)
    return problem(edge.faults, reader=reader_of(request), headers=edge.headers)


async def answer_validation_error(request: Request, error: Exception) -> Response:
    """What the models did not accept: 400, with pointers."""
    invalid = cast("RequestValidationError", error)
    return problem(validation_faults(invalid.errors(), body=invalid.body), reader=reader_of(request))


async def answer_http_exception(request: Request, error: Exception) -> Response:
    """What the framework refuses: no such address, no such method."""
    known = cast("HTTPException", error)
    server_fault = known.status_code >= _FIRST_SERVER_FAULT
    code = _CODE_BY_STATUS.get(known.status_code, Code.INTERNAL_ERROR if server_fault else Code.MALFORMED_BODY)
    allowed = _allowed(request) if code is Code.METHOD_NOT_ALLOWED else ""
    headers = {"Allow": allowed} if allowed else known.headers
    return problem([Fault(Refusal(code))], reader=reader_of(request), headers=headers)


def _allowed(request: Request) -> str:
    """The methods there are at an address: of the paths that fit it those with the fewest parameters.

    The framework knows only those of the first route that fits.
    """
    methods: dict[str, set[str]] = {}
    for path, operations in request.app.openapi()["paths"].items():
        if re.fullmatch(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)), request.url.path):
            methods[path] = {method.upper() for method in operations}
    nearest = min(methods, key=lambda path: path.count("{"), default="")
    return ", ".join(sorted(methods.get(nearest, ())))


async def answer_unexpected(request: Request, error: Exception) -> Response:
    """What the database refused or could not do; else a fault of ours: 500 with a trace id, under which the log has the rest."""
    answer = database_says_no(request, error)
    if answer is not None:
        return answer
    _log.error("api.failed", error=type(error).__name__, at=places_of(error))
    return problem([Fault(Refusal(Code.INTERNAL_ERROR))], reader=reader_of(request))
