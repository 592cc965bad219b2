"""Fixtures of the API tests: a connection for the process, a world for each test."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.api.world import World, new_world
from tests.harness import Service


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    """Connections of the process to the service."""
    with httpx.Client(timeout=30) as client:
        yield client


@pytest.fixture
def world(service: Service, http: httpx.Client) -> World:
    """A unit of this test."""
    return new_world(service, http)


@pytest.fixture(scope="module")
def shared_world(service: Service, http: httpx.Client) -> World:
    """A unit of this file, for tests that change nothing."""
    return new_world(service, http)
