"""Recalls, their lines, plans and decisions as they are answered."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from api.answers.base import (
    BATCH_ID,
    DECISION_ID,
    ENTRY_ID,
    PLAN_HASH,
    PROJECT_ID,
    RECALL_ID,
    Action,
    CodeName,
    Hash,
    Id,
    Instant,
    InTheWay,
    Money,
    Page,
    PersonId,
    RecallStatusName,
    RowId,
    Shown,
    Text,
    UnitId,
    allowed,
    refused,
    usd,
)
from api.answers.entries import ROW, ActualValues, EntryNow
from api.answers.problems import Problem
from api.answers.production import CapacityRow, ItemRow
from domain.refusals import Code

LineStatusName = Literal["open", "blocked", "recalled", "rejected", "withdrawn", "expired"]


class PlannedRow(ActualValues):
    """A row as a recall will write it, or has written it."""

    id: Annotated[RowId | None, Field(description="Only of a row that is written")] = None
    entry: Id
    base_amount: Annotated[  # type: ignore[assignment]  # a plan is told by its rows alone
        Money | None, Field(description="In the cost currency of the project; null where the line has no cost row")
    ]


class RecallLine(Shown):
    """One subject of a recall."""

    id: str
    subject: Annotated[Id, Field(description="The entry, or the register")]
    label: Annotated[str | None, Field(description="Null to those who see only how it stands")]
    owner: PersonId
    status: LineStatusName
    blocked_by: Annotated[
        InTheWay | None, Field(description="What was in the way when it was last decided on; it may be gone by now")
    ]
    parked_by: Annotated[
        list[PersonId],
        Field(description="Whose approval waits until what is in the way was credited, and then goes on by itself"),
    ]
    rows: Annotated[
        list[PlannedRow | ItemRow | CapacityRow] | None,
        Field(description="Left out in lists, and in a recall of more than 200 lines"),
    ] = None


class RecallLines(Page[RecallLine]):
    """Lines of a recall in the order of the request."""


class Progress(Shown):
    """How many lines there are, and how many in these statuses."""

    lines: int
    open: int
    blocked: int
    recalled: int
    rejected: int
    withdrawn: int
    expired: int
    parked: Annotated[int, Field(description="Of the blocked ones: those whose approval waits for a credit")]


class DecisionLine(Shown):
    """How a decision ended for one line."""

    subject: Id
    outcome: Annotated[
        Literal["recalled", "rejected", "approved", "blocked", "parked", "refused"] | None,
        Field(description="Null: still pending"),
    ]
    code: CodeName | None


class Decision(Shown):
    """A decision that was stored."""

    id: Id
    by: PersonId
    on_behalf_of: PersonId | None
    client: Annotated[str | None, Field(description="The service account that acted for the person, if one did")]
    decision: Literal["approve", "reject"]
    comment: str | None
    source: Annotated[
        str,
        Field(
            description="api, webhook:CHANNEL, or parked: an approval that waited for a credit and went on",
            pattern="^(api|parked|webhook:.+)$",
        ),
    ]
    received_at: Instant
    outcome: Literal["pending", "applied", "refused"]
    code: Annotated[
        CodeName | None,
        Field(description="Why it was refused; null also where its lines were for several reasons, or are left out"),
    ]
    lines: Annotated[list[DecisionLine] | None, Field(description="Left out in lists")] = None


class Recall(Shown):
    """A request to take approved entries back. Its ETag is `plan_hash`, which an approval has to name."""

    id: Id
    number: Annotated[str, Field(pattern="^R-[0-9]+$")]
    batch: Id
    unit: UnitId
    kind: Literal["project_entry", "production"]
    subject: Annotated[Id | UnitId, Field(description="The project; of production the unit")]
    title: Annotated[str | None, Field(description="Null to those who see only how it stands")]
    requester: PersonId
    approver: Annotated[
        PersonId | None, Field(description="Who approved what is asked for, and is asked first if they may decide")
    ]
    asked: Annotated[
        PersonId | None,
        Field(
            description="Who is asked now: the approver, their delegate of these days, or the next who may."
            " Null once it has ended, and while there is no approver"
        ),
    ]
    reason: Annotated[str | None, Field(description="Null to those who see only how it stands")]
    reason_code: str | None
    reason_text: Annotated[Text | None, Field(description="What the reason code says, where it is one of the policy")]
    policy_version: Annotated[int, Field(description="The version of the unit's policy that it was born under", ge=1)]
    approvals_needed: Annotated[int, Field(description="By different people, for each line", ge=1)]
    status: RecallStatusName
    created_at: Instant
    closed_at: Instant | None
    expires_at: Instant | None
    next_step: Annotated[Text | None, Field(description="What happens if nobody decides")]
    next_step_at: Instant | None
    reminders: int
    amount: Annotated[Money | None, Field(description="Null to those who see only how it stands")]
    workflow_id: str
    workflow_url: str | None
    plan_hash: Hash
    progress: Progress
    lines: Annotated[list[RecallLine], Field(description="In lists the first 5; progress says how many there are")]
    lines_url: Annotated[str, Field(description="Where all lines are, page by page, with their rows")]
    decisions: list[Decision]
    allowed_actions: list[Action]


class Recalls(Page[Recall]):
    """Recalls of a list, without the rows of their lines."""


class LineWarning(InTheWay):
    """Something to know about one line that blocks nothing."""

    subject: Id


class Requested(Shown):
    """What a wish became: one recall for each project and approver."""

    batch: Annotated[Id | None, Field(description="Null where everything selected came back at once")]
    recalls: list[Recall]
    warnings: list[LineWarning]
    at_once: Annotated[list[EntryNow] | None, Field(description="Only of a selection: submitted entries")] = None
    left: Annotated[list[EntryNow] | None, Field(description="Only of a selection: what stays as it is")] = None


class PreviewLine(Shown):
    """What a recall would do to one entry."""

    subject: Id
    label: str
    rows: Annotated[
        list[PlannedRow | ItemRow | CapacityRow] | None,
        Field(description="Left out where there are more than 200 lines"),
    ] = None
    warnings: list[InTheWay]


class Preview(Shown):
    """What a recall would do. `lines`, `amount` and `summary` are missing where a selection holds nothing approved."""

    lines: list[PreviewLine] | None = None
    amount: Money | None = None
    summary: Text | None = None
    at_once: Annotated[list[EntryNow] | None, Field(description="Only of a selection")] = None
    left: Annotated[list[EntryNow] | None, Field(description="Only of a selection")] = None


class DecisionTaken(Shown):
    """A decision is stored; the recall tells how it ends."""

    decision: Annotated[Id, Field(description="The id of the decision")]
    recall: Annotated[Id, Field(description="The id of the recall")]


class DecisionSettled(Shown):
    """The decision with its outcome, and the recall after it."""

    decision: Decision
    recall: Recall


class OneOfManyDecisions(Shown):
    """What one recall of many was answered."""

    recall: str
    status: int
    result: DecisionTaken | Problem


class DecisionResults(Shown):
    """One result for each recall, in the order of the request."""

    results: list[OneOfManyDecisions]


PLANNED_ROW = {**ROW, "entry": ENTRY_ID}
LINE = {
    "id": f"{RECALL_ID}:{ENTRY_ID}",
    "subject": ENTRY_ID,
    "label": "2026-02-02 · Alfa · Foundation · 8 h",
    "owner": "bob",
    "status": "open",
    "blocked_by": None,
    "parked_by": [],
    "rows": [PLANNED_ROW],
}
LINES = {"items": [LINE], "next": None}
RECALL: dict[str, Any] = {
    "id": RECALL_ID,
    "number": "R-1042",
    "batch": BATCH_ID,
    "unit": "oslo",
    "kind": "project_entry",
    "subject": PROJECT_ID,
    "title": "Alfa · 1 entry · bob",
    "requester": "bob",
    "approver": "mia",
    "asked": "mia",
    "reason": "Wrong project",
    "reason_code": None,
    "reason_text": None,
    "policy_version": 1,
    "approvals_needed": 1,
    "status": "awaiting_decision",
    "created_at": "2026-02-03T09:12:44.105Z",
    "closed_at": None,
    "expires_at": None,
    "next_step": "The approver is reminded",
    "next_step_at": "2026-02-04T09:12:44.105Z",
    "reminders": 0,
    "amount": usd("1600.00"),
    "workflow_id": f"R-1042-{RECALL_ID}",
    "workflow_url": None,
    "plan_hash": PLAN_HASH,
    "progress": {
        "lines": 1,
        "open": 1,
        "blocked": 0,
        "recalled": 0,
        "rejected": 0,
        "withdrawn": 0,
        "expired": 0,
        "parked": 0,
    },
    "lines": [LINE],
    "lines_url": f"/v1/recalls/{RECALL_ID}/lines",
    "decisions": [],
    "allowed_actions": [
        allowed("approve"),
        allowed("reject"),
        refused("withdraw", Code.NOT_YOURS, "Only the requester may withdraw it."),
    ],
}
RECALLS = {
    "items": [{**RECALL, "lines": [{name: value for name, value in LINE.items() if name != "rows"}]}],
    "next": None,
}
REQUESTED = {"batch": BATCH_ID, "recalls": [RECALL], "warnings": []}
PREVIEW = {
    "lines": [{"subject": ENTRY_ID, "label": LINE["label"], "rows": [PLANNED_ROW], "warnings": []}],
    "amount": usd("1600.00"),
    "summary": "Approving takes back 1 line with 1 row, 1600.00 USD.",
}
DECISION = {
    "id": DECISION_ID,
    "by": "mia",
    "on_behalf_of": None,
    "client": None,
    "decision": "approve",
    "comment": None,
    "source": "api",
    "received_at": "2026-02-03T10:01:00.000Z",
    "outcome": "applied",
    "code": None,
    "lines": [{"subject": ENTRY_ID, "outcome": "recalled", "code": None}],
}
TAKEN = {"decision": DECISION_ID, "recall": RECALL_ID}
_CLOSED = "The request has ended."
SETTLED = {
    "decision": DECISION,
    "recall": {
        **RECALL,
        "status": "recalled",
        "closed_at": "2026-02-03T10:01:00.120Z",
        "asked": None,
        "next_step": None,
        "next_step_at": None,
        "progress": {
            "lines": 1,
            "open": 0,
            "blocked": 0,
            "recalled": 1,
            "rejected": 0,
            "withdrawn": 0,
            "expired": 0,
            "parked": 0,
        },
        "lines": [{**LINE, "status": "recalled", "rows": [{**PLANNED_ROW, "id": "4713"}]}],
        "decisions": [DECISION],
        "allowed_actions": [refused(name, Code.REQUEST_CLOSED, _CLOSED) for name in ("approve", "reject", "withdraw")],
    },
}
MANY_DECIDED = {"results": [{"recall": RECALL_ID, "status": 202, "result": TAKEN}]}
