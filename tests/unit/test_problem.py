"""Every no is a problem document: status, code, language, pointers and trace id."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Query, Request, Response

from api.accept_language import preferred_language
from api.cursor import Limit
from api.edge import edge_error
from api.excerpts import LONGEST_FACT
from api.handlers import install_handlers
from api.models.base import Body, Many
from api.models.fields import Quantity, ReasonText, ResourceId
from api.problem import STATUS, TITLE, Selection, catalogue_page, refused
from api.strict_route import StrictRoute
from domain.catalogue import CATALOGUE, Kind
from domain.language import Language
from domain.refusals import Code, Refusal


class Ask(Body):
    entries: Many[ResourceId]
    reason: ReasonText = ""
    kind: Literal["time", "expense"] = "time"
    quantity: Quantity | None = None


router = APIRouter(prefix="/v1", route_class=StrictRoute)


@router.post("/asks")
async def ask(body: Ask) -> dict[str, Any]:
    return body.model_dump(mode="json")


@router.post("/refusals/{code}")
async def refuse(request: Request, body: Ask, code: str) -> Response:
    codes = code.split(",")
    refusals = [Refusal(Code(one), subject) for one, subject in zip(codes, reversed(body.entries), strict=True)]
    return refused(request, refusals, selection=Selection(body.entries))


@router.get("/things/{thing}")
async def read(thing: str, status: Annotated[list[str] | None, Query()] = None, limit: Limit = 50) -> dict[str, Any]:
    if thing == "boom":
        raise RuntimeError("the secret of this test")
    if thing == "unknown":
        raise edge_error(Code.UNKNOWN_INVOICE)
    if thing == "busy":
        raise edge_error(Code.UNAVAILABLE)
    return {"thing": thing, "status": status, "limit": limit}


@router.get("/figures")
async def figures(request: Request, unit: str) -> Response:
    return refused(request, [Refusal(Code.UNKNOWN_UNIT, subject=unit, facts={"unit": unit})])


APP = FastAPI()
APP.include_router(router)
install_handlers(APP)


def send(
    method: str, path: str, *, content: bytes | str | AsyncIterator[bytes] = b"", **headers: str
) -> httpx.Response:
    async def call() -> httpx.Response:
        transport = httpx.ASGITransport(APP)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return await client.request(method, path, content=content, headers=named)

    return asyncio.run(call())


def post(content: bytes | str, path: str = "/v1/asks", **headers: str) -> httpx.Response:
    return send("POST", path, content=content, **({"content_type": "application/json"} | headers))


def pointers(answer: httpx.Response) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


def test_every_kind_has_a_status_and_a_title() -> None:
    assert set(STATUS) == set(TITLE) == set(Kind)


def test_the_catalogue_can_be_shown_whole() -> None:
    assert {row["code"] for row in catalogue_page(Language.EN)} == set(CATALOGUE)


def test_a_good_body_reaches_its_route() -> None:
    answer = post('{"entries":["a"],"quantity":"7.50"}')

    assert answer.status_code == 200
    assert answer.json() == {"entries": ["a"], "reason": "", "kind": "time", "quantity": "7.50"}


def test_a_problem_has_its_members_and_headers() -> None:
    answer = send("GET", "/v1/things/unknown", accept_language="nn-NO, en;q=0.5")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == "nb"
    problem = answer.json()
    assert problem.pop("trace_id")
    assert problem == {
        "type": "/v1/refusals#unknown_invoice",
        "title": "Finnes ikke",
        "status": 404,
        "detail": "Fakturaen finnes ikke.",
        "code": "unknown_invoice",
        "advice": "Kontroller id-en; det du ikke har tilgang til vises heller ikke.",
        "errors": [
            {
                "pointer": None,
                "subject": None,
                "code": "unknown_invoice",
                "detail": "Fakturaen finnes ikke.",
                "advice": "Kontroller id-en; det du ikke har tilgang til vises heller ikke.",
                "facts": {},
            }
        ],
    }


def test_what_a_caller_gave_as_an_id_is_not_repeated_at_length() -> None:
    answer = send("GET", f"/v1/figures?unit={'a' * 9000}")

    shown = "a" * LONGEST_FACT + "…"
    (error,) = answer.json()["errors"]
    assert (error["subject"], error["facts"]) == (shown, {"unit": shown})
    assert answer.text.count("a" * LONGEST_FACT) == answer.text.count(shown)


def test_faults_of_a_body_are_told_by_pointer() -> None:
    answer = post('{"entries":["a",5],"kind":"x","quantity":8,"a/b":1}')

    assert answer.status_code == 400
    assert answer.json()["code"] == "several_refusals"
    assert pointers(answer) == [
        ("/entries/1", "invalid_value"),
        ("/kind", "invalid_value"),
        ("/quantity", "invalid_value"),
        ("/a~1b", "unknown_field"),
    ]


@pytest.mark.parametrize("body", ["{}", '{"reason":"x"}'])
def test_a_missing_member_is_named_where_it_should_be(body: str) -> None:
    answer = post(body)

    assert pointers(answer) == [("/entries", "invalid_value")]
    assert answer.json()["errors"][0]["facts"]["expected"] == "required"


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"5", b"{", b"\xff", b"NaN", b'{"a":1,"a":1}', b'{"\\ud800":1}', b'{"entries":["\\ud800"]}',
     b'{"entries":["a\\u0000"]}', b"[" * 100_000, b'{"entries":[' + b"9" * 5000 + b"]}", b'{"entries":[1e999999]}'],
)  # fmt: skip
def test_a_hostile_body_is_answered_as_malformed(body: bytes) -> None:
    answer = post(body)

    assert answer.status_code == 400
    assert answer.json()["status"] == 400


@pytest.mark.parametrize(
    "media_type",
    ["application/json", "Application/JSON", "application/json; charset=utf-8", 'application/json;charset="UTF-8"'],
)
def test_json_in_utf8_is_taken(media_type: str) -> None:
    assert post('{"entries":["a"]}', content_type=media_type).status_code == 200


@pytest.mark.parametrize("media_type", ["text/plain", "", "application/json; charset=latin-1", "application/json5"])
def test_anything_else_is_unsupported(media_type: str) -> None:
    assert post('{"entries":["a"]}', content_type=media_type).status_code == 415


def test_a_compressed_body_is_unsupported() -> None:
    assert post('{"entries":["a"]}', content_encoding="gzip").status_code == 415


def test_a_body_beyond_the_limit_is_refused_by_its_announced_length() -> None:
    assert post(b" " * (1024 * 1024 + 1)).status_code == 413


def test_a_streamed_body_is_refused_as_soon_as_it_passes_the_limit() -> None:
    sent: list[int] = []

    async def endless() -> AsyncIterator[bytes]:
        while len(sent) < 100:
            sent.append(1)
            yield b" " * 262_144

    answer = send("POST", "/v1/asks", content=endless(), content_type="application/json")

    assert answer.status_code == 413


def test_refused_lines_come_in_the_order_of_the_request() -> None:
    answer = post('{"entries":["a","b"]}', "/v1/refusals/locked,locked")

    assert answer.status_code == 422
    assert answer.json()["code"] == "locked"
    assert [(error["pointer"], error["subject"]) for error in answer.json()["errors"]] == [
        ("/entries/0", "a"),
        ("/entries/1", "b"),
    ]


@pytest.mark.parametrize(
    ("codes", "status", "code"),
    [
        ("not_approver", 403, "not_approver"),
        ("own_request", 403, "own_request"),
        ("recall_pending", 409, "recall_pending"),
        ("stale_version", 412, "stale_version"),
        ("unknown_entry", 422, "unknown_entry"),
        ("already_invoiced", 422, "already_invoiced"),
        ("not_approver,own_request", 422, "several_refusals"),
        ("unknown_entry,locked", 422, "several_refusals"),
    ],
)
def test_the_status_follows_from_the_codes(codes: str, status: int, code: str) -> None:
    entries = ["a", "b"][: len(codes.split(","))]

    answer = post(json.dumps({"entries": entries}), f"/v1/refusals/{codes}")

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_repeated_line_points_to_its_repetition() -> None:
    answer = post('{"entries":["a","b","a"]}', "/v1/refusals/duplicate_line,locked,locked")

    assert ("/entries/2", "duplicate_line") in pointers(answer)


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("colour=red", "colour", "unknown_field"),
        ("limit=0", "limit", "invalid_value"),
        ("limit=201", "limit", "invalid_value"),
        ("limit=5.0", "limit", "invalid_value"),
        ("limit=1_0", "limit", "invalid_value"),
        ("limit=1&limit=2", "limit", "invalid_value"),
        ("status=%00", "status", "invalid_value"),
        ("status=a%E2%80%AE", "status", "invalid_value"),
        ("%00=1", "\\x00", "unknown_field"),
    ],
)
def test_a_query_parameter_is_known_single_and_plain(query: str, parameter: str, code: str) -> None:
    answer = send("GET", f"/v1/things/a?{query}")

    assert answer.status_code == 400
    assert [(error["parameter"], error["code"]) for error in answer.json()["errors"]] == [(parameter, code)]


def test_a_list_parameter_may_be_repeated() -> None:
    assert send("GET", "/v1/things/a?status=x&status=y&limit=200").json() == {
        "thing": "a",
        "status": ["x", "y"],
        "limit": 200,
    }


@pytest.mark.parametrize("path", ["/v1/things/%00", "/v1/things/a%C2%85", "/v1/nothing", "/"])
def test_what_is_nowhere_is_not_found(path: str) -> None:
    answer = send("GET", path)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_wrong_method_names_the_right_ones() -> None:
    answer = send("PUT", "/v1/asks")

    assert (answer.status_code, answer.headers["allow"], answer.json()["code"]) == (405, "POST", "method_not_allowed")


def test_unavailable_says_when_to_come_back() -> None:
    answer = send("GET", "/v1/things/busy")

    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0


def test_a_fault_of_ours_tells_nothing_but_its_trace_id() -> None:
    trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"

    answer = send("GET", "/v1/things/boom", traceparent=f"00-{trace_id}-00f067aa0ba902b7-01")

    assert (answer.status_code, answer.json()["trace_id"]) == (500, trace_id)
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("nb", "nb"),
        ("no", "nb"),
        ("nn-NO", "nb"),
        ("en-GB,nb;q=0.9", "en"),
        ("en;q=0.2, nb;q=0.8", "nb"),
        ("de, nb;q=0.1", "nb"),
        ("nb;q=0, en", "en"),
        ("nb;q=0", "en"),
        ("de", "en"),
        ("*", "en"),
        ("nb;q=nan", "en"),
        ("nb;q=1e9", "en"),
    ],
)
def test_the_language_is_the_one_most_wanted(header: str | None, language: str) -> None:
    assert preferred_language(header) == language
