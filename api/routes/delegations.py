"""Delegations: letting somebody else ask or decide, for a time."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.acting import Answer, Person, read, write
from api.cursor import Paging, page_answer
from api.models.setup import NewDelegation
from api.permissions import Permission, needs
from api.problem_schema import problem_responses
from api.render import entries as show_history
from api.render.setup import delegation as shown_delegation
from api.strict_route import StrictRoute
from application import delegating
from application.work import Work
from domain.recall.delegation import Delegation, Purpose
from domain.refusals import Code
from store import delegations, history

router = APIRouter(prefix="/v1/delegations", route_class=StrictRoute, tags=["delegations"])


@router.post(
    "",
    status_code=201,
    operation_id="create_delegation",
    openapi_extra=needs(Permission.ONESELF),
    responses=problem_responses(Code.NOT_ALLOWED, Code.UNKNOWN_PERSON),
)
async def create_delegation(request: Request, person: Person, body: NewDelegation) -> Response:
    """Let somebody act for the giver, from one day until another, both included."""

    async def act(work: Work) -> Answer:
        delegation = Delegation(body.giver, body.taker, body.since, body.until, Purpose(body.purpose))
        made = await delegating.delegate(work, delegation)
        return Answer({"id": made.id, **body.model_dump(mode="json")}, status=201, messages=made.messages)

    return await write(request, person, act)


@router.get("", operation_id="list_delegations", openapi_extra=needs(Permission.ONESELF), responses=problem_responses())
async def list_delegations(request: Request, person: Person, page: Paging) -> Response:
    """The delegations the person signed in gave or took, latest first."""
    span = page.of(delegations.CONCERNING)

    async def act(work: Work) -> Answer:
        found = await delegating.mine(work, span)
        return Answer(page_answer(found, [shown_delegation(one) for one in found.items]))

    return await read(request, person, act)


@router.delete(
    "/{delegation}",
    status_code=204,
    operation_id="end_delegation",
    openapi_extra=needs(Permission.ONESELF),
    responses=problem_responses(Code.NOT_FOUND, Code.DELEGATION_EXPIRED),
)
async def end_delegation(request: Request, person: Person, delegation: str) -> Response:
    """End a delegation at once; what was done under it stands."""

    async def act(work: Work) -> Answer:
        ended = await delegating.end(work, delegation)
        return Answer(None, status=204, messages=ended.messages)

    return await write(request, person, act)


@router.get(
    "/{delegation}/history",
    operation_id="get_delegation_history",
    openapi_extra=needs(Permission.ONESELF),
    responses=problem_responses(Code.NOT_FOUND),
)
async def get_delegation_history(request: Request, person: Person, delegation: str, page: Paging) -> Response:
    """Who made a delegation and who ended it."""
    span = page.of(history.ORDERS["delegation"])

    async def act(work: Work) -> Answer:
        found = await delegating.history_of(work, delegation, span)
        return Answer(page_answer(found, [show_history.happened(row) for row in found.items]))

    return await read(request, person, act)
