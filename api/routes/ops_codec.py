"""Decrypts for who looks at the dashboard: the Temporal UI, and the command line of Temporal, ask it for what they show (ADR 036)."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from api.ops import session
from api.ops.addresses import no_page
from api.ops.decoding import decoded
from api.ops.page_route import PageRoute
from api.service import service_of
from api.strict_json import parse_json
from api.strict_route import JSON_TYPE, BodyLimit, check_content_type, read_body

router = APIRouter(route_class=PageRoute, include_in_schema=False)
LIMIT: Final = BodyLimit(4 * 1024 * 1024, 10)
"""A page of a long history, with everything in it."""
_NAMESPACE: Final = "x-namespace"


@router.post("/ops/codec/decode", dependencies=[Depends(session.looking)])
async def decode(request: Request) -> JSONResponse:
    """The payloads as they were before they were encrypted; plain ones as they are. There is nothing here where none are."""
    session.require_own_page(request)
    service = service_of(request)
    codec, own = service.delivery.codec, service.settings.temporal_namespace
    if codec is None or request.headers.get(_NAMESPACE, own) != own:
        raise no_page()
    check_content_type(request, media_type=JSON_TYPE)
    found = await decoded(parse_json(await read_body(request, limit=LIMIT)), codec)
    return JSONResponse(found, headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"})
