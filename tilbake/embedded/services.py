"""Our own two processes, API and worker: how they are started, and how one sees that they serve."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import PollerInfo, TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError

from tilbake.embedded import leftovers, texts
from tilbake.embedded.health import api_answers
from tilbake.embedded.processes import Child, Launch, spawn
from tilbake.errors import CannotStart
from tilbake.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 60.0


def start_api(settings: Settings, *, extra: dict[str, str] | None = None, name: str = "API") -> Child:
    """`python -m api` with these settings; `extra` variables are failpoints of tests."""
    return start_python(name, "api", settings, extra or {})


def start_worker(settings: Settings, *, extra: dict[str, str] | None = None, name: str = "Worker") -> Child:
    """`python -m worker` with these settings."""
    return start_python(name, "worker", settings, extra or {})


def start_python(name: str, module: str, settings: Settings, extra: dict[str, str]) -> Child:
    """`python -m MODULE` with these settings; it never learns the owner's password. Its log is named as it is.

    Killed with its parent and not asked: every step it does survives that.
    """
    own = replace(settings, owner_database_url=None)
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    environment = os.environ | own.as_environment() | {"PYTHONPATH": path, "PYTHONUNBUFFERED": "1"} | extra
    argv = [sys.executable, "-m", module]
    return spawn(
        Launch(
            name,
            argv,
            settings.log_dir / f"{leftovers.file_name(name)}.log",
            environment=environment,
            directory=ROOT,
            death_signal=signal.SIGKILL,
            record_path=leftovers.record_path(settings.data_dir, name),
        )
    )


async def wait_for_api(child: Child, settings: Settings, *, path: str = "/readyz") -> None:
    """Return when the API answers 200 there; raises CannotStart when it ends or takes too long."""
    deadline = asyncio.get_running_loop().time() + READY_SECONDS
    while not await api_answers(settings, path):
        _require_alive(child, deadline)
        await asyncio.sleep(0.05)


async def wait_for_worker(child: Child, client: Client, task_queue: str) -> None:
    """Return when this very worker has asked for workflow tasks."""
    deadline = asyncio.get_running_loop().time() + READY_SECONDS
    while not await _has_polled(client, task_queue, pid=child.pid):
        _require_alive(child, deadline)
        await asyncio.sleep(0.05)


async def _has_polled(client: Client, task_queue: str, *, pid: int) -> bool:
    """A Temporal that is away, or gone meanwhile, knows of no worker. One calls itself PROCESS@MACHINE."""
    try:
        found = await _pollers(client, task_queue)
    except RPCError:
        return False
    return any(one.identity.partition("@")[0] == str(pid) for one in found)


async def last_poll(client: Client, task_queue: str) -> datetime | None:
    """When a worker last asked for workflow tasks of this queue; None when none did lately."""
    found = await _pollers(client, task_queue)
    return max((one.last_access_time.ToDatetime(tzinfo=UTC) for one in found), default=None)


async def _pollers(client: Client, task_queue: str) -> Sequence[PollerInfo]:
    request = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=task_queue),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    )
    return (await client.workflow_service.describe_task_queue(request)).pollers


def _require_alive(child: Child, deadline: float) -> None:
    if not child.is_running():
        raise CannotStart(texts.ITS_LOG, name=child.name, ended=child.how_it_ended(), log=child.log_path)
    if asyncio.get_running_loop().time() > deadline:
        raise CannotStart(texts.NOT_READY, name=child.name, seconds=f"{READY_SECONDS:.0f}", log=child.log_path)
