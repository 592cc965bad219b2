"""The test clock: set a unit's day, and move it with its open workflows. Exists only where the setting switches it on."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request, Response
from temporalio.client import WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper

from api.acting import Answer, Person, require_test_clock, work_in, write
from api.models.setup import ClockAdvance, ClockSetting
from api.permissions import Permission, needs
from api.problem_schema import problem_responses
from api.render import setup as show
from api.service import Service, service_of
from api.strict_route import StrictRoute
from application import routing, setup
from application.messages import workflow_id
from application.work import Work, require_administrator, today_in, unit_of
from application.working_days import noon_in
from domain.refusals import Code
from store import projects
from store.database import fetch

router = APIRouter(prefix="/v1/units/{unit}/clock", route_class=StrictRoute, tags=["test clock"])
_CALM_SECONDS = 20.0
_ASK_EVERY_SECONDS = 0.05


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
    """Move the clock of a unit and of its open requests; answers when what fell due is done."""
    require_test_clock(request)

    async def act(work: Work) -> Answer:
        require_administrator(work)
        await setup.advance_clock(work, unit, body.duration)
        return await _shown(work, unit)

    answer = await write(request, person, act)
    if answer.status_code < 300:
        await _move_workflows(service_of(request), unit, body.duration)
    return answer


async def _shown(work: Work, unit: str) -> Answer:
    found = await unit_of(work, unit)
    return Answer(show.unit(found, today=today_in(work, found), roles=await projects.roles(work.connection, unit)))


async def _move_workflows(service: Service, unit: str, duration: timedelta) -> None:
    """Fast-forward the unit's open workflows, and wait until nothing is overdue."""
    client = service.delivery.client
    skipper = TimeSkipper(client)
    handles = [client.get_workflow_handle(workflow) for workflow in await _open_workflows(service, unit, overdue=False)]
    async with asyncio.timeout(_CALM_SECONDS), asyncio.TaskGroup() as moves:
        for handle in handles:
            moves.create_task(_move(skipper, handle, duration))
    for _ in range(int(_CALM_SECONDS / _ASK_EVERY_SECONDS)):
        if not await _open_workflows(service, unit, overdue=True):
            return
        await asyncio.sleep(_ASK_EVERY_SECONDS)


async def _move(skipper: TimeSkipper, handle: WorkflowHandle[Any, Any], duration: timedelta) -> None:
    """Fast-forward a workflow, which may still be about to start, or have ended just now."""
    while True:
        try:
            await skipper.fast_forward(handle, duration)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            if "already completed" in error.message:
                return
            await asyncio.sleep(_ASK_EVERY_SECONDS)
        else:
            return


async def _open_workflows(service: Service, unit: str, *, overdue: bool) -> list[str]:
    sql = """select r.number, r.id::text as id from recall_request r join unit u on u.id = r.unit_id
              where r.unit_id = :unit and r.status = 'awaiting_decision' and (not :overdue or r.next_step_at <= u.business_now)"""

    async def act(work: Work) -> list[str]:
        rows = await fetch(work.connection, sql, unit=unit, overdue=overdue)
        return [workflow_id(row.number, row.id) for row in rows]

    found: list[str] = await work_in(service, "", act)
    return found
