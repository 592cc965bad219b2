"""Invoices as far as recalls depend on them: draft, remove lines, delete, confirm."""

from __future__ import annotations

import json
from dataclasses import replace

from fastapi import APIRouter, Request, Response

from api.acting import Act, Answer, Person, read, write
from api.cursor import Paging, page_answer
from api.models.entries import Chosen
from api.models.recalls import Empty, InvoiceChange, ManyInvoices, NewInvoice, Revision
from api.permissions import Permission, needs
from api.problem import Selection, reader_of
from api.problem_schema import problem_responses
from api.render import invoices as show
from api.strict_route import StrictRoute
from application import invoicing
from application.invoicing import Draft
from application.setup import priced_project
from application.work import Work
from domain.refusals import Code
from store import invoices
from store.invoices import InvoiceSort, StoredInvoice

router = APIRouter(prefix="/v1/invoices", route_class=StrictRoute, tags=["invoices"])
_LINES = (Code.NOTHING_SELECTED, Code.DUPLICATE_LINE, Code.UNKNOWN_ENTRY, Code.SEVERAL_REFUSALS)
_DRAFT = (Code.NOT_FINANCE, Code.UNKNOWN_INVOICE, Code.INVOICE_CONFIRMED, Code.NOTHING_SELECTED)


async def _answer(request: Request, work: Work, stored: StoredInvoice, *, status: int = 200) -> Answer:
    reader = await invoicing.reader_of(work, stored.unit)
    body = show.invoice(stored, reader=reader, language=reader_of(request).language)
    return Answer(body, status=status, version=str(stored.version))


@router.post(
    "",
    status_code=201,
    operation_id="draft_invoice",
    openapi_extra=needs(Permission.KEEP_BOOKS),
    responses=problem_responses(*_LINES, Code.NOT_FINANCE, Code.UNKNOWN_PROJECT, Code.NOT_INVOICEABLE),
)
async def draft_invoice(request: Request, person: Person, body: NewInvoice) -> Response:
    """Put what there is to invoice of entries on a new draft."""

    async def act(work: Work) -> Answer:
        return await _answer(
            request,
            work,
            await invoicing.draft(work, Draft(body.project, body.entries, body.customer, body.billed)),
            status=201,
        )

    return await write(request, person, act, selection=Selection(body.entries))


@router.get(
    "",
    operation_id="list_invoices",
    openapi_extra=needs(Permission.SEE_PRICES),
    responses=problem_responses(Code.UNKNOWN_PROJECT),
)
async def list_invoices(
    request: Request, person: Person, project: str, page: Paging, sort: InvoiceSort = "created"
) -> Response:
    """The invoices of a project, oldest first or, with `sort=-created`, newest first."""
    span = page.of(invoices.ORDERS[sort])

    async def act(work: Work) -> Answer:
        reader = await invoicing.reader_of(work, (await priced_project(work, project)).unit)
        found = await invoices.of_project(work.connection, project, span)
        language = reader_of(request).language
        return Answer(page_answer(found, [show.invoice(one, reader=reader, language=language) for one in found.items]))

    return await read(request, person, act)


@router.get(
    "/{invoice}",
    operation_id="get_invoice",
    openapi_extra=needs(Permission.SEE_PRICES),
    responses=problem_responses(Code.UNKNOWN_INVOICE),
)
async def get_invoice(request: Request, person: Person, invoice: str) -> Response:
    """An invoice with its lines."""

    async def act(work: Work) -> Answer:
        return await _answer(request, work, await invoicing.invoice_of(work, invoice))

    return await read(request, person, act)


@router.post(
    "/{invoice}/remove",
    operation_id="remove_invoice_lines",
    openapi_extra=needs(Permission.KEEP_BOOKS),
    responses=problem_responses(*_DRAFT, Code.NOT_INVOICEABLE),
)
async def remove_invoice_lines(request: Request, person: Person, invoice: str, body: Chosen) -> Response:
    """Take entries off a draft."""

    async def act(work: Work) -> Answer:
        return await _answer(request, work, await invoicing.remove(work, invoice, body.entries))

    return await write(request, person, act, selection=Selection(body.entries))


