"""scripts/bench --imports: what imports cost the rest: memory of API and worker, and how long others wait meanwhile."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

import httpx

from tests.bench.ground import APPROVER, HEADINGS, UNIT, export
from tests.bench.processes import cpu_ms, memory_mb, reset_peak
from tilbake.settings import Settings
from tilbake.stack import Stack
from tilbake.tokens import local_token

_MIB: Final = 1024 * 1024
_LINE_END: Final = b"\n"
_WARM_UP: Final = 300
_HOSTILE_BYTES: Final = 20 * _MIB
FILES: Final[Mapping[str, Callable[[], bytes]]] = {
    "20,000 rows": lambda: export(20_000),
    "100,000 rows": lambda: export(100_000),
    "empty lines": lambda: b"\n" * _HOSTILE_BYTES,
    "empty lines below headings": lambda: HEADINGS.encode() + b"\n" * _HOSTILE_BYTES,
    "one long line": lambda: b"a" * _HOSTILE_BYTES,
    "one long line below headings": lambda: HEADINGS.encode() + b"\n" + b"a" * _HOSTILE_BYTES,
    "quotes": lambda: b'"' * _HOSTILE_BYTES,
    "quotes below headings": lambda: HEADINGS.encode() + b"\n" + b'"' * _HOSTILE_BYTES,
    "open quotes": lambda: HEADINGS.encode() + b"\n" + b'",\n' * 90_000,
    "stray quotes": lambda: HEADINGS.encode() + b"\n" + b'a"\n' * 90_000,
    "commas": lambda: b"," * _HOSTILE_BYTES,
    "bad rows": lambda: HEADINGS.encode() + b"\n" + (b"=," * 20 + b"x\n") * 99_000,
    "different numbers": lambda: HEADINGS.encode() + b"\n" + b"".join(_row_of(number) for number in range(99_000)),
    "100 MiB": lambda: b"\n" * (100 * _MIB),
}


def _row_of(number: int) -> bytes:
    return b"%d-%d-1,a,b,,c,%d,%d.%d,Yes,No,Yes,M,,,,,%s,x,,,NOK,\n" % (
        number,
        number,
        number,
        number,
        number,
        b"1" * 90,
    )


async def bench_imports() -> None:
    """One run: every file in turn, after a warm-up."""
    async with Stack.throw_away() as stack:
        pids = {name: stack.children[name].pid for name in ("API", "Worker")}
        async with _client(stack.settings) as http:
            made = await http.post("/v1/people", json={"id": APPROVER, "name": "Mia Hart"})
            assert made.status_code == httpx.codes.CREATED, made.text
            await http.post("/v1/units", json={"id": UNIT, "name": "Bench", "currency": "EUR"})
            for _ in range(_WARM_UP):
                await _asked(http)
            serving = {name: memory_mb(pid)[0] for name, pid in pids.items()}
            print(f"serving: {_shown(serving)}", flush=True)
            for name, make in FILES.items():
                print(f"{name}: {await _measured(http, pids, make())}", flush=True)


def _client(settings: Settings) -> httpx.AsyncClient:
    token = local_token("admin", settings.issuer_key_path)
    return httpx.AsyncClient(base_url=settings.api_url, headers={"authorization": f"Bearer {token}"}, timeout=300)


async def _measured(http: httpx.AsyncClient, pids: Mapping[str, int], content: bytes) -> str:
    """Send a file, and ask for something else again and again until it is answered."""
    for pid in pids.values():
        reset_peak(pid)
    waits: list[float] = []
    before = cpu_ms(pids)["API"]
    asking = asyncio.create_task(_keep_asking(http, waits))
    started = time.perf_counter()
    status = await _sent(http, content)
    seconds = time.perf_counter() - started
    asking.cancel()
    with suppress(asyncio.CancelledError):
        await asking
    peaks = {name: memory_mb(pid)[1] for name, pid in pids.items()}
    rows = f", {content.count(_LINE_END) / seconds:.0f} lines/s" if status == "201" else ""
    cpu = (cpu_ms(pids)["API"] - before) / 1000
    return f"{status} in {seconds:.1f} s{rows}, API {cpu:.1f} s of CPU; others waited {_times(waits)}; at most {_shown(peaks)}"


async def _sent(http: httpx.AsyncClient, content: bytes) -> str:
    path = f"/v1/imports/harvest?unit={UNIT}&approver={APPROVER}"
    try:
        answer = await http.post(path, content=content, headers={"content-type": "text/csv"})
    except httpx.TransportError as error:
        return type(error).__name__
    return str(answer.status_code)


async def _keep_asking(http: httpx.AsyncClient, waits: list[float]) -> None:
    while True:
        waits.append(await _asked(http))
        await asyncio.sleep(0.01)


async def _asked(http: httpx.AsyncClient) -> float:
    """Milliseconds a question took that goes to the database."""
    started = time.perf_counter()
    answer = await http.get(f"/v1/units/{UNIT}")
    assert answer.status_code == httpx.codes.OK, answer.text
    return (time.perf_counter() - started) * 1000


def _times(waits: list[float]) -> str:
    if not waits:
        return "throughout"
    return f"{statistics.median(waits):.0f} ms (median of {len(waits)}), {max(waits):.0f} ms at most"


def _shown(megabytes: Mapping[str, float]) -> str:
    parts = ", ".join(f"{name} {value:.0f}" for name, value in megabytes.items())
    return f"{sum(megabytes.values()):.0f} MB ({parts})"
