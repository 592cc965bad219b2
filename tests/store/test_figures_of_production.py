"""The cost of production in the figures of managers: line by line what taking it back was worth (policies, the limit)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal

import asyncpg
import pytest

from domain.production.commands import ConsumptionLine, OutputLine
from domain.production.recall_facts import Choice, Heading
from store.audit import audit
from store.database import fetch
from store.migrate import migrate
from tests.databases import FreshDatabase, database_of_before, with_database
from tests.plant import Plant, output, plant
from tests.production_examples import figures
from tests.servers import Addresses
from tilbake.embedded.postgres import APPLICATION

pytestmark = pytest.mark.store


@pytest.fixture
async def made(database: FreshDatabase) -> AsyncIterator[Plant]:
    async with plant(database) as made:
        await begin(made)
        yield made


async def begin(made: Plant) -> None:
    """Bolts, gold, and an order of bolts."""
    await made.item("BOLT", "5")
    await made.item("GOLD", "1000")
    await made.receive("GOLD", "50", "1000")
    await made.center("100", "2")
    await made.order("RPO-1", "BOLT", "100", routing={"10": "100"})


async def posted(made: Plant, quantity: int, run: int) -> tuple[str, str]:
    """Some output at 5, with minutes at 2: its entry and its register."""
    (line,) = (await made.output(OutputLine("RPO-1", operation="10", figures=figures(output=quantity, run=run)))).lines
    (entry,) = line.entries
    return entry, next(row.register_id for row in await made.entries() if row.id == entry)


async def consumed(made: Plant, quantity: int) -> str:
    """Some gold at 1,000."""
    line = ConsumptionLine("RPO-1", "GOLD", Decimal(quantity))
    return (await made.consume(line)).lines[0].entries[0]


async def taken_back(made: Plant, *choices: Choice) -> tuple[object, object]:
    """What a request was worth when it was made, and what its figures say it took back."""
    await made.take_back(*choices)
    async with made.database.begin() as connection:
        sql = """select r.base_worth, f.cost from recall_request r join recall_figure f on f.request_id = r.id
                  order by r.number desc limit 1"""
        (row,) = await fetch(connection, sql)
    return row.base_worth, row.cost


async def test_material_beside_output_counts_in_a_line_of_its_own(made: Plant) -> None:
    (cheap, _), dear = await posted(made, 10, 0), await consumed(made, 3)

    assert await taken_back(made, output(cheap), Choice(dear, Heading.CONSUMPTION)) == (3050, 3050)


async def test_within_a_line_the_greater_counts(made: Plant) -> None:
    (slow, _), (quick, _) = await posted(made, 10, 40), await posted(made, 10, 3)

    assert await taken_back(made, output(slow), output(quick)) == (130, 130)


async def test_a_part_counts_with_its_part_of_the_time(made: Plant) -> None:
    slow, _ = await posted(made, 10, 40)

    assert await taken_back(made, output(slow, "5")) == (40, 40)
    assert await taken_back(made, output(slow, "5")) == (40, 40)


async def test_a_register_is_one_line(made: Plant) -> None:
    _, register = await posted(made, 10, 40)

    assert await taken_back(made, Choice(register, Heading.REGISTER)) == (80, 80)


async def test_lines_of_several_kinds_and_orders_are_added(made: Plant) -> None:
    await made.order("RPO-2", "BOLT", "100", routing={"10": "100", "20": "100"})
    sawn = (await made.output(OutputLine("RPO-2", operation="10", figures=figures(output=4, run=7)))).lines[0]
    (entry, _), (_, register), gold = await posted(made, 10, 1), await posted(made, 2, 40), await consumed(made, 1)
    choices = (
        output(entry), Choice(register, Heading.REGISTER), Choice(gold, Heading.CONSUMPTION),
        Choice(sawn.capacities[0], Heading.CAPACITY),
    )  # fmt: skip

    assert await taken_back(made, *choices) == (1144, 1144)


async def test_what_ended_before_keeps_what_was_written(servers: Addresses) -> None:
    async with database_of_before(servers, 29) as url:
        name = url.rpartition("/")[2]
        owner = await asyncpg.connect(url)
        await owner.execute(f'grant tilbake_application to "{APPLICATION}"')
        async with plant(FreshDatabase(name, url, with_database(servers.app_url, name), url)) as made:
            await begin(made)
            (cheap, _), dear = await posted(made, 10, 0), await consumed(made, 3)
            assert await taken_back(made, output(cheap), Choice(dear, Heading.CONSUMPTION)) == (3050, 50)

            await migrate(url)

            (cheap, _), dear = await posted(made, 10, 0), await consumed(made, 3)
            assert await taken_back(made, output(cheap), Choice(dear, Heading.CONSUMPTION)) == (3050, 3050)

        kept = await owner.fetch("select cost, cost_by_line from recall_figure order by cost")
        await owner.close()
        assert [tuple(row) for row in kept] == [(50, False), (3050, True)]
        assert await audit(url) == []
