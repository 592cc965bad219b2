"""Actuals: the financial records of an entry, written at approval and only ever added to (project-recall, section 3)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from domain.money import ZERO, multiply, part_of, product, round_amount, round_quantity, total
from domain.project.entries import AmountMethod, BillingType, Entry


class ActualType(StrEnum):
    COST = "cost"
    UNBILLED_SALES = "unbilled_sales"
    BILLED_SALES = "billed_sales"
    RESOURCING_COST = "resourcing_cost"
    INTERORG_SALES = "interorg_sales"
    MILESTONE = "milestone"


class Adjustment(StrEnum):
    NONE = "none"
    ADJUSTED = "adjusted"
    UNADJUSTABLE = "unadjustable"
    IN_PROCESS = "in_process"


class BillingStatus(StrEnum):
    UNBILLED = "unbilled"
    READY = "ready"
    ON_DRAFT = "on_draft"
    POSTED = "posted"
    CANCELED = "canceled"


class ProjectBilling(StrEnum):
    TIME_AND_MATERIALS = "time_and_materials"
    FIXED_PRICE = "fixed_price"
    INTERNAL = "internal"
    PRESALES = "presales"


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer of the contract line and the percentage of each sales row it bears; one of them takes the rounding."""

    id: str
    share: Decimal
    rounding: bool = False


@dataclass(frozen=True, slots=True)
class Intercompany:
    """The unit prices between two units when the resource is of another one, in the currency of costs."""

    resourcing_cost: Decimal
    sales: Decimal


@dataclass(frozen=True, slots=True)
class Contract:
    """What the project's contract says about money. The rate is cost currency per contract currency on the entry's date."""

    project: str
    billing: ProjectBilling
    currency: str
    cost_currency: str
    exchange_rate: Decimal
    customers: tuple[Customer, ...]
    cost_price: Decimal
    sales_price: Decimal
    contract: str | None = None
    contract_line: str | None = None
    intercompany: Intercompany | None = None
    later_rates: tuple[tuple[date, Decimal], ...] = ()

    def rate_on(self, day: date) -> Decimal:
        """The exchange rate of a day: the last one set for that day or before it, else the contract's first."""
        known = [(since, rate) for since, rate in self.later_rates if since <= day]
        return max(known)[1] if known else self.exchange_rate


@dataclass(frozen=True, slots=True)
class ApprovedAs:
    """How the approver approved the entry: quantity for sales, and billing type."""

    billable_quantity: Decimal
    billing_type: BillingType


@dataclass(frozen=True, slots=True)
class ActualValues:
    """The columns of an actual that say what it is; a reversal copies or negates every one of them."""

    type: ActualType
    class_: str
    billing_type: BillingType
    quantity: Decimal
    price: Decimal
    amount: Decimal
    amount_method: AmountMethod
    currency: str
    exchange_rate: Decimal
    exchange_rate_date: date
    base_amount: Decimal
    document_date: date
    start_date: date
    end_date: date
    accounting_date: date
    project: str
    entry: str | None = None
    tax: Decimal = ZERO
    extended_amount: Decimal = ZERO
    percent: Decimal = field(default=Decimal(100))
    basis_quantity: Decimal = ZERO
    basis_amount: Decimal = ZERO
    task: str | None = None
    resource: str | None = None
    role: str | None = None
    category: str | None = None
    product: str | None = None
    unit_of_measure: str | None = None
    contract: str | None = None
    contract_line: str | None = None
    customer: str | None = None


@dataclass(frozen=True, slots=True)
class Actual:
    """A written actual: its values, and the few things that may still change or were decided by the writing."""

    id: int
    values: ActualValues
    adjustment: Adjustment = Adjustment.NONE
    billing: BillingStatus = BillingStatus.UNBILLED
    reverses: int | None = None
    reversed_by: int | None = None
    invoice: str | None = None


@dataclass(frozen=True, slots=True)
class NewActual:
    """A row about to be written, with the statuses it is born with.

    `reverses` is the id of a written row it reverses; `reverses_new` the place, in its own posting, of a new one.
    """

    values: ActualValues
    adjustment: Adjustment = Adjustment.NONE
    billing: BillingStatus = BillingStatus.UNBILLED
    reverses: int | None = None
    reverses_new: int | None = None


@dataclass(frozen=True, slots=True)
class StatusChange:
    """The only two things that may change on a written row."""

    actual: int
    adjustment: Adjustment
    billing: BillingStatus


