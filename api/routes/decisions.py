"""Deciding many requests in one call: each succeeds or fails alone."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from api.acting import Act, Answer, Person, write
from api.edge import EdgeError, edge_error
from api.etag import IfMatch, if_match, plans_seen
from api.idempotency import HEADER, idempotency_key, request_hash
from api.models.recalls import ManyDecisions, SeenRecall
from api.permissions import Permission, needs
from api.problem import Selection, refused
from api.problem_schema import problem_responses
from api.strict_route import StrictRoute
from application import deciding
from application.work import Work
from domain.recall.deciding import Decision
from domain.recall.request import Verdict
from domain.refusals import Code, Refusal
from store.ids import new_id

router = APIRouter(prefix="/v1/decisions", route_class=StrictRoute, tags=["recalls"])


@router.post(
    "",
    operation_id="decide_recalls",
    openapi_extra=needs(Permission.DECIDE),
    responses=problem_responses(
        Code.NOT_APPROVER, Code.OWN_REQUEST, Code.REQUEST_CLOSED, Code.STALE_VERSION, Code.IDEMPOTENCY_KEY_REUSED
    ),
)
async def decide_recalls(request: Request, person: Person, body: ManyDecisions) -> Response:
    """Approve or reject many requests; each succeeds or fails alone. An approval names for each the ETag that was seen."""
    call = idempotency_key(request.headers.getlist(HEADER)) or new_id()
    seen = [_seen(place, one) for place, one in enumerate(body.recalls)]
    said = [_Said(body, *each) for each in zip(body.recalls, seen, _events(call, body.recalls), strict=True)]
    return Answer({"results": [await _decide(request, person, one) for one in said]}).response()


@dataclass(frozen=True, slots=True)
class _Said:
    """What is said of one request: the whole call, its part of it, the ETag that was seen, and the event it comes with."""

    body: ManyDecisions
    one: SeenRecall
    seen: IfMatch | None
    event: str


def _seen(place: int, one: SeenRecall) -> IfMatch | None:
    """The ETag of a request, whose quotes may be left out. Raises EdgeError invalid_value, before anything is decided."""
    if one.etag is None:
        return None
    try:
        return if_match(one.etag if one.etag.startswith(('"', "W/", "*")) else f'"{one.etag}"')
    except EdgeError:
        field = f"recalls/{place}/etag"
        raise edge_error(
            Code.INVALID_VALUE, place={"pointer": f"/{field}"}, field=field, expected="entity_tag"
        ) from None


def _events(call: str, recalls: Sequence[SeenRecall]) -> Iterator[str]:
    """An event for each request; one that is named again, with other lines or another ETag, is decided again."""
    known: dict[str, list[SeenRecall]] = defaultdict(list)
    for one in recalls:
        namings = known[one.id]
        if one not in namings:
            namings.append(one)
        again = namings.index(one)
        yield f"{call}:{one.id}:{again}" if again else f"{call}:{one.id}"


async def _decide(request: Request, person: str, said: _Said) -> dict[str, Any]:
    """One result: 202 with the decision's id, or the problem that refused it."""
    if said.seen is None and said.body.decision == "approve":
        answer = refused(request, [Refusal(Code.IF_MATCH_REQUIRED)])
    else:
        selection = Selection(said.one.lines or (), pointer="/lines")
        answer = await write(request, person, _taking(person, said), selection=selection, keyed=False)
    return {"recall": said.one.id, "status": answer.status_code, "result": json.loads(bytes(answer.body))}


def _taking(person: str, said: _Said) -> Act:
    body, one = said.body, said.one
    asked = json.dumps([body.decision, body.comment, one.id, one.lines, one.etag, body.park]).encode()
    fingerprint = request_hash("POST", path=one.id, body=asked)
    source = deciding.Source(f"api:{person}", said.event, fingerprint, by_key=True)

    async def act(work: Work) -> Answer:
        done = await deciding.repeated(work, source)
        if done is None:
            done = await deciding.taken_or_repeated(work, source, _take(work, said, source=source))
        return Answer({"decision": done.decision, "recall": one.id}, status=202, messages=done.messages)

    return act


async def _take(work: Work, said: _Said, *, source: deciding.Source) -> deciding.Taken:
    stored = await deciding.request_to_decide(work, said.one.id, by=work.person)
    decision = Decision(work.person, Verdict(said.body.decision), said.one.lines, park=said.body.park)
    return await deciding.take(
        work, stored, deciding.Said(decision, said.body.comment, plans_seen(said.seen)), source=source
    )
