"""A production world in five files: what they hold, and every fault with its place."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from domain.language import Language
from imports.contoso import HEADINGS, PROBLEMS, Fault, World, read_world
from tests.unit.imports.exports import SAMPLES
from tilbake.cli import main
from tilbake.contoso import calls, read_files

pytestmark = pytest.mark.unit

CONTOSO = SAMPLES / "contoso-coffee"
COSTS = {"SP-SCM1009": Decimal(150), "SP-BOM2000": Decimal("42.50")}
GOOD = {
    "work_centers.csv": "work_center,unit_cost,cost_basis,capacity_unit\n100,1.2,time,minute\n",
    "items.csv": "item,description,base_unit,routing\nPOT,Airpot,PCS,R1\n",
    "bom_lines.csv": "parent_item,line,component_item,quantity_per,unit\n",
    "routings.csv": "routing,operation,work_center,setup_minutes,run_minutes_per_unit\nR1,10,100,20,15\n",
    "production_orders.csv": "order,status,line,item,quantity,routing\nRPO-1,released,1,POT,10,R1\n",
}


def files(**changed: str | bytes | None) -> dict[str, bytes]:
    found = {**GOOD, **{f"{name}.csv": text for name, text in changed.items()}}
    return {
        name: text if isinstance(text, bytes) else text.encode() for name, text in found.items() if text is not None
    }


def faults(**changed: str | bytes | None) -> list[tuple[str, int, str, str]]:
    found = read_world(files(**changed), {"POT": Decimal(1)})
    assert isinstance(found, tuple)
    return [(one.file, one.line, one.column, one.code) for one in found]


def test_the_sample_holds_what_its_page_says() -> None:
    world = read_world(read_files(CONTOSO), COSTS)

    assert isinstance(world, World)
    assert [(one.number, one.unit_cost) for one in world.centers] == [
        ("100", Decimal("1.2")),
        ("200", Decimal("1.5")),
        ("300", Decimal("1.7")),
        ("400", Decimal("2.5")),
    ]
    assert {name: [one.operation for one in steps] for name, steps in world.routings.items()} == {
        "SP-BOM2000": ["10", "20", "30"],
        "SP-SCM1009": ["10", "20", "30", "40"],
    }
    assert {name: len(lines) for name, lines in world.orders.items()} == {"RPO-1001": 1, "RPO-1002": 1, "RPO-1003": 2}
    (airpot, other) = world.items
    assert [(one.item, one.quantity_per) for one in airpot.components] == [("SP-BOM2000", Decimal(1))]
    assert other.components == ()


@pytest.mark.parametrize(
    ("order", "expected"),
    [("RPO-1001", ["204.00", "300.00", "170.00", "225.00"]), ("RPO-1002", ["168.00", "322.50", "399.50"])],
)
def test_every_operation_posted_once_costs_what_the_page_says(order: str, expected: list[str]) -> None:
    world = read_world(read_files(CONTOSO), COSTS)
    assert isinstance(world, World)
    (line,) = world.orders[order]
    per_minute = {center.number: center.unit_cost for center in world.centers}

    costs = [
        (step.setup_minutes + step.run_minutes * line.quantity) * per_minute[step.center]
        for step in world.routings[line.routing]
    ]

    assert costs == [Decimal(one) for one in expected]


def test_calls_come_after_what_they_name() -> None:
    world = read_world(read_files(CONTOSO), COSTS)
    assert isinstance(world, World)

    made = list(calls(world, unit="coffee", unit_costs=COSTS))

    rooms = [call.path.rpartition("/")[2] for call in made]
    assert rooms == ["centers"] * 4 + ["items"] * 2 + ["routings"] * 2 + ["orders"] * 3
    assert made[-3].body["lines"][0]["components"] == [{"item": "SP-BOM2000", "quantity_per": "1"}]


@pytest.mark.parametrize(
    ("name", "content", "line", "column", "code"),
    [
        ("items", None, 0, "", "missing_file"),
        ("items", b"", 1, "", "wrong_heading"),
        ("items", b"item,description,base_unit,routing\nPOT,\xe5,PCS,R1\n", 2, "", "not_utf8"),
        ("items", 'item,description,base_unit,routing\nPOT,"Air,PCS,R1\n', 2, "", "not_csv"),
        ("items", "item,name,base_unit,routing\n", 1, "", "wrong_heading"),
        ("items", "item,description,base_unit,routing\nPOT,Airpot,PCS\n", 2, "", "wrong_width"),
        ("items", GOOD["items.csv"] + "LID,,PCS,R1\n", 3, "item", "no_unit_cost"),
        ("items", GOOD["items.csv"] + "POT,,PCS,R1\n", 3, "item", "twice"),
        ("items", "item,description,base_unit,routing\nPOT,,,R1\n", 2, "base_unit", "empty"),
        ("items", "item,description,base_unit,routing\nPOT,,PCS,R9\n", 2, "routing", "not_known"),
        (
            "work_centers",
            GOOD["work_centers.csv"].replace("1.2", "1,2".replace(",", ";")),
            2,
            "unit_cost",
            "not_a_number",
        ),
        ("work_centers", GOOD["work_centers.csv"].replace("1.2", "NaN"), 2, "unit_cost", "not_a_number"),
        ("work_centers", GOOD["work_centers.csv"].replace("minute", "hour"), 2, "capacity_unit", "not_one_of"),
        ("bom_lines", GOOD["bom_lines.csv"] + "POT,1,POT,0,PCS\n", 2, "quantity_per", "not_above_zero"),
        ("bom_lines", GOOD["bom_lines.csv"] + "PAN,1,POT,1,PCS\n", 2, "parent_item", "not_known"),
        ("routings", GOOD["routings.csv"] + "R1,20,900,0,1\n", 3, "work_center", "not_known"),
        ("production_orders", GOOD["production_orders.csv"].replace("released", "done"), 2, "status", "not_one_of"),
        ("production_orders", GOOD["production_orders.csv"].replace(",1,POT", ",1.5,POT"), 2, "line", "not_a_number"),
        ("production_orders", GOOD["production_orders.csv"] + "RPO-1,released,1,POT,1,R1\n", 3, "line", "twice"),
    ],
)
def test_a_fault_is_told_with_its_place(
    *, name: str, content: str | bytes | None, line: int, column: str, code: str
) -> None:
    assert (f"{name}.csv", line, column, code) in faults(**{name: content})


def test_windows_line_ends_and_a_byte_order_mark_are_read() -> None:
    windows = {name: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode() for name, text in GOOD.items()}

    assert isinstance(read_world(windows, {"POT": Decimal(1)}), World)


def test_every_problem_has_words_in_both_languages() -> None:
    fault = Fault("items.csv", 1, "item", "no_unit_cost", "POT", "x")

    for text in PROBLEMS.values():
        for language in Language:
            assert "{" not in text.in_language(language).format(value=fault.value, where=fault.where)


def test_the_command_checks_without_a_service(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in HEADINGS:
        (tmp_path / name).write_text(GOOD[name])

    without = main(["import", "contoso", str(tmp_path), "--check"])
    with_cost = main(["import", "contoso", str(tmp_path), "--check", "--unit-cost", "POT=150"])

    assert (without, with_cost) == (1, 0)
    printed = capsys.readouterr().out
    assert "items.csv, line 2, item: no_unit_cost - item POT has no unit cost" in printed
    assert "1 work centers, 1 items, 1 routings, 1 production orders." in printed


@pytest.mark.parametrize("wrong", ["POT", "=5", "POT=", "POT=x", "POT=-1", "POT=1e3", "POT=٣"])
def test_a_unit_cost_is_an_item_and_an_amount(wrong: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["import", "contoso", "nowhere", "--unit-cost", wrong])

    assert ended.value.code == 2


def test_a_name_longer_than_a_request_may_have_is_a_fault_where_it_stands() -> None:
    items = GOOD["items.csv"].replace("Airpot", "A" * 201)

    assert faults(items=items) == [("items.csv", 2, "description", "too_long")]
