"""Deciding many requests in one call: each succeeds or fails alone."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request, Response

from api.acting import Act, Answer, Person, write
from api.etag import if_match
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
    responses=problem_responses(Code.NOT_APPROVER, Code.OWN_REQUEST, Code.REQUEST_CLOSED, Code.STALE_VERSION),
)
async def decide_recalls(request: Request, person: Person, body: ManyDecisions) -> Response:
    """Approve or reject many requests. An approval names for each the ETag that was seen."""
    call = idempotency_key(request.headers.getlist(HEADER)) or new_id()
    results = [await _decide(request, person, body, one, call=call) for one in body.recalls]
    return Answer({"results": results}).response()


async def _decide(request: Request, person: str, body: ManyDecisions, one: SeenRecall, *, call: str) -> dict[str, Any]:
    """One result: 202 with the decision's id, or the problem that refused it."""
    seen = (
        None if one.etag is None else if_match(one.etag if one.etag.startswith(('"', "W/", "*")) else f'"{one.etag}"')
    )
    if seen is None and body.decision == "approve":
        answer = refused(request, [Refusal(Code.IF_MATCH_REQUIRED)])
    else:
        tags = None if seen is None or seen.any_version else seen.tags
        act = _taking(person, body, one, seen=tags, call=call)
        selection = Selection(one.lines or (), pointer="/lines")
        answer = await write(request, person, act, selection=selection, keyed=False)
    return {"recall": one.id, "status": answer.status_code, "result": json.loads(bytes(answer.body))}


def _taking(person: str, body: ManyDecisions, one: SeenRecall, *, seen: frozenset[str] | None, call: str) -> Act:
    said = json.dumps([body.decision, body.comment, one.id, one.lines, one.etag, body.park]).encode()
    source = deciding.Source(f"api:{person}", f"{call}:{one.id}", request_hash("POST", path=one.id, body=said))

    async def act(work: Work) -> Answer:
        done = await deciding.repeated(work, source)
        if done is None:
            stored = await deciding.request_to_decide(work, one.id, by=person)
            decision = Decision(person, Verdict(body.decision), one.lines, park=body.park)
            done = await deciding.take(work, stored, deciding.Said(decision, body.comment, seen), source=source)
        return Answer({"decision": done.decision, "recall": one.id}, status=202, messages=done.messages)

    return act
