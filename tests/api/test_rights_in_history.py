"""Who gives rights and sets rates stands in the history, once for each change."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.acting import ask_database
from tests.api.world import World, new_project

pytestmark = pytest.mark.api


def happened(world: World, kind: str, subject: str) -> list[tuple[Any, ...]]:
    """Event, who, and what of it."""
    sql = "select event, actor, facts::text from history where subject_kind = $1 and subject_id = $2 order by sequence"
    return asyncio.run(ask_database(world.service.settings.owner_database_url, sql, kind, subject))


def test_who_gives_a_role_stands_in_the_history_once(world: World) -> None:
    before = len(happened(world, "unit", world.unit))
    now = world.get(f"/v1/units/{world.unit}", person="admin")["roles"]
    roles = now | {"approver": [world.people["mia"], world.people["noor"]]}

    for _ in range(2):
        world.do("admin", f"/v1/units/{world.unit}/roles", roles, method="PUT")

    people = ", ".join(sorted(roles["approver"]))
    assert happened(world, "unit", world.unit)[before:] == [("roles_set", "admin", f'{{"approver": "{people}"}}')]


def test_who_names_approvers_and_sets_rates_stands_in_the_history_without_the_prices(world: World) -> None:
    project = new_project(world, "Beta", approvers=("mia",), currency="EUR", exchange_rate="11")
    path, mia, noor = f"/v1/projects/{project}", world.people["mia"], world.people["noor"]

    for approvers in ([mia], [noor, mia]):
        world.do("admin", f"{path}/approvers", {"approvers": approvers}, method="PUT")
    world.do("fia", f"{path}/rates", {"cost": "111", "sales": "222"}, method="PUT")
    world.do("fia", f"{path}/exchange-rate", {"since": "2026-03-02", "rate": "11.85"}, method="PUT")

    assert happened(world, "project", project) == [
        ("created", "admin", f'{{"approvers": "{mia}"}}'),
        ("approvers_set", "admin", f'{{"approvers": "{noor}, {mia}"}}'),
        ("rates_set", world.people["fia"], "{}"),
        ("exchange_rate_set", world.people["fia"], '{"since": "2026-03-02"}'),
    ]
