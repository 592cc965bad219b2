"""Reads a small production world from five CSV files: work centers, items, bills of material, routings, orders.

The form is that of the Contoso Coffee sample: UTF-8, comma separated, decimal point, one heading line. Pure: bytes in, the
world or every fault out. It has no unit costs of items; whoever imports it says them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, TypeVar

from domain.language import Text
from domain.limits import LONGEST_LINE
from imports.csv_records import read_records

Part = TypeVar("Part")

HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "work_centers.csv": ("work_center", "unit_cost", "cost_basis", "capacity_unit"),
    "items.csv": ("item", "description", "base_unit", "routing"),
    "bom_lines.csv": ("parent_item", "line", "component_item", "quantity_per", "unit"),
    "routings.csv": ("routing", "operation", "work_center", "setup_minutes", "run_minutes_per_unit"),
    "production_orders.csv": ("order", "status", "line", "item", "quantity", "routing"),
}
MAY_BE_EMPTY: Final = frozenset({"description", "routing"})
_NUMBER: Final = re.compile(r"(0|[1-9][0-9]{0,8})(\.[0-9]{1,5})?")
PROBLEMS: Final[Mapping[str, Text]] = {
    "missing_file": Text("filen mangler", "the file is missing"),
    "not_utf8": Text("dette er ikke UTF-8", "this is not UTF-8"),
    "not_csv": Text("dette er ikke CSV", "this is not CSV"),
    "wrong_heading": Text("overskriften må være {value}", "the heading must be {value}"),
    "wrong_width": Text("linjen har {value} verdier", "the line has {value} values"),
    "empty": Text("verdien mangler", "the value is missing"),
    "too_long": Text("verdien er lengre enn {where} tegn", "the value is longer than {where} characters"),
    "not_a_number": Text("«{value}» er ikke et tall", '"{value}" is not a number'),
    "not_above_zero": Text("«{value}» må være større enn null", '"{value}" must be above zero'),
    "not_known": Text("«{value}» står ikke i {where}", '"{value}" does not stand in {where}'),
    "not_one_of": Text("«{value}» er ikke en av {where}", '"{value}" is not one of {where}'),
    "twice": Text("«{value}» står to ganger", '"{value}" stands twice'),
    "no_unit_cost": Text(
        "vare {value} har ingen enhetskostnad; si den med --unit-cost {value}=BELØP",
        "item {value} has no unit cost; say it with --unit-cost {value}=AMOUNT",
    ),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a file: its line from 1, its column by heading, and the facts of the problem."""

    file: str
    line: int
    column: str
    code: str
    value: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Center:
    number: str
    unit_cost: Decimal
    basis: str


@dataclass(frozen=True, slots=True)
class Component:
    item: str
    quantity_per: Decimal


