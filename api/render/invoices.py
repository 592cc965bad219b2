"""Invoices in JSON."""

from __future__ import annotations

from api.render.entries import action
from api.render.values import Json, money, number
from application.invoicing import InvoiceReader
from domain.language import Language
from domain.money import ZERO
from domain.project.invoicing import InvoiceAction, InvoiceStatus, check_action, invoiced_amount
from domain.refusals import Code, Refusal
from store.invoices import StoredInvoice


def invoice(stored: StoredInvoice, *, reader: InvoiceReader, language: Language) -> Json:
    """An invoice; what a line brings and the total count chargeable rows, and are negative where they credit."""
    is_draft = stored.invoice.status is InvoiceStatus.DRAFT
    amounts = [invoiced_amount(line.figures, corrective=stored.kind == "corrective") for line in stored.lines]
    return {
        "id": stored.invoice.id,
        "number": stored.invoice.number,
        "project": stored.project,
        "status": stored.invoice.status.value,
        "kind": stored.kind,
        "corrects": stored.corrects,
        "lines": [
            {
                "entry": line.entry,
                "actual": str(line.actual),
                "customer": line.customer,
                "quantity": number(line.figures.quantity),
                "billed": number(line.billed),
                "amount": money(line.figures.amount, stored.currency),
                "invoiced": money(amount, stored.currency),
                "accounting_date": (reader.periods.first_open(line.day) if is_draft else line.day).isoformat(),
            }
            for line, amount in zip(stored.lines, amounts, strict=True)
        ],
        "total": money(sum(amounts, ZERO), stored.currency),
        "allowed_actions": _allowed_actions(stored, reader, language=language),
        "version": stored.version,
    }


def _allowed_actions(stored: StoredInvoice, reader: InvoiceReader, *, language: Language) -> list[Json]:
    """By the rules that refuse them; what one line does not allow is told when it is tried."""
    no_right = None if reader.is_finance else Refusal(Code.NOT_FINANCE, stored.unit)
    return [
        action(one.value, no_right or check_action(stored.invoice, one), language=language) for one in InvoiceAction
    ]
