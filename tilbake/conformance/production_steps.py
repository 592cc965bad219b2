"""What each verb of the production side does, through the public API."""

from typing import Any

from tilbake.conformance.format_steps import (
    BlockItem,
    ChangeCost,
    FinishOrder,
    PostConsumption,
    PostOutput,
    ReopenOrder,
    RequestRecall,
    Reserve,
    Ship,
    Unreserve,
)
from tilbake.conformance.outcomes import CaseFailed, Refused
from tilbake.conformance.stage import ADMIN, Stage
from tilbake.conformance.turn import Turn, Warnings, given


async def post_output(turn: Turn, *, do: PostOutput) -> Warnings:
    """Post one line of output; its name stands for the item entry, or for the capacity entry where there is none."""
    stage = turn.stage
    line = given(
        order=do.order,
        line=do.line,
        operation=do.operation,
        output=do.output,
        scrap=do.scrap,
        setup=do.setup,
        run=do.run,
        stop=do.stop,
        lot=do.lot,
        serial=do.serial,
        date=do.date,
        document=do.document,
        applies_to=_chosen(stage, do.applies_to),
    )
    line |= {"finished": do.finished, "confirm_finished": do.confirm_finished}
    made = await turn.post("/production/output-journals", body={"unit": stage.unit, "lines": [line]})
    (posted,) = made.body["lines"]
    item, capacity, stop = posted["item_entry"], posted["capacity_entry"], posted["stop_entry"]
    _keep(turn, item or capacity or stop, item=item, capacity=capacity, stop=stop)
    return ()


def _chosen(stage: Stage, name: str | None) -> str | None:
    return None if name is None else stage.chosen([name])[0]


def _keep(turn: Turn, id: str, **parts: str | None) -> None:
    """Give what was written the name of the step, and its parts theirs."""
    if turn.step.name:
        turn.stage.entries[turn.step.name] = id
        turn.stage.entries |= {f"{turn.step.name}.{part}": one for part, one in parts.items() if one}


async def post_consumption(turn: Turn, *, do: PostConsumption) -> Warnings:
    """Post one line of consumption."""
    stage = turn.stage
    line = given(
        order=do.order,
        item=do.item,
        quantity=do.quantity,
        line=do.line,
        lot=do.lot,
        date=do.date,
        document=do.document,
        applies_from=_chosen(stage, do.applies_from),
    )
    made = await turn.post("/production/consumption-journals", body={"unit": stage.unit, "lines": [line]})
    _keep(turn, made.body["lines"][0]["entries"][0]["id"])
    return ()


async def ship(turn: Turn, *, do: Ship) -> Warnings:
    """Take an item out of stock."""
    body = given(unit=turn.stage.unit, item=do.item, quantity=do.quantity, lot=do.lot, serial=do.serial)
    made = await turn.post("/production/shipments", body=body)
    _keep(turn, made.body["lines"][0]["entries"][0]["id"])
    return ()


async def reserve(turn: Turn, *, do: Reserve) -> Warnings:
    """Keep a quantity of an entry for somebody."""
    (entry,) = turn.stage.chosen([do.entry])
    body = given(quantity=do.quantity, demand="a demand of the case")
    await turn.post(f"/production/entries/{entry}/reservations", body=body)
    return ()


async def unreserve(turn: Turn, *, do: Unreserve) -> Warnings:
    """End the reservations of an entry."""
    (entry,) = turn.stage.chosen([do.entry])
    await turn.post(f"/production/entries/{entry}/release-reservations", body={})
    return ()


async def finish_order(turn: Turn, *, do: FinishOrder) -> Warnings:
    """Finish an order."""
    await turn.post(f"/production/orders/{turn.stage.order(do.order)}/finish", body={})
    return ()


async def reopen_order(turn: Turn, *, do: ReopenOrder) -> Warnings:
    """Reopen a finished order."""
    await turn.post(f"/production/orders/{turn.stage.order(do.order)}/reopen", body={})
    return ()


async def block_item(turn: Turn, *, do: BlockItem) -> Warnings:
    """Block an item."""
    await _change(turn, f"/production/items/{_known(turn.stage.items, do.item)}", {"blocked": True})
    return ()


async def change_cost(turn: Turn, *, do: ChangeCost) -> Warnings:
    """Another unit cost of an item or a work center, from now on."""
    stage = turn.stage
    room, known = ("items", stage.items) if do.target in stage.items else ("centers", stage.centers)
    await _change(turn, f"/production/{room}/{_known(known, do.target)}", given(unit_cost=do.unit_cost))
    return ()


def _known(ids: dict[str, str], name: str) -> str:
    if name not in ids:
        raise CaseFailed(f"{name} is no item or work center of this case")
    return ids[name]


async def _change(turn: Turn, path: str, body: dict[str, Any]) -> None:
    await turn.stage.api.write(path, by=turn.by, method="PATCH", body=body)


async def selection(stage: Stage, *, do: RequestRecall) -> dict[str, Any]:
    """What a request names of posted production, as the API wants it; empty where it names none."""
    outputs = [
        given(entry=_chosen(stage, one.entry), quantity=one.quantity, run=one.run, setup=one.setup, scrap=one.scrap)
        for one in do.outputs
    ]
    named = {
        "outputs": outputs,
        "capacities": stage.chosen(do.capacities),
        "consumptions": stage.chosen(do.consumptions),
        "register": None if do.register is None else await _register(stage, stage.entry(do.register)),
    }
    return {name: value for name, value in named.items() if value}


async def _register(stage: Stage, entry: str) -> str:
    """The register that wrote an entry of either ledger."""
    try:
        found = await stage.api.get(f"/production/entries/{entry}", by=ADMIN)
    except Refused:
        found = await stage.api.get(f"/production/capacity-entries/{entry}", by=ADMIN)
    return str(found.body["register"])
