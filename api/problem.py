"""Answers that say no: application/problem+json (RFC 9457), in the reader's language, whatever the input was.

The one place where a kind of refusal becomes a status. No stack, no internal name ever stands in an answer.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from fastapi import Request, Response

from api.accept_language import preferred_language
from api.edge import Fault
from api.excerpts import LONGEST_FACT, excerpt, showable
from domain.catalogue import CATALOGUE, Kind, advise, common_code, common_kind, render
from domain.language import Language, Text
from domain.refusals import Code, Refusal
from telemetry.trace import current, new_trace

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = "5"

STATUS: Mapping[Kind, int] = MappingProxyType(
    {
        Kind.MALFORMED: 400,
        Kind.UNAUTHENTICATED: 401,
        Kind.FORBIDDEN: 403,
        Kind.MISSING: 404,
        Kind.WRONG_METHOD: 405,
        Kind.TOO_SLOW: 408,
        Kind.CONFLICT: 409,
        Kind.STALE: 412,
        Kind.TOO_LARGE: 413,
        Kind.UNSUPPORTED: 415,
        Kind.REFUSED: 422,
        Kind.PRECONDITION_REQUIRED: 428,
        Kind.RATE_LIMITED: 429,
        Kind.FAULT: 500,
        Kind.UNAVAILABLE: 503,
    }
)

TITLE: Mapping[Kind, Text] = MappingProxyType(
    {
        Kind.MALFORMED: Text("Forespørselen kan ikke leses", "The request cannot be read"),
        Kind.UNAUTHENTICATED: Text("Ikke logget inn", "Not signed in"),
        Kind.TOO_SLOW: Text("Innholdet kom for sent", "The body came too slowly"),
        Kind.FORBIDDEN: Text("Ikke tillatt", "Not allowed"),
        Kind.MISSING: Text("Finnes ikke", "Not found"),
        Kind.WRONG_METHOD: Text("Metoden finnes ikke her", "Method not allowed"),
        Kind.CONFLICT: Text("I strid med tilstanden", "In conflict with the present state"),
        Kind.STALE: Text("Utdatert versjon", "Outdated version"),
        Kind.TOO_LARGE: Text("For stort", "Too large"),
        Kind.UNSUPPORTED: Text("Ukjent format", "Unsupported media type"),
        Kind.REFUSED: Text("Avvist av en regel", "Refused by a rule"),
        Kind.PRECONDITION_REQUIRED: Text("Versjonen må oppgis", "The version has to be named"),
        Kind.RATE_LIMITED: Text("For mange kall", "Too many calls"),
        Kind.FAULT: Text("Feil i tjenesten", "Fault in the service"),
        Kind.UNAVAILABLE: Text("Ikke tilgjengelig nå", "Not available now"),
    }
)

_OWN_HEADERS: Mapping[Kind, Mapping[str, str]] = MappingProxyType(
    {
        Kind.UNAUTHENTICATED: {"WWW-Authenticate": "Bearer"},
        Kind.RATE_LIMITED: {"Retry-After": RETRY_AFTER_SECONDS},
        Kind.UNAVAILABLE: {"Retry-After": RETRY_AFTER_SECONDS},
    }
)


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom an answer is written: in which language, and under which trace id."""

    language: Language
    trace_id: str


@dataclass(frozen=True, slots=True)
class Selection:
    """The ids a request named, in its order, and the pointer of their list in the body; or of each, where they stand in several."""

    ids: Sequence[str]
    pointer: str = "/entries"
    pointers: Sequence[str] = ()

    def pointer_to(self, position: int) -> str:
        """Where in the body an id was named."""
        return self.pointers[position] if self.pointers else f"{self.pointer}/{position}"


def reader_of(request: Request) -> Reader:
    """Language by Accept-Language (nb, nn and no are nb; English is the default), and the trace that is under way (api.observed)."""
    trace = current() or new_trace()
    return Reader(preferred_language(request.headers.get("accept-language")), trace.trace_id)


def refused(
    request: Request,
    refusals: Sequence[Refusal],
    *,
    selection: Selection | None = None,
    pointers: Sequence[str] = (),
    kind: Kind | None = None,
    members: Mapping[str, object] | None = None,
) -> Response:
    """The answer to a command that the rules refused.

    refusals: at least one. selection: given where the lines were chosen in the body; each refusal then points to its
    line, in the order of the request, and an unknown entry is a refused line instead of a missing resource.
    pointers: where the refusals know themselves where in the body each of them is.
    kind: only where the answer is of another kind than the codes say. members: further members of the document.
    Source: API contract, Errors and Statuses.
    """
    if pointers:
        faults = [Fault(refusal, {"pointer": pointer}) for refusal, pointer in zip(refusals, pointers, strict=True)]
    elif selection is None:
        faults = [Fault(refusal) for refusal in refusals]
    else:
        faults = _in_order(refusals, selection=selection)
        if {refusal.code for refusal in refusals} == {Code.UNKNOWN_ENTRY}:
            kind = kind or Kind.REFUSED
    return problem(faults, reader=reader_of(request), kind=kind, members=members)


