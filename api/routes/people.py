"""People as they and the administrator see them: name, address, language."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.acting import Answer, Person, read, write
from api.edge import edge_error
from api.etag import content_version
from api.models.channels import PersonChanges
from api.permissions import Permission, needs
from api.problem_schema import problem_responses
from api.render import channels as show
from api.strict_route import StrictRoute
from application import people
from application.people import Changes
from application.work import Work
from domain.refusals import Code
from store.people import StoredPerson

router = APIRouter(prefix="/v1/people", route_class=StrictRoute, tags=["setting up"])


def _answer(stored: StoredPerson) -> Answer:
    body = show.person(stored)
    return Answer(body, version=content_version(body))


@router.get(
    "/{subject}",
    operation_id="get_person",
    openapi_extra=needs(Permission.ONESELF),
    responses=problem_responses(Code.UNKNOWN_PERSON),
)
async def get_person(request: Request, person: Person, subject: str) -> Response:
    """A person with their address and language; for themselves and the administrator."""

    async def act(work: Work) -> Answer:
        return _answer(await people.read(work, subject))

    return await read(request, person, act)


@router.patch(
    "/{subject}",
    operation_id="change_person",
    openapi_extra=needs(Permission.ONESELF),
    responses=problem_responses(Code.UNKNOWN_PERSON, Code.NOT_ALLOWED),
)
async def change_person(request: Request, person: Person, subject: str, body: PersonChanges) -> Response:
    """Change the language, by oneself; or name, address and language, by the administrator."""
    if "name" in body.model_fields_set and body.name is None:
        raise edge_error(Code.INVALID_VALUE, place={"pointer": "/name"}, field="name", expected="text")
    changes = Changes(frozenset(body.model_fields_set), body.name, body.email, body.language)

    async def act(work: Work) -> Answer:
        return _answer(await people.change(work, subject, changes))

    return await write(request, person, act)
