"""The contract is whole: every operation has its answers and examples, and every example is what its schema says."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import TypeAdapter

from api.answers.imports import ImportProblem
from api.answers.problems import Problem
from api.answers.requests import REQUESTS
from api.answers.table import ANSWERS, READS_HEADERS, WITH_FAULTS_OF_A_FILE, WITHOUT_KEY, Told
from api.main import create_app
from api.models import channels, entries, policies, production, recalls, setup
from api.models.base import Body
from tests.api.openapi import operations
from tests.contract import document
from tilbake.settings import Settings

pytestmark = pytest.mark.unit
OPERATIONS = {operation.id: operation for operation in operations(document())}
WITH_JSON = {name: operation for name, operation in OPERATIONS.items() if operation.body}
TOLD = [(name, told) for name, answers in ANSWERS.items() for told in answers]
BODIES: dict[str, type[Body]] = {
    name: model
    for room in (channels, entries, policies, production, recalls, setup)
    for name, model in vars(room).items()
    if isinstance(model, type) and issubclass(model, Body)
}
FILES = {"export_actuals", "export_journal", "get_metrics"}


def content_of(name: str, status: int) -> Any:
    return OPERATIONS[name].description["responses"][str(status)].get("content", {})


def test_every_operation_stands_in_the_table_and_no_other() -> None:
    assert set(ANSWERS) | FILES == set(OPERATIONS)
    assert set(READS_HEADERS) | WITHOUT_KEY | WITH_FAULTS_OF_A_FILE <= set(OPERATIONS)


def test_a_channel_reads_in_the_document_how_it_signs() -> None:
    headers = {
        one["name"]: one["required"]
        for one in OPERATIONS["receive_decision"].description["parameters"]
        if one["in"] == "header"
    }

    signing = dict.fromkeys(("webhook-id", "webhook-timestamp", "webhook-signature"), True)
    assert headers == signing | {"Accept-Language": False}


def test_every_good_answer_that_is_documented_is_one_of_the_table() -> None:
    for name, operation in OPERATIONS.items():
        good = {int(status) for status in operation.description["responses"] if status.startswith("2")}
        assert name in FILES or good == {told.status for told in ANSWERS[name] if told.status < 300}, name


@pytest.mark.parametrize(("name", "told"), TOLD, ids=lambda one: getattr(one, "status", one))
def test_an_example_is_what_its_schema_says(name: str, told: Told) -> None:
    if told.model is None:
        assert content_of(name, told.status) == {}
        return

    shown = content_of(name, told.status)["application/json"]

    assert shown["schema"] == {"$ref": f"#/components/schemas/{told.model.__name__}"}
    told.model.model_validate_json(TypeAdapter(object).dump_json(shown["example"]))


@pytest.mark.parametrize("name", WITH_JSON)
def test_a_request_has_an_example_that_its_model_takes(name: str) -> None:
    content = WITH_JSON[name].description["requestBody"]["content"]["application/json"]
    model = recalls.DecisionWebhook if name == "receive_decision" else BODIES[content["schema"]["$ref"].split("/")[-1]]

    model.model_validate(content["example"])


def test_there_is_no_example_of_a_request_that_is_not_there() -> None:
    assert set(REQUESTS) == set(WITH_JSON) | {"import_entries"}


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_refusal_has_an_example_that_is_a_problem(name: str) -> None:
    for status, answer in OPERATIONS[name].description["responses"].items():
        if int(status) < 400 or "application/json" in answer["content"]:
            continue
        problems = answer["content"]["application/problem+json"]
        assert problems["examples"]
        for code, one in problems["examples"].items():
            model = ImportProblem if code == "import_invalid" else Problem
            found = model.model_validate_json(TypeAdapter(object).dump_json(one["value"]))
            assert str(found.status) == status


def test_answers_are_open_to_members_of_later_releases() -> None:
    schemas = document()["components"]["schemas"]

    assert "additionalProperties" not in schemas["Recall"]
    assert schemas["NewEntry"]["additionalProperties"] is False


def test_headers_are_documented_where_they_are_sent() -> None:
    decided = OPERATIONS["decide_recall"].description

    assert set(decided["responses"]["200"]["headers"]) == {"ETag", "Preference-Applied"}
    assert set(decided["responses"]["202"]["headers"]) == {"Location", "Idempotent-Replay"}
    named = {one["name"] for one in decided["parameters"] if one["in"] == "header"}
    assert named == {"If-Match", "Prefer", "Idempotency-Key", "Accept-Language"}


def test_a_default_has_the_form_its_schema_asks_for() -> None:
    formed = [
        (member["default"], member["pattern"])
        for schema in document()["components"]["schemas"].values()
        for member in schema.get("properties", {}).values()
        if "pattern" in member and member.get("default") is not None
    ]

    assert formed
    assert all(re.search(pattern, default) for default, pattern in formed), formed


def test_to_describe_the_api_and_to_refuse_a_stranger_writes_nothing(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    app = create_app(
        Settings(database_url="postgresql://nobody@127.0.0.1:1/nothing", data_dir=nowhere, cache_dir=nowhere)
    )

    app.openapi()
    refused = asyncio.run(_of_a_stranger(app))

    assert refused.status_code == 401
    assert list(tmp_path.iterdir()) == []


async def _of_a_stranger(app: FastAPI) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        return await client.get("/v1/me", headers={"authorization": "Bearer a.b.c"})
