"""About the service: who am I, the catalogue of refusals, health."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response

from api.acting import Answer, Person, read, work_in
from api.cursor import Paging, page_answer
from api.permissions import Permission, needs
from api.problem import catalogue_page, reader_of
from api.problem_schema import problem_responses
from api.service import service_of
from api.strict_route import StrictRoute
from application.work import Work
from store.database import fetch, fetch_one
from store.migrate import schema_version
from store.paging import Order, listed_of

router = APIRouter(route_class=StrictRoute, tags=["about the service"])
_ME: Final = """
select p.id, p.name, coalesce(array_agg(distinct r.unit_id || ':' || r.role) filter (where r.role is not null), '{}') as roles
  from person p left join unit_role r on r.person_id = p.id where p.id = :person group by p.id"""
_CODES: Final = Order("refusals", {"code": str})


@router.get("/v1/me", operation_id="get_me", openapi_extra=needs(Permission.ONESELF), responses=problem_responses())
async def get_me(request: Request, person: Person) -> Response:
    """The person signed in, with roles by unit and the projects they approve."""

    async def act(work: Work) -> Answer:
        row = await fetch_one(work.connection, _ME, person=person)
        assert row is not None
        sql = "select project_id::text as project from project_decider where person_id = :person order by project_id limit 200"
        approves = [one.project for one in await fetch(work.connection, sql, person=person)]
        roles = [{"unit": unit, "role": role} for unit, role in (pair.split(":", 1) for pair in row.roles)]
        return Answer({"id": row.id, "name": row.name, "roles": roles, "approves": approves})

    return await read(request, person, act)


@router.get(
    "/v1/refusals",
    operation_id="list_refusals",
    openapi_extra=needs(Permission.EVERYBODY),
    responses=problem_responses(),
)
async def list_refusals(request: Request, page: Paging) -> Response:
    """Every code with its text, what to do, and its status, by code."""
    codes = sorted(catalogue_page(reader_of(request).language), key=lambda one: str(one["code"]))
    found = listed_of(codes, page.of(_CODES), place=lambda one: (str(one["code"]),))
    return Answer(page_answer(found)).response()


@router.get("/healthz", operation_id="get_health", openapi_extra=needs(Permission.EVERYBODY))
async def get_health() -> Response:
    """The process answers."""
    return Answer({"status": "ok"}).response()


@router.get("/readyz", operation_id="get_readiness", openapi_extra=needs(Permission.EVERYBODY))
async def get_readiness(request: Request) -> Response:
    """Postgres answers with the schema of this release. Temporal is told, but not needed: requests are taken without it."""
    service = service_of(request)

    async def act(work: Work) -> int:
        row = await fetch_one(work.connection, "select max(number) as number from schema_migration")
        return int(row.number) if row and row.number else 0

    try:
        found = await work_in(service, "", act)
    except Exception:  # noqa: BLE001 - whatever is wrong with the database, the answer is "not ready"
        return Answer({"status": "unavailable", "database": "away"}, status=503).response()
    ready = found == schema_version()
    temporal = await service.delivery.reaches_temporal()
    body = {
        "status": "ok" if ready else "unavailable",
        "database": "ok",
        "schema": found,
        "temporal": "ok" if temporal else "away",
    }
    return Answer(body, status=200 if ready else 503).response()
