"""Preview, plan and written rows are the same object, over random worlds on a real database.

Each world is played twice: settled as a short request, and as a long one whose plans are remembered (ADR 010) and of which
every chunk is killed once before its commit. What the preview shows, what the approver sees and what the table has afterwards is
compared row by row; what was taken back nets to zero; and both ways of settling write the same rows.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from store.audit import audit
from tests.acting import ask_database
from tests.chunking import chunks_of
from tests.counts import PATIENCE, count
from tests.databases import fresh_database
from tests.in_process import Stage, on_stage
from tests.played_worlds import Json, Played, begun, do
from tests.servers import Addresses
from tests.temporal_access import client_of
from tests.worlds import World, worlds

pytestmark = [pytest.mark.property, pytest.mark.timeout(300 * PATIENCE)]

Rows = Mapping[str, Sequence[Json]]
COLUMN_OF: Final = {
    "reverses": "reverses_id",
    "adjustment": "adjustment_status",
    "status": "billing_status",
    "entry": "entry_id",
    "project": "project_id",
}
FIGURES: Final = ("quantity", "amount", "tax", "extended_amount", "base_amount", "basis_quantity", "basis_amount")
DIMENSIONS: Final = (
    "entry_id", "type", "class", "billing_type", "customer", "currency", "price", "exchange_rate", "project_id", "task",
    "resource", "role", "category", "product", "unit_of_measure", "contract", "contract_line",
)  # fmt: skip
SHORT, LONG = 500, 1


@dataclass(frozen=True, slots=True)
class Ended:
    """How a world ended: what refused the request, or how each line ended and all rows, without the ids of this play."""

    refused: Sequence[tuple[int, str]]
    lines: Sequence[tuple[str, str | None]] = ()
    rows: Sequence[Json] = ()
    remembered: int = 0


async def ended(stage: Stage, world: World, seen: Counter[str], *, dying: bool = False) -> Ended:
    """Play a world to its end, comparing what is shown with what is written on the way; `dying`, as Played.settle says."""
    played = await begun(stage, world)
    played.dying = dying
    for step in world.before:
        await do(played, step)
    previewed = await played.call("POST", "/recalls/preview", {"entries": played.entries}, by=played.people.owner)
    wish = {"entries": played.entries, "reason": "wrong project"}
    asked = await played.call("POST", "/recalls", wish, by=played.people.owner)
    assert refusals(played, asked) == refusals(played, previewed)
    if asked.status_code != 201:
        seen["refused"] += 1
        return Ended(refusals(played, asked))
    (recall,) = asked.json()["recalls"]
    assert planned(previewed.json()) == planned(recall) == planned(await read(played, recall))
    for step in world.between:
        await do(played, step)
    found = await decided(played, recall, seen)
    seen.update(f"{name} {done}" for name, done in played.done)
    return found


async def read(played: Played, recall: Json) -> Json:
    """The request as its approver sees it."""
    path = f"/recalls/{recall['id']}"
    return dict(await played.people.done("GET", path, by=played.people.approvers[0]))


def planned(shown: Json) -> Rows:
    """The rows of each line, as they were shown."""
    return {line["subject"]: line["rows"] for line in shown["lines"]}


def refusals(played: Played, answer: httpx.Response) -> list[tuple[int, str]]:
    """The entries that are in the way, by number, with their codes."""
    if answer.status_code < 300:
        return []
    return [(played.entries.index(one["subject"]), one["code"]) for one in answer.json()["errors"]]


async def decided(played: Played, recall: Json, seen: Counter[str]) -> Ended:
    """Approve what is shown now, settle it, and hold what was written against what was shown."""
    shown = await read(played, recall)
    remembered = await remembered_lines(played, recall)
    answer = await played.people.decide(shown, by=played.people.approvers[0])
    assert answer.status_code == 202, answer.text
    decision = answer.json()["decision"]
    await played.settle(recall, decision)
    after = await read(played, recall)
    rows = await played.rows()
    taken_back = [line["subject"] for line in after["lines"] if line["status"] == "recalled"]
    written = [row for row in rows if row["posting_id"] == recall["id"]]
    assert same_as_shown(written, [row for entry in taken_back for row in planned(shown)[entry]])
    for line in after["lines"]:
        told = [{name: row[name] for name in row if name != "id"} for row in line["rows"]]
        assert told == list(planned(shown)[line["subject"]]) or line["status"] == "blocked"
    nets_to_zero([row for row in rows if row["entry_id"] in taken_back])
    statuses = {line["subject"]: line["status"] for line in after["lines"]}
    codes = await played.codes(decision)
    seen.update(statuses.values())
    lines = [(statuses[entry], code) for entry, code in zip(played.entries, codes, strict=True)]
    return Ended((), lines, without_ids(rows, played), remembered)


async def remembered_lines(played: Played, recall: Json) -> int:
    """How many lines would be settled without being planned again."""
    sql = "select count(*) from recall_line where request_id = $1::uuid and basis is not null"
    ((number,),) = await ask_database(played.stage.database.url, sql, recall["id"])
    return int(number)


def same_as_shown(written: Sequence[Json], shown: Sequence[Json]) -> bool:
    """Every column of every row, the table's own columns against the texts that were shown."""
    assert len(written) == len(shown)
    by_original = {str(row["reverses_id"]): row for row in written}
    for plan in shown:
        row = by_original[str(plan["reverses"])]
        for name, shown_as in plan.items():
            value = row[COLUMN_OF.get(name, name)]
            is_money = isinstance(shown_as, dict)
            assert not is_money or name == "base_amount" or shown_as["currency"] == row["currency"]
            text = shown_as["amount"] if is_money else shown_as
            expected: Any = Decimal(text) if isinstance(value, Decimal) and text is not None else text
            assert value == expected, (name, value, text)
    return True


