"""GET /metrics where there is no database, and who may read it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from api.main import create_app
from telemetry.figures import Figures
from tilbake.settings import Settings

pytestmark = pytest.mark.unit


def settings_in(folder: Path, *, token: Path | None = None) -> Settings:
    url = "postgresql://nobody@127.0.0.1:1/nothing"
    return Settings(database_url=url, data_dir=folder, cache_dir=folder, metrics_token_file=token)


def ask(
    settings: Settings, *, authorization: str | None = None, meanwhile: Callable[[], object] = lambda: None
) -> httpx.Response:
    """One call of a process that has answered another one before, and what happens after its start."""
    app = create_app(settings)
    headers = {} if authorization is None else {"authorization": authorization}

    async def call() -> httpx.Response:
        meanwhile()
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            await client.get("/healthz")
            return await client.get("/metrics", headers=headers)

    return asyncio.run(call())


def values(text: str, name: str) -> dict[tuple[tuple[str, str], ...], float]:
    return {
        tuple(sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name
    }


def test_a_database_that_is_away_is_told_and_the_rest_as_ever(tmp_path: Path) -> None:
    answer = ask(settings_in(tmp_path))

    handled = values(answer.text, "tilbake_http_requests_total")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert list(values(answer.text, "tilbake_database_up").values()) == [0]
    assert handled == {(("method", "GET"), ("route", "/healthz"), ("status", "2xx")): 1}
    assert list(values(answer.text, "tilbake_pool_connections_most").values()) == [16]
    assert "tilbake_requests{" not in answer.text


@pytest.mark.parametrize("given", [None, "Bearer wrong", "Basic s3cret"])
def test_where_there_is_a_token_nobody_reads_without_it(given: str | None, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("s3cret\n")

    answer = ask(settings_in(tmp_path, token=token), authorization=given)

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


def test_who_has_the_token_reads(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("s3cret\n")

    answer = ask(settings_in(tmp_path, token=token), authorization="Bearer s3cret")

    assert answer.status_code == 200


@pytest.mark.parametrize("content", [None, b"", b"\xff"])
def test_a_token_that_cannot_be_read_lets_nobody_in(content: bytes | None, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_bytes(b"s3cret")
    change = token.unlink if content is None else partial(token.write_bytes, content)

    answer = ask(settings_in(tmp_path, token=token), meanwhile=change, authorization="Bearer ")

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


def test_labels_have_nothing_that_a_caller_chooses() -> None:
    figures = Figures()

    figures.handled(route="/v1/recalls/{recall}", method="GET", status=404, seconds=0.002)
    figures.handled(route="/v1/recalls/{recall}", method="GET", status=404, seconds=None)

    counted = values(figures.text().decode(), "tilbake_http_requests_total")
    took = values(figures.text().decode(), "tilbake_http_request_duration_seconds_count")
    assert list(counted.values()) == [2]
    assert list(took.values()) == [1]
