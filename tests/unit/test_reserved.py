"""No person gets an id by which histories name the service itself."""

from __future__ import annotations

import pytest

from application import settling
from application.work import ADMINISTRATOR, CLOCK
from domain.reserved import RESERVED, THE_SERVICE

pytestmark = pytest.mark.unit


def test_the_service_acts_by_reserved_ids_only() -> None:
    assert {CLOCK, vars(settling)["OPERATOR"]} == THE_SERVICE
    assert THE_SERVICE | {ADMINISTRATOR} <= RESERVED
