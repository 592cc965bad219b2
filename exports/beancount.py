"""Actuals as balanced journal lines in beancount's format: each row that means money is one transaction of two legs.

The two legs are the same amount with opposite signs, so every transaction balances by itself, and a reversal is the
transaction of its original with the signs turned. Original and reversal carry the same link (`^recall-R-1042`).
Accounts: docs/exports.md. Rules: project-recall, section 3 (what each type of actual is).
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from domain.money import plain, plain_amount
from domain.project.actuals import ActualType
from domain.project.entries import BillingType
from domain.project.exporting import ExportedActual

MEDIA_TYPE: Final = "text/plain; charset=utf-8"
OPENED: Final = "1900-01-01"


class Accounts(NamedTuple):
    """Where a row is entered: its amount on the first account, the opposite on the second."""

    debit: str
    credit: str


ACCOUNTS: Final[dict[ActualType, Accounts]] = {
    ActualType.COST: Accounts("Expenses:Projects:Cost", "Liabilities:Projects:Accrued"),
    ActualType.UNBILLED_SALES: Accounts("Assets:Projects:Accrued", "Income:Projects:Accrued"),
    ActualType.BILLED_SALES: Accounts("Assets:Projects:Receivable", "Income:Projects:Billed"),
    ActualType.MILESTONE: Accounts("Assets:Projects:Receivable", "Income:Projects:Milestones"),
    ActualType.RESOURCING_COST: Accounts("Expenses:Intercompany:Resourcing", "Liabilities:Intercompany:Accrued"),
    ActualType.INTERORG_SALES: Accounts("Assets:Intercompany:Accrued", "Income:Intercompany:Sales"),
}
_SALES: Final = frozenset({ActualType.UNBILLED_SALES, ActualType.BILLED_SALES})
_NOT_IN_LINKS: Final = re.compile(r"[^A-Za-z0-9_./-]")
_ESCAPED: Final = {"\\": "\\\\", '"': '\\"'}


def opening(currencies: Iterable[str]) -> str:
    """The directives in front: the currencies, and every account, open for all of them."""
    accounts = sorted({account for pair in ACCOUNTS.values() for account in pair})
    directives = [f"{OPENED} commodity {code}" for code in sorted(set(currencies))]
    directives += [f"{OPENED} open {account}" for account in accounts]
    return 'option "title" "Tilbake: actuals"\n\n' + "\n".join(directives) + "\n"


def lines(rows: Iterable[ExportedActual]) -> str:
    """The transactions of the rows that mean money."""
    return "".join(text for row in rows if is_money(row) for text in _transaction(row))


def is_money(row: ExportedActual) -> bool:
    """Sales that are not chargeable are no claim on anybody (project-recall, Money: the backlog counts chargeable rows)."""
    values = row.actual.values
    return values.type not in _SALES or values.billing_type is BillingType.CHARGEABLE


def _transaction(row: ExportedActual) -> Iterator[str]:
    values = row.actual.values
    accounts = ACCOUNTS[values.type]
    what = f"{values.type.value} {plain(values.quantity)} {values.unit_of_measure or ''}".strip()
    links = "".join(f" ^{_NOT_IN_LINKS.sub('-', act)}" for act in (row.act, row.reversed_by_act) if act)
    yield f"\n{values.accounting_date.isoformat()} * {_quoted(row.project_name)} {_quoted(what)}{links}\n"
    for name, value in _facts(row):
        yield f"  {name}: {_quoted(value)}\n"
    yield f"  {accounts.debit}  {plain_amount(values.amount, values.currency)} {values.currency}\n"
    yield f"  {accounts.credit}  {plain_amount(-values.amount, values.currency)} {values.currency}\n"


def _facts(row: ExportedActual) -> Iterator[tuple[str, str]]:
    actual = row.actual
    facts = {
        "actual": str(actual.id),
        "unit": row.unit,
        "project": actual.values.project,
        "entry": actual.values.entry,
        "resource": actual.values.resource,
        "customer": actual.values.customer,
        "invoice": row.invoice_number,
        "reverses": None if actual.reverses is None else str(actual.reverses),
    }
    return ((name, value) for name, value in facts.items() if value is not None)


def _quoted(text: str) -> str:
    """A text in quotes on one line: beancount takes line breaks too, but then counts lines wrongly for people."""
    plain_text = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    return '"' + "".join(_ESCAPED.get(sign, sign) for sign in plain_text) + '"'
