"""Exporting actuals: whose business it is, and the pages, each read in a moment of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date

from application.work import Refused, Work, require_sight, seen_unit
from domain.project.exporting import ExportedActual
from domain.refusals import Code, Refusal
from store import exports, projects
from store.database import Connection
from store.exports import ExportFilter
from store.ids import is_id

Reading = Callable[[], AbstractAsyncContextManager[Connection]]


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """What is asked for: a unit, a project, or a project of that unit; days are accounting dates, both included."""

    unit: str | None
    project: str | None
    since: date | None = None
    until: date | None = None
    reversals: bool = False


@dataclass(frozen=True, slots=True)
class Export:
    """What will be read: the rows of the filter up to the newest one there is now, and the currencies they may have."""

    wanted: ExportFilter
    last: int
    currencies: tuple[str, ...]


async def open_export(work: Work, order: ExportOrder) -> Export:
    """Settle what is exported. Refused: unknown_unit, unknown_project, and not_finance for who does not see the whole unit."""
    unit = await _unit(work, order)
    await require_sight(work, unit)
    wanted = ExportFilter(unit, order.project, order.since, order.until, order.reversals)
    codes = await exports.currencies(work.connection, wanted)
    return Export(wanted, await exports.last_id(work.connection), tuple(codes))


async def _unit(work: Work, order: ExportOrder) -> str:
    if order.project is None:
        return (await seen_unit(work, order.unit or "")).id
    found = await projects.projects(work.connection, [order.project], by=work.person) if is_id(order.project) else {}
    if order.project not in found or order.unit not in {None, found[order.project].unit}:
        raise Refused(Refusal(Code.UNKNOWN_PROJECT, order.project))
    return found[order.project].unit


async def pages(export: Export, reading: Reading) -> AsyncIterator[list[ExportedActual]]:
    """The rows, page by page. Nothing is open while the reader takes its time with a page."""
    after = 0
    while True:
        async with reading() as connection:
            rows = await exports.page(connection, export.wanted, after=after, last=export.last)
        if not rows:
            return
        after = rows[-1].actual.id
        yield rows
        if len(rows) < exports.PAGE_ROWS:
            return
