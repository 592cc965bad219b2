"""What goes wrong below the routes: a database that is away is no fault of ours, everything else is."""

from __future__ import annotations

import json

import asyncpg
import pytest
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.handlers import UnexpectedAnswered, answer_unexpected

pytestmark = pytest.mark.unit


def request() -> Request:
    return Request({"type": "http", "method": "GET", "path": "/", "headers": []})


@pytest.mark.parametrize("error", [ConnectionRefusedError(), TimeoutError(), asyncpg.InterfaceError("closed")])
async def test_a_database_that_is_away_is_told_as_such(error: Exception) -> None:
    answer = await answer_unexpected(request(), error)

    assert (answer.status_code, json.loads(bytes(answer.body))["code"]) == (503, "unavailable")
    assert answer.headers["retry-after"]


async def test_anything_else_is_a_fault_without_detail() -> None:
    answer = await answer_unexpected(request(), KeyError("secret"))

    assert (answer.status_code, json.loads(bytes(answer.body))["code"]) == (500, "internal_error")
    assert b"secret" not in bytes(answer.body)


async def sent_by(app: ASGIApp) -> list[Message]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    await UnexpectedAnswered(app)(scope, receive, send)
    return sent


async def test_what_nobody_foresaw_is_answered_and_goes_no_further() -> None:
    async def fail(scope: Scope, receive: Receive, send: Send) -> None:
        raise KeyError

    begin, body = await sent_by(fail)

    assert begin["status"] == 500
    assert json.loads(body["body"])["code"] == "internal_error"


async def test_an_answer_that_has_begun_is_not_begun_again() -> None:
    begun: Message = {"type": "http.response.start", "status": 200, "headers": []}

    async def fail(scope: Scope, receive: Receive, send: Send) -> None:
        await send(begun)
        raise KeyError

    assert await sent_by(fail) == [begun]


async def test_a_number_that_no_column_has_room_for_is_refused() -> None:
    answer = await answer_unexpected(request(), asyncpg.NumericValueOutOfRangeError("numeric field overflow"))

    assert (answer.status_code, json.loads(bytes(answer.body))["code"]) == (422, "figure_too_large")


async def test_a_value_that_only_the_database_does_not_know_is_named() -> None:
    error = asyncpg.CheckViolationError("this server knows no time zone Mars/Olympus")
    error.constraint_name = "unit_time_zone_known"

    answer = await answer_unexpected(request(), error)

    body = json.loads(bytes(answer.body))
    assert (answer.status_code, body["code"]) == (400, "invalid_value")
    assert "time_zone" in body["detail"]
    assert "missing" not in body["detail"]
