"""The small forms of all answers, and the base of their models."""

from __future__ import annotations

from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from api.models.fields import PERSON_ID
from domain.refusals import Code

_NUMBER = r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$"
_UUID = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
_INSTANT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$"

Number = Annotated[str, StringConstraints(pattern=_NUMBER), Field(description="A decimal number as text, no exponent")]
Id = Annotated[str, StringConstraints(pattern=_UUID), Field(description="Opaque")]
RowId = Annotated[str, StringConstraints(pattern="^[1-9][0-9]*$"), Field(description="Of an actual; opaque")]
PersonId = Annotated[str, StringConstraints(pattern=f"^{PERSON_ID}$"), Field(description="A person")]
UnitId = Annotated[str, StringConstraints(pattern=f"^{PERSON_ID}$"), Field(description="A unit")]
Day = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), Field(json_schema_extra={"format": "date"})
]
Instant = Annotated[
    str, StringConstraints(pattern=_INSTANT), Field(json_schema_extra={"format": "date-time"}, description="UTC")
]
Currency = Annotated[str, StringConstraints(pattern="^[A-Z]{3}$"), Field(description="ISO 4217")]
Hash = Annotated[str, StringConstraints(pattern="^[0-9a-f]{32}$")]
PolicyTime = Annotated[
    str,
    StringConstraints(pattern="^[0-9]+(h|m|wh)$"),
    Field(description="Such as 24h or 90m, or 16wh: hours of working time"),
]
CodeName = Annotated[
    str, StringConstraints(pattern="^[a-z][a-z_]*$"), Field(description="A word of GET /v1/refusals; it never changes")
]
RecallStatusName = Literal["awaiting_decision", "recalled", "rejected", "partly_recalled", "withdrawn", "expired"]
Text = Annotated[str, Field(description="In the reader's language (Accept-Language: nb or en)")]

ItemT = TypeVar("ItemT")


def _open_to_more(schema: dict[str, Any]) -> None:
    """A reader has to bear members that a later release adds; only our own tests take them for errors."""
    schema.pop("additionalProperties", None)


class Shown(BaseModel):
    """A part of an answer: every member is always there, unless its description says when it is not."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, json_schema_extra=_open_to_more)


class Page(Shown, Generic[ItemT]):
    """Some items of a list."""

    items: list[ItemT]
    next: Annotated[str | None, Field(description="The cursor of the next page; null at the end")]


class Money(Shown):
    """An amount, with as many decimals as its currency has."""

    amount: Number
    currency: Currency


class Action(Shown):
    """Something a reader might do here, and why not where it is not possible now."""

    action: str
    allowed: bool
    code: CodeName | None
    reason: Text | None


class InTheWay(Shown):
    """What blocks or warns."""

    code: CodeName
    detail: Text
    advice: Text
    facts: dict[str, str]


def usd(amount: str) -> dict[str, str]:
    """An example of money."""
    return {"amount": amount, "currency": "USD"}


def allowed(action: str) -> dict[str, object]:
    """An example of an action that is possible."""
    return {"action": action, "allowed": True, "code": None, "reason": None}


def refused(action: str, code: Code, reason: str) -> dict[str, object]:
    """An example of an action that is not."""
    return {"action": action, "allowed": False, "code": code.value, "reason": reason}


ENTRY_ID = "019c1b2e-7a40-7c31-9d52-3f6f0c8a1e01"
PROJECT_ID = "019c1b2e-1d10-7be0-8a11-52b7c9d40a02"
RECALL_ID = "019c1f55-0b90-7f02-b1c4-88d3a6e25f03"
BATCH_ID = "019c1f55-0b8f-7a6e-92d0-0c5e7f913b04"
DECISION_ID = "5d0f2f6e-43a1-4a0b-8c55-6f1c3d7b2e05"
INVOICE_ID = "019c1c90-66d0-7d84-a3f7-19b2c45e8d06"
PLAN_HASH = "9f2c41d7a6b05e38c1f4d20b7e6a9358"
