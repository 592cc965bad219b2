"""A change that leaves everything as it is makes no new version, and nothing of it stands in the history."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.factory import ROOM, new_factory
from tests.api.test_subscriptions import EVENTS, subscribe
from tests.api.world import Json, World

pytestmark = pytest.mark.api

Made = Callable[[World], tuple[str, str]]
"""Makes something; who may change it, and where."""


def a_channel(world: World) -> tuple[str, str]:
    return "admin", f"/v1/channels/{world.channel()[0]}"


def a_subscription(world: World) -> tuple[str, str]:
    return "admin", f"/v1/subscriptions/{subscribe(world)['id']}"


def an_item(world: World) -> tuple[str, str]:
    return "sid", f"{ROOM}/items/{new_factory(world).items['BOLT']}"


def a_center(world: World) -> tuple[str, str]:
    return "sid", f"{ROOM}/centers/{new_factory(world).center}"


@pytest.mark.parametrize(
    ("made", "change"),
    [
        (a_channel, {}),
        (a_channel, {"people": [], "projects": []}),
        (a_subscription, {}),
        (a_subscription, {"events": EVENTS}),
        (an_item, {}),
        (an_item, {"unit_cost": "50", "blocked": False}),
        (a_center, {"unit_cost": "1.2"}),
    ],
)
def test_what_stays_as_it_was_has_no_new_version(world: World, made: Made, change: dict[str, Any]) -> None:
    person, path = made(world)
    before = world.get(path, person=person)

    answer = world.call(person, "PATCH", path, json=change)

    assert answer.status_code == 200
    assert answer.json() == before == world.get(path, person=person)
    assert not [one for one in told_of(world, before["id"]) if one["type"].endswith(".changed")]


def told_of(world: World, subject: str) -> list[Json]:
    """The events of a thing among all that the administrator is told."""
    found: list[Json] = []
    place, before = "0-0", ""
    while place != before:
        page = world.get(f"/v1/events?limit=200&cursor={place}", headers={"accept": "application/json"})
        found += [one for one in page["items"] if one["subject"] == subject]
        place, before = page["next"], place
    return found
