"""Imports: an export of another system as the body, all of it or nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AfterValidator, StringConstraints, WithJsonSchema

from api.acting import Act, Answer, Person, read, write
from api.edge import EdgeError, bad_parameter
from api.edge import Fault as EdgeFault
from api.models.fields import PERSON_ID, UnitId, not_expected
from api.permissions import Permission, needs
from api.problem import Reader, problem, reader_of
from api.problem_schema import problem_responses
from api.render.values import Json, money
from api.spooled_body import spooled_body
from api.strict_route import BodyLimit, StrictRoute, check_content_type
from api.taking_turns import take_turns
from application import importing
from application.import_comparing import Noted, Warned
from application.importing import ImportOrder
from application.work import Work, require_finance
from domain.catalogue import Kind
from domain.currencies import MINOR_DIGITS
from domain.language import Language
from domain.limits import LONGEST_LINE
from domain.project.importing import ImportBatch, ImportedPerson
from domain.refusals import Code, Refusal
from domain.roles import ADMINISTRATOR
from imports.batch import make_batch
from imports.dates import DATE_FORMATS
from imports.faults import LIMIT, FaultyFile, RowWarning, UnreadableFile
from imports.people import Person as Named
from imports.people import make_slug
from imports.reading import ImportOptions, read_in_steps
from imports.report import Report
from imports.sources import SOURCES
from imports.table import MAX_BYTES


def _date_format(name: str) -> str:
    if name not in DATE_FORMATS:
        raise not_expected("allowed_value")
    return name


router = APIRouter(prefix="/v1/imports", route_class=StrictRoute, tags=["imports"])
_LIMIT: Final = BodyLimit(MAX_BYTES, 300)
ApproverName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_LINE)]
DateFormatName = Annotated[
    str, AfterValidator(_date_format), WithJsonSchema({"type": "string", "enum": [*DATE_FORMATS]})
]


def _options(
    date_format: DateFormatName | None = None,
    number_format: Literal["dot", "comma"] | None = None,
    currency: Annotated[str | None, Query(json_schema_extra={"pattern": "^[A-Z]{3}$"})] = None,
    unapproved: Literal["draft", "submitted"] = "draft",
    approved: Literal["yes", "no"] | None = None,
    *,
    accept_equal_rows: bool = False,
) -> ImportOptions:
    """What the person importing answers; `approved` and `currency` only where the file does not say."""
    if currency is not None and currency not in MINOR_DIGITS:
        raise bad_parameter("currency", expected="currency")
    return ImportOptions(
        date_format=date_format,
        number_format=number_format,
        accept_equal_rows=accept_equal_rows,
        unapproved=unapproved,
        approved_without_column=None if approved is None else approved == "yes",
        currency=currency,
    )


@dataclass(frozen=True, slots=True)
class Into:
    """Where to import to, who approved what is approved, and whether only to look."""

    unit: str
    approver: str | None
    check: bool

    def order(self, report: Report, *, currency: str | None, file_hash: str) -> ImportOrder:
        """The order to import a report. Raises EdgeError invalid_value where something is approved by nobody named.

        Who only looks may not know yet who that was.
        """
        if self.approver is None and report.decided and not self.check:
            raise bad_parameter("approver", expected="approver_of_file")
        return ImportOrder(self.unit, _main_currency(report, given=currency), _approver(self.approver), file_hash)

    def require_approver(self) -> None:
        """Raises EdgeError invalid_value where `admin` is named, who approves nothing."""
        approver = _approver(self.approver)
        if approver is not None and approver.id == ADMINISTRATOR:
            raise bad_parameter("approver", expected="not_the_administrator")


def _into(unit: UnitId = importing.DEFAULT_UNIT, approver: ApproverName | None = None, *, check: bool = False) -> Into:
    return Into(unit, approver, check)


@router.post(
    "/{source}",
    status_code=201,
    operation_id="import_entries",
    responses=problem_responses(
        Code.IMPORT_INVALID,
        Code.NOT_FINANCE,
        Code.UNKNOWN_UNIT,
        Code.PAYLOAD_TOO_LARGE,
        Code.BODY_TOO_SLOW,
        Code.NOT_FOUND,
    ),
    openapi_extra=needs(Permission.KEEP_BOOKS)
    | {"requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}},
)
async def import_entries(
    request: Request,
    person: Person,
    source: str,
    options: Annotated[ImportOptions, Depends(_options)],
    into: Annotated[Into, Depends(_into)],
) -> Response:
    """Import a report: harvest, harvest-expenses, clockify or toggl. The same file again changes nothing.

    With `check` nothing is written: what the file holds is told (200), with what an import would warn of, or why it is refused.
    """
    if source not in SOURCES:
        raise EdgeError(EdgeFault(Refusal(Code.NOT_FOUND, source, {"why": "no_such_source"})))
    check_content_type(request, media_type="text/csv")
    if (refusal := await _refusal(request, person, into.unit)) is not None:
        return refusal
    into.require_approver()
    async with spooled_body(request, limit=_LIMIT) as file:
        request._body = file.fingerprint.encode()  # noqa: SLF001 - stands for the body, which an idempotency key covers
        report = await take_turns(read_in_steps(file.content, source=SOURCES[source], options=options))
        reader = reader_of(request)
        if not isinstance(report, Report):
            return _faulty(report, reader=reader)
        order = into.order(report, currency=options.currency, file_hash=file.fingerprint)
        if into.check:
            return await read(request, person, _checking(report, order, language=reader.language))
        return await write(request, person, _importing(report, order, language=reader.language))


async def _refusal(request: Request, person: str, unit: str) -> Response | None:
    """The answer to who may not import there, before their file is read; None to all others."""

    async def act(work: Work) -> Answer:
        await require_finance(work, unit)
        return Answer(None)

    answer = await read(request, person, act)
    return None if answer.status_code == 200 else answer


def _importing(report: Report, order: ImportOrder, *, language: Language) -> Act:
    async def act(work: Work) -> Answer:
        done = await importing.import_batch(work, order, _prepare(report, order))
        counts = {"id": done.id, "rows": done.rows, "created": done.created, "already_known": done.rows - done.created}
        return Answer(counts | _shown(report, noted=done.noted, language=language), status=201)

    return act


def _checking(report: Report, order: ImportOrder, *, language: Language) -> Act:
    async def act(work: Work) -> Answer:
        noted = await importing.check_batch(work, order, _prepare(report, order))
        return Answer(_shown(report, noted=noted, language=language))

    return act


def _prepare(report: Report, order: ImportOrder) -> importing.Prepare:
    def prepare(known: Sequence[ImportedPerson]) -> ImportBatch:
        names = {Named(one.first_name, one.last_name, one.employee_id or ""): one.id for one in known}
        return make_batch(report, known=names, unit_currency=order.currency)

    return prepare


def _approver(approver: str | None) -> ImportedPerson | None:
    """Who is named by an id; or by a name, with the id that name gets."""
    if approver is None:
        return None
    if re.fullmatch(PERSON_ID, approver):
        return ImportedPerson(approver, approver, "", None)
    first, _, last = " ".join(approver.split()).rpartition(" ")
    return ImportedPerson(make_slug(first, last), first, last, None)


def _main_currency(report: Report, *, given: str | None) -> str:
    """The currency most rows have: that of a unit which has to be made."""
    found = max(report.currencies, key=report.currencies.__getitem__, default=None)
    return found or given or "EUR"


def _shown(report: Report, *, noted: Noted, language: Language) -> Json:
    """What a file holds, and what it says otherwise than the store: the first hundred warnings, and how many there are."""
    more = [_warned(one, report=report) for one in noted.first]
    warnings = sorted([*more, *report.warnings], key=lambda one: one.record)[:LIMIT]
    return {
        "sums": report.sums.as_json()
        | {
            "billable_amount": _amounts(report.sums.billable_amount),
            "cost_amount": _amounts(report.sums.cost_amount),
        },
        "warnings": [_warning(warning, language=language) for warning in warnings],
        "warning_count": sum(report.warned.values()) + noted.total,
    }


def _amounts(sums: Mapping[str, Decimal]) -> list[Json]:
    return [money(amount, currency) for currency, amount in sorted(sums.items())]


def _warned(one: Warned, *, report: Report) -> RowWarning:
    """What the store noted about a row, in the column of its field."""
    column, heading = report.place_of(one.field)
    return RowWarning(line=one.line, record=one.record, column=column, heading=heading, code=one.code, facts=one.facts)


def _warning(warning: RowWarning, *, language: Language) -> Json:
    return {
        "line": warning.line,
        "record": warning.record,
        "column": warning.column,
        "heading": warning.heading,
        "code": warning.code,
        "detail": warning.describe(language),
        "facts": dict(warning.facts),
    }


def _faulty(found: UnreadableFile | FaultyFile, *, reader: Reader) -> Response:
    """The first hundred faults of the file, in order, with line, record, column and code, and how many there are."""
    rows = [
        {
            "line": fault.line,
            "record": fault.record,
            "column": fault.column,
            "heading": fault.heading,
            "code": fault.code,
            "detail": fault.describe(reader.language),
            "advice": fault.advise(reader.language),
            "excerpt": fault.excerpt,
        }
        for fault in found.faults
    ]
    count = found.total if isinstance(found, FaultyFile) else len(rows)
    kind = Kind.REFUSED if isinstance(found, FaultyFile) else Kind.MALFORMED
    invalid = Refusal(Code.IMPORT_INVALID, facts={"count": str(count)})
    return problem([EdgeFault(invalid)], reader=reader, kind=kind, members={"errors": rows})
