"""Figures for managers: how long decisions take, why people ask, what stands in the way, what is taken back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.acting import Answer, Person, read
from api.edge import require_order
from api.models.fields import Day
from api.permissions import Permission, needs
from api.problem_schema import problem_responses
from api.render import figures as show
from api.strict_route import StrictRoute
from application import figures
from application.work import Work
from domain.refusals import Code

router = APIRouter(prefix="/v1/stats", route_class=StrictRoute, tags=["stats"])


@router.get(
    "",
    operation_id="get_stats",
    openapi_extra=needs(Permission.SEE_FIGURES),
    responses=problem_responses(Code.NOT_FINANCE, Code.UNKNOWN_UNIT),
)
async def get_stats(
    request: Request,
    person: Person,
    unit: str,
    from_: Annotated[Day | None, Query(alias="from")] = None,
    until: Day | None = None,
) -> Response:
    """Figures of the requests of a unit that ended from one day until another, both included, by its own clocks.

    Without `until` up to today, without `from` the 90 days up to `until`. Half of the decisions took no longer than `p50_seconds`
    from the request to the decision, 95 of 100 no longer than `p95_seconds`. At most 200 approvers and 200 subjects are told.
    """
    require_order(from_, until)

    async def act(work: Work) -> Answer:
        return Answer(show.stats(await figures.describe(work, unit, since=from_, until=until)))

    return await read(request, person, act)
