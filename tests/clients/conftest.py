"""A unit for each test that lets a client do something."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.api.world import World, new_world
from tests.harness import Service


@pytest.fixture
def world(service: Service) -> Iterator[World]:
    """A unit of this test."""
    with httpx.Client(timeout=30) as http:
        yield new_world(service, http)
