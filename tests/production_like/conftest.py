"""Stacks as `scripts/start --production-like` has them; everything here needs the Temporal server on Postgres, which is built once."""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One marker for all: they run with scripts/test --production-like only."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.production_like)
