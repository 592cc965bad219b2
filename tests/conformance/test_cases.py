"""The conformance cases that must be green now: a test for each file, its cases side by side as on the command line.

A case joins GREEN when what it needs is built, and never leaves it again.
"""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.harness import Service
from tilbake.conformance.format import parse_files
from tilbake.conformance.run import outcomes, select
from tilbake.conformance.service import signed_in

CASES = Path(__file__).parent / "cases"
GREEN: Mapping[str, tuple[str, ...]] = {
    "project-states.yaml": tuple(f"PS-{number:02}" for number in range(1, 10)),
    "project-golden.yaml": tuple(f"PG-{number:02}" for number in range(1, 13)),
    "project-invoices.yaml": tuple(f"PI-{number:02}" for number in range(1, 14)),
    "project-approvals.yaml": tuple(f"PA-{number:02}" for number in range(1, 14)),
    "project-money.yaml": tuple(f"PM-{number:02}" for number in range(1, 10)),
    "project-periods.yaml": tuple(f"PP-{number:02}" for number in range(1, 6)),
    "production-output.yaml": tuple(f"PROD-OUT-{number:02}" for number in range(1, 14)),
    "production-reverse-journal.yaml": tuple(f"PROD-JNL-{number:02}" for number in range(1, 20)),
    "production-reverse-entry.yaml": tuple(f"PROD-ENT-{number:02}" for number in range(1, 19)),
    "production-recheck.yaml": tuple(f"PROD-RCK-{number:02}" for number in range(1, 10)),
    "production-cost.yaml": tuple(f"PROD-CST-{number:02}" for number in range(1, 8)),
}

pytestmark = [pytest.mark.conformance, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize("name", GREEN)
async def test_cases_that_are_green_stay_green(name: str, service: Service) -> None:
    cases = select(parse_files([CASES / name]), only=GREEN[name])
    chosen = signed_in(service.url, settings=service.settings)

    ended = {one.id: one.problem async for one in outcomes(cases, service=chosen)}

    assert {case: problem for case, problem in ended.items() if problem} == {}
    assert sorted(ended) == sorted(GREEN[name])


async def test_all_cases_are_green() -> None:
    for name, ids in GREEN.items():
        assert list(ids) == [case.id for case in parse_files([CASES / name])]
