"""What a journal takes, and what requests learn of it: stock for every line, plans that follow, time that is taken and added."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from decimal import Decimal
from typing import Any

import pytest

from application import production_setup
from application.work import Refused
from domain.production.commands import ConsumptionLine, OutputLine
from domain.production.model import Item
from domain.production.recall_facts import Choice, Heading
from domain.recall.request import Verdict
from store.production_setup import NewComponent
from tests.databases import FreshDatabase
from tests.plant import Plant, output, plant
from tests.production_examples import figures

pytestmark = pytest.mark.store


@pytest.fixture
async def made(database: FreshDatabase) -> AsyncIterator[Plant]:
    async with plant(database, output_reversal_needs_approval=False) as made:
        await made.item("BOLT", "5")
        await made.item("STEEL", "3")
        await made.item("PUMP", "400", tracking="lot")
        await made.center("100", "2")
        yield made


def line(order: str, quantity: str | int, **more: Any) -> OutputLine:
    return OutputLine(order, operation="10", figures=figures(output=quantity), **more)


async def posted(made: Plant, *lines: OutputLine) -> str:
    """The entry that the last line wrote for its output."""
    return (await made.output(*lines)).lines[-1].entries[-1]


async def used(made: Plant, order: str) -> Sequence[Decimal]:
    return [row.quantity for row in await made.entries() if row.type == "consumption" and row.order_number == order]


async def test_after_all_was_taken_back_the_next_line_flushes_forward_again(made: Plant) -> None:
    await made.order(
        "RPO-1", "BOLT", "10", routing={"10": "100"}, components=[NewComponent("STEEL", Decimal(2), "forward")]
    )
    await made.receive("STEEL", "100", "3")
    first = await posted(made, line("RPO-1", 10))
    steel = (await made.entries())[1].id
    await made.consume(ConsumptionLine("RPO-1", "STEEL", Decimal(-20), applies_from=steel))

    await made.output(line("RPO-1", -10, applies_to=first), line("RPO-1", 10))

    assert sum(await used(made, "RPO-1")) == -20
    assert await made.stock("STEEL") == 80


async def test_what_a_rounded_unit_flushes_is_found_to_the_last_place(made: Plant) -> None:
    screw = Item("", "SCREW", Decimal(1), units={"BAG": Decimal("0.66667")})
    await made.as_("pia", lambda work: production_setup.create_item(work, made.unit, screw, description=None))
    steel = NewComponent("STEEL", Decimal("0.9"), "backward")
    await made.order("RPO-1", "SCREW", "10", routing={"10": "100"}, components=[steel])
    await made.receive("STEEL", "0.3", "3")
    await made.receive("STEEL", "5", "3")

    await made.output(line("RPO-1", "0.5", unit="BAG"))

    assert await used(made, "RPO-1") == [Decimal("-0.30001")]


async def test_a_request_learns_of_what_was_taken_back_by_its_lot_number(made: Plant) -> None:
    await made.order("RPO-3", "PUMP", "30", routing={"10": "100"})
    entry = await posted(made, line("RPO-3", 10, lot="L-1"))
    request = await made.ask(output(entry, "5"))

    await made.output(line("RPO-3", -5, lot="L-1"))

    settled = await made.settle(request, await made.decide(request))
    assert settled.status == "recalled"
    assert await made.stock("PUMP") == 0


async def test_an_output_and_the_stop_it_takes_along_stand_in_one_open_request(made: Plant) -> None:
    await made.order("RPO-1", "BOLT", "10", routing={"10": "100"})
    stopped = (await made.output(OutputLine("RPO-1", operation="10", figures=figures(output=10, stop=7)))).lines[0]
    whole, stop = output(stopped.entries[0]), Choice(stopped.capacities[0], Heading.CAPACITY)

    for first, second in ((whole, stop), (stop, whole)):
        request = await made.ask(first)
        with pytest.raises(Refused) as refused:
            await made.ask(second)
        await made.settle(request, await made.decide(request, Verdict.REJECT))
        assert [one.code.value for one in refused.value.refusals] == ["recall_pending"]


async def test_time_that_a_typed_line_added_is_its_own(made: Plant) -> None:
    await made.order("RPO-1", "BOLT", "10", routing={"10": "100"})
    entry = await posted(made, OutputLine("RPO-1", operation="10", figures=figures(output=10, run=100)))
    await made.take_back(output(entry, "2"))

    await made.output(OutputLine("RPO-1", operation="10", figures=figures(output=-5, run=20), applies_to=entry))
    await made.take_back(output(entry, "3"))

    work = [(row.run, row.direct + row.indirect) for row in await made.capacities()]
    assert work == [(100, 200), (-20, -40), (20, 40), (-80, -160)]
