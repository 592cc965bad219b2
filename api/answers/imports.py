"""Imports as they are answered: what a good file held, and the faults of a bad one."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.answers.base import BATCH_ID, CodeName, Id, Money, Number, Shown, Text
from api.answers.problems import Problem


class Sums(Shown):
    """Control sums to compare with the source."""

    rows: int
    hours: Annotated[Number | None, Field(description="Left out for expenses")] = None
    zero_hours: Annotated[int | None, Field(description="Left out for expenses")] = None
    seconds: Annotated[int | None, Field(description="Only where the source has the exact time")] = None
    not_billable: int
    no_rate: int
    outcomes: Annotated[dict[str, int], Field(description="Rows by what became of them: approved, billed, unapproved")]
    status: Annotated[dict[str, int], Field(description="Rows by Approved and Invoiced as one word")]
    billable_amount: Annotated[list[Money], Field(description="One for each currency")]
    cost_amount: Annotated[list[Money], Field(description="One for each currency")]


class ImportWarning(Shown):
    """Something worth knowing that never blocks."""

    line: Annotated[int, Field(description="Of the file; the heading is 1")]
    record: Annotated[int, Field(description="From 1; 0: the whole file")]
    column: Annotated[int | None, Field(description="From 1; null: no column of its own")]
    heading: str | None
    code: CodeName
    detail: Text
    facts: Annotated[
        dict[str, str],
        Field(description="Where it is about an entry: its id, what is stored, what the file says"),
    ]


class CheckedFile(Shown):
    """What a file holds; nothing was written (`check=true`)."""

    sums: Sums
    warnings: Annotated[list[ImportWarning], Field(description="The first 100")]
    warning_count: int


class Imported(CheckedFile):
    """What was imported."""

    id: Annotated[Id | None, Field(description="The batch; null where nothing was new")]
    rows: int
    created: int
    already_known: int


class ImportFault(Shown):
    """One fault of a file."""

    line: int
    record: int
    column: int | None
    heading: str | None
    code: CodeName
    detail: Text
    advice: Text
    excerpt: str


class ImportProblem(Problem):
    """Why a file was not imported: its faults are the `errors`."""

    errors: list[ImportFault]  # type: ignore[assignment]  # an import has errors of its own shape


FAULT = {
    "line": 2,
    "record": 1,
    "column": 8,
    "heading": "Hours",
    "code": "number",
    "detail": "The value is no number.",
    "advice": "Correct the cell in the source and export again.",
    "excerpt": "8,00,00",
}
CHECKED = {
    "sums": {
        "rows": 2,
        "hours": "7.50",
        "zero_hours": 0,
        "not_billable": 0,
        "no_rate": 0,
        "outcomes": {"approved": 2},
        "status": {"approved_not_invoiced": 2},
        "billable_amount": [{"amount": "9000.00", "currency": "NOK"}],
        "cost_amount": [{"amount": "4500.00", "currency": "NOK"}],
    },
    "warnings": [
        {
            "line": 3,
            "record": 2,
            "column": 7,
            "heading": "Hours",
            "code": "zero_quantity",
            "detail": "zero hours; gives actuals of zero",
            "facts": {},
        }
    ],
    "warning_count": 1,
}
IMPORTED = {"id": BATCH_ID, "rows": 2, "created": 2, "already_known": 0, **CHECKED}
