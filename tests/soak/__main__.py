"""Mixed load on a throw-away stack while its processes are killed; then everything acknowledged is looked for (docs/testing.md).

The last line is `N requests, N kills, N duplicates tried, N lost, N doubled`.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import secrets
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import httpx

from tests.acting import TIMEOUT_SECONDS
from tests.soak.acts import MIX
from tests.soak.comparing import Outcome, compare, look_over
from tests.soak.ground import Ground, ground
from tests.soak.insisting import Insisting
from tests.soak.killing import Killer
from tests.soak.ledger import Ledger
from tests.soak.people import Pool, settle_in

UNITS: Final = 3
PEOPLE_IN_EACH: Final = 3
SHOWN: Final = 40


@dataclass(frozen=True, slots=True)
class Options:
    """What a run is asked for."""

    minutes: float
    seed: int
    production_like: bool


def options() -> Options:
    """From the command line."""
    parser = argparse.ArgumentParser(prog="scripts/soak", description=__doc__)
    parser.add_argument("minutes", type=float, nargs="?", default=10.0, help="how long the load lasts (default 10)")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6), help="what is done, killed, and when")
    parser.add_argument("--production-like", action="store_true", help="on the stack as production has it")
    return Options(**vars(parser.parse_args()))


async def soak(wanted: Options) -> int:
    """0 when nothing was lost, nothing doubled, and nothing is as it must not be."""
    seed, ledger = random.Random(wanted.seed), Ledger()
    print(f"scripts/soak {wanted.minutes:g} --seed {wanted.seed}", flush=True)
    async with ground(production_like=wanted.production_like) as stack:
        outcome = Outcome()
        transport = Insisting(ledger, random.Random(seed.getrandbits(64)))
        async with httpx.AsyncClient(
            transport=transport, base_url=stack.settings.api_url, timeout=TIMEOUT_SECONDS
        ) as http:
            await _under_load(http, stack, ledger, seed, seconds=60 * wanted.minutes)
        await look_over(outcome, stack.database, await stack.temporal())
        found = await compare(ledger, stack.database)
        found.wrong += outcome.wrong
        _tell_ends(stack)
    return _report(ledger, found)


async def _under_load(
    http: httpx.AsyncClient, stack: Ground, ledger: Ledger, seed: random.Random, *, seconds: float
) -> None:
    """Let everybody work while parts are killed, and whatever was asked for be answered."""
    pools = [await settle_in(http, stack.settings, ledger, seed) for _ in range(UNITS)]
    killer = Killer(stack.processes, ledger, random.Random(seed.getrandbits(64)), leaning=stack.leaning)
    end = time.monotonic() + seconds
    everybody = [asyncio.create_task(_busy(pool, end)) for pool in pools for _ in range(PEOPLE_IN_EACH)]
    killing = asyncio.create_task(killer.go_on(end))
    telling = asyncio.create_task(_tell_progress(ledger))
    try:
        await _as_long_as_it_runs(stack, asyncio.gather(killing, *everybody))
    finally:
        telling.cancel()
        with suppress(asyncio.CancelledError):
            await telling
    print(f"killed: {killer.told()}", flush=True)


async def _as_long_as_it_runs(stack: Ground, working: asyncio.Future[Any]) -> None:
    """Wait until the work is done. A stack that ends by itself ends the run: there is nobody left to ask."""
    ended: asyncio.Future[Any] = asyncio.create_task(stack.started.process.wait())
    await asyncio.wait({ended, working}, return_when=asyncio.FIRST_COMPLETED)
    if ended.done():
        working.cancel()
        _tell_ends(stack)
        raise SystemExit("The stack has ended by itself; the lines above say why.")
    ended.cancel()
    await working


async def _busy(pool: Pool, end: float) -> None:
    """One act after the other, as often as the mix has them."""
    acts, weights = list(MIX), list(MIX.values())
    while time.monotonic() < end:
        (act,) = pool.random.choices(acts, weights)
        try:
            await act(pool)
        except (TimeoutError, AssertionError) as failure:
            pool.ledger.wrong.append(f"{act.__name__}: {type(failure).__name__}: {failure}")


async def _tell_progress(ledger: Ledger) -> None:
    while True:
        await asyncio.sleep(30)
        print(f"  {ledger.requests} requests, {ledger.kills} kills, {ledger.duplicates} duplicates tried", flush=True)


def _tell_ends(stack: Ground) -> None:
    """A stack that has ended by itself, and starts that failed, are news."""
    for line in stack.started.lines:
        if "could not be started again" in line or "cannot be kept" in line:
            print(f"  {line}", flush=True)


def _report(ledger: Ledger, found: Outcome) -> int:
    for what, number in sorted(ledger.done.items()):
        print(f"  {number:6} {what}")
    print("refused: " + ", ".join(f"{code} {number}" for code, number in ledger.refused.most_common()))
    for title, sentences in (("lost", found.lost), ("doubled", found.doubled), ("wrong", found.wrong)):
        for sentence in sentences[:SHOWN]:
            print(f"{title}: {sentence}")
    if found.wrong:
        print(f"{len(found.wrong)} findings beside these")
    print(
        f"{ledger.requests} requests, {ledger.kills} kills, {ledger.duplicates} duplicates tried, "
        f"{len(found.lost)} lost, {len(found.doubled)} doubled"
    )
    return 0 if found.good else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(soak(options())))
