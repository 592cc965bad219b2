"""Every route states its permission, and the page for people knows every route and every permission."""

from __future__ import annotations

import pytest

from api.permissions import KEY, Permission
from tests.api.openapi import operations
from tests.contract import document
from tests.roles.table import PAGE, table

pytestmark = pytest.mark.unit


def test_every_route_states_its_permission() -> None:
    stated = {one.id: one.description.get(KEY) for one in operations(document())}

    assert [name for name, permission in stated.items() if permission not in set(Permission)] == []


def test_the_table_has_every_route_with_its_permission() -> None:
    stated = {one.id: one.description.get(KEY) for one in operations(document())}

    assert {name: told.permission for name, told in table().items()} == stated


def test_every_permission_is_described_and_used() -> None:
    page = PAGE.read_text()
    stated = {one.description.get(KEY) for one in operations(document())}

    assert [one for one in Permission if page.count(f"| `{one}` |") < 2] == []
    assert stated == set(Permission)
