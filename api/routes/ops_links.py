"""Where operators look: the same links as in docs/runbook.md."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.acting import Answer, Person, read
from api.ops.views import VIEWS
from api.permissions import Permission, needs
from api.problem import reader_of
from api.problem_schema import problem_responses
from api.service import service_of
from api.strict_route import StrictRoute
from application.dashboard import require_dashboard
from application.work import Work
from domain.refusals import Code

router = APIRouter(route_class=StrictRoute, tags=["about the service"])


@router.get(
    "/v1/ops/links",
    operation_id="get_ops_links",
    openapi_extra=needs(Permission.SEE_DASHBOARD),
    responses=problem_responses(Code.NOT_ALLOWED),
)
async def get_ops_links(request: Request, person: Person) -> Response:
    """The operations dashboard and its saved views, for operators, auditors and the administrator."""
    settings, language = service_of(request).settings, reader_of(request).language
    dashboard = None if settings.workflows_url is None else settings.dashboard_url

    async def act(work: Work) -> Answer:
        await require_dashboard(work)
        views = [
            {
                "id": one.id,
                "name": one.name.in_language(language),
                "query": one.query(work.now),
                "url": dashboard and f"{dashboard}/views/{one.id}",
            }
            for one in VIEWS
        ]
        return Answer({"dashboard": dashboard, "views": views})

    return await read(request, person, act)
