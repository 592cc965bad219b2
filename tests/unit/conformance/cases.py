"""Case texts for the runner's own tests."""

import asyncio
from pathlib import Path
from textwrap import dedent, indent

from tests.unit.conformance.fake_api import FakeApi
from tilbake.conformance.format import Case, parse_files
from tilbake.conformance.outcomes import Outcome
from tilbake.conformance.run import outcomes
from tilbake.conformance.service import Service

SERVICE = Service("http://fake", lambda person: person)
WORLD = "entries: [{id: E1, kind: time, date: 2026-02-02, quantity: 8}]"
APPROVED = "- submit: [E1]\n- approve: [E1]\n"
REQUESTED = APPROVED + "- request_recall: [E1]\n  reason: Wrong project\n  as: R1\n"


def text(steps: str, *, case: str = "T-1", world: str = WORLD, expect: str = "{}") -> str:
    """A file of one case."""
    head = f"- id: {case}\n  title: A case of the tests\n  source: none\n"
    world_part = f"  world:\n{indent(dedent(world), '    ')}\n"
    return f"{head}{world_part}  steps:\n{indent(dedent(steps), '    ')}\n  expect: {expect}\n"


def parsed(directory: Path, *, content: str) -> tuple[Case, ...]:
    """The cases of a file with this content."""
    path = directory / "cases.yaml"
    path.write_text(content, encoding="utf-8")
    return parse_files([path])


def played(directory: Path, *, content: str, fake: FakeApi | None = None) -> list[Outcome]:
    """How the cases of this content end against the fake service."""
    cases = parsed(directory, content=content)

    async def collect() -> list[Outcome]:
        transport = (fake or FakeApi()).transport()
        return [one async for one in outcomes(cases, service=SERVICE, transport=transport)]

    return asyncio.run(collect())
