"""How a route acts: sign in, one transaction, an idempotency key if there is one, and refusals as problem documents."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

from fastapi import Depends, Request, Response
from fastapi.security import HTTPBearer

from api.database_says_no import database_says_no
from api.edge import edge_error
from api.etag import etag
from api.idempotency import HEADER, REPLAY_HEADER, idempotency_key, request_hash
from api.problem import Selection, refused
from api.render.rows import brief_row
from api.service import Service, service_of
from api.sign_in import signed_in, unauthenticated
from api.strict_route import before_the_body
from api.tokens import SignedIn
from application.work import Refused, Work
from domain.refusals import Code, Refusal
from store import history, idempotency, projects
from store.database import Connection
from store.outbox import Message

JSON: Final = "application/json"
_bearer = HTTPBearer(
    auto_error=False,
    description="Token of a person, by the issuer of the service; the local one: scripts/tilbake token PERSON",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a route answers: a body, its version, and what Temporal is to be told after the commit."""

    body: Mapping[str, Any] | None
    status: int = 200
    version: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    messages: Sequence[Message] = ()

    def response(self) -> Response:
        """The answer as it goes out."""
        headers = dict(self.headers)
        if self.version is not None:
            headers["ETag"] = etag(self.version)
        content = (
            b"" if self.body is None else json.dumps(self.body, ensure_ascii=False, separators=(",", ":")).encode()
        )
        return Response(content, status_code=self.status, headers=headers, media_type=JSON if content else None)


Act = Callable[[Work], Awaitable[Answer]]


@before_the_body
async def person_of(request: Request, _token: Annotated[object, Depends(_bearer)] = None) -> str:
    """The person who is signed in, known to this database; found once. Raises EdgeError unauthenticated or rate_limited."""
    if hasattr(request.state, "person"):
        return str(request.state.person)
    given = request.headers.getlist("authorization")
    service = service_of(request)
    person = await known_person(request, await signed_in(given, verifier=service.verifier))
    service.pacing.check(person)
    return person


async def known_person(request: Request, who: SignedIn) -> str:
    """The person that was signed in, if this database knows them. Raises EdgeError unauthenticated."""
    service = service_of(request)
    person = who.person
    if person not in service.known_people:
        async with service.database.reading() as connection:
            if await projects.unknown_people(connection, [person]):
                raise unauthenticated()
        service.known_people.add(person)
    request.state.client, request.state.person = who.client, person
    return person


Person = Annotated[str, Depends(person_of)]


async def read(request: Request, person: str, act: Act, *, selection: Selection | None = None) -> Response:
    """Answer a question from one moment's state of the database.

    Always whole, never 304: what a reader may do and what is in the way change without a new version of the resource.
    """
    answer = await _answered(request, read_in(service_of(request), person, act), selection=selection)
    return answer.response() if isinstance(answer, Answer) else answer


async def write(
    request: Request, person: str, act: Act, *, selection: Selection | None = None, keyed: bool = True
) -> Response:
    """Do something: one transaction for the effect and, with an Idempotency-Key, for its answer.

    keyed: False where the act has a key of its own, as a webhook has its id, and the header says nothing.
    """
    key = await _key(request) if keyed else None

    async def once(work: Work) -> Answer:
        return await act(work) if key is None else await _once(work, key, act)

    client = getattr(request.state, "client", None)
    acting = work_in(service_of(request), person, once, client=client)
    answer = await _answered(request, acting, selection=selection)
    if not isinstance(answer, Answer):
        return answer
    service_of(request).delivery.soon(answer.messages)
    return answer.response()


class _Replay(Exception):
    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


@dataclass(frozen=True, slots=True)
class _Key:
    """An Idempotency-Key, and the hash of what is asked under it."""

    value: str
    asked: str


async def _key(request: Request) -> _Key | None:
    """The key of a request, if it has one. Reads the body: before the transaction, which must not wait for a sender."""
    value = idempotency_key(request.headers.getlist(HEADER))
    if value is None:
        return None
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return _Key(value, request_hash(request.method, path=target, body=await request.body()))


async def _once(work: Work, key: _Key, act: Act) -> Answer:
    if not await idempotency.claim(work.connection, principal=work.person, key=key.value):
        raise Refused(Refusal(Code.IDEMPOTENCY_IN_PROGRESS))
    kept = await idempotency.kept(work.connection, principal=work.person, key=key.value)
    if kept is not None:
        if kept.body_hash != key.asked:
            raise Refused(Refusal(Code.IDEMPOTENCY_KEY_REUSED))
        headers = {**kept.headers, REPLAY_HEADER: "true"}
        raise _Replay(
            Response(kept.body, status_code=kept.status, headers=headers, media_type=JSON if kept.body else None)
        )
    answer = await act(work)
    await _keep(work.connection, answer, key.asked, principal=work.person, key=key.value)
    return answer


async def _keep(connection: Connection, answer: Answer, asked: str, *, principal: str, key: str) -> None:
    response = answer.response()
    chosen = {name: value for name, value in response.headers.items() if name in ("etag", "location")}
    kept = idempotency.KeptAnswer(asked, answer.status, chosen, bytes(response.body))
    await idempotency.keep(connection, kept, principal=principal, key=key)


async def _answered(
    request: Request, acting: Awaitable[Answer], *, selection: Selection | None = None
) -> Answer | Response:
    try:
        answer: Answer = await acting
    except Refused as refusal:
        members, pointers = _members(refusal), refusal.pointers
        return refused(request, refusal.refusals, selection=selection, pointers=pointers, members=members)
    except _Replay as replay:
        return replay.response
    except Exception as error:
        found = database_says_no(request, error)
        if found is None:
            raise
        return found
    return answer


def _members(refusal: Refused) -> dict[str, object]:
    """What a problem document says beside its refusals: rows that changed since they were seen."""
    if not refusal.differences:
        return {}
    differences = [
        {
            "subject": one.subject,
            "gone": [brief_row(row) for row in one.gone],
            "new": [brief_row(row) for row in one.new],
        }
        for one in refusal.differences
    ]
    return {"difference": differences}


async def work_in(
    service: Service, person: str, act: Callable[[Work], Awaitable[Any]], *, client: str | None = None
) -> Any:
    """Run an act in a transaction of its own. client: the service account that acts for the person, if one does."""
    async with service.database.begin() as connection:
        if client is not None:
            await history.name_client(connection, client)
        return await act(Work(connection, person, await service.database.now(connection)))


async def read_in(service: Service, person: str, act: Callable[[Work], Awaitable[Any]]) -> Any:
    """Run an act that only reads, all of it from one moment."""
    async with service.database.snapshot() as connection:
        return await act(Work(connection, person, await service.database.now(connection)))


async def ask_in(service: Service, person: str, act: Callable[[Work], Awaitable[Any]]) -> Any:
    """Run an act of a single question, without a transaction around it."""
    async with service.database.reading() as connection:
        return await act(Work(connection, person, await service.database.now(connection)))


def require_test_clock(request: Request) -> None:
    """Only where the test clock is switched on."""
    if not service_of(request).settings.test_clock:
        raise edge_error(Code.NOT_SUPPORTED, field="clock", why="test_clock")
