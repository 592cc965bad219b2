"""The bare workflow beside which the service is measured: one signal, one committing local activity, nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from temporalio import workflow

WORKFLOW_NAME: Final = "BareReversal"
SIGNAL: Final = "go"
WRITE: Final = "write_bare_reversal"
TASK_QUEUE: Final = "bare"
PORT_VARIABLE: Final = "TILBAKE_BENCH_PORT"


@dataclass(frozen=True, slots=True)
class BareInput:
    """What to reverse: originals with the day of the reversal of each, and the posting they become."""

    posting: str
    originals: list[int]
    days: list[str]


@workflow.defn(name=WORKFLOW_NAME)
class BareReversal:
    """Waits for its signal, then writes."""

    def __init__(self) -> None:
        self._told = False

    @workflow.signal(name=SIGNAL)
    def go(self) -> None:
        """Write now."""
        self._told = True

    @workflow.run
    async def run(self, given: BareInput) -> None:
        """One wait, one local activity."""
        await workflow.wait_condition(lambda: self._told)
        await workflow.execute_local_activity(WRITE, given, start_to_close_timeout=timedelta(seconds=10))
