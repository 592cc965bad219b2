"""A service in each language before the Temporal UI of the run, filled with requests, and a browser."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.browser import chromium
from tests.browser.filling import Filled, closing, fill, new_namespace
from tests.databases import fresh_database
from tests.encrypting import ring_file
from tests.harness import start_service
from tests.servers import Addresses
from tests.waiting import until

SCREENSHOTS: Final = Path(__file__).resolve().parents[2] / "build" / "screenshots"
LANGUAGES: Final = ("en", "nb")
ENCRYPTED: Final = "nb"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    program = chromium.find()
    if program is None:
        pytest.fail(chromium.MISSING)
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=program, args=arguments)
        yield started
        await started.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=LANGUAGES)
async def filled(
    request: pytest.FixtureRequest, servers: Addresses, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Filled]:
    """In a namespace of its own: a namespace is one company's. The Norwegian one has everything encrypted."""
    language = str(request.param)
    namespace = f"company-{language}-{os.getpid()}"
    await new_namespace(servers.temporal_address, namespace)
    async with fresh_database(servers) as database:
        service = await start_service(
            database,
            temporal_address=servers.temporal_address,
            more={
                "temporal_namespace": namespace,
                "temporal_ui_url": servers.temporal_ui_url,
                "language": language,
                "payload_keys_file": ring_file(tmp_path_factory.mktemp("ring"), "a") if language == ENCRYPTED else None,
            },
        )
        try:
            async with closing(await fill(service)) as full:
                await until(lambda: _listed(full), what="the lists know of every request")
                yield full
        finally:
            await service.stop()


async def _listed(filled: Filled) -> bool:
    """Lists are a moment behind: wait until they know how the requests ended."""
    ended = await filled.client.count_workflows(
        "RecallStatus != 'awaiting_decision' AND WorkflowType = 'RecallRequest'"
    )
    blocked = await filled.client.count_workflows("BlockedBy = 'on_draft_invoice' AND ExecutionStatus = 'Running'")
    return ended.count >= len(filled.requests) - 5 and blocked.count == 1
