"""A serial number is one piece: it comes into stock once, and again only when it is gone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import httpx
import pytest

from tests.api.factory import ROOM, Factory, new_factory
from tests.api.world import World, code_of

pytestmark = pytest.mark.api
IN_STOCK = "Serial number S1 of PUMP is in stock already."
PIECE: dict[str, Any] = {"order": "RPO-5", "operation": "20", "output": "1", "serial": "S1"}


@pytest.fixture
def factory(world: World) -> Factory:
    made = new_factory(world, output_reversal_needs_approval=False)
    made.item("PUMP", "125", tracking="serial")
    for number in ("RPO-5", "RPO-6"):
        made.order(number, "PUMP")
    return made


def receipt(factory: Factory, serial: str = "S1") -> httpx.Response:
    body = {"unit": factory.world.unit, "item": "PUMP", "quantity": "1", "unit_cost": "125", "serial": serial}
    return factory.world.call("sid", "POST", f"{ROOM}/receipts", json=body)


def test_what_is_in_stock_is_not_made_again_shown_or_posted(factory: Factory) -> None:
    assert factory.journal(PIECE).status_code == 201

    shown, posted = (
        factory.journal({**PIECE, "order": "RPO-6"}, path=f"output-journals{more}") for more in ("/preview", "")
    )

    assert code_of(shown) == code_of(posted) == (422, "tracking_mismatch")
    assert shown.json()["detail"] == posted.json()["detail"] == IN_STOCK
    assert code_of(receipt(factory)) == (422, "tracking_mismatch")
    assert receipt(factory, "S2").status_code == 201
    assert factory.stock("PUMP") == "2"


def test_the_lines_of_a_journal_are_told_apart_too(factory: Factory) -> None:
    answer = factory.journal(PIECE, {**PIECE, "serial": "S2"}, {**PIECE, "order": "RPO-6"})

    assert code_of(answer) == (422, "tracking_mismatch")
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/lines/2"]
    assert factory.stock("PUMP") == "0"


def test_what_was_taken_back_may_be_made_again_in_one_journal_or_the_next(factory: Factory) -> None:
    back = {**PIECE, "output": "-1"}
    assert factory.journal(PIECE).status_code == 201

    same, next_ = factory.journal(back, PIECE), [factory.journal(back), factory.journal(PIECE)]

    assert same.status_code == 201, same.text
    assert [one.status_code for one in next_] == [201, 201]
    assert factory.stock("PUMP") == "1"


def test_what_was_shipped_may_come_in_again(factory: Factory) -> None:
    assert factory.journal(PIECE).status_code == 201
    factory.ship("PUMP", "1")

    assert receipt(factory).status_code == 201


def test_of_two_at_once_one_is_made(factory: Factory) -> None:
    together = Barrier(2)

    def post(order: str) -> httpx.Response:
        together.wait()
        return factory.journal({**PIECE, "order": order})

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(post, ("RPO-5", "RPO-6")))

    assert sorted(answer.status_code for answer in answers) == [201, 422]
    assert factory.stock("PUMP") == "1"
