"""The cost of production in the figures of managers: line by line what taking it back was worth (policies, the limit)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

import asyncpg
import pytest

from domain.production.commands import ConsumptionLine, OutputLine
from domain.production.recall_facts import Choice, Heading
from domain.recall.words import worth_of
from store.audit import audit
from store.database import fetch
from store.migrate import migrate
from store.recall_plans import glance
from tests.acting import ask_database
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


async def posted(made: Plant, quantity: int, run: int, stop: int = 0) -> tuple[str, str]:
    """Some output at 5, with minutes at 2: its entry and its register."""
    done = figures(output=quantity, run=run, stop=stop)
    (line,) = (await made.output(OutputLine("RPO-1", operation="10", figures=done))).lines
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


async def test_the_entries_of_a_mail_are_worth_together_what_the_request_is(made: Plant) -> None:
    (slow, _), (quick, _), gold = await posted(made, 10, 40), await posted(made, 10, 3), await consumed(made, 3)
    _, register = await posted(made, 2, 30)
    choices = (output(slow), output(quick), Choice(gold, Heading.CONSUMPTION), Choice(register, Heading.REGISTER))

    request = await made.ask(*choices)

    async with made.database.begin() as connection:
        plan = await glance(connection, request, [choice.subject for choice in choices])
        (row,) = await fetch(connection, "select amount from recall_request")
    worth = [found.amount for rows in plan.of_lines.values() if (found := worth_of(rows)) is not None]
    assert sorted(worth) == [50, 60, 80, 3000]
    assert sum(worth) == row.amount


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


async def repeated(made: Plant, *choices: Choice) -> bool:
    """Whether the figures of a request that takes these back say that something of it was taken back before."""
    await made.take_back(*choices)
    async with made.database.begin() as connection:
        sql = "select f.repeated from recall_request r join recall_figure f on f.request_id = r.id order by r.number desc limit 1"
        (row,) = await fetch(connection, sql)
    return bool(row.repeated)


async def stopped(made: Plant) -> tuple[str, str, str]:
    """Some output with a stop beside it: its entry, the stop, its register."""
    entry, register = await posted(made, 10, 40, stop=7)
    (stop,) = [row.id for row in await made.capacities() if row.stop == 7 and row.register_id == register]
    return entry, stop, register


async def test_an_output_whose_stop_was_taken_back_before_is_taken_back_again(made: Plant) -> None:
    entry, stop, _ = await stopped(made)

    assert not await repeated(made, Choice(stop, Heading.CAPACITY))
    assert await repeated(made, output(entry, "5"))
    assert await repeated(made, output(entry, "5"))


async def test_a_stop_whose_output_was_taken_back_in_part_is_taken_back_again(made: Plant) -> None:
    entry, stop, _ = await stopped(made)

    assert not await repeated(made, output(entry, "5"))
    assert await repeated(made, Choice(stop, Heading.CAPACITY))


async def test_a_register_of_which_a_stop_was_taken_back_is_taken_back_again_and_no_other(made: Plant) -> None:
    (_, stop, register), (_, _, other) = await stopped(made), await stopped(made)
    await made.take_back(Choice(stop, Heading.CAPACITY))

    assert not await repeated(made, Choice(other, Heading.REGISTER))
    assert await repeated(made, Choice(register, Heading.REGISTER))
    assert await audit(made.database.url) == []


@asynccontextmanager
async def plant_of_before(servers: Addresses, number: int) -> AsyncIterator[tuple[Plant, str]]:
    """A plant on a database as it was before a migration, and its address; migrated meanwhile, it is audited in the end."""
    async with database_of_before(servers, number) as url:
        name = url.rpartition("/")[2]
        owner = await asyncpg.connect(url)
        await owner.execute(f'grant tilbake_application to "{APPLICATION}"')
        await owner.close()
        async with plant(FreshDatabase(name, url, with_database(servers.app_url, name), url)) as made:
            await begin(made)
            yield made, url
        assert await audit(url) == []


async def test_what_was_not_seen_as_repeated_before_stays_so(servers: Addresses) -> None:
    async with plant_of_before(servers, 31) as (made, url):
        entry, stop, _ = await stopped(made)
        await made.take_back(Choice(stop, Heading.CAPACITY))
        assert not await repeated(made, output(entry, "5"))

        await migrate(url)

        assert await repeated(made, output(entry, "5"))


async def test_what_ended_before_keeps_what_was_written(servers: Addresses) -> None:
    async with plant_of_before(servers, 29) as (made, url):
        (cheap, _), dear = await posted(made, 10, 0), await consumed(made, 3)
        assert await taken_back(made, output(cheap), Choice(dear, Heading.CONSUMPTION)) == (3050, 50)

        await migrate(url)

        (cheap, _), dear = await posted(made, 10, 0), await consumed(made, 3)
        assert await taken_back(made, output(cheap), Choice(dear, Heading.CONSUMPTION)) == (3050, 3050)

        kept = await ask_database(url, "select cost, cost_by_line from recall_figure order by cost")
        assert kept == [(50, False), (3050, True)]
