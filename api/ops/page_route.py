"""The route class of the pages: what is refused is a page to people, and a problem document to everything else."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect

from api.database_says_no import database_says_no
from api.edge import EdgeError
from api.ops import texts
from api.ops.pages import outage_page, refusal_page, sign_in_address
from api.problem import RETRY_AFTER_SECONDS, STATUS, reader_of
from api.service import service_of
from domain.catalogue import CATALOGUE, Kind, advise, render
from domain.refusals import Code


class PageRoute(APIRoute):
    """A route for browsers: `APIRouter(route_class=PageRoute)`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The framework's handler, with refusals as pages."""
        handle = super().get_route_handler()

        async def handle_for_people(request: Request) -> Response:
            try:
                return await handle(request)
            except ClientDisconnect:
                return Response(status_code=400)
            except EdgeError as refused:
                if not is_page(request):
                    raise
                return _page_of(request, refused)
            except Exception as error:
                found = database_says_no(request, error)
                if found is None:
                    raise
                return await _outage(request) if is_page(request) else found

        return handle_for_people


def is_page(request: Request) -> bool:
    """Whether a person asks with a browser, and not a script in its page."""
    return "text/html" in request.headers.get("accept", "")


def asked_page(request: Request) -> str:
    """The address that was asked, as it was sent and without its host."""
    raw: bytes = request.scope.get("raw_path") or request.url.path.encode()
    query = request.scope.get("query_string", b"")
    return (raw + (b"?" + query if query else b"")).decode("ascii", "replace")


async def _outage(request: Request) -> Response:
    """The page of a database that is away, which only who has a token sees. It tells no more than /readyz tells everybody."""
    service = service_of(request)
    others = [texts.TEMPORAL_IS[await service.delivery.temporal_is()]]
    if service.issuer is not None and not service.issuer.is_known:
        others.append(texts.ISSUER_AWAY)
    answer = outage_page(reader_of(request).language, others, status=STATUS[Kind.UNAVAILABLE])
    answer.headers["Retry-After"] = RETRY_AFTER_SECONDS
    return answer


def _page_of(request: Request, refused: EdgeError) -> Response:
    refusals = [fault.refusal for fault in refused.faults]
    if refusals[0].code is Code.UNAUTHENTICATED and request.method in {"GET", "HEAD"}:
        return RedirectResponse(sign_in_address(asked_page(request)), status_code=303)
    language = reader_of(request).language
    sentences = [words(one, language) for one in refusals for words in (render, advise)]
    answer = refusal_page(language, sentences, status=STATUS[CATALOGUE[refusals[0].code].kind])
    answer.headers.update(refused.headers)
    return answer
