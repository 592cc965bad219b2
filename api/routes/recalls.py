"""Recalls: preview, ask, read, decide, withdraw."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from api.acting import Answer, Person, read, work_in, write
from api.cursor import Paging, page_answer
from api.edge import edge_error
from api.etag import plans_seen
from api.idempotency import HEADER, REPLAY_HEADER, idempotency_key, request_hash
from api.models.recalls import Empty, NewDecision
from api.permissions import Permission, needs
from api.prefer import APPLIED_HEADER, wait_seconds
from api.problem import Selection, reader_of, refused
from api.problem_schema import problem_responses
from api.render import entries as show_history
from api.render import recalls as show
from api.service import service_of
from api.shown import shown_recall
from api.strict_route import StrictRoute
from api.versions import if_match_of
from application import deciding, settling, viewing
from application.work import Work
from domain.recall.deciding import Decision
from domain.recall.request import Verdict
from domain.refusals import Code
from store import decisions, history
from store.ids import new_id
from store.lists import RECALL_ORDERS, RecallFilter, RecallSort
from store.turns import aside

# What an approved line is blocked by: answered where the outcome was waited for.
PRODUCTION = (
    Code.WRONG_ENTRY_TYPE,
    Code.REVERSAL_OF_REVERSAL,
    Code.ORDER_FINISHED,
    Code.ORDER_NOT_RELEASED,
    Code.ALREADY_REVERSED,
    Code.REMAINING_TOO_LOW,
    Code.RESERVED,
    Code.SUBCONTRACTED,
    Code.LAST_OPERATION,
    Code.ITEM_BLOCKED,
)
BLOCKING = (
    *PRODUCTION,
    Code.ALREADY_INVOICED,
    Code.PARTIALLY_CREDITED,
    Code.ON_DRAFT_INVOICE,
    Code.VENDOR_INVOICE_LOCK,
    Code.CORRECTION_IN_PROCESS,
    Code.PERIOD_CLOSED,
    Code.NO_LIVE_ACTUALS,
)
router = APIRouter(prefix="/v1/recalls", route_class=StrictRoute, tags=["recalls"])
_Status = Literal["awaiting_decision", "recalled", "rejected", "partly_recalled", "withdrawn", "expired"]


def _wanted(
    unit: str | None = None,
    status: Annotated[list[_Status] | None, Query()] = None,
    requester: str | None = None,
    approver: str | None = None,
    subject: str | None = None,
) -> RecallFilter:
    """What the list is filtered by."""
    return RecallFilter(unit, tuple(status or ()), requester, approver, subject)


def _wanted_by_me(
    person: Person,
    wanted: Annotated[RecallFilter, Depends(_wanted)],
    waiting_for: Literal["me"] | None = None,
    concerning: Literal["me"] | None = None,
) -> RecallFilter:
    """The same, with what of it is to be the reader's own."""
    return replace(wanted, waiting_for=person if waiting_for else None, concerning=person if concerning else None)


@router.get(
    "", operation_id="list_recalls", openapi_extra=needs(Permission.SEE_REQUESTS), responses=problem_responses()
)
async def list_recalls(
    request: Request,
    person: Person,
    wanted: Annotated[RecallFilter, Depends(_wanted_by_me)],
    page: Paging,
    *,
    sort: RecallSort = "-number",
) -> Response:
    """Recalls, newest first or, with `sort=number`, oldest first.

    `waiting_for=me` is the queue of what one may decide, `concerning=me` the inbox: what one has a part in or may decide.
    """
    span = page.of(RECALL_ORDERS[sort])

    async def act(work: Work) -> Answer:
        found = await viewing.recalls_page(work, wanted, span)
        return Answer(page_answer(found, [shown_recall(request, work, one) for one in found.items]))

    return await read(request, person, act)


async def _shown(request: Request, work: Work, id: str) -> tuple[dict[str, Any], str]:
    found = await viewing.view(work, id)
    return await aside(len(found.stored.request.lines), lambda: shown_recall(request, work, found)), found.plan_hash


@router.get(
    "/{recall}",
    operation_id="get_recall",
    openapi_extra=needs(Permission.SEE_REQUESTS),
    responses=problem_responses(Code.UNKNOWN_RECALL),
)
async def get_recall(request: Request, person: Person, recall: str) -> Response:
    """A recall with its lines, the exact rows of its plan, and its decisions. The ETag is the hash of that plan."""

    async def act(work: Work) -> Answer:
        body, plan_hash = await _shown(request, work, recall)
        return Answer(body, version=plan_hash)

    return await read(request, person, act)


@router.get(
    "/{recall}/lines",
    operation_id="list_recall_lines",
    openapi_extra=needs(Permission.SEE_REQUESTS),
    responses=problem_responses(Code.UNKNOWN_RECALL),
)
async def list_recall_lines(request: Request, person: Person, recall: str, page: Paging) -> Response:
    """The lines of a recall with their rows, page by page: a recall of more than 200 lines shows them without."""
    span = page.of(viewing.LINES)

    async def act(work: Work) -> Answer:
        found = await viewing.lines_page(work, recall, span)
        language = reader_of(request).language
        return Answer(page_answer(found.subjects, show.lines(found, language=language)))

    return await read(request, person, act)


