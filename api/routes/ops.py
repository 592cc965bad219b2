"""The pages of the operations dashboard, and the Temporal UI below them. Not part of /v1: they are for browsers (ADR 026)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final
from urllib.parse import parse_qs, unquote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from api.edge import EdgeError
from api.ops import addresses, session, texts
from api.ops.page_route import PageRoute
from api.ops.pages import opening_page, refusal_page, sign_in_page, signed_in_page
from api.ops.proxy import Asked
from api.ops.views import VIEWS, View, address, preset, view
from api.problem import STATUS, reader_of
from api.service import service_of
from api.strict_route import BodyLimit, read_body
from domain.catalogue import CATALOGUE
from domain.language import Text
from domain.refusals import Code

router = APIRouter(route_class=PageRoute, include_in_schema=False)
UI_BELOW: Final = "/ops/temporal"
_EVERY_METHOD: Final = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_LIMIT: Final = BodyLimit(64 * 1024, 10)
_HOME: Final = "/ops"


@router.get("/ops/sign-in")
async def show_sign_in(request: Request, next: str = _HOME) -> Response:
    """Where a token is pasted; who is signed in is told so, and goes on from here."""
    language, next_page = reader_of(request).language, _below(next)
    person = await session.signed_in(request)
    if person is not None:
        return signed_in_page(language, person=person, next_page=next_page)
    problem = texts.ENDED if session.COOKIE in request.cookies else None
    return sign_in_page(language, next_page=next_page, problem=problem)


@router.post("/ops/sign-in")
async def sign_in(request: Request) -> Response:
    """Take a token, and go where the person wanted to."""
    session.require_own_page(request)
    form = parse_qs((await read_body(request, limit=_LIMIT)).decode("utf-8", "replace"))
    token, next_page = session.pasted_token(form.get("token", [""])[0]), _below(form.get("next", [_HOME])[0])
    answer = RedirectResponse(next_page, status_code=303)
    try:
        valid = await session.valid_token(request, token)
        await session.may_look(request, valid)
        session.remember(answer, token, valid, secure=_is_secure(request))
    except EdgeError as refused:
        code = refused.faults[0].refusal.code
        if code not in _problems:
            raise
        status = STATUS[CATALOGUE[code].kind]
        return sign_in_page(reader_of(request).language, next_page=next_page, problem=_problems[code], status=status)
    return answer


@router.post("/ops/sign-out")
async def sign_out(request: Request) -> Response:
    """Forget who looks."""
    session.require_own_page(request)
    answer = RedirectResponse("/ops/sign-in", status_code=303)
    session.forget(answer, secure=_is_secure(request))
    return answer


@router.get("/ops", dependencies=[Depends(session.looking)])
async def open_dashboard(request: Request) -> Response:
    """Prepare the browser, and go on to what waits for somebody."""
    return _opening(request, VIEWS[0])


@router.get("/ops/views/{id}", dependencies=[Depends(session.looking)])
async def open_view(request: Request, id: str) -> Response:
    """Prepare the browser, and go on to one saved view, as of now."""
    found = view(id)
    if found is None:
        raise addresses.no_page()
    return _opening(request, found)


def _opening(request: Request, wanted: View) -> Response:
    """The page that goes on to a view. A UI of another origin keeps what it keeps in its own part of the browser."""
    settings, language, now = service_of(request).settings, reader_of(request).language, datetime.now(UTC)
    base = UI_BELOW if settings.passes_ui_on else settings.temporal_ui_url
    if base is None:
        return refusal_page(language, [texts.NO_UI.in_language(language)], status=404)
    namespace = settings.temporal_namespace
    found = {one.id: address(base, namespace=namespace, query=one.query(now)) for one in VIEWS}
    told = {
        "target": found[wanted.id],
        "namespace": namespace,
        "preset": preset(language, now=now, encrypted=settings.payload_keys_file is not None)
        if settings.passes_ui_on
        else None,
    }
    return opening_page(language, told, {one.name.in_language(language): found[one.id] for one in VIEWS})


@router.api_route("/ops/temporal{_:path}", methods=_EVERY_METHOD, dependencies=[Depends(session.looking)])
async def pass_on(request: Request) -> Response:
    """Ask the Temporal UI what only looks, and stream what it answers."""
    service = service_of(request)
    whole = request.scope["raw_path"].decode("latin-1")
    path = whole.removeprefix(UI_BELOW)
    if service.temporal_ui is None or path == whole:
        raise addresses.no_page()
    query = request.scope["query_string"].decode("latin-1")
    addresses.check(request.method, path, query, namespace=service.settings.temporal_namespace)
    body = await read_body(request, limit=_LIMIT) if request.method == "POST" else b""
    return await service.temporal_ui.answer(Asked(request.method, path, query, request.headers, body))


@router.api_route("/ops/{_:path}", methods=_EVERY_METHOD)
async def show_nothing() -> Response:
    """An address that is no page: a browser is told so on one, with the way back."""
    raise addresses.no_page()


_END_OF_PATH: Final = re.compile(r"[?#]")
_DOTS: Final = frozenset({".", ".."})
"""Browsers go up by them, also where they are written %2e."""
_problems: Final[dict[Code, Text]] = {
    Code.UNAUTHENTICATED: texts.WRONG,
    Code.PAYLOAD_TOO_LARGE: texts.TOO_LONG,
}


def _below(page: str) -> str:
    """An address of ours below /ops; the dashboard for any other, so that nobody is led elsewhere."""
    plain = page.isascii() and page.isprintable() and "\\" not in page
    path = _END_OF_PATH.split(page, maxsplit=1)[0]
    leaves = not _DOTS.isdisjoint(unquote(part) for part in path.split("/"))
    return page if plain and not leaves and (path == _HOME or path.startswith(f"{_HOME}/")) else _HOME


def _is_secure(request: Request) -> bool:
    return service_of(request).settings.public_url.startswith("https://")
