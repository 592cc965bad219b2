"""What goes wrong below the routes: a database that is away is no fault of ours, everything else is."""

from __future__ import annotations

import json

import asyncpg
import pytest
from starlette.requests import Request

from api.handlers import answer_unexpected

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