@dataclass(frozen=True, slots=True)
class Posting:
    """What one act writes to the ledger: status changes of written rows, and new rows."""

    changes: tuple[StatusChange, ...]
    rows: tuple[NewActual, ...]


_WITH_SALES: Final = frozenset({ProjectBilling.TIME_AND_MATERIALS})


def is_live(actual: Actual) -> bool:
    """Still counts: not adjusted, not a reversal, not reversed, not posted by an invoice (project-recall, Selection).

    Billed rows and milestones are born posted and stay live until something adjusts them.
    """
    if actual.adjustment is not Adjustment.NONE or actual.reverses is not None or actual.reversed_by is not None:
        return False
    return actual.billing is not BillingStatus.POSTED or actual.values.type in _BORN_POSTED


def negated(values: ActualValues, *, accounting_date: date | None = None) -> ActualValues:
    """The same row with quantity and amounts negated and all else copied; nothing is computed anew (project-recall, Writing)."""
    return replace(
        values,
        quantity=-values.quantity,
        amount=-values.amount,
        tax=-values.tax,
        extended_amount=-values.extended_amount,
        base_amount=-values.base_amount,
        basis_quantity=-values.basis_quantity,
        basis_amount=-values.basis_amount,
        accounting_date=accounting_date or values.accounting_date,
    )


_BORN_POSTED: Final = frozenset({ActualType.BILLED_SALES, ActualType.MILESTONE})


def rows_at_approval(entry: Entry, *, approved: ApprovedAs, contract: Contract) -> tuple[ActualValues, ...]:
    """The rows an approval creates (project-recall, What an approval creates): one cost row, then the sales rows."""
    price = contract.cost_price if entry.cost_price is None else entry.cost_price
    cost = _cost_row(entry, contract, price=price)
    return (cost, *_sales_rows(entry, approved, contract), *_rows_between_units(entry, contract))


def _rows_between_units(entry: Entry, contract: Contract) -> Iterable[ActualValues]:
    """What the lending unit spends and earns for a resource it lends (project-recall, What an approval creates)."""
    between = contract.intercompany
    if between is not None:
        yield replace(_cost_row(entry, contract, price=between.resourcing_cost), type=ActualType.RESOURCING_COST)
        yield replace(_cost_row(entry, contract, price=between.sales), type=ActualType.INTERORG_SALES)


def _cost_row(entry: Entry, contract: Contract, *, price: Decimal) -> ActualValues:
    amount = _cost_amount(entry, price, contract)
    return replace(
        _dimensions(entry, contract),
        type=ActualType.COST,
        quantity=entry.quantity,
        price=price,
        currency=contract.cost_currency,
        exchange_rate=Decimal(1),
        amount=amount,
        base_amount=amount,
        extended_amount=amount,
        basis_quantity=entry.quantity,
        basis_amount=amount,
    )


def _cost_amount(entry: Entry, price: Decimal, contract: Contract) -> Decimal:
    """A fixed amount was paid once, in the contract currency: it costs the same money in the currency of costs (ADR 040)."""
    if entry.fixed_amount is None or contract.currency == contract.cost_currency:
        return _amounts(entry, [entry.quantity], price=price, currency=contract.cost_currency)[0]
    paid = round_amount(entry.fixed_amount, contract.currency)
    return _base_amount(paid, contract.rate_on(entry.date), contract)


def _sales_rows(entry: Entry, approved: ApprovedAs, contract: Contract) -> Iterable[ActualValues]:
    if contract.billing not in _WITH_SALES or approved.billing_type is BillingType.NOT_AVAILABLE:
        return
    price = contract.sales_price if entry.sales_price is None else entry.sales_price
    parts = tuple(_sales_quantities(entry.quantity, approved))
    amounts = _amounts(entry, [quantity for _, quantity in parts], price=price, currency=contract.currency)
    whole = replace(_dimensions(entry, contract), price=price)
    for (billing_type, quantity), amount, base in zip(parts, amounts, _bases(amounts, whole, contract), strict=True):
        row = replace(whole, billing_type=billing_type, quantity=quantity, amount=amount, base_amount=base)
        yield from split_over_customers(_counted(row), contract)


