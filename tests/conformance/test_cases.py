"""The conformance cases that must be green now, each file run once against one service, a test for each case.

A case joins GREEN when what it needs is built, and never leaves it again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.harness import Service
from tilbake.conformance.format import parse_files
from tilbake.conformance.outcomes import Outcome
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
PLACES = {case: name for name, ids in GREEN.items() for case in ids}

pytestmark = [pytest.mark.conformance, pytest.mark.asyncio(loop_scope="session")]


@dataclass(slots=True)
class Played:
    """The cases of a file run side by side, as on the command line, when the first of them is asked for."""

    service: Service
    ended: dict[str, Outcome] = field(default_factory=dict)

    async def outcome(self, case: str) -> Outcome:
        """How a case ended."""
        if case not in self.ended:
            name = PLACES[case]
            cases = select(parse_files([CASES / name]), only=GREEN[name])
            chosen = signed_in(self.service.url, settings=self.service.settings)
            self.ended |= {one.id: one async for one in outcomes(cases, service=chosen)}
        return self.ended[case]


@pytest.fixture(scope="session")
def played(service: Service) -> Played:
    """What was run in this process."""
    return Played(service)


@pytest.mark.parametrize("case", PLACES)
async def test_a_case_that_is_green_stays_green(case: str, played: Played) -> None:
    assert (await played.outcome(case)).problem == ""


async def test_all_cases_are_green() -> None:
    for name, ids in GREEN.items():
        assert list(ids) == [case.id for case in parse_files([CASES / name])]
