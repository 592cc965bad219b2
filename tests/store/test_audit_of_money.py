"""The audit finds amounts that no rule would write, and credits that billed more than they corrected."""

from __future__ import annotations

import asyncpg
import pytest
from temporalio.client import Client

from domain.currencies import MINOR_DIGITS
from store.audit import audit
from store.audit_money import DIGITS
from tests.damaging import found_altered
from tests.databases import FreshDatabase
from tests.in_process import Stage, on_stage

pytestmark = pytest.mark.store

DECIMALS = ("I2", "amount with more decimals than its currency has")
MORE = ("I2", "credit that bills more than it corrects")
BILLED_AGAIN = "type = 'billed_sales' and reverses_id is null and adjustment_status = 'none'"
ALTERED = [
    *(
        (f"{column} of three decimals", f"update actual set {column} = {column} + 0.001", DECIMALS)
        for column in ("amount", "tax", "extended_amount", "basis_amount", "base_amount")
    ),
    ("a half of what has no halves", "update actual set currency = 'JPY', amount = 0.5", DECIMALS),
    ("a credit from eight to nine", f"update actual set quantity = 9 where {BILLED_AGAIN}", MORE),
    (
        "a credit that bills what nobody pays for",
        f"update actual set billing_type = 'non_chargeable' where {BILLED_AGAIN}",
        MORE,
    ),
]


async def credited(stage: Stage) -> None:
    """One entry credited from eight hours to six, one in full."""
    people = stage.people
    entries = await people.approved_entries(2)
    drafted = {"project": people.project, "entries": entries}
    invoice = (await people.done("POST", "/invoices", by=people.finance, body=drafted))["id"]
    await people.done("POST", f"/invoices/{invoice}/confirm", by=people.finance, body={})
    keep = {"quantities": dict(zip(entries, ("6", "0"), strict=True))}
    corrective = (await people.done("POST", f"/invoices/{invoice}/revise", by=people.finance, body=keep))["id"]
    await people.done("POST", f"/invoices/{corrective}/confirm", by=people.finance, body={})


async def test_amounts_that_were_altered_and_credits_that_bill_more_are_found(
    damaged_database: FreshDatabase, temporal_client: Client
) -> None:
    async with on_stage(damaged_database, temporal_client, working=False) as stage:
        await credited(stage)
    assert await audit(damaged_database.owner_url) == []

    admin = await asyncpg.connect(damaged_database.admin_url)
    for what, sql, expected in ALTERED:
        assert expected in await found_altered(admin, sql), what
    decimals = await admin.fetch(
        f"select money.currency, {DIGITS} from unnest($1::text[]) as money(currency)", list(MINOR_DIGITS)
    )
    await admin.close()
    assert {row[0]: row[1] for row in decimals} == MINOR_DIGITS