def _sales_quantities(submitted: Decimal, approved: ApprovedAs) -> Iterable[tuple[BillingType, Decimal]]:
    """A cut leaves the rest as non-chargeable; a raise, or another billing type, gives one row."""
    if approved.billing_type is not BillingType.CHARGEABLE:
        yield approved.billing_type, approved.billable_quantity
        return
    rest = submitted - approved.billable_quantity
    if approved.billable_quantity != ZERO or rest <= ZERO:
        yield BillingType.CHARGEABLE, approved.billable_quantity
    if rest > ZERO:
        yield BillingType.NON_CHARGEABLE, rest


def _bases(amounts: Sequence[Decimal], whole: ActualValues, contract: Contract) -> list[Decimal]:
    """The amounts in the currency of costs, which come to what all of them is there: the last takes the rest of it."""
    first = [_base_amount(amount, whole.exchange_rate, contract) for amount in amounts[:-1]]
    return [*first, _base_amount(total(amounts), whole.exchange_rate, contract) - total(first)]


def _counted(row: ActualValues) -> ActualValues:
    """An unsplit sales row with all that follows from its quantity and amount."""
    return replace(row, extended_amount=row.amount, basis_quantity=row.quantity, basis_amount=row.amount)


def _amounts(entry: Entry, quantities: Sequence[Decimal], *, price: Decimal, currency: str) -> list[Decimal]:
    """Each quantity times the price; a fixed amount stands as given, and where it is cut the last quantity takes the rest of it."""
    if entry.fixed_amount is None:
        return [product(quantity, price, currency=currency) for quantity in quantities]
    given, whole = round_amount(entry.fixed_amount, currency), total(quantities)
    shares = [part_of(given, quantity, of=whole, currency=currency) for quantity in quantities[:-1]]
    return [*shares, given - total(shares)]


def _base_amount(amount: Decimal, rate: Decimal, contract: Contract) -> Decimal:
    return round_amount(multiply(amount, rate), contract.cost_currency)


def _dimensions(entry: Entry, contract: Contract) -> ActualValues:
    """An unbilled sales row of nothing, with all that entry and contract say about it; the figures are filled in."""
    return ActualValues(
        type=ActualType.UNBILLED_SALES,
        class_=entry.kind.value,
        billing_type=BillingType.CHARGEABLE,
        quantity=ZERO,
        price=ZERO,
        amount=ZERO,
        amount_method=entry.amount_method,
        currency=contract.currency,
        exchange_rate=contract.rate_on(entry.date),
        exchange_rate_date=entry.date,
        base_amount=ZERO,
        document_date=entry.date,
        start_date=entry.date,
        end_date=entry.date,
        accounting_date=entry.date,
        project=contract.project,
        entry=entry.id,
        task=entry.task,
        resource=entry.owner,
        role=entry.role,
        category=entry.category,
        product=entry.product,
        unit_of_measure=entry.unit_of_measure,
        contract=contract.contract,
        contract_line=contract.contract_line,
    )


def split_over_customers(row: ActualValues, contract: Contract) -> Iterable[ActualValues]:
    """Divide a row of sales or of a milestone; the rounding customer takes what is left of both quantity and amount."""
    shares = contract.customers
    if len(shares) == 1:
        yield replace(row, customer=shares[0].id)
        return
    parts = {c.id: _share_of(row, c) for c in shares if not c.rounding}
    for customer in shares:
        part = parts.get(customer.id) or _rest_of(row, customer, parts.values())
        yield replace(part, base_amount=_base_amount(part.amount, part.exchange_rate, contract))


def _percent(number: Decimal, share: Decimal) -> Decimal:
    return multiply(multiply(number, share), Decimal("0.01"))


def _share_of(row: ActualValues, customer: Customer) -> ActualValues:
    quantity = round_quantity(_percent(row.quantity, customer.share))
    if row.amount_method is AmountMethod.FIXED:
        amount = round_amount(_percent(row.amount, customer.share), row.currency)
    else:
        amount = product(quantity, row.price, currency=row.currency)
    return replace(
        row, customer=customer.id, percent=customer.share, quantity=quantity, amount=amount, extended_amount=amount
    )


def _rest_of(row: ActualValues, customer: Customer, others: Iterable[ActualValues]) -> ActualValues:
    taken = tuple(others)
    quantity = round_quantity(row.quantity - sum((part.quantity for part in taken), ZERO))
    amount = row.amount - sum((part.amount for part in taken), ZERO)
    return replace(
        row, customer=customer.id, percent=customer.share, quantity=quantity, amount=amount, extended_amount=amount
    )
