"""Waiting until Postgres and Temporal agree, as the comparison itself says it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from tests.acting import ask_database
from tests.waiting import until

CALM_SECONDS: Final = 60.0
"""Within so many seconds of calm both sides agree (reliability.md, I10)."""
COMPARING: Final = {"TILBAKE_RECONCILE_SECONDS": "1"}


async def status(client: Client, workflow: str) -> WorkflowExecutionStatus | None:
    """How a workflow stands; None for one that Temporal does not know, or while it is away."""
    try:
        return (await client.get_workflow_handle(workflow).describe()).status
    except RPCError as error:
        if error.status in {RPCStatusCode.NOT_FOUND, RPCStatusCode.UNAVAILABLE}:
            return None
        raise


async def all_run(client: Client, recalls: Iterable[Mapping[str, Any]], *, seconds: float = CALM_SECONDS) -> None:
    """Return when the workflow of each of these requests runs."""
    waiting = {recall["workflow_id"] for recall in recalls}

    async def look() -> bool:
        for workflow in list(waiting):
            if await status(client, workflow) is not WorkflowExecutionStatus.RUNNING:
                return False
            waiting.discard(workflow)
        return True

    await until(look, what=f"these wait again: {waiting}", seconds=seconds)


async def differences(database: str) -> Counter[tuple[str, bool]]:
    """What was ever found, by kind and whether it is gone."""
    return Counter(await ask_database(database, "select kind, gone_at is not null from difference"))


async def agree(database: str, found: Mapping[str, int]) -> None:
    """Return when the comparison has found exactly these, by kind, and all of them are gone."""

    async def gone() -> bool:
        return await differences(database) == {(kind, True): number for kind, number in found.items()}

    await until(gone, what=f"both sides agree again after {dict(found)}", seconds=CALM_SECONDS)
