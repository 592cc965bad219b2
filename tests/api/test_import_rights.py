"""Who may not import is told so, and nothing of their file is read, not even to look at it."""

from __future__ import annotations

import pytest

from tests.api.test_imports import send
from tests.api.world import World, code_of

pytestmark = pytest.mark.api


@pytest.mark.parametrize("check", ["true", "false"])
def test_who_may_not_import_is_told_so_before_the_file_is_read(shared_world: World, check: str) -> None:
    answers = [
        send(shared_world, b"no report", f"unit={unit}&approver=mia&check={check}", person="bob")
        for unit in (shared_world.unit, "nowhere")
    ]

    assert [code_of(answer) for answer in answers] == [(403, "not_finance"), (404, "unknown_unit")]
