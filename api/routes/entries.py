"""Entries: create, read, change, and the acts on many at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response

from api.acting import Answer, Person, read, write
from api.cursor import Paging, page_answer
from api.edge import require_order
from api.models.entries import Approval, Chosen, EntryChanges, NewEntry, Rejection
from api.models.fields import Day
from api.permissions import Permission, needs
from api.problem import Selection, reader_of
from api.problem_schema import problem_responses
from api.render import entries as show
from api.render.values import Json
from api.shown import shown_recall
from api.strict_route import StrictRoute
from api.versions import if_match_of
from application import corrections, entries, reading, viewing
from application.work import Refused, Work
from domain.project.entries import BillingType
from domain.refusals import Code, Refusal
from store import actuals, history, lists
from store.entries import StoredEntry
from store.lists import ENTRY_ORDERS, RECALLS_OF_ENTRY, EntryFilter, EntrySort

router = APIRouter(prefix="/v1/entries", route_class=StrictRoute, tags=["entries"])
_CHOSEN = (Code.NOTHING_SELECTED, Code.DUPLICATE_LINE, Code.UNKNOWN_ENTRY, Code.SEVERAL_REFUSALS)
_Statuses = Annotated[
    list[Literal["draft", "submitted", "approved", "returned", "rejected", "recall_requested", "deleted"]] | None,
    Query(),
]


def _json(request: Request, one: reading.ShownEntry) -> Json:
    return show.entry(one, language=reader_of(request).language)


async def _shown(request: Request, work: Work, id: str, *, status: int = 200) -> Answer:
    found = await reading.entry(work, id)
    return Answer(_json(request, found), status=status, version=str(found.stored.version))


@router.post(
    "",
    status_code=201,
    operation_id="create_entry",
    openapi_extra=needs(Permission.BOOK),
    responses=problem_responses(
        Code.UNKNOWN_PROJECT, Code.UNKNOWN_UNIT, Code.UNKNOWN_PERSON, Code.NOT_YOURS, Code.NOT_ALLOWED
    ),
)
async def create_entry(request: Request, person: Person, body: NewEntry) -> Response:
    """Add a draft, of a project or, without one, of a unit: that costs only, and the managers of the unit decide on it."""

    async def act(work: Work) -> Answer:
        values: dict[str, Any] = body.model_dump(mode="python", exclude={"project", "unit", "owner", "date"})
        entries.check_amount(body.amount_method, body.amount)
        place = {"project_id": body.project, "unit_id": body.unit}
        id = await entries.create(
            work, values | place | {"owner_id": body.owner or work.person, "work_date": body.date}
        )
        return await _shown(request, work, id, status=201)

    return await write(request, person, act)


def _wanted(
    *,
    project: str | None = None,
    owner: str | None = None,
    status: _Statuses = None,
    kind: Annotated[list[Literal["time", "expense", "material"]] | None, Query()] = None,
    from_: Annotated[Day | None, Query(alias="from")] = None,
    until: Day | None = None,
) -> EntryFilter:
    """What the list is filtered by."""
    require_order(from_, until)
    return EntryFilter(project, owner, tuple(status or ()), tuple(kind or ()), from_, until)


@router.get("", operation_id="list_entries", openapi_extra=needs(Permission.SEE_ENTRIES), responses=problem_responses())
async def list_entries(
    request: Request,
    person: Person,
    wanted: Annotated[EntryFilter, Depends(_wanted)],
    page: Paging,
    sort: EntrySort = "date",
) -> Response:
    """Entries, filtered, by date; `sort=created` by creation, with a minus the other way round."""
    span = page.of(ENTRY_ORDERS[sort])

    async def act(work: Work) -> Answer:
        found = await reading.entries_page(work, wanted, span)
        return Answer(page_answer(found, [_json(request, one) for one in found.items]))

    return await read(request, person, act)


@router.get(
    "/{entry}",
    operation_id="get_entry",
    openapi_extra=needs(Permission.SEE_ENTRIES),
    responses=problem_responses(Code.UNKNOWN_ENTRY),
)
async def get_entry(request: Request, person: Person, entry: str) -> Response:
    """An entry with its approval record and what may be done with it."""

    async def act(work: Work) -> Answer:
        return await _shown(request, work, entry)

    return await read(request, person, act)


@router.patch(
    "/{entry}",
    operation_id="edit_entry",
    openapi_extra=needs(Permission.CHANGE_OWN),
    responses=problem_responses(Code.UNKNOWN_ENTRY, Code.NOT_YOURS, Code.LOCKED, Code.STALE_VERSION),
)
async def edit_entry(request: Request, person: Person, entry: str, body: EntryChanges) -> Response:
    """Change a draft, or an entry that was sent back. With If-Match only the version that was seen."""
    wanted = if_match_of(request)

    def check(stored: StoredEntry) -> None:
        if wanted is not None and not wanted.matches(str(stored.version)):
            raise Refused(Refusal(Code.STALE_VERSION, entry, {"why": "resource"}))

    async def act(work: Work) -> Answer:
        changes: dict[str, Any] = body.model_dump(mode="python", include=body.model_fields_set)
        if "date" in changes:
            changes["work_date"] = changes.pop("date")
        await entries.edit(work, entry, changes, check=check)
        return await _shown(request, work, entry)

    return await write(request, person, act)


@router.delete(
    "/{entry}",
    status_code=204,
    operation_id="delete_entry",
    openapi_extra=needs(Permission.CHANGE_OWN),
    responses=problem_responses(Code.UNKNOWN_ENTRY, Code.NOT_YOURS, Code.LOCKED),
)
async def delete_entry(request: Request, person: Person, entry: str) -> Response:
    """Delete a draft, or an entry that was sent back. Its history and actuals stay."""

    async def act(work: Work) -> Answer:
        await entries.delete(work, [entry])
        return Answer(None, status=204)

    return await write(request, person, act)


async def _on_many(
    request: Request, person: str, chosen: Sequence[str], do: Callable[[Work], Awaitable[None]]
) -> Response:
    """Run an act on chosen entries and answer their new statuses; a refusal points to its line."""

    async def act(work: Work) -> Answer:
        await do(work)
        found = await lists.statuses(work.connection, chosen)
        return Answer({"entries": [{"id": id, "status": found[id]} for id in chosen]})

    return await write(request, person, act, selection=Selection(chosen))


@router.post(
    "/submit",
    operation_id="submit_entries",
    openapi_extra=needs(Permission.CHANGE_OWN),
    responses=problem_responses(*_CHOSEN, Code.NOT_YOURS, Code.WRONG_STATUS),
)
async def submit_entries(request: Request, person: Person, body: Chosen) -> Response:
    """Submit entries for approval; all of them or none."""
    return await _on_many(request, person, body.entries, lambda work: entries.submit(work, body.entries))


@router.post(
    "/approve",
    operation_id="approve_entries",
    openapi_extra=needs(Permission.APPROVE),
    responses=problem_responses(*_CHOSEN, Code.NOT_APPROVER, Code.WRONG_STATUS),
)
async def approve_entries(request: Request, person: Person, body: Approval) -> Response:
    """Approve entries and write their actuals; billable quantity and billing type may be changed."""
    billing_type = None if body.billing_type is None else BillingType(body.billing_type)
    return await _on_many(
        request,
        person,
        body.entries,
        lambda work: entries.approve(work, body.entries, billable=body.billable, billing_type=billing_type),
    )


@router.post(
    "/reject",
    operation_id="reject_entries",
    openapi_extra=needs(Permission.APPROVE),
    responses=problem_responses(*_CHOSEN, Code.NOT_APPROVER, Code.WRONG_STATUS),
)
async def reject_entries(request: Request, person: Person, body: Rejection) -> Response:
    """Send submitted entries back."""
    return await _on_many(
        request, person, body.entries, lambda work: entries.reject(work, body.entries, comment=body.comment)
    )


@router.post(
    "/cancel-approval",
    operation_id="cancel_approvals",
    openapi_extra=needs(Permission.APPROVE),
    responses=problem_responses(
        *_CHOSEN,
        Code.NOT_APPROVER,
        Code.OWN_REQUEST,
        Code.WRONG_STATUS,
        Code.ALREADY_INVOICED,
        Code.ON_DRAFT_INVOICE,
        Code.VENDOR_INVOICE_LOCK,
        Code.PARTIALLY_CREDITED,
        Code.CORRECTION_IN_PROCESS,
        Code.PERIOD_CLOSED,
    ),
)
async def cancel_approvals(request: Request, person: Person, body: Chosen) -> Response:
    """Take approvals back: the same reversal as a recall, and the entries are submitted again."""
    return await _on_many(request, person, body.entries, lambda work: corrections.cancel_approval(work, body.entries))


@router.post(
    "/recall",
    operation_id="recall_submitted_entries",
    openapi_extra=needs(Permission.CHANGE_OWN),
    responses=problem_responses(*_CHOSEN, Code.NOT_YOURS, Code.NOT_RECALLABLE),
)
async def recall_submitted_entries(request: Request, person: Person, body: Chosen) -> Response:
    """Take submitted entries back at once; nobody has approved them yet."""
    return await _on_many(request, person, body.entries, lambda work: entries.take_back(work, body.entries))


@router.post(
    "/delete",
    operation_id="delete_entries",
    openapi_extra=needs(Permission.CHANGE_OWN),
    responses=problem_responses(*_CHOSEN, Code.NOT_YOURS, Code.LOCKED),
)
async def delete_entries(request: Request, person: Person, body: Chosen) -> Response:
    """Delete entries; all of them or none."""
    return await _on_many(request, person, body.entries, lambda work: entries.delete(work, body.entries))


@router.get(
    "/{entry}/actuals",
    operation_id="list_entry_actuals",
    openapi_extra=needs(Permission.SEE_ENTRIES),
    responses=problem_responses(Code.UNKNOWN_ENTRY),
)
async def list_entry_actuals(request: Request, person: Person, entry: str, page: Paging) -> Response:
    """All actuals of an entry over all its lives, in the order they were written."""
    span = page.of(actuals.OF_ENTRY)

    async def act(work: Work) -> Answer:
        found, currency = await reading.actuals_of(work, entry, span)
        return Answer(page_answer(found, [show.actual(one, base_currency=currency) for one in found.items]))

    return await read(request, person, act)


@router.get(
    "/{entry}/history",
    operation_id="get_entry_history",
    openapi_extra=needs(Permission.SEE_ENTRIES),
    responses=problem_responses(Code.UNKNOWN_ENTRY),
)
async def get_entry_history(request: Request, person: Person, entry: str, page: Paging) -> Response:
    """Everything that happened to an entry, oldest first."""
    span = page.of(history.ORDERS["entry"])

    async def act(work: Work) -> Answer:
        found = await reading.entry_history(work, entry, span)
        return Answer(page_answer(found, [show.happened(row) for row in found.items]))

    return await read(request, person, act)


@router.get(
    "/{entry}/recalls",
    operation_id="list_entry_recalls",
    openapi_extra=needs(Permission.SEE_ENTRIES),
    responses=problem_responses(Code.UNKNOWN_ENTRY),
)
async def list_entry_recalls(request: Request, person: Person, entry: str, page: Paging) -> Response:
    """All recalls that named an entry, oldest first."""
    span = page.of(RECALLS_OF_ENTRY)

    async def act(work: Work) -> Answer:
        found = await reading.recall_ids_of_entry(work, entry, span)
        views = await viewing.glances(work, found.items)
        return Answer(page_answer(found, [shown_recall(request, work, one) for one in views]))

    return await read(request, person, act)
