"""About the service: who am I, the catalogue of refusals, health."""

from __future__ import annotations

import asyncio
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.acting import Answer, Person, read, work_in
from api.cursor import Paging, page_answer
from api.permissions import Permission, needs
from api.problem import catalogue_page, reader_of
from api.problem_schema import problem_responses
from api.render import setup as show
from api.service import DATABASE_PATIENCE_SECONDS, service_of
from api.strict_route import StrictRoute
from application import oneself
from application.work import Work
from store.database import fetch_one
from store.migrate import schema_version
from store.paging import Order, listed_of

router = APIRouter(route_class=StrictRoute, tags=["about the service"])
_CODES: Final = Order("refusals", {"code": str})


@router.get("/v1/me", operation_id="get_me", openapi_extra=needs(Permission.ONESELF), responses=problem_responses())
async def get_me(request: Request, person: Person) -> Response:
    """The person signed in: roles by unit, projects they approve, delegations in force, and how much waits for them."""

    async def act(work: Work) -> Answer:
        return Answer(show.oneself(await oneself.describe(work)))

    return await read(request, person, act)


@router.get(
    "/v1/inbox", operation_id="get_inbox", openapi_extra=needs(Permission.ONESELF), responses=problem_responses()
)
async def get_inbox(request: Request, person: Person) -> Response:
    """How many recalls concern the person signed in, by status, and how many wait for them.

    They are those of `list_recalls` with `concerning=me` and with `waiting_for=me`; `cursor` is where `list_inbox_events` goes on.
    """

    async def act(work: Work) -> Answer:
        return Answer(show.inbox(await oneself.inbox(work)))

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


@router.get("/", include_in_schema=False)
async def open_documentation() -> Response:
    """Where a browser begins that was given the bare address."""
    return RedirectResponse("/docs")


@router.get("/healthz", operation_id="get_health", openapi_extra=needs(Permission.EVERYBODY))
async def get_health() -> Response:
    """The process answers."""
    return Answer({"status": "ok"}).response()


@router.get("/readyz", operation_id="get_readiness", openapi_extra=needs(Permission.EVERYBODY))
async def get_readiness(request: Request) -> Response:
    """Postgres answers with the schema of this release or a later one, and the process is not about to leave.

    Temporal and the issuer are told, but not needed.
    """
    service = service_of(request)

    async def act(work: Work) -> int:
        row = await fetch_one(work.connection, "select max(number) as number from schema_migration")
        return int(row.number) if row and row.number else 0

    try:
        async with asyncio.timeout(DATABASE_PATIENCE_SECONDS):
            found = await work_in(service, "", act)
    except Exception:  # noqa: BLE001 - whatever is wrong with the database, the answer is "not ready"
        return Answer(
            {"status": "unavailable", "release": request.app.version, "database": "away"}, status=503
        ).response()
    ready = found >= schema_version() and not service.leaving
    body = {
        "status": "leaving" if service.leaving else "ok" if ready else "unavailable",
        "release": request.app.version,
        "sign_in": "ok" if service.issuer is None or service.issuer.is_known else "away",
        "database": "ok",
        "schema": found,
        "temporal": await service.delivery.temporal_is(),
    }
    return Answer(body, status=200 if ready else 503).response()
