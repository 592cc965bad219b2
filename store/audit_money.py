"""What amounts of projects must be as questions to any database: what they find must not exist.

The decimals of currencies stand here once more, apart from those that the service rounds by, so that both are not wrong in the same way.
I2 amounts have the decimals of their currency, and a credit bills no more than it corrects.
"""

from __future__ import annotations

from typing import Final

DIGITS: Final = """case when money.currency in ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF',
                             'UGX', 'VND', 'VUV', 'XAF', 'XOF', 'XPF') then 0
     when money.currency in ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') then 3 else 2 end"""
"""How many decimals `money.currency` has, of currencies of ISO 4217."""
QUESTIONS: Final[tuple[tuple[str, str, str], ...]] = (
    (
        "I2",
        "amount with more decimals than its currency has",
        f"""select distinct a.id from actual a
             join project p on p.id = a.project_id
            cross join lateral (values (a.currency, a.amount), (a.currency, a.tax), (a.currency, a.extended_amount),
                                       (a.currency, a.basis_amount), (p.cost_currency, a.base_amount)) as money(currency, amount)
            where money.amount <> round(money.amount, {DIGITS})""",
    ),
    (
        "I2",
        "credit that bills more than it corrects",
        # Nobody can confirm one any more; up to 0.8.0 some could. What a rounding customer has may be less than nothing.
        """select a.posting_id from actual a join invoice i on i.id = a.posting_id and i.kind = 'corrective'
            where a.posting_kind = 'invoice' and a.type = 'billed_sales'
            group by a.posting_id, a.entry_id, a.billing_type, a.customer
           having coalesce(sum(a.quantity) filter (where a.reverses_id is null), 0)
                  > greatest(-coalesce(sum(a.quantity) filter (where a.reverses_id is not null), 0), 0)""",
    ),
)
