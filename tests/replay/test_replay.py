"""New code goes on with requests that old code began: recorded histories replay, and the order of commands is unchanged.

After a change that is meant to alter them: python -m tests.replay.record
"""

from __future__ import annotations

import base64
import json
import re
import socket
from pathlib import Path
from typing import Any

import pytest
from temporalio import workflow
from temporalio.client import Client
from temporalio.converter import DataConverter
from temporalio.worker import Replayer
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from telemetry.temporal import Tracing
from tests.replay.every import EVERY_PATH, WORKFLOWS, walked_now
from tests.replay.recorded import FINGERPRINT, FOLDER, OF_BEFORE, commands, read

pytestmark = pytest.mark.workflow


def replayer(converter: DataConverter = DataConverter.default) -> Replayer:
    restrictions = SandboxRestrictions.default.with_passthrough_modules("workflows", "domain")
    return Replayer(
        workflows=WORKFLOWS,
        workflow_runner=SandboxedWorkflowRunner(restrictions=restrictions),
        interceptors=[Tracing()],
        data_converter=converter,
    )


@pytest.mark.parametrize("path", EVERY_PATH)
async def test_a_recorded_history_replays(path: str) -> None:
    await replayer().replay_workflow(read(path))


@pytest.mark.parametrize("path", EVERY_PATH)
async def test_the_commands_of_a_path_are_those_committed(path: str, temporal_client: Client) -> None:
    now = commands(await walked_now(temporal_client, path))

    assert now == json.loads(FINGERPRINT.read_text(encoding="utf-8"))[path]


@pytest.mark.parametrize("path", sorted(file.stem for file in OF_BEFORE.glob("*.json")))
async def test_a_history_that_goes_another_way_now_replays_as_it_went_then(path: str) -> None:
    history = read(path, folder=OF_BEFORE)

    await replayer().replay_workflow(history)
    assert commands(history) != json.loads(FINGERPRINT.read_text(encoding="utf-8"))[path]


async def test_code_that_goes_another_way_does_not_replay() -> None:
    history = read("approved")
    marker = next(event for event in history.events if event.HasField("marker_recorded_event_attributes"))
    result = marker.marker_recorded_event_attributes.details["result"].payloads[0]
    result.data = result.data.replace(b'"status":"recalled"', b'"status":"awaiting_decision"')

    with pytest.raises(workflow.NondeterminismError):
        await replayer().replay_workflow(history)


def test_every_recorded_path_is_walked() -> None:
    assert sorted(file.stem for file in FOLDER.glob("*.json")) == sorted(EVERY_PATH)


@pytest.mark.parametrize("path", EVERY_PATH)
def test_a_recorded_history_names_no_machine(path: str) -> None:
    text = (FOLDER / f"{path}.json").read_text(encoding="utf-8")
    said = "\n".join([text, *payloads(json.loads(text))])

    assert socket.gethostname() not in said
    assert str(Path(__file__).resolve().parents[2]) not in said
    assert not re.search(r"\.py\b|/(tmp|home|root|usr|venv)/|\d+@", said)


def payloads(value: Any) -> list[str]:
    """What is kept in base64, as text."""
    if isinstance(value, list):
        return [text for one in value for text in payloads(one)]
    if not isinstance(value, dict):
        return []
    own = [base64.b64decode(value["data"]).decode()] if isinstance(value.get("data"), str) else []
    return own + [text for one in value.values() for text in payloads(one)]
