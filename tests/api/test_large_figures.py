"""Figures at the limits of a request: what they come to is held, or refused by a code; never a fault of the service."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.api.factory import Factory, new_factory
from tests.api.world import World, code_of, new_project

pytestmark = pytest.mark.api
MOST_QUANTITY, MOST_PRICE, MOST_RATE = "99999999.99999", "999999999.99999", "999999.999999999"
PIECES = "99999999"


@pytest.fixture
def factory(world: World) -> Factory:
    return new_factory(world)


def test_output_that_flushes_more_than_a_ledger_holds_is_refused_shown_and_posted(factory: Factory) -> None:
    factory.item("GLUE", "1", negative_stock=True)
    factory.order(
        "RPO-7", "BOLT", PIECES, components=[{"item": "GLUE", "quantity_per": PIECES, "flushing": "backward"}]
    )
    line = {"order": "RPO-7", "operation": "20", "output": PIECES}

    shown, posted = (factory.journal(line, path=f"output-journals{more}") for more in ("/preview", ""))

    assert code_of(shown) == code_of(posted) == (422, "figure_too_large")
    assert shown.json()["errors"][0]["pointer"] == posted.json()["errors"][0]["pointer"] == "/lines/0"


@pytest.mark.parametrize("operation", ["10", "20"])
def test_boxes_of_more_pieces_than_a_ledger_holds_are_refused(factory: Factory, operation: str) -> None:
    factory.item("NUT", units={"BOX": PIECES})
    factory.order("RPO-8", "NUT", PIECES)
    line = {"order": "RPO-8", "operation": operation, "output": PIECES, "unit": "BOX"}

    shown, posted = (factory.journal(line, path=f"output-journals{more}") for more in ("/preview", ""))

    assert code_of(shown) == code_of(posted) == (422, "figure_too_large")


def test_lines_that_only_together_are_more_than_is_held_are_refused_from_where_they_are(factory: Factory) -> None:
    factory.item("NUT", units={"BOX": "90000"})
    factory.order("RPO-8", "NUT", PIECES)
    line = {"order": "RPO-8", "operation": "20", "output": PIECES, "unit": "BOX"}

    shown, posted = (factory.journal(line, line, path=f"output-journals{more}") for more in ("/preview", ""))

    assert [error["pointer"] for error in posted.json()["errors"]] == ["/lines/1"]
    assert code_of(shown) == code_of(posted) == (422, "figure_too_large")


def test_stock_that_grows_beyond_its_column_is_refused(factory: Factory) -> None:
    factory.item("NUT", units={"BOX": "90000"})
    for order in ("RPO-8", "RPO-9"):
        factory.order(order, "NUT", PIECES)
    line = {"operation": "20", "output": PIECES, "unit": "BOX"}
    assert factory.journal({**line, "order": "RPO-8"}).status_code == 201

    beyond = factory.journal({**line, "order": "RPO-9"})

    assert code_of(beyond) == (422, "figure_too_large")
    assert factory.stock("NUT") == "8999999910000"


def test_a_request_of_several_entries_at_every_limit_holds_their_sum(world: World) -> None:
    rates = {"cost": MOST_PRICE, "sales": MOST_PRICE}
    world.project = new_project(world, "Most", approvers=["mia"], rates=rates, currency="EUR", exchange_rate=MOST_RATE)
    entries = [world.approved(quantity=MOST_QUANTITY) for _ in range(3)]

    asked = world.requested(*entries)

    one = (Decimal(MOST_QUANTITY) * Decimal(MOST_PRICE)).quantize(Decimal("0.01"))
    assert Decimal(asked["amount"]["amount"]) == 3 * one
    assert world.decide(asked).status_code == 200
    assert world.get(f"/v1/recalls/{asked['id']}")["status"] == "recalled"
