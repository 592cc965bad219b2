"""The ledger is read page by page: every row once, nothing held in between, and memory does not grow with the rows."""

from __future__ import annotations

import tracemalloc
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal

import asyncpg
import pytest

from application.exporting import ExportOrder, open_export, pages
from application.work import Refused, Work
from exports import actuals_csv, beancount
from store.database import Connection, Database
from tests.databases import FreshDatabase

pytestmark = pytest.mark.store

PROJECT = "00000000-0000-4000-8000-000000000001"
_SET_UP = f"""
insert into unit (id, name, currency) values ('oslo', 'Oslo', 'NOK'), ('bergen', 'Bergen', 'NOK');
insert into person (id, name) values ('mia', 'Mia'), ('bob', 'Bob');
insert into unit_role values ('oslo', 'mia', 'finance');
insert into project (id, unit_id, name, billing, currency, cost_currency)
values ('{PROJECT}', 'oslo', 'Alfa', 'time_and_materials', 'NOK', 'NOK'),
       (gen_random_uuid(), 'bergen', 'Beta', 'time_and_materials', 'EUR', 'NOK');
"""
_FILL = """
insert into actual (project_id, type, class, billing_type, quantity, price, amount, amount_method, tax, extended_amount, currency,
    exchange_rate, exchange_rate_date, base_amount, percent, basis_quantity, basis_amount, document_date, start_date, end_date,
    accounting_date, task, resource, generation, posting_kind, posting_id, adjustment_status, billing_status)
select p.id, case n % 2 when 0 then 'cost' else 'unbilled_sales' end, 'time', 'chargeable', 8, 100, 800, 'multiply', 0, 800, p.currency,
    1, d, 800, 100, 8, 800, d, d, d, d, 'Task ' || n, 'bob', 1, 'approval', gen_random_uuid(), 'none', 'unbilled'
  from generate_series(1, $1::int) as n, project p, lateral (select date '2026-01-01' + n % 90 as d) as day
 order by n, p.name
"""


async def fill(owner_url: str, rows: int) -> None:
    """Units, projects and so many actuals in each of two units."""
    connection = await asyncpg.connect(owner_url)
    try:
        await connection.execute(_SET_UP)
        await connection.execute(_FILL, rows)
        await connection.execute("analyze actual")
    finally:
        await connection.close()


@pytest.fixture
async def opened(damaged_database: FreshDatabase) -> AsyncIterator[Database]:
    """The rows have no entries, which an audit would not like."""
    await fill(damaged_database.owner_url, 4500)
    found = Database(damaged_database.app_url, pool_size=2)
    yield found
    await found.close()


def work(connection: Connection, person: str = "mia") -> Work:
    return Work(connection, person, datetime.now(UTC))


async def sizes(opened: Database, order: ExportOrder) -> list[int]:
    async with opened.snapshot() as connection:
        export = await open_export(work(connection), order)
    found = [rows async for rows in pages(export, opened.snapshot)]
    ids = [row.actual.id for rows in found for row in rows]
    assert ids == sorted(set(ids))
    assert {row.unit for rows in found for row in rows} <= {"oslo"}
    return [len(rows) for rows in found]


async def test_every_row_of_the_unit_comes_once_in_pages(opened: Database) -> None:
    assert await sizes(opened, ExportOrder("oslo", None)) == [2000, 2000, 500]


async def test_a_project_and_days_choose_rows(opened: Database) -> None:
    january = ExportOrder(None, PROJECT, date(2026, 1, 1), date(2026, 1, 31))

    assert await sizes(opened, january) == [1550]
    assert await sizes(opened, ExportOrder("oslo", None, reversals=True)) == []


async def test_nothing_is_open_between_two_pages_and_later_rows_stay_out(
    opened: Database, damaged_database: FreshDatabase
) -> None:
    async with opened.snapshot() as connection:
        export = await open_export(work(connection), ExportOrder("oslo", None))
    owner = await asyncpg.connect(damaged_database.owner_url)
    seen = 0
    try:
        async for rows in pages(export, opened.snapshot):
            seen += len(rows)
            open_ones = "select count(*) from pg_stat_activity where datname = $1 and state like 'idle in transaction%'"
            assert await owner.fetchval(open_ones, damaged_database.name) == 0
            await owner.execute(_FILL, 1)
    finally:
        await owner.close()

    assert seen == 4500


@pytest.mark.parametrize(
    ("person", "order", "code"),
    [
        ("bob", ExportOrder("oslo", None), "unknown_unit"),
        ("mia", ExportOrder("bergen", None), "unknown_unit"),
        ("mia", ExportOrder("nowhere", None), "unknown_unit"),
        ("mia", ExportOrder("bergen", PROJECT), "unknown_project"),
        ("mia", ExportOrder(None, "x"), "unknown_project"),
    ],
)
async def test_only_finance_of_the_unit_reads_its_ledger(
    opened: Database, person: str, order: ExportOrder, code: str
) -> None:
    async with opened.snapshot() as connection:
        with pytest.raises(Refused) as refused:
            await open_export(work(connection, person), order)

    assert [refusal.code for refusal in refused.value.refusals] == [code]


async def test_memory_stays_that_of_one_page(opened: Database) -> None:
    async with opened.snapshot() as connection:
        export = await open_export(work(connection), ExportOrder("oslo", None))
    held = []
    tracemalloc.start()
    async for rows in pages(export, opened.snapshot):
        actuals_csv.lines(rows)
        beancount.lines(rows)
        held.append(Decimal(tracemalloc.get_traced_memory()[0]))
    tracemalloc.stop()

    assert held[1] < held[0] * Decimal("1.2")
