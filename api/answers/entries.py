"""Entries, actuals and history as they are answered."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import Field

from api.answers.base import (
    ENTRY_ID,
    PROJECT_ID,
    RECALL_ID,
    Action,
    Day,
    Id,
    Instant,
    Money,
    Number,
    Page,
    PersonId,
    RowId,
    Shown,
    UnitId,
    allowed,
    refused,
    usd,
)
from api.models.entries import BillingTypeName
from domain.refusals import Code

EntryStatusName = Literal["draft", "submitted", "approved", "returned", "rejected", "recall_requested", "deleted"]
ActualTypeName = Literal["cost", "unbilled_sales", "billed_sales", "resourcing_cost", "interorg_sales", "milestone"]
AdjustmentName = Literal["none", "adjusted", "unadjustable", "in_process"]
BillingStatusName = Literal["unbilled", "ready", "on_draft", "posted", "canceled"]
AmountMethodName = Literal["multiply", "fixed"]


class ApprovalRecord(Shown):
    """How far the approval of an entry is."""

    stage: Literal["submitted", "approved", "rejected", "recall_requested", "recall_rejected", "closed"]
    approver: PersonId | None
    submitted_quantity: Number
    billable_quantity: Number | None
    billing_type: BillingTypeName | None
    comment: str | None


class Entry(Shown):
    """Time, an expense or material of a person on a project."""

    id: Id
    project: Id
    unit: UnitId
    kind: Literal["time", "expense", "material"]
    date: Day
    accounting_date: Annotated[
        Day | None,
        Field(description="The day its cost counts for; before its approval, the day it would if it were approved now"),
    ]
    quantity: Number
    owner: PersonId
    status: EntryStatusName
    billing_type: BillingTypeName
    amount_method: AmountMethodName
    amount: Annotated[Money | None, Field(description="Where the method is fixed")]
    cost_price: Annotated[Number | None, Field(description="Null: the rate of the project at approval")]
    sales_price: Annotated[Number | None, Field(description="Null: the rate of the project at approval")]
    external: bool
    task: str | None
    description: str | None
    role: str | None
    category: str | None
    product: str | None
    unit_of_measure: str | None
    approval: ApprovalRecord | None
    open_recall: Id | None
    allowed_actions: list[Action]
    version: int


class Entries(Page[Entry]):
    """Entries of a list."""


class EntryNow(Shown):
    """An entry and the status it has now."""

    id: Id
    status: EntryStatusName


class EntryStatuses(Shown):
    """The entries of an act, in the order of the request."""

    entries: list[EntryNow]


class ActualValues(Shown):
    """What a planned row and an actual have in common."""

    type: ActualTypeName
    class_: Annotated[Literal["time", "expense", "material", "milestone"], Field(alias="class")]
    billing_type: BillingTypeName
    customer: str | None
    quantity: Number
    price: Number
    amount: Money
    amount_method: AmountMethodName
    tax: Money
    extended_amount: Money
    base_amount: Annotated[Money, Field(description="In the cost currency of the project")]
    exchange_rate: Number
    exchange_rate_date: Day
    percent: Number
    basis_quantity: Number
    basis_amount: Money
    adjustment: AdjustmentName
    status: BillingStatusName
    reverses: Annotated[RowId | None, Field(description="The actual this row neutralises")]
    document_date: Day
    start_date: Day
    end_date: Day
    accounting_date: Day
    project: Id
    task: str | None
    resource: str | None
    role: str | None
    category: str | None
    product: str | None
    unit_of_measure: str | None
    contract: str | None
    contract_line: str | None


class Actual(ActualValues):
    """A row of the ledger. It is never changed but for `adjustment`, `status` and `invoice`."""

    id: RowId
    generation: Annotated[int, Field(description="The life of the entry it belongs to, from 1")]
    invoice: Id | None
    recall: Annotated[Id | None, Field(description="The recall that wrote it")]


class Actuals(Page[Actual]):
    """Actuals in the order they were written."""


class Happening(Shown):
    """Something that happened to a subject."""

    sequence: int
    event: str
    from_: Annotated[str | None, Field(alias="from", description="The status before")]
    to: Annotated[str | None, Field(description="The status that was taken")]
    by: Annotated[str, Field(description="The real person who acted, or the service")]
    on_behalf_of: str | None
    client: Annotated[str | None, Field(description="The service account that acted for the person, if one did")]
    at: Annotated[Instant, Field(description="In the time of the unit")]
    recorded_at: Instant
    facts: dict[str, str]


class History(Page[Happening]):
    """What happened, oldest first."""


class Event(Shown):
    """Something that happened to anything, as a stream of events tells it."""

    id: Annotated[str, Field(pattern="^[0-9]+-[0-9]+$", description="Two numbers, by which later events are greater")]
    type: Annotated[
        str,
        Field(
            pattern=r"^(entry|recall|invoice|project|unit|delegation|item|work_center|production_order|item_entry|channel|subscription|person)"
            r"\.[a-z_]+$"
        ),
    ]
    subject: Annotated[str, Field(description="The id of what it happened to")]
    from_: Annotated[str | None, Field(alias="from", description="The status before")]
    to: Annotated[str | None, Field(description="The status that was taken")]
    by: Annotated[str, Field(description="The real person who acted, or the service")]
    on_behalf_of: str | None
    client: Annotated[str | None, Field(description="The service account that acted for the person, if one did")]
    at: Annotated[Instant, Field(description="In the time of the unit")]
    recorded_at: Instant
    facts: dict[str, str]


class Events(Page[Event]):
    """Events in the order they are told."""

    next: Annotated[str, Field(description="Where to go on later, also when there is no event; never null")]


ENTRY = {
    "id": ENTRY_ID,
    "project": PROJECT_ID,
    "unit": "oslo",
    "kind": "time",
    "date": "2026-02-02",
    "accounting_date": "2026-02-02",
    "quantity": "8",
    "owner": "bob",
    "status": "approved",
    "billing_type": "chargeable",
    "amount_method": "multiply",
    "amount": None,
    "cost_price": None,
    "sales_price": None,
    "external": False,
    "task": "Foundation",
    "description": None,
    "role": None,
    "category": None,
    "product": None,
    "unit_of_measure": None,
    "approval": {
        "stage": "approved",
        "approver": "mia",
        "submitted_quantity": "8",
        "billable_quantity": "8",
        "billing_type": "chargeable",
        "comment": None,
    },
    "open_recall": None,
    "allowed_actions": [
        refused("edit", Code.LOCKED, "The entry is approved and cannot be changed."),
        allowed("request_recall"),
    ],
    "version": 3,
}
ENTRIES = {"items": [ENTRY], "next": None}
STATUSES = {"entries": [{"id": ENTRY_ID, "status": "submitted"}]}
ROW = {
    "type": "unbilled_sales",
    "class": "time",
    "billing_type": "chargeable",
    "customer": "C1",
    "quantity": "-8",
    "price": "200",
    "amount": usd("-1600.00"),
    "amount_method": "multiply",
    "tax": usd("0.00"),
    "extended_amount": usd("-1600.00"),
    "base_amount": usd("-1600.00"),
    "exchange_rate": "1",
    "exchange_rate_date": "2026-02-02",
    "percent": "100",
    "basis_quantity": "-8",
    "basis_amount": usd("-1600.00"),
    "adjustment": "unadjustable",
    "status": "canceled",
    "reverses": "4711",
    "document_date": "2026-02-02",
    "start_date": "2026-02-02",
    "end_date": "2026-02-02",
    "accounting_date": "2026-02-02",
    "project": PROJECT_ID,
    "task": "Foundation",
    "resource": "bob",
    "role": None,
    "category": None,
    "product": None,
    "unit_of_measure": None,
    "contract": None,
    "contract_line": None,
}
ACTUALS = {"items": [{**ROW, "id": "4713", "generation": 1, "invoice": None, "recall": RECALL_ID}], "next": None}
HISTORY = {
    "items": [
        {
            "sequence": 90001,
            "event": "requested",
            "from": None,
            "to": "awaiting_decision",
            "by": "bob",
            "on_behalf_of": None,
            "client": None,
            "at": "2026-02-03T09:12:44.105Z",
            "recorded_at": "2026-02-03T09:12:44.105Z",
            "facts": {"lines": "1"},
        }
    ],
    "next": None,
}
EVENT: dict[str, Any] = {
    "id": "812345-90001",
    "type": "recall.requested",
    "subject": RECALL_ID,
    "from": None,
    "to": "awaiting_decision",
    "by": "bob",
    "on_behalf_of": None,
    "client": None,
    "at": "2026-02-03T09:12:44.105Z",
    "recorded_at": "2026-02-03T09:12:44.105Z",
    "facts": {"lines": "1"},
}
EVENTS = {"items": [EVENT], "next": EVENT["id"]}
STREAM = (
    "id: 812340-0\nretry: 2000\n\n"
    f"data: {json.dumps(EVENT, separators=(',', ':'))}\nid: {EVENT['id']}\n\n"
    ": still here\n\n"
)
