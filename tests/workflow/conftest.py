"""What goes out, received by processes of the test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.client import Client

from tests.databases import FreshDatabase
from tests.mailing import Made, mailing_to
from tests.receiving import Delivering, Receiver, delivering, receiver


@pytest.fixture
async def hooks() -> AsyncIterator[Receiver]:
    """A receiver of webhooks."""
    async with receiver() as running:
        yield running


@pytest.fixture
async def post_office(database: FreshDatabase, temporal_client: Client) -> AsyncIterator[Delivering]:
    """A stage whose worker delivers webhooks."""
    async with delivering(database, temporal_client) as made:
        yield made


@pytest.fixture
def mailing(database: FreshDatabase, temporal_client: Client, tmp_path: Path) -> Made:
    """A stage whose worker mails, made as the test says."""
    return lambda **more: mailing_to(database, temporal_client, tmp_path, **more)
