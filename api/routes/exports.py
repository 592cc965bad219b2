"""Exports: the ledger as one long answer, written while it is read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from api.acting import Answer, Person, read
from api.edge import bad_parameter, require_order
from api.models.fields import Day
from api.permissions import Permission, needs
from api.problem_schema import problem_responses
from api.service import service_of
from api.strict_route import StrictRoute
from application.exporting import Export, ExportOrder, open_export, pages
from application.work import Work
from domain.project.exporting import ExportedActual
from domain.refusals import Code
from exports import actuals_csv, beancount

router = APIRouter(prefix="/v1", route_class=StrictRoute, tags=["exports"])
_REFUSED: Final = problem_responses(Code.NOT_FINANCE, Code.UNKNOWN_UNIT, Code.UNKNOWN_PROJECT)


def _order(
    unit: str | None = None,
    project: str | None = None,
    from_: Annotated[Day | None, Query(alias="from")] = None,
    until: Day | None = None,
    only: Literal["reversals"] | None = None,
) -> ExportOrder:
    """What is exported; a unit or a project must be named."""
    if unit is None and project is None:
        raise bad_parameter("unit", expected="unit_or_project")
    require_order(from_, until)
    return ExportOrder(unit, project, from_, until, reversals=only is not None)


Order = Annotated[ExportOrder, Depends(_order)]


@dataclass(frozen=True, slots=True)
class _Format:
    """How rows are written: what stands in front, each page, and what a browser calls the file."""

    media_type: str
    file_name: str
    opening: Callable[[Export], str]
    lines: Callable[[Sequence[ExportedActual]], str]


_CSV: Final = _Format(actuals_csv.MEDIA_TYPE, "actuals.csv", lambda _export: actuals_csv.heading(), actuals_csv.lines)
_JOURNAL: Final = _Format(
    beancount.MEDIA_TYPE, "actuals.beancount", lambda export: beancount.opening(export.currencies), beancount.lines
)


def _answers(media_type: str) -> dict[int | str, dict[str, Any]]:
    shown = media_type.partition(";")[0]
    return {**_REFUSED, 200: {"description": "The rows", "content": {shown: {"schema": {"type": "string"}}}}}


@router.get(
    "/actuals.csv",
    operation_id="export_actuals",
    openapi_extra=needs(Permission.EXPORT),
    response_class=StreamingResponse,
    responses=_answers(actuals_csv.MEDIA_TYPE),
)
async def export_actuals(request: Request, person: Person, order: Order) -> Response:
    """Actuals as CSV, every column, in the order they were written; `only=reversals` leaves out all others."""
    return await _export(request, person, order, _CSV)


@router.get(
    "/actuals.beancount",
    operation_id="export_journal",
    openapi_extra=needs(Permission.EXPORT),
    response_class=StreamingResponse,
    responses=_answers(beancount.MEDIA_TYPE),
)
async def export_journal(request: Request, person: Person, order: Order) -> Response:
    """Actuals as balanced journal lines in beancount's format."""
    return await _export(request, person, order, _JOURNAL)


async def _export(request: Request, person: str, order: ExportOrder, format: _Format) -> Response:
    opened: list[Export] = []

    async def act(work: Work) -> Answer:
        opened.append(await open_export(work, order))
        return Answer(None)

    refusal = await read(request, person, act)
    if not opened:
        return refusal
    headers = {"Content-Disposition": f'attachment; filename="{format.file_name}"'}
    return StreamingResponse(_stream(request, opened[0], format), media_type=format.media_type, headers=headers)


async def _stream(request: Request, export: Export, format: _Format) -> AsyncIterator[bytes]:
    """A page is written in a thread, so that other requests are answered meanwhile."""
    yield format.opening(export).encode()
    async for rows in pages(export, service_of(request).database.snapshot):
        yield (await asyncio.to_thread(format.lines, rows)).encode()
