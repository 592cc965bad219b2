"""Every operation of the document is asked what its description allows and what it forbids, and answers as it promises.

Schemathesis does the asking, in all its phases: the examples of the document, every limit of every schema, data at random,
and calls that follow from each other's answers. Who calls, and what no schema can say: checks.py.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import secrets
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.acting import ADMIN, TIMEOUT_SECONDS, Actors, set_up
from tests.api.openapi import operations
from tests.contract import document
from tests.counts import LONG, count
from tests.fuzzing.checks import PEOPLE
from tests.harness import Service
from tilbake.tokens import local_token

pytestmark = [pytest.mark.api, pytest.mark.timeout(600)]
ROOT = Path(__file__).resolve().parents[2]
CONFIG = Path(__file__).with_name("schemathesis.toml")
SHARE = 6
"""Of about 130 operations."""
SEED = secrets.randbelow(2**32) if LONG else 1
"""A short run asks the same each time, so that it fails for a change only; a long one tells its seed."""
ROLES = ("finance", "planner", "member", "approver", "manager", "operator", "auditor")


@dataclass(frozen=True)
class Asking:
    """A service with some requests, and people on it: the owner has every role."""

    service: Service
    people: Actors

    async def ask(self, folder: Path, *options: str) -> tuple[dict[str, Any], str]:
        """What came of a run of Schemathesis, and what it said."""
        people = {"admin": ADMIN, "owner": self.people.owner, "approver": self.people.approvers[0]}
        tokens = {name: local_token(id, self.service.settings.issuer_key_path) for name, id in people.items()}
        program = Path(sys.executable).with_name("st")
        document = f"{self.service.url}/openapi.json"
        run = ["--config-file", str(CONFIG), "run", document, "--header", "Accept: application/json"]
        report = folder / "report.json"
        run += ["--seed", str(SEED)]
        told = ["--no-color", "--warnings", "off", "--continue-on-failure", "--report-json-path", str(report)]
        variables = {"SCHEMATHESIS_HOOKS": "tests.fuzzing.checks", "PYTHONPATH": str(ROOT), PEOPLE: json.dumps(tokens)}
        process = await asyncio.create_subprocess_exec(
            program,
            *run,
            *told,
            *options,
            env={**os.environ, **variables},
            cwd=folder,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        return json.loads(await asyncio.to_thread(report.read_text)), said.decode()


@pytest.fixture
async def asking(own_service: Service) -> AsyncIterator[Asking]:
    async with httpx.AsyncClient(base_url=own_service.url, timeout=TIMEOUT_SECONDS) as http:
        people = await set_up(http, own_service.settings)
        roles = {role: [people.owner] for role in ROLES}
        await people.done("PUT", f"/units/{people.unit}/roles", by=ADMIN, body=roles)
        await people.asked(3)
        yield Asking(own_service, people)


def assert_good(found: dict[str, Any], said: str, *, phases: tuple[str, ...]) -> None:
    """Nothing failed, and nothing that was to be asked was left out."""
    assert found["failures"] == [] == found["errors"], said
    assert found["exit_code"] == 0, said
    assert {name for name, phase in found["phases"].items() if phase["status"] == "success"} == set(phases), said
    assert found["operations"]["tested"] == found["operations"]["selected"] > 0, said


async def test_every_operation_answers_as_the_document_says(asking: Asking, tmp_path: Path) -> None:
    phases = ("examples", "fuzzing", "stateful")

    found, said = await asking.ask(tmp_path, "--phases", ",".join(phases), "--max-examples", str(count(1, 25)))

    assert_good(found, said, phases=phases)
    assert found["operations"]["total"] == found["operations"]["tested"] >= 129


async def test_every_limit_of_every_schema_holds(asking: Asking, tmp_path: Path) -> None:
    """In a short run of a share of the operations."""
    names = [one.id for one in operations(document())]
    chosen = random.Random(SEED).sample(names, count(SHARE, len(names)))

    found, said = await asking.ask(
        tmp_path, "--phases", "coverage", *(f"--include-operation-id={name}" for name in chosen)
    )

    assert_good(found, said, phases=("coverage",))
    assert found["operations"]["tested"] == len(chosen)
