"""A Temporal UI that takes connections and says nothing, as one whose process is stopped: nobody waits for it beyond its patience."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from api.edge import EdgeError
from api.ops.proxy import Asked, Patience, TemporalUi
from domain.refusals import Code
from tests.dashboard.listening import listening

pytestmark = pytest.mark.sending
SHORT, LONG = 0.2, 60.0
ENOUGH = 3 * SHORT
"""Who still waits after so long waits for the long time."""


@pytest.fixture
def half_an_answer() -> Iterator[str]:
    """Where a server begins to answer and then says no more."""
    with listening() as told:
        told.pieces = (b"{", b"}")
        yield told.url


@asynccontextmanager
async def frozen_ui(patience: Patience) -> AsyncIterator[TemporalUi]:
    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    ui = TemporalUi(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", patience=patience)
    async with server:
        yield ui
        await ui.stop()


@pytest.mark.parametrize(
    ("path", "patience"),
    [
        ("/api/v1/namespaces/default/workflows", Patience(histories=LONG, all_else=SHORT)),
        ("/api/v1/namespaces/default/workflows/x/history", Patience(histories=SHORT, all_else=LONG)),
    ],
    ids=["all else", "histories"],
)
async def test_a_frozen_ui_is_away_after_its_patience(path: str, patience: Patience) -> None:
    async with frozen_ui(patience) as ui, asyncio.timeout(LONG / 2):
        with pytest.raises(EdgeError) as refused:
            await ui.answer(Asked("GET", path, "", {}))

    (fault,) = refused.value.faults
    assert (fault.refusal.code, fault.refusal.facts["why"]) == (Code.UNAVAILABLE, "dashboard")


async def test_a_ui_that_may_be_silent_for_longer_is_waited_for() -> None:
    async with frozen_ui(Patience(histories=LONG, all_else=SHORT)) as ui:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(ENOUGH):
                await ui.answer(Asked("GET", "/api/v1/namespaces/default/workflows/x/history", "", {}))


async def test_settings_that_stop_in_the_middle_are_those_of_a_ui_that_is_away(half_an_answer: str) -> None:
    ui = TemporalUi(half_an_answer, patience=Patience(all_else=SHORT))
    async with asyncio.timeout(LONG / 2):
        with pytest.raises(EdgeError):
            await ui.answer(Asked("GET", "/api/v1/settings", "", {}))
    await ui.stop()


def test_nobody_waits_for_the_ui_longer_than_is_said() -> None:
    assert Patience() == Patience(histories=70.0, all_else=15.0)