@router.delete(
    "/{invoice}",
    status_code=204,
    operation_id="delete_invoice",
    openapi_extra=needs(Permission.KEEP_BOOKS),
    responses=problem_responses(*_DRAFT),
)
async def delete_invoice(request: Request, person: Person, invoice: str) -> Response:
    """Delete a draft."""

    async def act(work: Work) -> Answer:
        await invoicing.delete(work, invoice)
        return Answer(None, status=204)

    return await write(request, person, act)


@router.post(
    "/{invoice}/confirm",
    operation_id="confirm_invoice",
    openapi_extra=needs(Permission.KEEP_BOOKS),
    responses=problem_responses(*_DRAFT, Code.NOT_INVOICEABLE),
)
async def confirm_invoice(request: Request, person: Person, invoice: str, _body: Empty) -> Response:
    """Confirm a draft: what stands on it is billed."""

    async def act(work: Work) -> Answer:
        return await _confirmed(request, work, invoice)

    return await write(request, person, act)


@router.patch(
    "/{invoice}",
    operation_id="change_invoice",
    openapi_extra=needs(Permission.KEEP_BOOKS),
    responses=problem_responses(*_DRAFT, Code.NOT_INVOICEABLE),
)
async def change_invoice(request: Request, person: Person, invoice: str, body: InvoiceChange) -> Response:
    """Change the quantities to bill of entries on a draft."""

    async def act(work: Work) -> Answer:
        return await _answer(request, work, await invoicing.change(work, invoice, body.billed))

    return await write(request, person, act, selection=Selection(list(body.billed), pointer="/billed"))


@router.post(
    "/confirm",
    operation_id="confirm_invoices",
    openapi_extra=needs(Permission.KEEP_BOOKS),
    responses=problem_responses(*_DRAFT),
)
async def confirm_invoices(request: Request, person: Person, body: ManyInvoices) -> Response:
    """Confirm many drafts; each succeeds or fails alone."""
    results = []
    for id in dict.fromkeys(body.invoices):
        answer = await write(request, person, _confirming(request, id), keyed=False)
        results.append({"invoice": id, "status": answer.status_code, "result": json.loads(bytes(answer.body))})
    return Answer({"results": results}).response()


def _confirming(request: Request, id: str) -> Act:
    async def act(work: Work) -> Answer:
        return await _confirmed(request, work, id)

    return act


async def _confirmed(request: Request, work: Work, id: str) -> Answer:
    confirmed = await invoicing.confirm(work, id)
    return replace(await _answer(request, work, confirmed.invoice), messages=confirmed.messages)


@router.post(
    "/{invoice}/pay",
    operation_id="pay_invoice",
    openapi_extra=needs(Permission.KEEP_BOOKS),
    responses=problem_responses(Code.NOT_FINANCE, Code.UNKNOWN_INVOICE, Code.INVOICE_NOT_CONFIRMED),
)
async def pay_invoice(request: Request, person: Person, invoice: str, _body: Empty) -> Response:
    """Note that a confirmed invoice is paid."""

    async def act(work: Work) -> Answer:
        return await _answer(request, work, await invoicing.pay(work, invoice))

    return await write(request, person, act)


@router.post(
    "/{invoice}/revise",
    status_code=201,
    operation_id="revise_invoice",
    openapi_extra=needs(Permission.KEEP_BOOKS),
    responses=problem_responses(
        *_LINES,
        Code.NOT_FINANCE,
        Code.UNKNOWN_INVOICE,
        Code.INVOICE_NOT_CONFIRMED,
        Code.NOT_INVOICEABLE,
        Code.MILESTONE_PARTIAL_CREDIT,
    ),
)
async def revise_invoice(request: Request, person: Person, invoice: str, body: Revision) -> Response:
    """Draft a corrective invoice: how much of each named entry stays billed; 0 is a full credit."""

    async def act(work: Work) -> Answer:
        return await _answer(request, work, await invoicing.revise(work, invoice, body.quantities), status=201)

    return await write(request, person, act, selection=Selection(list(body.quantities), pointer="/quantities"))
