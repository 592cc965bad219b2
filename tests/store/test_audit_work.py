"""The audit looks at a number of rows that grows with the ledger, not with its square. Counted by Postgres, not timed."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import asyncpg
import pytest

from domain.production.commands import OutputLine
from store.audit import QUESTIONS
from tests.databases import FreshDatabase
from tests.plant import output, plant
from tests.production_examples import figures

pytestmark = pytest.mark.store

LINES = 400
MOST = 60 * LINES
"""Rows looked at, counted again at each step of a plan: the square would be 400 times as many as lines."""


@pytest.fixture
async def asked(database: FreshDatabase) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    """A database in which one request took back many outputs of one order."""
    async with plant(database, output_reversal_needs_approval=False) as made:
        await made.item("BOLT", "16.667")
        await made.center("100", "1.37")
        await made.order("RPO-1", "BOLT", "100000", routing={"10": "100"})
        await made.output(*[OutputLine("RPO-1", operation="10", figures=figures(output=2, run=20))] * LINES)
        entries = [output(row.id) for row in await made.entries()]
        await made.take_back(*entries)
    connection = await asyncpg.connect(database.owner_url)
    await connection.execute("analyze")
    yield connection
    await connection.close()


def _seen(plan: Mapping[str, Any]) -> float:
    """How many rows the steps of a plan gave and threw away."""
    lost = sum(count for name, count in plan.items() if name.startswith("Rows Removed by"))
    own: float = plan["Actual Loops"] * (plan["Actual Rows"] + lost)
    return own + sum(_seen(step) for step in plan.get("Plans", ()))


async def test_no_question_looks_at_every_row_for_every_row(asked: asyncpg.Connection[asyncpg.Record]) -> None:
    seen = {}
    for _, problem, sql in QUESTIONS:
        plan = json.loads(await asked.fetchval(f"explain (analyze, timing off, format json) {sql}"))
        seen[problem] = _seen(plan[0]["Plan"])

    assert {problem: count for problem, count in seen.items() if count > MOST} == {}
