"""Invoices, vendor invoices, journals and periods as they are answered."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.answers.base import (
    ENTRY_ID,
    INVOICE_ID,
    PROJECT_ID,
    Action,
    Day,
    Id,
    Money,
    Number,
    Page,
    RowId,
    Shown,
    UnitId,
    allowed,
    refused,
    usd,
)
from api.answers.problems import Problem
from domain.refusals import Code


class InvoiceLine(Shown):
    """A row of an entry on an invoice, or a milestone."""

    entry: Annotated[Id | None, Field(description="null for a milestone")]
    actual: RowId
    customer: str | None
    quantity: Number
    billed: Annotated[Number | None, Field(description="The quantity to bill, or to keep; null: all of it")]
    amount: Money
    invoiced: Annotated[Money, Field(description="What the line brings; negative where it credits")]
    accounting_date: Annotated[
        Day, Field(description="The day its rows count for; of a draft, the day they would if it were confirmed now")
    ]


class Invoice(Shown):
    """An invoice as far as recalls depend on it."""

    id: Id
    number: str
    project: Id
    status: Literal["draft", "confirmed", "paid", "deleted"]
    kind: Literal["proforma", "external", "corrective"]
    corrects: Annotated[Id | None, Field(description="The invoice a corrective one credits")]
    lines: list[InvoiceLine]
    total: Money
    allowed_actions: list[Action]
    version: int


class Invoices(Page[Invoice]):
    """Invoices of a list."""


class OneOfManyInvoices(Shown):
    """What one invoice of many was answered."""

    invoice: str
    status: int
    result: Invoice | Problem


class InvoiceResults(Shown):
    """One result for each invoice, in the order of the request."""

    results: list[OneOfManyInvoices]


class VendorInvoice(Shown):
    """A confirmed bill of a vendor, which locks the entries it covers."""

    id: Id
    number: str
    unit: UnitId
    status: Literal["confirmed", "canceled"]
    entries: list[Id]


class Posted(Shown):
    """Rows of these entries were neutralised and written again, all by one posting."""

    id: Annotated[Id, Field(description="Of the posting")]
    entries: list[Id]


class Closings(Shown):
    """The closed days of a unit."""

    unit: UnitId
    closed_until: Day | None
    closings: Annotated[list[Day], Field(description="Those in force, latest first")]


INVOICE = {
    "id": INVOICE_ID,
    "number": "INV-12",
    "project": PROJECT_ID,
    "status": "draft",
    "kind": "proforma",
    "corrects": None,
    "lines": [
        {
            "entry": ENTRY_ID,
            "actual": "4711",
            "customer": "C1",
            "quantity": "8",
            "billed": None,
            "amount": usd("1600.00"),
            "invoiced": usd("1600.00"),
            "accounting_date": "2026-02-02",
        }
    ],
    "total": usd("1600.00"),
    "allowed_actions": [
        allowed("confirm"),
        refused("pay", Code.INVOICE_NOT_CONFIRMED, "Invoice INV-12 is not confirmed."),
    ],
    "version": 1,
}
INVOICES = {"items": [INVOICE], "next": None}
MANY_CONFIRMED = {
    "results": [{"invoice": INVOICE_ID, "status": 200, "result": {**INVOICE, "status": "confirmed", "version": 2}}]
}
VENDOR_INVOICE = {
    "id": "019c1d01-2f60-7c19-8e42-6a5b0d9c7f07",
    "number": "VI-3",
    "unit": "oslo",
    "status": "confirmed",
    "entries": [ENTRY_ID],
}
POSTED = {"id": "019c1d44-9a10-7e57-b086-4c1d2f8a3b08", "entries": [ENTRY_ID]}
CLOSINGS = {"unit": "oslo", "closed_until": "2026-01-31", "closings": ["2026-01-31"]}
