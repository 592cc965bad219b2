"""Traces: which traceparents count, and that log events, answers and spans of a request have one and the same id."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
import structlog
from fastapi import APIRouter, FastAPI, Request, Response
from temporalio.api.common.v1 import Payload

from api import observed
from api.edge import edge_error
from api.handlers import install_handlers
from api.observed import Handled
from api.strict_route import StrictRoute
from domain.refusals import Code
from store.database import operation
from telemetry.temporal import HEADER, _traceparent_in, _with
from telemetry.trace import Trace, carried, current, new_trace, trace_of, within
from tilbake.process.logs import configure_logs

pytestmark = pytest.mark.unit

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
SPAN = "00f067aa0ba902b7"
ID = "0b7cf5a2-5d8f-4c7e-9a3d-3f8d5d1c2b4a"
WORDS = "Jorunn was ill"


@pytest.mark.parametrize(
    ("traceparent", "sampled"),
    [
        (f"00-{TRACE}-{SPAN}-01", True),
        (f"00-{TRACE}-{SPAN}-00", False),
        (f"00-{TRACE}-{SPAN}-03", True),
        (f"cc-{TRACE}-{SPAN}-01", True),
        (f"cc-{TRACE}-{SPAN}-01-what-comes-later", True),
    ],
)
def test_a_valid_traceparent_names_a_trace(traceparent: str, *, sampled: bool) -> None:
    assert trace_of(traceparent) == Trace(TRACE, SPAN, sampled=sampled)


@pytest.mark.parametrize(
    "traceparent",
    [
        None,
        "",
        "00",
        f"00-{TRACE}-{SPAN}",
        f"00-{TRACE}-{SPAN}-01-more",
        f"00-{TRACE}-{SPAN}-1",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f" 00-{TRACE}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-01\n",
        f"0-{TRACE}-{SPAN}-01",
    ],
)
def test_any_other_names_none(traceparent: str | None) -> None:
    assert trace_of(traceparent) is None


def test_what_is_handed_on_is_what_was_given() -> None:
    trace = new_trace()

    with within(trace):
        inside = carried()

    assert trace_of(inside) == trace
    assert (current(), carried()) == (None, None)


def test_a_child_is_another_span_of_the_same_trace() -> None:
    trace = Trace(TRACE, SPAN, sampled=False)

    child = trace.child()

    assert (child.trace_id, child.sampled) == (TRACE, False)
    assert child.span_id != SPAN


router = APIRouter(prefix="/v1", route_class=StrictRoute)


@router.get("/recalls/{recall}")
async def look(recall: str) -> Response:
    structlog.get_logger().info("recall.looked_at", length=len(recall))
    if recall == "boom":
        raise RuntimeError(WORDS)
    if recall == "closed":
        raise edge_error(Code.REQUEST_CLOSED)
    return Response(recall)


@router.get("/streams")
async def stream(request: Request) -> Response:
    return Response("data: 1\n\n", media_type="text/event-stream")


def ask(path: str, *, counted: list[Handled] | None = None, **headers: str) -> httpx.Response:
    app = FastAPI()
    app.include_router(router)
    install_handlers(app, count=(counted if counted is not None else []).append)

    async def call() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            return await client.get(path, headers=headers)

    return asyncio.run(call())


def logged(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture
def _debugging(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Talkative logs of this test; a logger that was used before keeps how it was told to write then."""
    configure_logs("debug")
    monkeypatch.setattr(observed, "_log", structlog.get_logger())
    yield
    structlog.reset_defaults()


@pytest.mark.usefixtures("_debugging")
def test_every_event_of_a_request_has_the_trace_that_its_caller_names_and_the_recall(
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer = ask(f"/v1/recalls/{ID}", traceparent=f"00-{TRACE}-{SPAN}-01")

    looked, handled = [one for one in logged(capsys) if one["event"] in {"recall.looked_at", "http.handled"}]
    assert answer.status_code == 200
    assert [one["trace_id"] for one in (looked, handled)] == [TRACE, TRACE]
    assert looked["span_id"] == handled["span_id"] != SPAN
    assert looked["recall"] == ID
    assert (handled["route"], handled["method"], handled["status"]) == ("/v1/recalls/{recall}", "GET", 200)
    assert handled["duration_ms"] >= 0


@pytest.mark.usefixtures("_debugging")
@pytest.mark.parametrize("recall", ["closed", "boom"])
def test_a_problem_has_the_id_of_its_log(recall: str, capsys: pytest.CaptureFixture[str]) -> None:
    answer = ask(f"/v1/recalls/{recall}", traceparent="00-no-trace-01")

    written = capsys.readouterr().out
    ids = {json.loads(line).get("trace_id") for line in written.splitlines() if '"recall.looked_at"' in line}
    assert ids == {answer.json()["trace_id"]}
    assert WORDS not in written


@pytest.mark.usefixtures("_debugging")
def test_a_path_that_holds_words_is_not_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    ask(f"/v1/recalls/{WORDS}")
    ask(f"/v1/nothing/{WORDS}?{WORDS}=1")

    written = capsys.readouterr().out
    assert '"route": "none"' in written
    assert "Jorunn" not in written


def test_answers_are_counted_by_route_and_streams_without_their_time() -> None:
    counted: list[Handled] = []

    ask(f"/v1/recalls/{ID}", counted=counted)
    ask("/v1/streams", counted=counted)
    ask("/v1/recalls/boom", counted=counted)

    assert [(one.route, one.status, one.seconds is None) for one in counted] == [
        ("/v1/recalls/{recall}", 200, False),
        ("/v1/streams", 200, True),
        ("/v1/recalls/{recall}", 500, False),
    ]


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        ("select id from person where name = 'from unit'", "select person"),
        ("insert into outbox (id) select 1 from unnest(cast(:a as text[]))", "insert into outbox"),
        (
            "with held as (select 1 from entry for update) update decision set outcome = 'a' from held",
            "update decision",
        ),
        ("select 1 from recall_request r for no key update of r", "select recall_request"),
        ("insert into unit (id) values (1) on conflict do update set name = 'x'", "insert into unit"),
        ("delete from outbox where id = any(:ids)", "delete from outbox"),
        ("select extract(epoch from now())", "select"),
        ("select 1", "select"),
    ],
)
def test_a_statement_is_called_by_its_verb_and_table(sql: str, name: str) -> None:
    assert operation(sql) == name


@pytest.mark.parametrize(
    "data", [b"\xff", b"", b"{", b"7", b"[1]", b'"00-nothing"', b"null", f'"00-{"0" * 32}-{SPAN}-01"'.encode()]
)
def test_a_header_of_temporal_that_anybody_can_send_names_a_trace_or_none(data: bytes) -> None:
    valid = f"00-{TRACE}-{SPAN}-01"

    assert _traceparent_in({HEADER: Payload(data=data)}) is None
    assert _traceparent_in({}) is None
    assert _traceparent_in(_with({}, valid)) == valid