@router.get(
    "/{recall}/history",
    operation_id="get_recall_history",
    openapi_extra=needs(Permission.SEE_REQUESTS),
    responses=problem_responses(Code.UNKNOWN_RECALL),
)
async def get_recall_history(request: Request, person: Person, recall: str, page: Paging) -> Response:
    """Everything that happened to a recall, oldest first."""
    span = page.of(history.ORDERS["recall"])

    async def act(work: Work) -> Answer:
        await viewing.require_seen(work, recall)
        found = await history.of_subject(work.connection, "recall", recall, span)
        return Answer(page_answer(found, [show_history.happened(row) for row in found.items]))

    return await read(request, person, act)


@router.post(
    "/{recall}/decisions",
    status_code=202,
    operation_id="decide_recall",
    openapi_extra=needs(Permission.DECIDE),
    responses=problem_responses(
        Code.UNKNOWN_RECALL,
        Code.NOT_APPROVER,
        Code.OWN_REQUEST,
        Code.REQUEST_CLOSED,
        Code.ALREADY_DECIDED,
        Code.STALE_VERSION,
        Code.IF_MATCH_REQUIRED,
        Code.DELEGATION_EXPIRED,
        Code.NOTHING_SELECTED,
        Code.DUPLICATE_LINE,
        Code.UNKNOWN_ENTRY,
        Code.SEVERAL_REFUSALS,
        *BLOCKING,
    ),
)
async def decide_recall(request: Request, person: Person, recall: str, body: NewDecision) -> Response:
    """Approve or reject a recall, or some of its lines. An approval names the plan it has seen (If-Match)."""
    seen = if_match_of(request)
    if seen is None and body.decision == "approve":
        raise edge_error(Code.IF_MATCH_REQUIRED)
    key = idempotency_key(request.headers.getlist(HEADER))
    asked = request_hash("POST", path=recall, body=await request.body())
    source = deciding.Source(f"api:{person}", key or new_id(), asked, by_key=True)

    async def act(work: Work) -> Answer:
        stored = await deciding.request_to_decide(work, recall, by=work.person)
        decision = Decision(work.person, Verdict(body.decision), body.lines, park=body.park)
        said = deciding.Said(decision, body.comment, plans_seen(seen))
        done = await deciding.take(work, stored, said, source=source)
        location = {"Location": f"/v1/recalls/{recall}"}
        return Answer(
            {"decision": done.decision, "recall": recall}, status=202, headers=location, messages=done.messages
        )

    selection = Selection(body.lines or (), pointer="/lines")
    answer = await write(request, person, act, selection=selection)
    if answer.status_code != 202 or not wait_seconds(request.headers.get("prefer")):
        return answer
    decision = json.loads(bytes(answer.body))["decision"]
    outcome = await _outcome(request, person, recall, decision=decision, selection=selection) or answer
    if REPLAY_HEADER in answer.headers:
        outcome.headers[REPLAY_HEADER] = answer.headers[REPLAY_HEADER]
    return outcome


async def _outcome(
    request: Request, person: str, recall: str, *, decision: str, selection: Selection
) -> Response | None:
    """Wait for the outcome: 200 with the recall, the codes if every line was refused, None if it is not known in time.

    selection: the lines that the body names; where it names none, no refusal points into it.
    """
    service, seconds = service_of(request), wait_seconds(request.headers.get("prefer"))

    async def stored(work: Work) -> decisions.StoredDecision | None:
        return await decisions.by_id(work.connection, decision)

    async def settled() -> bool:
        found = await work_in(service, person, stored)
        return found is not None and found.outcome != "pending"

    if not await service.outcomes.wait(decision, settled, seconds=seconds):
        return None
    found = await work_in(service, person, stored)
    refusals = [refusal for _, refusal in found.outcomes.values() if refusal]
    if found.outcome == "refused" and refusals:
        return refused(request, refusals, selection=selection)

    async def act(work: Work) -> Answer:
        body, plan_hash = await _shown(request, work, recall)
        shown = next(one for one in body["decisions"] if one["id"] == decision)
        return Answer(
            {"decision": shown, "recall": body}, version=plan_hash, headers={APPLIED_HEADER: f"wait={seconds}"}
        )

    return await read(request, person, act)


@router.post(
    "/{recall}/withdraw",
    operation_id="withdraw_recall",
    openapi_extra=needs(Permission.WITHDRAW),
    responses=problem_responses(Code.UNKNOWN_RECALL, Code.NOT_YOURS, Code.NOT_ALLOWED, Code.REQUEST_CLOSED),
)
async def withdraw_recall(request: Request, person: Person, recall: str, _body: Empty) -> Response:
    """Take a request back; its entries are approved as before."""

    async def act(work: Work) -> Answer:
        messages = await settling.withdraw(work, recall)
        shown, plan_hash = await _shown(request, work, recall)
        return Answer(shown, version=plan_hash, messages=messages)

    return await write(request, person, act)