def nets_to_zero(rows: Sequence[Json]) -> None:
    """Of an entry taken back nothing is left over all its lives, in any figure, currency and set of dimensions."""
    sums: dict[tuple[Any, ...], dict[str, Decimal]] = defaultdict(lambda: dict.fromkeys(FIGURES, Decimal(0)))
    for row in rows:
        group = sums[tuple(row[name] for name in DIMENSIONS)]
        for figure in FIGURES:
            group[figure] += row[figure]
    assert all(not any(group.values()) for group in sums.values()), sums
    reversed_ids = {row["reverses_id"] for row in rows}
    assert not [row for row in rows if row["reverses_id"] is None and row["id"] not in reversed_ids]


def without_ids(rows: Sequence[Json], played: Played) -> list[Json]:
    """Rows as they can be compared with those of another play: ids by their order, names of people without the play's mark."""
    order: dict[Any, int] = {}
    found = []
    for row in rows:
        kept = {name: value for name, value in row.items() if name != "written_at"}
        for name in ("id", "reverses_id", "entry_id", "project_id", "posting_id", "invoice_id"):
            kept[name] = None if row[name] is None else order.setdefault(row[name], len(order))
        found.append(
            {
                name: text.replace(played.people.suffix, "") if isinstance(text, str) else text
                for name, text in kept.items()
            }
        )
    return found


@asynccontextmanager
async def stage_of(servers: Addresses) -> AsyncIterator[Stage]:
    """The API and the activities of a worker on a database of this test, audited after it."""
    async with fresh_database(servers) as fresh:
        client = await client_of(servers.temporal_address)
        async with on_stage(fresh, client, working=False) as stage:
            yield stage
        assert await audit(fresh.owner_url) == []


def test_preview_plan_and_rows_are_the_same_however_a_request_is_settled(servers: Addresses) -> None:
    seen: Counter[str] = Counter()
    with asyncio.Runner() as runner:
        opened = stage_of(servers)
        stage = runner.run(opened.__aenter__())

        @settings(
            max_examples=count(8, 150),
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[phase for phase in Phase if phase is not Phase.explain],
        )
        @given(worlds)
        def check(world: World) -> None:
            short = runner.run(ended(stage, world, seen))
            with chunks_of(LONG):
                long = runner.run(ended(stage, world, seen, dying=True))
            assert (long.refused, long.lines, long.rows) == (short.refused, short.lines, short.rows)
            assert short.remembered == 0
            seen["remembered"] += long.remembered

        try:
            check()
        finally:
            runner.run(opened.__aexit__(None, None, None))
    assert seen["recalled"]
    assert seen["remembered"]
