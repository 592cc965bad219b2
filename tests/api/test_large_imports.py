"""Large files: written in blocks as if at once, in little memory, and others are served meanwhile."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.acting import ask_database
from tests.api.world import World
from tests.bench.bulk import report
from tests.bench.ground import export
from tests.bench.processes import memory_mb, reset_peak

pytestmark = pytest.mark.api


def send(world: World, content: bytes, query: str) -> httpx.Response:
    path = f"/v1/imports/harvest?{query}"
    return world.call("admin", "POST", path, content=content, headers={"content-type": "text/csv"}, timeout=110)


async def test_many_billed_rows_of_a_project_are_on_one_invoice_and_the_rest_is_new_later(world: World) -> None:
    """More rows than are written at a time, in a file of which some rows are known already."""
    content = report(1, 1_300).replace(b",Yes,No,Yes,", b",Yes,Yes,Yes,")
    query = f"unit={world.unit}&approver=mia"

    part = send(world, b"\n".join(content.split(b"\n")[:701]) + b"\n", query)
    whole = send(world, content, query)

    assert (part.json()["created"], whole.json()["created"], whole.json()["already_known"]) == (700, 600, 700)
    rows = await ask_database(
        world.service.settings.owner_database_url,
        """select i.status, i.kind, count(l.*), count(distinct l.entry_id)
             from invoice i join invoice_line l on l.invoice_id = i.id where i.unit_id = $1 group by i.id, i.created_at
            order by i.created_at""",
        world.unit,
    )
    assert rows == [("confirmed", "external", 700, 700), ("confirmed", "external", 600, 600)]


def test_an_import_takes_little_memory_and_others_are_answered_meanwhile(world: World) -> None:
    """Before, 20,000 rows took 113 MB, and one file kept all others waiting until it was read."""
    api = world.service.api.pid
    query = f"unit={world.unit}&approver=mia"
    files = (export(10_000), b"\n" * (20 * 2**20))
    before = memory_mb(api)[0]
    reset_peak(api)

    with ThreadPoolExecutor(1) as pool:
        for content in files:
            sending = pool.submit(send, world, content, query)
            waits = [waited(world)]
            while not sending.done():
                waits.append(waited(world))
            assert max(waits) < 2.0

    assert memory_mb(api)[1] - before < 45


def waited(world: World) -> float:
    """Seconds for an answer from the database, on a connection of its own."""
    started = time.perf_counter()
    headers = {"authorization": f"Bearer {world.token('admin')}"}
    assert httpx.get(f"{world.service.url}/v1/units/{world.unit}", headers=headers, timeout=60).status_code == 200
    return time.perf_counter() - started
