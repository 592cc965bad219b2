"""Entries, actuals and history in JSON."""

from __future__ import annotations

from api.render.values import Json, instant, money, number
from application.reading import ShownEntry
from domain.catalogue import render
from domain.language import Language
from domain.refusals import Refusal
from store.actuals import StoredActual
from store.database import Row
from store.entries import StoredApproval


def entry(shown: ShownEntry, *, language: Language) -> Json:
    """An entry with its approval record and what its reader may do with it."""
    stored, one, day = shown.stored, shown.stored.entry, shown.accounting_day
    return {
        "id": one.id,
        "project": one.project,
        "unit": stored.unit,
        "kind": one.kind.value,
        "date": one.date.isoformat(),
        "accounting_date": None if day is None else day.isoformat(),
        "quantity": number(one.quantity),
        "owner": one.owner,
        "status": one.status.value,
        "billing_type": one.billing_type.value,
        "amount_method": one.amount_method.value,
        "amount": None if one.amount is None else money(one.amount, shown.currency),
        "cost_price": number(one.cost_price),
        "sales_price": number(one.sales_price),
        "external": one.external,
        "task": one.task,
        "description": stored.description,
        "role": one.role,
        "category": one.category,
        "product": one.product,
        "unit_of_measure": one.unit_of_measure,
        "approval": None if stored.approval is None else _approval(stored.approval),
        "open_recall": stored.open_recall,
        "allowed_actions": [action(name, refusal, language=language) for name, refusal in shown.actions.items()],
        "version": stored.version,
    }


def _approval(approval: StoredApproval) -> Json:
    return {
        "stage": approval.stage.value,
        "approver": approval.approver,
        "submitted_quantity": number(approval.submitted_quantity),
        "billable_quantity": number(approval.billable_quantity),
        "billing_type": approval.billing_type,
        "comment": approval.comment,
    }


def action(name: str, refusal: Refusal | None, *, language: Language) -> Json:
    """One element of allowed_actions."""
    return {
        "action": name,
        "allowed": refusal is None,
        "code": None if refusal is None else refusal.code.value,
        "reason": None if refusal is None else render(refusal, language),
    }


def actual(stored: StoredActual, *, base_currency: str) -> Json:
    """An actual with every column; the base amount is in the currency of the contracting unit's costs."""
    values = stored.actual.values
    currency = values.currency
    return {
        "id": str(stored.actual.id),
        "type": values.type.value,
        "class": values.class_,
        "billing_type": values.billing_type.value,
        "customer": values.customer,
        "quantity": number(values.quantity),
        "price": number(values.price),
        "amount": money(values.amount, currency),
        "amount_method": values.amount_method.value,
        "tax": money(values.tax, currency),
        "extended_amount": money(values.extended_amount, currency),
        "base_amount": money(values.base_amount, base_currency),
        "exchange_rate": number(values.exchange_rate),
        "exchange_rate_date": values.exchange_rate_date.isoformat(),
        "percent": number(values.percent),
        "basis_quantity": number(values.basis_quantity),
        "basis_amount": money(values.basis_amount, currency),
        "adjustment": stored.actual.adjustment.value,
        "status": stored.actual.billing.value,
        "reverses": None if stored.actual.reverses is None else str(stored.actual.reverses),
        "generation": stored.generation,
        "document_date": values.document_date.isoformat(),
        "start_date": values.start_date.isoformat(),
        "end_date": values.end_date.isoformat(),
        "accounting_date": values.accounting_date.isoformat(),
        "project": values.project,
        "task": values.task,
        "resource": values.resource,
        "role": values.role,
        "category": values.category,
        "product": values.product,
        "unit_of_measure": values.unit_of_measure,
        "contract": values.contract,
        "contract_line": values.contract_line,
        "invoice": stored.actual.invoice,
        "recall": stored.posting_id if stored.posting_kind == "recall" else None,
    }


def happened(row: Row) -> Json:
    """One thing that happened. `to` is the status that was taken."""
    return {
        "sequence": row.sequence,
        "event": row.event,
        "from": row.from_status,
        "to": row.to_status,
        "by": row.actor,
        "on_behalf_of": row.on_behalf_of,
        "client": row.client,
        "at": instant(row.business_at),
        "recorded_at": instant(row.at),
        "facts": row.facts,
    }
