"""Figures for Prometheus."""

from __future__ import annotations

import asyncio
import hmac
from pathlib import Path
from typing import Final

import structlog
from fastapi import APIRouter, Request, Response

from api.edge import edge_error
from api.permissions import Permission, needs
from api.problem_schema import problem_responses
from api.service import service_of
from api.sign_in import unauthenticated
from api.strict_route import StrictRoute
from domain.refusals import Code
from files.reading import read_text
from telemetry.figures import MEDIA_TYPE

router = APIRouter(route_class=StrictRoute, tags=["about the service"])
_log = structlog.get_logger()
_TEXT: Final = {
    "description": "The figures, in the text format of Prometheus",
    "content": {MEDIA_TYPE.partition(";")[0]: {"schema": {"type": "string"}}},
}


@router.get(
    "/metrics",
    operation_id="get_metrics",
    openapi_extra=needs(Permission.EVERYBODY),
    response_class=Response,
    responses={**problem_responses(Code.UNAUTHENTICATED, Code.UNAVAILABLE), 200: _TEXT},
)
async def get_metrics(request: Request) -> Response:
    """Counts and ages of all units together, without anybody's name. Where a service has a token for them, they need it."""
    service = service_of(request)
    if service.settings.metrics_token_file is not None:
        token = await asyncio.to_thread(_token_in, service.settings.metrics_token_file)
        _require(token, given=request.headers.get("authorization", ""))
    return Response(await service.operating.text(), media_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"})


def _require(token: str, *, given: str) -> None:
    scheme, _, value = given.partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(value.strip().encode(), token.encode()):
        raise unauthenticated()


def _token_in(file: Path) -> str:
    """The token as it is now: it may be changed while the service runs."""
    try:
        token = read_text(file).strip()
    except OSError as error:
        _log.error("metrics.token_unreadable", error=type(error).__name__)
        token = ""
    if not token:
        raise edge_error(Code.UNAVAILABLE)
    return token
