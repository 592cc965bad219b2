"""The policy of a unit: what is in force, its versions, what they differ in; finance sets it."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from api.acting import Answer, Person, read, write
from api.cursor import Paging, page_answer
from api.etag import IfMatch
from api.models.policies import NewPolicyVersion, PolicyToReplay, policy_of
from api.permissions import Permission, needs
from api.problem import reader_of
from api.problem_schema import problem_responses
from api.render import policies as show
from api.strict_route import StrictRoute
from api.versions import if_match_of
from application import policies
from application.policies import Wanted
from application.work import Refused, Work
from domain.refusals import Code, Refusal
from store.past_requests import BY_NUMBER
from store.policies import VERSIONS, StoredPolicy
from store.policies import versions as stored_versions

router = APIRouter(prefix="/v1/policies/{unit}", route_class=StrictRoute, tags=["policies"])
_MOST_VERSIONS: Final = 2**31 - 1
_From = Annotated[int | None, Query(alias="from", ge=1, le=_MOST_VERSIONS)]
_To = Annotated[int | None, Query(ge=1, le=_MOST_VERSIONS)]


def _answer(stored: StoredPolicy) -> Answer:
    return Answer(show.version(stored), version=str(stored.version))


@router.get(
    "",
    operation_id="get_policy",
    openapi_extra=needs(Permission.SEE_UNIT),
    responses=problem_responses(Code.UNKNOWN_UNIT),
)
async def get_policy(request: Request, person: Person, unit: str) -> Response:
    """The policy in force. The ETag is its version."""

    async def act(work: Work) -> Answer:
        return _answer(await policies.in_force(work, unit))

    return await read(request, person, act)


@router.put(
    "",
    operation_id="put_policy",
    openapi_extra=needs(Permission.KEEP_BOOKS),
    responses=problem_responses(
        Code.NOT_FINANCE,
        Code.UNKNOWN_UNIT,
        Code.UNKNOWN_PERSON,
        Code.QUORUM_OUT_OF_REACH,
        Code.STALE_VERSION,
        Code.IF_MATCH_REQUIRED,
        Code.SEVERAL_REFUSALS,
    ),
)
async def put_policy(request: Request, person: Person, unit: str, body: NewPolicyVersion) -> Response:
    """Set a policy, whole: a new version, for requests from now on. If-Match names the version it takes the place of."""
    seen = if_match_of(request)

    async def act(work: Work) -> Answer:
        stored = await policies.unit_to_set(work, unit)
        if seen is None:
            raise Refused(Refusal(Code.IF_MATCH_REQUIRED))
        wanted = Wanted(policy_of(body.policy), body.comment.strip(), _versions_seen(seen))
        done = await policies.set_policy(work, stored, wanted)
        shown = show.version(done.stored) | {"diff": show.changes(done.changed)}
        return Answer(shown, version=str(done.stored.version))

    return await write(request, person, act)


def _versions_seen(seen: IfMatch) -> frozenset[int] | None:
    return None if seen.any_version else frozenset(found for tag in seen.tags if (found := _number(tag)))


def _number(text: str) -> int | None:
    """The number of a version in its plain form; None for anything else."""
    plain = text.isascii() and text.isdecimal() and not text.startswith("0") and len(text) <= len(str(_MOST_VERSIONS))
    return int(text) if plain and int(text) <= _MOST_VERSIONS else None


@router.get(
    "/versions",
    operation_id="list_policy_versions",
    openapi_extra=needs(Permission.SEE_UNIT),
    responses=problem_responses(Code.UNKNOWN_UNIT),
)
async def list_policy_versions(request: Request, person: Person, unit: str, page: Paging) -> Response:
    """Every version there was, newest first: who set it, when and why."""
    span = page.of(VERSIONS)

    async def act(work: Work) -> Answer:
        await policies.in_force(work, unit)
        found = await stored_versions(work.connection, unit, span)
        return Answer(page_answer(found, [show.heading(one) for one in found.items]))

    return await read(request, person, act)


@router.get(
    "/versions/{version}",
    operation_id="get_policy_version",
    openapi_extra=needs(Permission.SEE_UNIT),
    responses=problem_responses(Code.UNKNOWN_UNIT, Code.NOT_FOUND),
)
async def get_policy_version(request: Request, person: Person, unit: str, version: str) -> Response:
    """One version, whole."""

    async def act(work: Work) -> Answer:
        number = _number(version)
        if number is None:
            raise Refused(Refusal(Code.NOT_FOUND, version[:64]))
        return _answer(await policies.version_of(work, unit, number))

    return await read(request, person, act)


@router.post(
    "/replay",
    operation_id="replay_policy",
    openapi_extra=needs(Permission.KEEP_BOOKS),
    responses=problem_responses(
        Code.NOT_FINANCE, Code.UNKNOWN_UNIT, Code.UNKNOWN_PERSON, Code.QUORUM_OUT_OF_REACH, Code.SEVERAL_REFUSALS
    ),
)
async def replay_policy(request: Request, person: Person, unit: str, body: PolicyToReplay, page: Paging) -> Response:
    """What a policy would have changed on past requests, oldest first. Writes nothing."""
    span = page.of(BY_NUMBER)
    language = reader_of(request).language

    async def act(work: Work) -> Answer:
        stored = await policies.unit_to_set(work, unit)
        found = await policies.replay(work, stored, policy_of(body.policy), span)
        shown = [show.replayed(one, language=language) for one in found.items if one.changes]
        return Answer(page_answer(found, shown) | {"looked_at": len(found.items)})

    return await read(request, person, act)


@router.get(
    "/diff",
    operation_id="get_policy_diff",
    openapi_extra=needs(Permission.SEE_UNIT),
    responses=problem_responses(Code.UNKNOWN_UNIT, Code.NOT_FOUND),
)
async def get_policy_diff(
    request: Request,
    person: Person,
    unit: str,
    *,
    since: _From = None,
    to: _To = None,
) -> Response:
    """What two versions differ in: by default the one in force and the one before it."""

    async def act(work: Work) -> Answer:
        newest = (await policies.in_force(work, unit)).version
        after = to or newest
        before = since or max(after - 1, 1)
        found = await policies.difference(work, unit, before=before, after=after)
        return Answer({"unit": unit, "from": before, "to": after, "diff": show.changes(found)})

    return await read(request, person, act)
