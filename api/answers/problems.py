"""Problem documents as they are answered (RFC 9457)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.answers.base import CodeName, Day, Id, Money, Number, RowId, Shown, Text


class ProblemError(Shown):
    """One refused line, or one fault of the request."""

    pointer: Annotated[str | None, Field(description="JSON Pointer into the body")]
    parameter: Annotated[str | None, Field(description="A query parameter or header; else left out")] = None
    subject: Annotated[str | None, Field(description="The refused entry, recall or other resource")]
    code: CodeName
    detail: Text
    advice: Text
    facts: dict[str, str]


class ChangedRow(Shown):
    """A planned row by what tells it from others."""

    reverses: RowId | None = None
    type: str
    billing_type: str
    customer: str | None
    quantity: Number
    amount: Money
    accounting_date: Day


class ChangedLine(Shown):
    """How the rows of a line changed since the plan that was seen."""

    subject: Id
    gone: list[ChangedRow]
    new: list[ChangedRow]


class Problem(Shown):
    """Why a request was not done (RFC 9457)."""

    type: str
    title: Text
    status: int
    detail: Text
    code: Annotated[CodeName, Field(description="Of all errors, or several_refusals")]
    advice: Text
    errors: list[ProblemError]
    trace_id: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
    difference: Annotated[list[ChangedLine] | None, Field(description="Only of stale_version: what has changed")] = None
