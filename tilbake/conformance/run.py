"""Runs many cases at a time against one service and says, case by case, how they ended."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass

import httpx

from tilbake.conformance.client import TIMEOUT_SECONDS, Api
from tilbake.conformance.format import Case
from tilbake.conformance.outcomes import Outcome
from tilbake.conformance.playing import play
from tilbake.conformance.service import Service

JOBS = 16
Print = Callable[[str], None]


class UnknownCases(Exception):
    """Ids were asked for that no file has."""


@dataclass
class Tally:
    """How many cases ended in which way."""

    passed: int = 0
    failed: int = 0
    disputed: int = 0

    def lines(self) -> list[str]:
        """The closing lines; the last one is always the same two counts."""
        disputed = [f"{self.disputed} disputed"] if self.disputed else []
        return [*disputed, f"{self.passed} passed, {self.failed} failed"]


def select(cases: Sequence[Case], *, only: Sequence[str]) -> tuple[Case, ...]:
    """The cases asked for, in the order of the files; all when none is named. Raises UnknownCases."""
    known = {case.id for case in cases}
    if unknown := [one for one in only if one not in known]:
        raise UnknownCases(f"no case has the id {', '.join(unknown)}")
    return tuple(case for case in cases if not only or case.id in only)


async def outcomes(
    cases: Sequence[Case],
    *,
    service: Service,
    jobs: int = JOBS,
    transport: httpx.AsyncBaseTransport | None = None,
) -> AsyncGenerator[Outcome, None]:
    """The end of every case, in the order given; at most `jobs` cases run at a time."""
    limits = httpx.Limits(max_connections=4 * jobs, max_keepalive_connections=4 * jobs)
    gate = asyncio.Semaphore(jobs)
    async with httpx.AsyncClient(
        base_url=service.url, timeout=TIMEOUT_SECONDS, limits=limits, transport=transport
    ) as http:
        api = Api(http, token_for=service.token_for)

        async def one(case: Case) -> Outcome:
            async with gate:
                return await play(case, api=api)

        tasks = [asyncio.create_task(one(case)) for case in cases]
        try:
            for task in tasks:
                yield await task
        finally:
            for task in tasks:
                task.cancel()


def line(outcome: Outcome, *, disputed: str | None) -> str:
    """The one line of a case."""
    if outcome.passed:
        note = " (listed as disputed)" if disputed else ""
        return f"ok   {outcome.id} {outcome.title}  ({outcome.seconds:.1f} s){note}"
    if disputed:
        return f"disputed {outcome.id} {outcome.problem} (disputed: {disputed})"
    return f"FAIL {outcome.id} {outcome.problem}"


async def run(
    cases: Sequence[Case],
    *,
    service: AbstractAsyncContextManager[Service],
    jobs: int,
    disputed: Mapping[str, str],
    say: Print,
) -> Tally:
    """Run the cases and say a line for each as soon as it and those before it have ended, then the counts."""
    tally = Tally()
    async with service as chosen, aclosing(outcomes(cases, service=chosen, jobs=jobs)) as ended:
        async for outcome in ended:
            reason = disputed.get(outcome.id)
            say(line(outcome, disputed=reason))
            tally.passed += outcome.passed
            tally.disputed += not outcome.passed and reason is not None
            tally.failed += not outcome.passed and reason is None
    for closing in tally.lines():
        say(closing)
    return tally
