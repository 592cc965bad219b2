"""Sets the production side of a world up: items, work centers, orders, opening stock. The planner does it, through the API."""

from typing import Any

from tilbake.conformance.format_world import Center, Component, Item, Order, StockLayer
from tilbake.conformance.stage import Stage, plain


async def set_up(stage: Stage) -> None:
    """Make everything the world describes; opening layers one after the other, because the oldest is taken first."""
    world = stage.case.world
    by = stage.person(world.people.planner[0])
    for number, item in world.items.items():
        made = await stage.api.write("/production/items", by=by, body=_item(stage, number, item))
        stage.items[number] = made.body["id"]
    for number, center in world.centers.items():
        made = await stage.api.write("/production/centers", by=by, body=_center(stage, number, center))
        stage.centers[number] = made.body["id"]
    for order in world.orders:
        made = await stage.api.write("/production/orders", by=by, body=_order(stage, order))
        stage.orders[order.id] = made.body["id"]
    for layer in world.stock:
        await stage.api.write("/production/receipts", by=by, body=_layer(stage, layer))


def _given(**values: Any) -> dict[str, Any]:
    return {name: plain(value) for name, value in values.items() if value is not None}


def _item(stage: Stage, number: str, item: Item) -> dict[str, Any]:
    return _given(
        unit=stage.unit,
        number=number,
        unit_cost=item.unit_cost,
        tracking=item.tracking,
        negative_stock=item.negative_stock,
    )


def _center(stage: Stage, number: str, center: Center) -> dict[str, Any]:
    return _given(
        unit=stage.unit,
        number=number,
        unit_cost=center.unit_cost,
        overhead_rate=center.overhead_rate,
        indirect_percent=center.indirect_percent,
        subcontractor=center.subcontractor,
        basis=center.basis,
    )


def _order(stage: Stage, order: Order) -> dict[str, Any]:
    operations = [{"operation": one.operation, "center": one.center} for one in order.routing]
    components = [_component(one) for one in order.components]
    lines = [
        _given(
            line=one.line,
            item=one.item,
            quantity=one.quantity,
            location=one.location,
            variant=one.variant,
            operations=operations,
            components=components,
        )
        for one in order.lines
    ]
    return {"unit": stage.unit, "number": order.id, "status": order.status, "lines": lines}


def _component(component: Component) -> dict[str, Any]:
    return _given(
        item=component.item,
        quantity_per=component.quantity_per,
        flushing=component.flushing,
        operation=component.operation,
    )


def _layer(stage: Stage, layer: StockLayer) -> dict[str, Any]:
    return _given(unit=stage.unit, item=layer.item, quantity=layer.quantity, unit_cost=layer.unit_cost, lot=layer.lot)