def problem(
    faults: Sequence[Fault],
    *,
    reader: Reader,
    kind: Kind | None = None,
    headers: Mapping[str, str] | None = None,
    members: Mapping[str, object] | None = None,
) -> Response:
    """A problem document of one or more faults.

    kind: decides the status; by default what the codes have in common. members: further members of the document, or
    others in the place of the usual ones (an import has `errors` of its own shape).
    """
    faults = [replace(fault, refusal=_brief(fault.refusal)) for fault in faults]
    codes = [fault.refusal.code for fault in faults]
    kind = kind or common_kind(codes)
    document = _document(faults, code=common_code(codes), kind=kind, reader=reader) | dict(members or {})
    return Response(
        json.dumps(_safe(document), ensure_ascii=False).encode("utf-8", "backslashreplace"),
        status_code=STATUS[kind],
        media_type=MEDIA_TYPE,
        headers={
            "Content-Language": reader.language.value,
            "Vary": "Accept-Language",
            "Cache-Control": "no-store",
            **_OWN_HEADERS.get(kind, {}),
            **(headers or {}),
        },
    )


def _brief(refusal: Refusal) -> Refusal:
    """A refusal that repeats nothing at length, whatever a caller gave as an id."""
    subject = None if refusal.subject is None else excerpt(refusal.subject, most=LONGEST_FACT)
    facts = {name: excerpt(value, most=LONGEST_FACT) for name, value in refusal.facts.items()}
    return replace(refusal, subject=subject, facts=facts)


def _document(faults: Sequence[Fault], *, code: Code, kind: Kind, reader: Reader) -> dict[str, object]:
    only = faults[0].refusal if len(faults) == 1 else None
    summary = only or Refusal(Code.SEVERAL_REFUSALS, facts={"count": str(len(faults))})
    return {
        "type": f"/v1/refusals#{code}",
        "title": TITLE[kind].in_language(reader.language),
        "status": STATUS[kind],
        "detail": render(summary, reader.language),
        "code": code.value,
        "advice": advise(only or Refusal(code), reader.language),
        "errors": [_element(fault, language=reader.language) for fault in faults],
        "trace_id": reader.trace_id,
    }


def _element(fault: Fault, *, language: Language) -> dict[str, object]:
    refusal = fault.refusal
    return {
        "pointer": None,
        "subject": refusal.subject,
        "code": refusal.code.value,
        "detail": render(refusal, language),
        "advice": advise(refusal, language),
        "facts": dict(refusal.facts),
        **fault.place,
    }


def _in_order(refusals: Sequence[Refusal], *, selection: Selection) -> list[Fault]:
    """Each refusal with the pointer of its line; a repeated line points to its repetition."""
    first: dict[str, int] = {}
    last: dict[str, int] = {}
    for index, subject in enumerate(selection.ids):
        first.setdefault(subject, index)
        last[subject] = index
    placed: list[tuple[int, Fault]] = []
    for refusal in refusals:
        indexes = last if refusal.code is Code.DUPLICATE_LINE else first
        position = indexes.get(refusal.subject or "")
        place = {} if position is None else {"pointer": selection.pointer_to(position)}
        placed.append((len(selection.ids) if position is None else position, Fault(refusal, place)))
    return [fault for _, fault in sorted(placed, key=lambda one: one[0])]


def _safe(value: object) -> object:
    if isinstance(value, str):
        return showable(value)
    if isinstance(value, Mapping):
        return {showable(str(key)): _safe(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_safe(one) for one in value]
    return value if value is None or isinstance(value, (int, bool)) else showable(str(value))


def catalogue_page(language: Language) -> list[dict[str, object]]:
    """Every code with its text, advice and status, for GET /v1/refusals."""
    return [
        {
            "code": code.value,
            "status": STATUS[meaning.kind],
            "text": meaning.text.in_language(language),
            "advice": meaning.advice.in_language(language),
            "cases": [
                {
                    "case": case,
                    "text": meaning.text_in(case).in_language(language),
                    "advice": meaning.advice_in(case).in_language(language),
                }
                for case in meaning.cases
            ],
        }
        for code, meaning in CATALOGUE.items()
    ]
