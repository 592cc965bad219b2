"""The committed histories and the fingerprint of the commands on each path."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory

FOLDER: Final = Path(__file__).parent / "histories"
OF_BEFORE: Final = FOLDER / "of_before"
"""Histories of paths that take other commands since a patch."""
FINGERPRINT: Final = Path(__file__).parent / "fingerprint.json"
NOBODY: Final = "tilbake"
_OF_THE_SERVER: Final = ("WorkflowTask", "ActivityTaskStarted", "WorkflowExecutionOptionsUpdated", "TimeSkipping")
_PERSONAL: Final = frozenset({"identity", "workerVersion", "stackTrace", "binaryChecksum", "deploymentOptions"})


def file_of(path: str) -> Path:
    """Where the history of a path is kept."""
    return FOLDER / f"{path}.json"


def read(path: str, *, folder: Path = FOLDER) -> WorkflowHistory:
    """The committed history of a path."""
    return WorkflowHistory.from_json(f"recall-1042-{path}", (folder / f"{path}.json").read_text(encoding="utf-8"))


def commands(history: WorkflowHistory) -> list[str]:
    """The kinds of events in their order, without those that say how busy the server was."""
    names = [
        EventType.Name(event.event_type).removeprefix("EVENT_TYPE_").title().replace("_", "")
        for event in history.events
    ]
    return [name for name in names if not any(word in name for word in _OF_THE_SERVER)]


def scrubbed(history: WorkflowHistory) -> str:
    """The history as text, without the names of machines, processes and directories."""
    return json.dumps(_scrub(json.loads(history.to_json())), indent=1, sort_keys=True) + "\n"


def _scrub(value: Any) -> Any:
    if isinstance(value, list):
        return [_scrub(one) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {name: _scrub(one) for name, one in value.items() if name not in _PERSONAL}
    if value.get("kind") == "TASK_QUEUE_KIND_STICKY":
        kept["name"] = NOBODY
    if "identity" in value:
        kept["identity"] = NOBODY
    return kept
