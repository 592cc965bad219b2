"""Asking for recalls: preview and request, by entries or by a selection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request, Response

from api.acting import Answer, Person, read, write
from api.edge import edge_error
from api.models.recalls import RecallWish, Selected
from api.permissions import Permission, needs
from api.problem import Selection, reader_of
from api.problem_schema import problem_responses
from api.render import recalls as show
from api.render.rows import planned_rows
from api.render.values import Json, money
from api.routes.recalls import PRODUCTION
from api.shown import shown_recall
from api.strict_route import StrictRoute
from application import asking, selecting
from application.asking import Asked, Preview, Wish
from application.deciding import right_to_decide
from application.production_recallable import ProductionRecallable
from application.viewing import MOST_LINES_WITH_ROWS, View
from application.work import Work
from domain.language import Language
from domain.production.recall_facts import Choice, Heading
from domain.recall.words import effect
from domain.refusals import Code
from store.lists import Selection as EntrySelection
from store.recalls import StoredRequest
from store.turns import aside

router = APIRouter(prefix="/v1/recalls", route_class=StrictRoute, tags=["recalls"])
_ASK = (
    Code.REASON_REQUIRED,
    Code.REASON_CODE_REQUIRED,
    Code.UNKNOWN_REASON_CODE,
    Code.NOTHING_SELECTED,
    Code.DUPLICATE_LINE,
    Code.TOO_MANY_LINES,
    Code.UNKNOWN_ENTRY,
    Code.NOT_YOURS,
    Code.NOT_RECALLABLE,
    Code.RECALL_PENDING,
    Code.EXTERNAL_ENTRY,
    Code.NO_LIVE_ACTUALS,
    Code.OUTSIDE_RECALL_WINDOW,
    Code.ALREADY_INVOICED,
    Code.PARTIALLY_CREDITED,
    Code.ON_DRAFT_INVOICE,
    Code.VENDOR_INVOICE_LOCK,
    Code.CORRECTION_IN_PROCESS,
    Code.PERIOD_CLOSED,
    Code.NOT_SUPPORTED,
    Code.SEVERAL_REFUSALS,
    *PRODUCTION,
)


def _check(body: RecallWish) -> None:
    """A request is about entries, a selection of them, or posted production: one of these."""
    given = {"entries": body.entries is not None, "selection": body.selection is not None}
    given["outputs"] = bool(production_choices(body))
    extra = [name for name, is_given in given.items() if is_given][1:]
    if extra:
        raise edge_error(Code.INVALID_VALUE, place={"pointer": f"/{extra[0]}"}, field=extra[0], expected="one_way")


def production_choices(body: RecallWish) -> list[tuple[str, Choice]]:
    """What a body names of posted production, each with its pointer."""
    found = [
        (f"/outputs/{place}", Choice(one.entry, Heading.OUTPUT, one.quantity, one.run, one.setup, one.scrap))
        for place, one in enumerate(body.outputs)
    ]
    found += [(f"/capacities/{place}", Choice(id, Heading.CAPACITY)) for place, id in enumerate(body.capacities)]
    found += [(f"/consumptions/{place}", Choice(id, Heading.CONSUMPTION)) for place, id in enumerate(body.consumptions)]
    return found + ([("/register", Choice(body.register_, Heading.REGISTER))] if body.register_ else [])


def _wish(body: RecallWish) -> Wish:
    """What is asked for, where nothing is selected."""
    choices = [choice for _, choice in production_choices(body)]
    if not choices:
        return Wish(body.entries or (), body.reason, body.reason_code)
    subjects = tuple(choice.subject for choice in choices)
    return Wish(subjects, body.reason, body.reason_code, "production", of=ProductionRecallable(choices))


def _pointers(body: RecallWish) -> Selection:
    chosen = production_choices(body)
    if not chosen:
        return Selection(body.entries or ())
    return Selection([choice.subject for _, choice in chosen], pointers=[pointer for pointer, _ in chosen])


def _selection(body: Selected, person: str) -> EntrySelection:
    return EntrySelection(
        owner=body.owner or person,
        project=body.project,
        task=body.task,
        dates=body.dates,
        since=body.from_,
        until=body.until,
        batch=body.import_batch,
    )


@router.post(
    "/preview", operation_id="preview_recall", openapi_extra=needs(Permission.ASK), responses=problem_responses(*_ASK)
)
async def preview_recall(request: Request, person: Person, body: RecallWish) -> Response:
    """The exact rows a recall would write, and what would refuse it. Writes nothing."""
    _check(body)
    language = reader_of(request).language

    async def act(work: Work) -> Answer:
        if body.selection is None:
            wish = _wish(body)
            found = await asking.preview(work, wish)
            named = wish.subjects
            return Answer(await aside(len(named), lambda: _preview(found, named, language=language)))
        selected = await selecting.select(work, _selection(body.selection, person))
        shown = await asking.preview(work, Wish(selected.approved, body.reason)) if selected.approved else None
        lines = {} if shown is None else _preview(shown, selected.approved, language=language)
        return Answer(lines | {"at_once": list(selected.submitted), "left": _left(selected.left)})

    return await read(request, person, act, selection=_pointers(body))


def _preview(found: Preview, ids: Sequence[str], *, language: Language) -> Json:
    warned = {warning.subject: warning for warning in found.warnings}
    with_rows = len(ids) <= MOST_LINES_WITH_ROWS
    lines = [
        {
            "subject": id,
            "label": found.labels[id],
            **({"rows": planned_rows(found.plans[id].rows)} if with_rows else {}),
            "warnings": [show.in_the_way(warned[id], language=language)] if id in warned else [],
        }
        for id in ids
    ]
    amount = money(found.worth.amount, found.worth.currency)
    rows = sum(len(plan.rows) for plan in found.plans.values())
    return {
        "lines": lines,
        "amount": amount,
        "summary": effect(rows, lines=len(lines), amount=f"{amount['amount']} {amount['currency']}", language=language),
    }


def _left(left: Any) -> list[Json]:
    return [{"id": id, "status": status} for id, status in left.items()]


@router.post(
    "",
    status_code=201,
    operation_id="request_recall",
    openapi_extra=needs(Permission.ASK),
    responses=problem_responses(*_ASK),
)
async def request_recall(request: Request, person: Person, body: RecallWish) -> Response:
    """Ask for approved entries or posted production to be taken back. Entries become one request for each project and approver.

    Entries that are named must be approved. A selection does what its owner means: submitted entries come back at once,
    approved ones become the request.
    """
    _check(body)

    async def act(work: Work) -> Answer:
        wish = _wish(body)
        if body.selection is None:
            return await _asked(request, work, await asking.ask(work, wish))
        done = await selecting.take_back(work, _selection(body.selection, person), wish)
        returned: Json = {
            "at_once": [{"id": id, "status": "draft"} for id in done.at_once],
            "left": _left(done.left),
        }
        if done.asked is None:
            return Answer({"batch": None, "recalls": [], "warnings": [], **returned}, status=201)
        return await _asked(request, work, done.asked, more=returned)

    return await write(request, person, act, selection=_pointers(body))


async def _asked(request: Request, work: Work, asked: Asked, *, more: Json | None = None) -> Answer:
    views = [await _view(work, asked, stored) for stored in asked.requests]
    shown = await aside(len(asked.plans), lambda: [shown_recall(request, work, view) for view in views])
    warnings = [show.warning(warning, language=reader_of(request).language) for warning in asked.warnings]
    return Answer(
        {"batch": asked.batch, "recalls": shown, "warnings": warnings, **(more or {})},
        status=201,
        headers={"Location": f"/v1/recalls/{asked.requests[0].request.id}"},
        messages=asked.messages,
    )


async def _view(work: Work, asked: Asked, stored: StoredRequest) -> View:
    rows = {id: asked.plans[id].rows for id in stored.request.lines}
    return View(
        stored=stored,
        rows=rows if len(rows) <= MOST_LINES_WITH_ROWS else None,
        decisions=(),
        plan_hash=stored.plan_hash,
        authority=await right_to_decide(work, stored, work.person),
    )
