"""The conformance cases that must be green now, run once against one service, a test for each.

A case joins GREEN when what it needs is built, and never leaves it again.
"""

from collections.abc import Mapping
from pathlib import Path

import pytest
import pytest_asyncio

from tests.harness import Service
from tilbake.conformance.format import Case, parse_files
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
IDS = tuple(one for ids in GREEN.values() for one in ids)

# One worker runs them all: they share one service and one run of the runner.
pytestmark = [pytest.mark.timeout(600), pytest.mark.conformance, pytest.mark.xdist_group("conformance")]


def green_cases() -> tuple[Case, ...]:
    return select(parse_files(CASES / name for name in GREEN), only=IDS)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def ended(service: Service) -> Mapping[str, Outcome]:
    """How each green case ended; they ran side by side, as on the command line."""
    chosen = signed_in(service.url, settings=service.settings)
    return {one.id: one async for one in outcomes(green_cases(), service=chosen)}


@pytest.mark.parametrize("case", IDS)
def test_a_case_that_is_green_stays_green(case: str, ended: Mapping[str, Outcome]) -> None:
    assert ended[case].problem == ""


def test_all_cases_are_green() -> None:
    for name, ids in GREEN.items():
        assert list(ids) == [case.id for case in parse_files([CASES / name])]
