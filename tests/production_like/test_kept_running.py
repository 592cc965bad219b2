"""`scripts/start --production-like` as a person has it: what it says, and that each of its processes comes back."""

from __future__ import annotations

import re
import signal
from contextlib import suppress
from dataclasses import replace

import httpx
import pytest

from tests.acting import actors
from tests.counts import count
from tests.faults.started import SERVING, Started, settings_in, start
from tests.servers import new_directory, remove_directory
from tests.waiting import until
from tilbake.commands.doctor import examine

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

PARTS = ("Postgres", "Temporal", "Temporal UI", "API", "API 2", "Worker", "Worker 2")


async def test_each_process_that_is_killed_comes_back_and_recalls_end_meanwhile_and_after_another_start() -> None:
    place = new_directory()
    settings = settings_in(place)
    try:
        async with start(settings, "--production-like", "--no-story", TILBAKE_TEST_CLOCK="1") as started:
            await started.told(SERVING, seconds=90)
            assert re.match(r"Both APIs answer there; API on http://127\.0\.0\.1:\d+, API 2 on ", laid_out(started))
            await everything_is_well(started)
            async with actors(settings.api_url, settings) as people:
                left, *recalls = await people.asked(1 + len(PARTS) * count(1, 3))
                for name, recall in zip(PARTS * count(1, 3), recalls, strict=True):
                    started.signal(name, signal.SIGKILL)
                    await started.told(rf"{name} was ended by SIGKILL; starting it again\.$")
                    await started.told(rf"{name} runs again after [\d.]+ s\.$", seconds=90)

                    async def taken(recall: dict[str, object] = recall) -> bool:
                        with suppress(httpx.TransportError):  # of a connection to the API that was killed
                            answer = await people.decide(recall, by=people.approvers[0])
                            return answer.status_code in {202, 409}
                        return False

                    await until(taken, what="the decision is taken", seconds=30)
                    assert (await people.ended(recall, seconds=60))["status"] == "recalled"
            assert await started.interrupted() == 0
        async with start(settings, "--production-like", "--no-story", TILBAKE_TEST_CLOCK="1") as again:
            await again.told(SERVING, seconds=90)
            async with httpx.AsyncClient(base_url=settings.api_url, timeout=40) as http:
                back = replace(people, http=http)
                assert (await back.decide(left, by=back.approvers[0])).status_code == 202
                assert (await back.ended(left, seconds=60))["status"] == "recalled"
            assert await again.interrupted() == 0
    finally:
        remove_directory(place)


def laid_out(started: Started) -> str:
    return next(line for line in started.lines if line.startswith("Both APIs"))


async def everything_is_well(started: Started) -> None:
    findings = await examine(started.settings)

    assert [one for one in findings if (not one.good and one.subject != "Encryption") or one.warns] == []
    assert [one.text.partition(" (")[0] for one in findings if one.subject == "Certificate"] == [
        "ours, for Temporal",
        "Temporal",
    ]
