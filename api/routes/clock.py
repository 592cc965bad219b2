"""The test clock: set a unit's day, and move it with its open workflows. Exists only where the setting switches it on."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request, Response
from temporalio.client import WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper

from api.acting import Answer, Person, require_test_clock, work_in, write
from api.edge import edge_error
from api.idempotency import REPLAY_HEADER
from api.models.setup import ClockAdvance, ClockSetting
from api.permissions import Permission, needs
from api.problem_schema import problem_responses
from api.render import setup as show
from api.render.values import instant
from api.service import Service, service_of
from api.strict_route import StrictRoute
from application import routing, setup
from application.messages import workflow_id
from application.work import Work, business_now, require_administrator, today_in, unit_of
from application.working_days import noon_in
from domain.refusals import Code
from store import projects
from store.database import execute, fetch

router = APIRouter(prefix="/v1/units/{unit}/clock", route_class=StrictRoute, tags=["test clock"])
_CALM_SECONDS = 20.0
_ASK_EVERY_SECONDS = 0.05
_BE_PATIENT = """
select set_config(name, :patience, true)
  from unnest(array['lock_timeout', 'statement_timeout', 'idle_in_transaction_session_timeout']) as t(name)"""
_SURELY = timedelta(seconds=1)
"""A timer that ends at this very moment has to have ended."""


@router.post(
    "",
    operation_id="set_clock",
    openapi_extra=needs(Permission.SET_UP),
    responses=problem_responses(Code.NOT_SUPPORTED, Code.UNKNOWN_UNIT, Code.NOT_ALLOWED),
)
async def set_clock(request: Request, person: Person, unit: str, body: ClockSetting) -> Response:
    """Set the day of a unit: noon UTC, or noon by its own clocks where noon UTC is another day there."""
    require_test_clock(request)

    async def act(work: Work) -> Answer:
        require_administrator(work)
        stored = await unit_of(work, unit)
        await projects.set_business_now(work.connection, unit, noon_in(stored.policy, body.today))
        woken = await routing.reroute_in(work, unit)
        return replace(await _shown(work, unit), messages=woken)

    return await write(request, person, act)


@router.post(
    "/advance",
    operation_id="advance_clock",
    openapi_extra=needs(Permission.SET_UP),
    responses=problem_responses(Code.NOT_SUPPORTED, Code.UNKNOWN_UNIT, Code.NOT_ALLOWED),
)
async def advance_clock(request: Request, person: Person, unit: str, body: ClockAdvance) -> Response:
    """Move the clock of a unit and of its open requests; answers when what fell due is done, or could not be within 20 seconds.

    `not_waited_for` then says of how many requests. What is due goes on by itself: nobody has to ask again.
    """
    require_test_clock(request)

    async def act(work: Work) -> Answer:
        require_administrator(work)
        moved = await setup.advance_clock(work, unit, body.duration)
        shown = await _shown(work, unit)
        return replace(shown, body={**(shown.body or {}), "now": instant(business_now(work, moved))})

    answer = await write(request, person, act)
    if answer.status_code >= 300:
        return answer
    left = await _reached(_move_workflows(service_of(request), unit, body.duration))
    replayed = {name: value for name, value in answer.headers.items() if name == REPLAY_HEADER.lower()}
    return Answer({**json.loads(bytes(answer.body)), "not_waited_for": left}, headers=replayed).response()


async def _reached(moving: Coroutine[Any, Any, int]) -> int:
    """Raises EdgeError where Temporal does not answer: the clock of the unit has moved then, and the same call may be made again."""
    left: int | None = None
    try:
        left = await moving
    except* (RPCError, RuntimeError, TimeoutError):
        pass
    if left is None:
        raise edge_error(Code.UNAVAILABLE, why="test_clock")
    return left


async def _shown(work: Work, unit: str) -> Answer:
    found = await unit_of(work, unit)
    return Answer(show.unit(found, today=today_in(work, found), roles=await projects.roles(work.connection, unit)))


@dataclass(frozen=True, slots=True)
class _Open:
    """An open request: its workflow, when it was made by the clock of Postgres, and how old it is by the clock of its unit."""

    workflow: str
    made_at: datetime
    age: timedelta

    async def behind(self, handle: WorkflowHandle[Any, Any]) -> timedelta:
        """How far the clock of the workflow is behind that of the unit."""
        found = (await handle.describe()).raw_description.workflow_extended_info
        moved = found.HasField("time_skipping_info") and found.time_skipping_info.HasField("current_time")
        now = found.time_skipping_info.current_time.ToDatetime(UTC) if moved else datetime.now(UTC)
        return self.made_at + self.age + _SURELY - now


async def _move_workflows(service: Service, unit: str, duration: timedelta) -> int:
    """Fast-forward the unit's open workflows, and wait until nothing is overdue, both for so long; of how many requests something is.

    Temporal goes on with what it was told, whether somebody waits for it or not. Raises TimeoutError where it was not told all.
    """
    skipper = TimeSkipper(service.delivery.client)
    told: set[str] = set()
    rounds = 0
    async with _alone(service, unit):
        waiting = await _open_requests(service, unit, overdue=False)
        try:
            async with asyncio.timeout(_CALM_SECONDS), asyncio.TaskGroup() as moves:
                for one in waiting:
                    moves.create_task(_move(skipper, one, duration, told=told))
            rounds = int(_CALM_SECONDS / _ASK_EVERY_SECONDS)
        except TimeoutError:
            if len(told) < len(waiting):
                raise
    while (overdue := await _open_requests(service, unit, overdue=True)) and rounds:
        rounds -= 1
        await asyncio.sleep(_ASK_EVERY_SECONDS)
    return len(overdue)


@asynccontextmanager
async def _alone(service: Service, unit: str) -> AsyncIterator[None]:
    """Nobody else moves the workflows of a unit meanwhile: two who look how far one is behind would both move it that far."""
    patience = f"{int(_CALM_SECONDS * 1000) + 5000}"
    async with service.database.begin() as connection:
        await execute(connection, _BE_PATIENT, patience=patience)
        await execute(connection, "select pg_advisory_xact_lock(hashtextextended(:unit, 17))", unit=unit)
        yield


async def _move(skipper: TimeSkipper, one: _Open, duration: timedelta, *, told: set[str]) -> None:
    """Fast-forward a workflow, which may still be about to start, or have ended just now; `told` gets it as soon as Temporal knows.

    Never beyond the clock of its unit: whoever asks again, as the answer was lost, must not move it twice, or what is due would
    be done before its time. Somebody else who moves it by Temporal itself at the same moment does so instead of us, perhaps not as far.
    """
    handle = skipper.client.get_workflow_handle(one.workflow)
    while True:
        try:
            step = min(duration, await one.behind(handle))
            told.add(one.workflow)
            if step <= timedelta(0) or await skipper.fast_forward(handle, step):
                return
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            if "already completed" in error.message:
                told.add(one.workflow)
                return
        except RuntimeError as error:
            if "overridden" not in str(error):
                raise
        await asyncio.sleep(_ASK_EVERY_SECONDS)


async def _open_requests(service: Service, unit: str, *, overdue: bool) -> list[_Open]:
    sql = """select r.number, r.id::text as id, r.created_at, coalesce(u.business_now, now()) - r.business_at as age
               from recall_request r join unit u on u.id = r.unit_id
              where r.unit_id = :unit and r.status = 'awaiting_decision' and (not :overdue or r.next_step_at <= u.business_now)"""

    async def act(work: Work) -> list[_Open]:
        rows = await fetch(work.connection, sql, unit=unit, overdue=overdue)
        return [_Open(workflow_id(row.number, row.id), row.created_at, row.age) for row in rows]

    found: list[_Open] = await work_in(service, "", act)
    return found
