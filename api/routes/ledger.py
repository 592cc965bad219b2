"""What changes rows beside recalls and invoices: repricing, correction journals, vendor invoices, periods."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Request, Response

from api.acting import Answer, Person, read, write
from api.models.entries import Chosen, Correction, Repricing
from api.models.recalls import Empty
from api.models.setup import PeriodEnd
from api.permissions import Permission, needs
from api.problem import Selection
from api.problem_schema import problem_responses
from api.render.values import Json
from api.strict_route import StrictRoute
from application import calendar, corrections, vendors
from application.work import Work, seen_unit
from domain.refusals import Code
from store import periods
from store.vendor_invoices import VendorInvoice

router = APIRouter(prefix="/v1", route_class=StrictRoute, tags=["ledger"])
_LEDGER = (
    Code.NOTHING_SELECTED,
    Code.DUPLICATE_LINE,
    Code.UNKNOWN_ENTRY,
    Code.NOT_FINANCE,
    Code.WRONG_STATUS,
    Code.ALREADY_INVOICED,
    Code.ON_DRAFT_INVOICE,
    Code.PARTIALLY_CREDITED,
    Code.VENDOR_INVOICE_LOCK,
    Code.CORRECTION_IN_PROCESS,
    Code.SEVERAL_REFUSALS,
)


@router.post(
    "/projects/{project}/reprice",
    operation_id="reprice_entries",
    openapi_extra=needs(Permission.KEEP_BOOKS),
    responses=problem_responses(*_LEDGER, Code.UNKNOWN_PROJECT),
)
async def reprice_entries(request: Request, person: Person, project: str, body: Repricing) -> Response:
    """The contract was confirmed with new rates: rows of the entries are neutralised and written again."""

    async def act(work: Work) -> Answer:
        rates = body.rates
        posting = await corrections.reprice(work, project, body.entries, cost=rates.cost, sales=rates.sales)
        return Answer({"id": posting, "entries": list(body.entries)})

    return await write(request, person, act, selection=Selection(body.entries))


@router.post(
    "/corrections",
    status_code=201,
    operation_id="correct_entries",
    openapi_extra=needs(Permission.KEEP_BOOKS),
    responses=problem_responses(*_LEDGER, Code.NOT_SUPPORTED),
)
async def correct_entries(request: Request, person: Person, body: Correction) -> Response:
    """A correction journal: rows of the entries are neutralised and written again with other dimensions."""

    async def act(work: Work) -> Answer:
        changes = body.fields.model_dump(include=body.fields.model_fields_set)
        journal = await corrections.correct(work, body.entries, changes)
        return Answer({"id": journal, "entries": list(body.entries)}, status=201)

    return await write(request, person, act, selection=Selection(body.entries))


def _vendor(stored: VendorInvoice) -> Json:
    return {
        "id": stored.id,
        "number": stored.number,
        "unit": stored.unit,
        "status": stored.status,
        "entries": list(stored.entries),
    }


@router.post(
    "/vendor-invoices",
    status_code=201,
    operation_id="confirm_vendor_invoice",
    openapi_extra=needs(Permission.KEEP_BOOKS),
    responses=problem_responses(*_LEDGER, Code.NOT_SUPPORTED),
)
async def confirm_vendor_invoice(request: Request, person: Person, body: Chosen) -> Response:
    """Match the cost of entries to a confirmed vendor invoice; it locks them until it is canceled."""

    async def act(work: Work) -> Answer:
        return Answer(_vendor(await vendors.confirm(work, body.entries)), status=201)

    return await write(request, person, act, selection=Selection(body.entries))


@router.post(
    "/vendor-invoices/{invoice}/cancel",
    operation_id="cancel_vendor_invoice",
    openapi_extra=needs(Permission.KEEP_BOOKS),
    responses=problem_responses(Code.UNKNOWN_INVOICE, Code.NOT_FINANCE, Code.WRONG_STATUS),
)
async def cancel_vendor_invoice(request: Request, person: Person, invoice: str, _body: Empty) -> Response:
    """Cancel a vendor invoice; its entries are free again."""

    async def act(work: Work) -> Answer:
        return Answer(_vendor(await vendors.cancel(work, invoice)))

    return await write(request, person, act)


def _closings(unit: str, days: list[date]) -> Answer:
    closed_until = max(days, default=None)
    return Answer(
        {
            "unit": unit,
            "closed_until": None if closed_until is None else closed_until.isoformat(),
            "closings": [day.isoformat() for day in days],
        }
    )


@router.get(
    "/units/{unit}/periods",
    operation_id="get_periods",
    openapi_extra=needs(Permission.SEE_UNIT),
    responses=problem_responses(Code.UNKNOWN_UNIT),
)
async def get_periods(request: Request, person: Person, unit: str) -> Response:
    """The closings of a unit that are in force, latest first."""

    async def act(work: Work) -> Answer:
        await seen_unit(work, unit)
        return _closings(unit, await periods.closings(work.connection, unit))

    return await read(request, person, act)


@router.post(
    "/units/{unit}/periods/close",
    operation_id="close_period",
    openapi_extra=needs(Permission.KEEP_BOOKS),
    responses=problem_responses(Code.UNKNOWN_UNIT, Code.NOT_FINANCE, Code.PERIOD_CLOSED),
)
async def close_period(request: Request, person: Person, unit: str, body: PeriodEnd) -> Response:
    """Close every day up to and including one."""

    async def act(work: Work) -> Answer:
        return _closings(unit, await calendar.close(work, unit, body.until))

    return await write(request, person, act)


@router.post(
    "/units/{unit}/periods/reopen",
    operation_id="reopen_period",
    openapi_extra=needs(Permission.KEEP_BOOKS),
    responses=problem_responses(Code.UNKNOWN_UNIT, Code.NOT_FINANCE, Code.NOT_FOUND),
)
async def reopen_period(request: Request, person: Person, unit: str, body: PeriodEnd) -> Response:
    """Take the closing of a day back; earlier ones stay."""

    async def act(work: Work) -> Answer:
        return _closings(unit, await calendar.reopen(work, unit, body.until))

    return await write(request, person, act)