@dataclass(frozen=True, slots=True)
class Item:
    number: str
    description: str
    base_unit: str
    components: tuple[Component, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    operation: str
    center: str
    setup_minutes: Decimal
    run_minutes: Decimal


@dataclass(frozen=True, slots=True)
class OrderLine:
    line: int
    item: str
    quantity: Decimal
    routing: str


@dataclass(frozen=True, slots=True)
class World:
    """What the files hold; routings and orders by number, operations in their order."""

    centers: tuple[Center, ...]
    items: tuple[Item, ...]
    routings: Mapping[str, tuple[Operation, ...]]
    orders: Mapping[str, tuple[OrderLine, ...]]
    statuses: Mapping[str, str]


@dataclass(slots=True)
class _Row:
    """A line of a file; asking it for a value notes what is wrong with it."""

    file: str
    line: int
    values: Mapping[str, str]
    faults: list[Fault]

    def fault(self, column: str, code: str, where: str = "") -> None:
        self.faults.append(Fault(self.file, self.line, column, code, self.values.get(column, ""), where))

    def text(self, column: str) -> str:
        if not self.values[column] and column not in MAY_BE_EMPTY:
            self.fault(column, "empty")
        if len(self.values[column]) > LONGEST_LINE:
            self.fault(column, "too_long", str(LONGEST_LINE))
        return self.values[column]

    def one_of(self, column: str, *known: str) -> str:
        if self.values[column] not in known:
            self.fault(column, "not_one_of", ", ".join(known))
        return self.values[column]

    def named(self, column: str, known: Iterable[str], file: str) -> str:
        value = self.text(column)
        if value and value not in known:
            self.fault(column, "not_known", file)
        return value

    def number(self, column: str, *, above_zero: bool = False) -> Decimal:
        text = self.text(column)
        if text and not _NUMBER.fullmatch(text):
            self.fault(column, "not_a_number")
        number = Decimal(text) if _NUMBER.fullmatch(text) else Decimal(1)
        if above_zero and number == 0:
            self.fault(column, "not_above_zero")
        return number


@dataclass(slots=True)
class _Reader:
    faults: list[Fault] = field(default_factory=list)

    def rows(self, files: Mapping[str, bytes], name: str) -> list[_Row]:
        """The lines of a file that have the right width."""
        content = files.get(name)
        if content is None:
            self.faults.append(Fault(name, 0, "", "missing_file"))
            return []
        try:
            content.decode("utf-8")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            self.faults.append(Fault(name, line, "", "not_utf8"))
            return []
        return self._read(name, content)

    def _read(self, name: str, content: bytes) -> list[_Row]:
        headings = HEADINGS[name]
        found: list[_Row] = []
        is_heading = True
        for portion in read_records(content):
            self.faults += [Fault(name, one.line, "", "not_csv") for one in portion.problems]
            for line, cells in zip(portion.lines, portion.rows, strict=True):
                texts = [cell.decode("utf-8").strip() for cell in cells]
                if is_heading and tuple(texts) != headings:
                    break
                if not is_heading:
                    found += self._row(name, line, texts)
                is_heading = False
        if is_heading:
            self.faults.append(Fault(name, 1, "", "wrong_heading", ",".join(headings)))
        return found

    def _row(self, name: str, line: int, texts: Sequence[str]) -> list[_Row]:
        headings = HEADINGS[name]
        if len(texts) == len(headings):
            return [_Row(name, line, dict(zip(headings, texts, strict=True)), self.faults)]
        self.faults.append(Fault(name, line, "", "wrong_width", str(len(texts))))
        return []

    def once(self, rows: Sequence[_Row], *columns: str) -> None:
        """Nothing stands twice."""
        seen: set[tuple[str, ...]] = set()
        for row in rows:
            key = tuple(row.values[column] for column in columns)
            if key in seen:
                row.fault(columns[-1], "twice")
            seen.add(key)


def read_world(files: Mapping[str, bytes], unit_costs: Mapping[str, Decimal]) -> World | tuple[Fault, ...]:
    """The world that files hold, by their names; or every fault. An item without a unit cost is one."""
    reader = _Reader()
    rows = {name: reader.rows(files, name) for name in HEADINGS}
    reader.once(rows["work_centers.csv"], "work_center")
    reader.once(rows["items.csv"], "item")
    reader.once(rows["bom_lines.csv"], "parent_item", "line")
    reader.once(rows["routings.csv"], "routing", "operation")
    reader.once(rows["production_orders.csv"], "order", "line")
    for row in rows["items.csv"]:
        if row.values["item"] not in unit_costs:
            row.fault("item", "no_unit_cost")
    world = _world(rows)
    return tuple(reader.faults) or world


def _world(rows: Mapping[str, Sequence[_Row]]) -> World:
    centers = tuple(_center(row) for row in rows["work_centers.csv"])
    numbers = {center.number for center in centers}
    items = {row.values["item"] for row in rows["items.csv"]}
    routings = _grouped(rows["routings.csv"], "routing", lambda row: _operation(row, numbers))
    orders = _grouped(rows["production_orders.csv"], "order", lambda row: _order_line(row, items, routings))
    components = _grouped(rows["bom_lines.csv"], "parent_item", lambda row: _component(row, items))
    for row in rows["bom_lines.csv"]:
        row.named("parent_item", items, "items.csv")
    statuses = {
        row.values["order"]: row.one_of("status", "planned", "firm_planned", "released", "finished")
        for row in rows["production_orders.csv"]
    }
    found = tuple(_item(row, routings, components) for row in rows["items.csv"])
    in_order = {
        name: tuple(sorted(steps, key=lambda step: step.operation.zfill(20))) for name, steps in routings.items()
    }
    return World(centers, found, in_order, orders, statuses)


def _grouped(rows: Sequence[_Row], column: str, make: Callable[[_Row], Part]) -> dict[str, tuple[Part, ...]]:
    found: dict[str, list[Part]] = {}
    for row in rows:
        found.setdefault(row.text(column), []).append(make(row))
    return {name: tuple(parts) for name, parts in found.items()}


def _center(row: _Row) -> Center:
    row.one_of("capacity_unit", "minute")
    return Center(row.text("work_center"), row.number("unit_cost"), row.one_of("cost_basis", "time", "units"))


def _operation(row: _Row, centers: Iterable[str]) -> Operation:
    return Operation(
        operation=row.text("operation"),
        center=row.named("work_center", centers, "work_centers.csv"),
        setup_minutes=row.number("setup_minutes"),
        run_minutes=row.number("run_minutes_per_unit"),
    )


def _component(row: _Row, items: Iterable[str]) -> Component:
    row.text("unit")
    return Component(row.named("component_item", items, "items.csv"), row.number("quantity_per", above_zero=True))


def _item(row: _Row, routings: Mapping[str, object], components: Mapping[str, tuple[Component, ...]]) -> Item:
    row.named("routing", routings, "routings.csv")
    number = row.text("item")
    return Item(number, row.text("description"), row.text("base_unit"), components.get(number, ()))


def _order_line(row: _Row, items: Iterable[str], routings: Mapping[str, object]) -> OrderLine:
    line = row.number("line", above_zero=True)
    if line != int(line):
        row.fault("line", "not_a_number")
    return OrderLine(
        line=int(line),
        item=row.named("item", items, "items.csv"),
        quantity=row.number("quantity", above_zero=True),
        routing=row.named("routing", routings, "routings.csv"),
    )
