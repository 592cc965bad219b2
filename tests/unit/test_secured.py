"""What every answer says to browsers; tests/contract.py holds every answer of the test run to it."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from api.__main__ import served
from api.main import create_app
from tests.contract import ON_EVERY_ANSWER
from tilbake.settings import Settings

pytestmark = pytest.mark.unit
NOWHERE = Path("/nonexistent")


async def answer(path: str, *, public_url: str = "https://tilbake.example", origin: str = "") -> httpx.Response:
    settings = Settings(
        database_url="postgresql://nobody@127.0.0.1:1/nothing",
        data_dir=NOWHERE,
        cache_dir=NOWHERE,
        public_url=public_url,
    )
    transport = httpx.ASGITransport(app=create_app(settings))
    async with httpx.AsyncClient(transport=transport, base_url="http://tilbake.example") as http:
        return await http.get(path, headers={"origin": origin} if origin else {})


@pytest.mark.parametrize("path", ["/healthz", "/openapi.json", "/docs", "/v1/me", "/ops/sign-in", "/nowhere"])
async def test_an_answer_is_not_guessed_at_framed_kept_or_told_elsewhere(path: str) -> None:
    headers = (await answer(path)).headers

    assert set(headers) >= ON_EVERY_ANSWER
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]
    assert len(headers.get_list("content-security-policy")) == 1
    assert len(headers.get_list("cache-control")) == 1


def test_no_header_says_who_calls_or_by_which_scheme(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")

    assert served(FastAPI(), Settings()).proxy_headers is False


async def test_the_bare_address_leads_to_the_documentation() -> None:
    led = await answer("/")

    assert (led.status_code, led.headers["location"]) == (307, "/docs")
    assert (await answer(led.headers["location"])).status_code == 200


async def test_the_documentation_says_in_which_language_it_is() -> None:
    assert '<html lang="en">' in (await answer("/docs")).text


async def test_data_runs_nothing_and_the_documentation_only_what_comes_from_here() -> None:
    data = (await answer("/healthz")).headers["content-security-policy"]
    page = await answer("/docs")

    assert "script-src" not in data
    assert "script-src 'self' 'unsafe-inline'" in page.headers["content-security-policy"]
    assert "https://" not in page.text.replace("https://tilbake.example", "")


@pytest.mark.parametrize(("public_url", "told"), [("https://tilbake.example", True), ("http://127.0.0.1:8080", False)])
async def test_whoever_is_reached_by_tls_is_never_reached_without(public_url: str, *, told: bool) -> None:
    headers = (await answer("/healthz", public_url=public_url)).headers

    assert (headers.get("strict-transport-security") == "max-age=31536000") is told
    assert ("strict-transport-security" in headers) is told


async def test_no_page_of_another_origin_may_read_an_answer() -> None:
    headers = (await answer("/v1/me", origin="https://elsewhere.example")).headers

    assert [name for name in headers if name.startswith("access-control-")] == []
