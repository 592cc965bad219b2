"""Setting up: people, units, projects."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.acting import Answer, Person, read, write
from api.cursor import Paging, page_answer
from api.edge import edge_error
from api.etag import content_version
from api.models.policies import policy_of
from api.models.setup import (
    Approvers,
    ExchangeRate,
    NewMilestone,
    NewPerson,
    NewProject,
    NewUnit,
    Rates,
    Roles,
)
from api.permissions import Permission, needs
from api.problem_schema import problem_responses
from api.render import setup as show
from api.render.values import money
from api.strict_route import StrictRoute
from application import milestones, setup
from application.milestones import Milestone
from application.work import Work, seen_unit, today_in, unit_of
from domain.currencies import MINOR_DIGITS
from domain.money import ZERO
from domain.project.actuals import Customer
from domain.refusals import Code
from domain.roles import Role
from store import projects

router = APIRouter(prefix="/v1", route_class=StrictRoute, tags=["setting up"])
_ADMIN = (Code.NOT_ALLOWED, Code.ALREADY_EXISTS, Code.UNKNOWN_UNIT, Code.UNKNOWN_PERSON)


@router.post(
    "/people",
    status_code=201,
    operation_id="create_person",
    openapi_extra=needs(Permission.SET_UP),
    responses=problem_responses(*_ADMIN),
)
async def create_person(request: Request, person: Person, body: NewPerson) -> Response:
    """Add a person."""

    async def act(work: Work) -> Answer:
        await setup.create_person(work, id=body.id, name=body.name)
        return Answer({"id": body.id, "name": body.name}, status=201)

    return await write(request, person, act)


async def _unit(work: Work, unit: projects.StoredUnit, *, status: int = 200) -> Answer:
    roles = await projects.roles(work.connection, unit.id)
    body = show.unit(unit, today=today_in(work, unit), roles=roles)
    return Answer(body, status=status, version=content_version(body))


@router.post(
    "/units",
    status_code=201,
    operation_id="create_unit",
    openapi_extra=needs(Permission.SET_UP),
    responses=problem_responses(*_ADMIN, Code.SEVERAL_REFUSALS),
)
async def create_unit(request: Request, person: Person, body: NewUnit) -> Response:
    """Add a unit: a business unit or a plant, with its cost currency and policy."""
    _require_currency(body.currency)

    async def act(work: Work) -> Answer:
        policy = policy_of(body.policy)
        unit = await setup.create_unit(work, id=body.id, name=body.name, currency=body.currency, policy=policy)
        return await _unit(work, unit, status=201)

    return await write(request, person, act)


def _require_currency(code: str | None) -> None:
    if code is not None and code not in MINOR_DIGITS:
        raise edge_error(Code.INVALID_VALUE, place={"pointer": "/currency"}, field="currency", expected="currency")


@router.get(
    "/units/{unit}",
    operation_id="get_unit",
    openapi_extra=needs(Permission.SEE_UNIT),
    responses=problem_responses(Code.UNKNOWN_UNIT),
)
async def get_unit(request: Request, person: Person, unit: str) -> Response:
    """A unit with its policy, roles and day."""

    async def act(work: Work) -> Answer:
        return await _unit(work, await seen_unit(work, unit))

    return await read(request, person, act)


@router.put(
    "/units/{unit}/roles",
    operation_id="put_roles",
    openapi_extra=needs(Permission.SET_UP),
    responses=problem_responses(*_ADMIN, Code.QUORUM_OUT_OF_REACH),
)
async def put_roles(request: Request, person: Person, unit: str, body: Roles) -> Response:
    """Replace the roles of a unit."""

    async def act(work: Work) -> Answer:
        roles = {role.value: getattr(body, role.value) for role in Role}
        await setup.set_roles(work, unit, roles)
        return await _unit(work, await unit_of(work, unit))

    return await write(request, person, act)


@router.post(
    "/projects",
    status_code=201,
    operation_id="create_project",
    openapi_extra=needs(Permission.SET_UP),
    responses=problem_responses(*_ADMIN, Code.QUORUM_OUT_OF_REACH),
)
async def create_project(request: Request, person: Person, body: NewProject) -> Response:
    """Add a project with its contract, approvers, customers and rates."""
    _require_currency(body.currency)
    customers = [Customer(one.id, one.share, one.rounding) for one in body.customers or ()]
    if len(customers) == 1:
        customers = [Customer(customers[0].id, customers[0].share, rounding=True)]

    async def act(work: Work) -> Answer:
        values = {
            "unit_id": body.unit,
            "name": body.name,
            "code": body.code,
            "client": body.client,
            "billing": body.billing,
            "currency": body.currency,
            "resourcing_cost": body.intercompany.resourcing_cost if body.intercompany else None,
            "interorg_sales": body.intercompany.sales if body.intercompany else None,
            "cost_price": body.rates.cost if body.rates else ZERO,
            "sales_price": body.rates.sales if body.rates else ZERO,
        }
        project = await setup.create_project(
            work,
            values,
            exchange_rate=body.exchange_rate,
            approvers=body.approvers,
            customers=customers or [Customer(body.name, 100 + ZERO, rounding=True)],
        )
        return Answer(show.project(project), status=201, version=str(project.version))

    return await write(request, person, act)


@router.get(
    "/projects",
    operation_id="list_projects",
    openapi_extra=needs(Permission.SEE_PROJECTS),
    responses=problem_responses(),
)
async def list_projects(request: Request, person: Person, unit: str, page: Paging) -> Response:
    """The projects of a unit, by name."""
    span = page.of(projects.OF_UNIT)

    async def act(work: Work) -> Answer:
        found = await projects.projects_of_unit(work.connection, unit, span, by=work.person)
        return Answer(page_answer(found, [show.project(one) for one in found.items]))

    return await read(request, person, act)


@router.get(
    "/projects/{project}",
    operation_id="get_project",
    openapi_extra=needs(Permission.SEE_PROJECTS),
    responses=problem_responses(Code.UNKNOWN_PROJECT),
)
async def get_project(request: Request, person: Person, project: str) -> Response:
    """A project with its contract."""

    async def act(work: Work) -> Answer:
        found = await setup.project_of(work, project)
        return Answer(show.project(found), version=str(found.version))

    return await read(request, person, act)


@router.put(
    "/projects/{project}/rates",
    operation_id="put_rates",
    openapi_extra=needs(Permission.KEEP_BOOKS),
    responses=problem_responses(Code.UNKNOWN_PROJECT, Code.NOT_FINANCE),
)
async def put_rates(request: Request, person: Person, project: str, body: Rates) -> Response:
    """Set the unit prices that approvals from now on use."""

    async def act(work: Work) -> Answer:
        found = await setup.set_rates(work, project, cost=body.cost, sales=body.sales)
        return Answer(show.project(found), version=str(found.version))

    return await write(request, person, act)


@router.put(
    "/projects/{project}/exchange-rate",
    operation_id="put_exchange_rate",
    openapi_extra=needs(Permission.KEEP_BOOKS),
    responses=problem_responses(Code.UNKNOWN_PROJECT, Code.NOT_FINANCE),
)
async def put_exchange_rate(request: Request, person: Person, project: str, body: ExchangeRate) -> Response:
    """Set the exchange rate from a day on."""

    async def act(work: Work) -> Answer:
        found = await setup.set_exchange_rate(work, project, since=body.since, rate=body.rate)
        return Answer(show.project(found), version=str(found.version))

    return await write(request, person, act)


@router.put(
    "/projects/{project}/approvers",
    operation_id="put_approvers",
    openapi_extra=needs(Permission.SET_UP),
    responses=problem_responses(Code.UNKNOWN_PROJECT, Code.MANAGERS_DECIDE, *_ADMIN),
)
async def put_approvers(request: Request, person: Person, project: str, body: Approvers) -> Response:
    """Replace the approvers of a project."""

    async def act(work: Work) -> Answer:
        found = await setup.set_approvers(work, project, body.approvers)
        return Answer(show.project(found), version=str(found.version))

    return await write(request, person, act)


@router.post(
    "/projects/{project}/milestones",
    status_code=201,
    operation_id="create_milestone",
    openapi_extra=needs(Permission.KEEP_BOOKS),
    responses=problem_responses(Code.UNKNOWN_PROJECT, Code.NOT_FINANCE, Code.NOT_INVOICEABLE),
)
async def create_milestone(request: Request, person: Person, project: str, body: NewMilestone) -> Response:
    """Bill a milestone, on an invoice of its own."""

    async def act(work: Work) -> Answer:
        billed = await milestones.bill(work, project, Milestone(body.name, body.date, body.amount))
        currency = (await setup.project_of(work, project)).contract.currency
        shown = {"project": project, "name": body.name, "date": body.date.isoformat(), "invoice": billed.invoice}
        counted = {"amount": money(billed.amount, currency), "accounting_date": billed.accounting_date.isoformat()}
        return Answer({**shown, **counted}, status=201)

    return await write(request, person, act)


@router.get(
    "/projects/{project}/totals",
    operation_id="get_totals",
    openapi_extra=needs(Permission.SEE_PRICES),
    responses=problem_responses(Code.UNKNOWN_PROJECT),
)
async def get_totals(request: Request, person: Person, project: str) -> Response:
    """Sums of the live actuals of a project."""

    async def act(work: Work) -> Answer:
        contract = (await setup.priced_project(work, project)).contract
        sums = await projects.totals(work.connection, project)
        assert sums is not None
        return Answer(
            {
                "cost": money(sums.cost, contract.cost_currency),
                "backlog": money(sums.backlog, contract.currency),
                "billed": money(sums.billed, contract.currency),
            }
        )

    return await read(request, person, act)
