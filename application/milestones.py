"""Milestones: billed at once on an invoice of their own, credited as a whole by a corrective one (project-recall, section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from application.setup import project_of
from application.work import Refused, Work, note, require_amount_in, require_finance, unit_of
from domain.money import multiply, round_amount
from domain.project.actuals import (
    Actual,
    ActualType,
    ActualValues,
    BillingStatus,
    Contract,
    NewActual,
    Posting,
    split_over_customers,
)
from domain.project.credit import credit_milestone
from domain.project.dating import on_open_days
from domain.project.entries import AmountMethod, BillingType
from domain.project.invoicing import InvoiceStatus
from domain.refusals import Code, Refusal
from store import actuals, invoices, periods
from store.history import Happened
from store.ids import new_ordered_id
from store.invoices import NewInvoice


@dataclass(frozen=True, slots=True)
class Milestone:
    """A part of an agreed price that is due on a day; `amount` in the contract currency."""

    name: str
    day: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class BilledMilestone:
    """A milestone as it was billed: its rounded amount, the invoice it stands on, and the day it counts for."""

    amount: Decimal
    invoice: str
    accounting_date: date


async def bill(work: Work, project: str, milestone: Milestone) -> BilledMilestone:
    """Write a billed milestone, a row for each customer, on a confirmed invoice of its own, on an open day (ADR 015)."""
    stored = await project_of(work, project)
    await require_finance(work, stored.unit)
    if stored.without_project:
        raise Refused(Refusal(Code.NOT_INVOICEABLE, project, {"why": "no_customer"}))
    require_amount_in(stored.contract.currency, milestone.amount)
    values = _values(stored.contract, milestone)
    invoice = new_ordered_id()
    await invoices.insert(work.connection, NewInvoice(invoice, project, by=work.person))
    closed = (await periods.held(work.connection, [stored.unit]))[stored.unit]
    parts = split_over_customers(values, stored.contract)
    posting = on_open_days(Posting((), tuple(NewActual(part, billing=BillingStatus.POSTED) for part in parts)), closed)
    await actuals.write(work.connection, posting, of=actuals.PostingOf("milestone", invoice, invoice))
    await invoices.add_milestones(work.connection, invoice)
    await invoices.set_status(work.connection, invoice, InvoiceStatus.CONFIRMED)
    await note(
        work,
        await unit_of(work, stored.unit),
        Happened("invoice", invoice, "drafted", None, "draft"),
        Happened("invoice", invoice, "confirmed", "draft", "confirmed"),
    )
    return BilledMilestone(values.amount, invoice, posting.rows[0].values.accounting_date)


def _values(contract: Contract, milestone: Milestone) -> ActualValues:
    """The unsplit row."""
    rounded, day = round_amount(milestone.amount, contract.currency), milestone.day
    rate = contract.rate_on(day)
    return ActualValues(
        type=ActualType.MILESTONE,
        class_="milestone",
        billing_type=BillingType.CHARGEABLE,
        quantity=Decimal(1),
        price=rounded,
        amount=rounded,
        amount_method=AmountMethod.FIXED,
        currency=contract.currency,
        exchange_rate=rate,
        exchange_rate_date=day,
        base_amount=round_amount(multiply(rounded, rate), contract.cost_currency),
        document_date=day,
        start_date=day,
        end_date=day,
        accounting_date=day,
        project=contract.project,
        extended_amount=rounded,
        basis_quantity=Decimal(1),
        basis_amount=rounded,
        task=milestone.name,
    )


def credited(milestone: Actual, keep: Decimal) -> Posting:
    """What crediting a milestone writes, of which the quantity `keep` is to stay billed: 0, or it is refused."""
    posting = credit_milestone(milestone, keep=keep)
    if isinstance(posting, Refusal):
        raise Refused(posting)
    return posting
