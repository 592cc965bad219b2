"""Production over HTTP: who may, what is refused line by line, what a preview leaves alone, what stands in the way."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import pytest

from tests.api.factory import ROOM, Factory, new_factory
from tests.api.world import World, code_of
from tilbake.cli import main

pytestmark = pytest.mark.api

LINE = {"order": "RPO-1", "operation": "20", "run": "60", "output": "10"}


@pytest.fixture
def factory(world: World) -> Factory:
    return new_factory(world)


def test_only_planners_set_up_and_post(factory: Factory) -> None:
    world, unit = factory.world, factory.world.unit
    output = factory.output()
    bodies: dict[str, Any] = {
        f"POST {ROOM}/items": {"unit": unit, "number": "X", "unit_cost": "1"},
        f"PATCH {ROOM}/items/{factory.items['BOLT']}": {"blocked": True},
        f"POST {ROOM}/centers": {"unit": unit, "number": "X", "unit_cost": "1"},
        f"PATCH {ROOM}/centers/{factory.center}": {"unit_cost": "2"},
        f"POST {ROOM}/routings": {"unit": unit, "number": "X", "operations": [{"operation": "10", "center": "100"}]},
        f"POST {ROOM}/orders": {"unit": unit, "number": "X", "lines": [{"line": 1, "item": "BOLT", "quantity": "1"}]},
        f"POST {ROOM}/orders/{factory.orders['RPO-1']}/finish": {},
        f"POST {ROOM}/orders/{factory.orders['RPO-1']}/reopen": {},
        f"POST {ROOM}/orders/{factory.orders['RPO-1']}/release": {},
        f"POST {ROOM}/output-journals": {"unit": unit, "lines": [LINE]},
        f"POST {ROOM}/output-journals/preview": {"unit": unit, "lines": [LINE]},
        f"POST {ROOM}/output-journals/explode": {"unit": unit, "order": "RPO-1"},
        f"POST {ROOM}/consumption-journals": {
            "unit": unit,
            "lines": [{"order": "RPO-2", "item": "BOLT", "quantity": "1"}],
        },
        f"POST {ROOM}/shipments": {"unit": unit, "item": "BOLT", "quantity": "1"},
        f"POST {ROOM}/receipts": {"unit": unit, "item": "BOLT", "quantity": "1", "unit_cost": "1"},
        f"POST {ROOM}/entries/{output['item_entry']}/reservations": {"quantity": "1", "demand": "SO-1"},
        f"POST {ROOM}/entries/{output['item_entry']}/release-reservations": {},
    }

    for call, body in bodies.items():
        method, path = call.split()
        assert code_of(world.call("bob", method, path, json=body)) == (403, "not_planner"), call
    assert factory.stock("BOLT") == "10"


def test_each_faulty_line_of_a_journal_has_its_refusal_and_nothing_is_written(factory: Factory) -> None:
    lines: list[dict[str, Any]] = [
        LINE,
        {**LINE, "order": "RPO-9"},
        {"order": "RPO-1", "operation": "10"},
        {"order": "RPO-1", "output": "1"},
        {**LINE, "output": "-1"},
        {**LINE, "unit": "CRATE"},
        {**LINE, "line": 7},
        LINE,
    ]

    answer = factory.journal(*lines)

    assert code_of(answer) == (422, "several_refusals")
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [
        ("/lines/1", "unknown_order"),
        ("/lines/2", "empty_line"),
        ("/lines/3", "operation_required"),
        ("/lines/4", "approval_required"),
        ("/lines/5", "invalid_value"),
        ("/lines/6", "unknown_order"),
    ]
    assert factory.ledgers() == ([], [])
    assert factory.stock("BOLT") == "0"


def test_a_preview_shows_the_rows_and_posts_nothing(factory: Factory) -> None:
    shown = factory.journal(LINE, path="output-journals/preview").json()
    untouched = factory.ledgers()
    posted = factory.journal(LINE).json()

    assert untouched == ([], [])
    assert shown["register"] is None
    assert posted["register"]
    for before, after in zip(shown["lines"], posted["lines"], strict=True):
        for kind in ("entries", "capacities"):
            assert [{**row, "id": None} for row in after[kind]] == before[kind]


def test_explode_proposes_what_remains_for_each_operation(factory: Factory) -> None:
    factory.output("40")

    body = {"unit": factory.world.unit, "order": "RPO-1"}
    proposed = factory.world.do("sid", f"{ROOM}/output-journals/explode", body)["lines"]

    assert [(one["operation"], one["output"], one["run"]) for one in proposed] == [("10", "60", "0"), ("20", "60", "0")]
    assert factory.journal(*proposed).status_code == 201
    assert factory.stock("BOLT") == "100"


def test_a_journal_with_a_key_is_posted_once(factory: Factory) -> None:
    key = {"idempotency-key": secrets.token_hex(8)}

    first, second = factory.journal(LINE, headers=key), factory.journal(LINE, headers=key)
    other = factory.journal({**LINE, "output": "11"}, headers=key)

    assert first.json() == second.json()
    assert second.headers["idempotent-replay"] == "true"
    assert code_of(other) == (422, "idempotency_key_reused")
    assert factory.stock("BOLT") == "10"


def test_another_unit_of_measure_is_kept_beside_the_base_unit(factory: Factory) -> None:
    factory.output("2.5", unit="BOX", scrap="0.5")

    (entry,), (work,) = factory.ledgers()
    assert (entry["quantity"], entry["unit"], entry["unit_quantity"]) == ("30", "BOX", "2.5")
    assert (work["output"], work["scrap"]) == ("30", "6")
    assert factory.stock("BOLT") == "30"


def test_an_item_is_changed_only_as_it_was_seen(factory: Factory) -> None:
    world, path = factory.world, f"{ROOM}/items/{factory.items['BOLT']}"
    seen = world.call("sid", "GET", path).headers["etag"]
    world.do("sid", path, {"unit_cost": "51"}, method="PATCH", headers={"if-match": seen})

    stale = world.call("sid", "PATCH", path, json={"unit_cost": "52"}, headers={"if-match": seen})

    assert code_of(stale) == (412, "stale_version")
    assert world.get(path)["unit_cost"] == "51"


def test_a_number_stands_once_in_a_unit(factory: Factory) -> None:
    world, unit = factory.world, factory.world.unit
    bodies: dict[str, dict[str, Any]] = {
        "items": {"number": "BOLT", "unit_cost": "1"},
        "centers": {"number": "100", "unit_cost": "1"},
        "orders": {"number": "RPO-1", "lines": [{"line": 1, "item": "BOLT", "quantity": "1"}]},
    }
    for path, body in bodies.items():
        answer = world.call("sid", "POST", f"{ROOM}/{path}", json={"unit": unit, **body})
        assert code_of(answer)[1] == "already_exists", path


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ({"item": "NUT"}, "unknown_item"),
        ({"routing": "R-9"}, "invalid_value"),
        ({"operations": [{"operation": "10", "center": "900"}]}, "unknown_center"),
        ({"operations": [{"operation": "10", "center": "100"}] * 2}, "invalid_value"),
        ({"components": [{"item": "FRAME", "quantity_per": "1", "operation": "10"}]}, "operation_required"),
        ({"components": [{"item": "BOLT", "quantity_per": "1"}]}, "invalid_value"),
        ({"components": [{"item": "NUT", "quantity_per": "1"}]}, "unknown_item"),
        ({"quantity": "0"}, "invalid_value"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(factory: Factory, line: dict[str, Any], code: str) -> None:
    body = {
        "unit": factory.world.unit,
        "number": "RPO-3",
        "lines": [{"line": 1, "item": "BOLT", "quantity": "1", **line}],
    }

    assert code_of(factory.world.call("sid", "POST", f"{ROOM}/orders", json=body))[1] == code


def test_a_routing_is_copied_onto_the_order(factory: Factory) -> None:
    world, unit = factory.world, factory.world.unit
    steps = [{"operation": "10", "center": "100", "setup_minutes": "20", "run_minutes": "15"}]
    world.do("sid", f"{ROOM}/routings", {"unit": unit, "number": "R-1", "operations": steps})
    lines = [{"line": 1, "item": "BOLT", "quantity": "4", "routing": "R-1"}]
    order = world.do("sid", f"{ROOM}/orders", {"unit": unit, "number": "RPO-4", "lines": lines})

    assert [one["operation"] for one in order["lines"][0]["operations"]] == ["10"]
    assert {one["action"]: one["allowed"] for one in order["allowed_actions"]} == {
        "release": True,
        "finish": False,
        "reopen": False,
    }


def test_dependents_come_in_the_order_they_would_be_taken_back(factory: Factory) -> None:
    world = factory.world
    bolts = factory.output("40")
    used = {"order": "RPO-2", "item": "BOLT", "quantity": "8"}
    consumed = factory.journal(used, path="consumption-journals").json()["lines"][0]["entries"][0]["id"]
    frame = {"order": "RPO-2", "operation": "20", "output": "1", "run": "5"}
    frames = factory.journal(frame).json()["lines"][0]["item_entry"]
    shipped = factory.ship("FRAME", "1")["lines"][0]["entries"][0]["id"]
    body = {"quantity": "5", "demand": "SO-7"}
    world.do("sid", f"{ROOM}/entries/{bolts['item_entry']}/reservations", body)

    found = world.get(f"{ROOM}/entries/{bolts['item_entry']}/dependents")

    assert [one["entry"]["id"] for one in found["items"]] == [shipped, frames, consumed]
    assert [(one["depth"], one["quantity"]) for one in found["items"]] == [(3, "1"), (2, "1"), (1, "8")]
    assert [(one["demand"], one["quantity"]) for one in found["reservations"]] == [("SO-7", "5")]
    assert found["complete"] is True


def test_nobody_reserves_more_than_is_free(factory: Factory) -> None:
    path = f"{ROOM}/entries/{factory.output('10')['item_entry']}/reservations"
    world = factory.world
    world.do("sid", path, {"quantity": "7", "demand": "SO-1"})

    more = world.call("sid", "POST", path, json={"quantity": "4", "demand": "SO-2"})
    ship = world.call("sid", "POST", f"{ROOM}/shipments", json={"unit": world.unit, "item": "BOLT", "quantity": "4"})

    assert code_of(more) == (422, "reserved")
    assert more.json()["errors"][0]["facts"]["demand"] == "SO-1"
    assert code_of(ship) == (422, "negative_stock")
    assert ship.json()["errors"][0]["facts"]["quantity"] == "3"


def test_an_item_that_may_go_below_zero_does(factory: Factory) -> None:
    factory.item("GREASE", "2", negative_stock=True)
    factory.world.do(
        "sid", f"{ROOM}/receipts", {"unit": factory.world.unit, "item": "GREASE", "quantity": "3", "unit_cost": "1"}
    )

    shipped = factory.ship("GREASE", "5")["lines"][0]["entries"][0]["id"]

    entry = factory.world.get(f"{ROOM}/entries/{shipped}")
    assert (entry["quantity"], entry["remaining"], entry["cost"]["amount"]) == ("-5", "-2", "-7.00")
    assert factory.stock("GREASE") == "-2"


def test_material_taken_from_several_lots_is_an_entry_for_each(factory: Factory) -> None:
    world = factory.world
    factory.item("FOAM", "12", tracking="lot")
    for lot, cost in (("L1", "10"), ("L2", "20")):
        body = {"unit": world.unit, "item": "FOAM", "quantity": "4", "unit_cost": cost, "lot": lot}
        world.do("sid", f"{ROOM}/receipts", body)
    parts = [{"item": "FOAM", "quantity_per": "3", "flushing": "backward"}]
    factory.order("RPO-5", "BOLT", "10", components=parts)

    posted = factory.journal({**LINE, "order": "RPO-5", "output": "2"}).json()

    items, _ = factory.ledgers("RPO-5")
    consumed = [(row["lot"], row["quantity"], row["cost"]["amount"]) for row in items if row["type"] == "consumption"]
    assert consumed == [("L1", "-4", "-40.00"), ("L2", "-2", "-40.00")]
    recall = factory.asked(register=posted["register"]).json()["recalls"][0]
    assert world.decide(recall).status_code == 200
    assert factory.stock("FOAM") == "8"


def test_the_contoso_sample_comes_in_once(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TILBAKE_DATA_DIR", str(world.service.settings.data_dir))
    sample = Path(__file__).parents[2] / "samples" / "contoso-coffee"
    unit = f"coffee-{secrets.token_hex(4)}"
    costs = ["--unit-cost", "SP-SCM1009=150", "--unit-cost", "SP-BOM2000=42.50"]
    argv = ["import", "contoso", str(sample), "--unit", unit, "--url", world.service.url, *costs]

    codes = [main(argv), main(argv)]

    printed = capsys.readouterr().out
    assert codes == [0, 0]
    assert f"Unit {unit}: 12 new, 0 already known." in printed
    assert f"Unit {unit}: 0 new, 12 already known." in printed
    orders = world.get(f"{ROOM}/orders?unit={unit}")["items"]
    assert [(one["number"], len(one["lines"]), one["status"]) for one in orders] == [
        ("RPO-1001", 1, "released"),
        ("RPO-1002", 1, "released"),
        ("RPO-1003", 2, "released"),
    ]


def contoso(world: World, monkeypatch: pytest.MonkeyPatch, *more: str, airpot: str = "150") -> int:
    """Import the sample; the exit code."""
    monkeypatch.setenv("TILBAKE_DATA_DIR", str(world.service.settings.data_dir))
    sample = Path(__file__).parents[2] / "samples" / "contoso-coffee"
    costs = ["--unit-cost", f"SP-SCM1009={airpot}", "--unit-cost", "SP-BOM2000=42.50"]
    return main(["import", "contoso", str(sample), "--unit", world.unit, "--url", world.service.url, *costs, *more])


def test_a_sample_in_another_currency_than_that_of_the_unit_is_refused(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    codes = [contoso(world, monkeypatch, "--currency", one) for one in ("NOK", "USD")]

    printed = capsys.readouterr()
    assert codes == [1, 0]
    assert f"Unit {world.unit} reckons in USD, not in NOK." in printed.err
    assert f"The costs are in USD, the currency of unit {world.unit}." in printed.out
    assert f"Unit {world.unit}: 11 new, 1 already known." in printed.out


def test_another_cost_of_an_item_that_is_known_is_told_and_overwrites_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert contoso(world, monkeypatch) == 0

    again = contoso(world, monkeypatch, airpot="151")

    assert again == 0
    assert "changed_since - item SP-SCM1009 costs 150 in the unit, not 151; nothing" in capsys.readouterr().out
    (item,) = world.get(f"{ROOM}/items?unit={world.unit}&number=SP-SCM1009")["items"]
    assert item["unit_cost"] == "150"


def test_a_cost_of_an_item_that_is_nowhere_is_refused(
    factory: Factory, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    world = factory.world

    codes = [
        contoso(world, monkeypatch, "--unit-cost", f"{item}=50", *more)
        for item, more in (("SP-SCM1090", []), ("SP-SCM1090", ["--check"]), ("BOLT", []))
    ]

    assert codes == [1, 1, 0]
    assert f"item SP-SCM1090 is neither in items.csv nor in unit {world.unit}" in capsys.readouterr().err
