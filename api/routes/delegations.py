"""Delegations: letting somebody else ask or decide, for a time."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.acting import Answer, Person, read, write
from api.cursor import Paging, page_answer
from api.models.setup import NewDelegation
from api.problem_schema import problem_responses
from api.strict_route import StrictRoute
from application import delegating
from application.work import Work
from domain.recall.delegation import Delegation, Purpose
from domain.refusals import Code
from store import delegations

router = APIRouter(prefix="/v1/delegations", route_class=StrictRoute, tags=["delegations"])


@router.post(
    "",
    status_code=201,
    operation_id="create_delegation",
    responses=problem_responses(Code.NOT_ALLOWED, Code.UNKNOWN_PERSON),
)
async def create_delegation(request: Request, person: Person, body: NewDelegation) -> Response:
    """Let somebody act for the giver, from one day until another, both included."""

    async def act(work: Work) -> Answer:
        delegation = Delegation(body.giver, body.taker, body.since, body.until, Purpose(body.purpose))
        id = await delegating.delegate(work, delegation)
        return Answer({"id": id, **body.model_dump(mode="json")}, status=201)

    return await write(request, person, act)


@router.get("", operation_id="list_delegations", responses=problem_responses())
async def list_delegations(request: Request, person: Person, page: Paging) -> Response:
    """The delegations the person signed in gave or took, latest first."""
    span = page.of(delegations.CONCERNING)

    async def act(work: Work) -> Answer:
        found = await delegating.mine(work, span)
        items = [
            {
                "id": row.delegation,
                "giver": row.giver_id,
                "taker": row.taker_id,
                "since": row.since.isoformat(),
                "until": row.until.isoformat(),
                "purpose": row.purpose,
            }
            for row in found.items
        ]
        return Answer(page_answer(found, items))

    return await read(request, person, act)
