"""What goes on to the Temporal UI and what comes back: no secret of ours, no address but the one that is set, no waiting for ever."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from tests.dashboard.conftest import Dashboard, dashboard_settings, operated_world
from tests.dashboard.listening import Listening, listening
from tests.harness import Service
from tilbake.embedded.services import start_api, wait_for_api
from tilbake.settings import UI_PATH

pytestmark = pytest.mark.api
UI = "/ops/temporal"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def before(service: Service, http: httpx.Client) -> AsyncIterator[tuple[Dashboard, Listening]]:
    """A dashboard before a server that listens; people reach it by https."""
    with listening() as told:
        settings = dashboard_settings(service.settings, ui=f"{told.url}{UI_PATH}", public="https://tilbake.example.com")
        child = start_api(settings)
        try:
            await wait_for_api(child, settings)
            yield Dashboard(settings, http, operated_world(service, http)), told
        finally:
            await child.stop(grace_seconds=3.0)
            shutil.rmtree(settings.data_dir, ignore_errors=True)


@pytest.fixture
def front(before: tuple[Dashboard, Listening]) -> Dashboard:
    return before[0]


@pytest.fixture
def upstream(before: tuple[Dashboard, Listening]) -> Listening:
    """The server, as it is at first."""
    told = before[1]
    told.heard.clear()
    told.status, told.headers, told.pieces = 200, {}, (b"hello",)
    told.next_piece.clear()
    return told


def test_the_address_goes_on_as_it_came_and_no_secret_with_it(front: Dashboard, upstream: Listening) -> None:
    sent = {
        "cookie": f"tilbake_ops={front.token('ole')}; other=1",
        "accept": "text/plain",
        "x-forwarded-for": "10.0.0.1",
        "x-http-method-override": "DELETE",
        "connection": "keep-alive, x-odd",
        "x-odd": "1",
        "te": "trailers",
    }

    answer = front.ask(f"{UI}/a%2540b/c?query=x%20%3D%22y%22&z", token=front.token("ole"), headers=sent)

    (heard,) = upstream.heard
    assert answer.text == "hello"
    assert (heard.method, heard.path) == ("GET", "/ops/temporal/a%2540b/c?query=x%20%3D%22y%22&z")
    assert heard.headers["accept"] == "text/plain"
    assert heard.headers["host"] == upstream.url.removeprefix("http://")
    assert heard.headers.keys() <= {"accept", "accept-encoding", "accept-language", "connection", "host", "user-agent"}
    assert front.token("ole") not in str(heard.headers)


def test_a_query_takes_its_body_along_and_the_secret_the_ui_wants(front: Dashboard, upstream: Listening) -> None:
    path = f"{UI}/api/v1/namespaces/default/workflows/x/query/__temporal_workflow_metadata"

    front.ask(path, method="POST", token=front.token("ole"), json={"a": 1})

    (heard,) = upstream.heard
    assert heard.body == b'{"a":1}'
    assert heard.headers["cookie"] == f"_csrf={heard.headers['x-csrf-token']}"


def test_a_body_that_is_no_query_of_a_ui_is_too_large(front: Dashboard, upstream: Listening) -> None:
    path = f"{UI}/api/v1/namespaces/default/workflows/x/query/__temporal_workflow_metadata"

    answer = front.ask(path, method="POST", token=front.token("ole"), content=b"x" * 70_000)

    assert answer.status_code == 413
    assert upstream.heard == []


def test_cookies_and_headers_of_the_connection_do_not_come_back(front: Dashboard, upstream: Listening) -> None:
    upstream.headers = {
        "Set-Cookie": "_csrf=1",
        "Server": "ui",
        "Access-Control-Allow-Origin": "*",
        "Content-Type": "text/plain",
        "Content-Security-Policy": "frame-src 'self'",
        "ETag": '"1"',
    }

    answer = front.ask(f"{UI}/x", token=front.token("ole"))

    assert answer.headers["content-type"] == "text/plain"
    assert answer.headers["etag"] == '"1"'
    assert not {"set-cookie", "server", "access-control-allow-origin"} & answer.headers.keys()
    assert "frame-src 'self'" in answer.headers["content-security-policy"]
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]


def test_files_that_never_change_are_fetched_once(front: Dashboard, upstream: Listening) -> None:
    kept = front.ask(f"{UI}/_app/immutable/x.js", token=front.token("ole"))
    asked_again = front.ask(f"{UI}/index.html", token=front.token("ole"))
    upstream.status = 404
    missing = front.ask(f"{UI}/_app/immutable/y.js", token=front.token("ole"))

    assert kept.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert asked_again.headers["cache-control"] == missing.headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize("settings", [b"", b"null", b"[1]", b"<html>", b'{"a": '])
def test_settings_that_are_none_are_those_of_a_ui_that_is_away(
    front: Dashboard, upstream: Listening, settings: bytes
) -> None:
    upstream.pieces = (settings,) if settings else ()

    answer = front.ask(f"{UI}/api/v1/settings", token=front.token("ole"))

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


def test_an_answer_streams_while_it_comes(front: Dashboard, upstream: Listening) -> None:
    upstream.pieces = (b"first", b"second")
    headers = {"authorization": f"Bearer {front.token('ole')}"}

    with front.http.stream("GET", f"{front.settings.api_url}{UI}/x", headers=headers) as answer:
        pieces = answer.iter_raw()
        first = next(pieces)
        upstream.next_piece.set()
        rest = b"".join(pieces)

    assert (first, rest) == (b"first", b"second")


@pytest.mark.parametrize("where", ["https://evil.example/", "/elsewhere", "//evil.example"])
def test_the_ui_leads_nobody_elsewhere(front: Dashboard, upstream: Listening, where: str) -> None:
    upstream.status, upstream.headers = 302, {"Location": where}

    answer = front.ask(f"{UI}/x", token=front.token("ole"))

    assert answer.status_code == 404
    assert "location" not in answer.headers


def test_a_head_has_no_body(front: Dashboard, upstream: Listening) -> None:
    answer = front.ask(f"{UI}/x", method="HEAD", token=front.token("ole"))

    assert (answer.status_code, answer.content) == (200, b"")
    assert upstream.heard[0].method == "HEAD"


def test_over_https_the_cookie_never_goes_another_way(front: Dashboard) -> None:
    answer = front.ask("/ops/sign-in", method="POST", data={"token": front.token("ole")})

    assert "secure" in answer.headers["set-cookie"].lower().split("; ")


def test_links_lead_through_the_api(front: Dashboard) -> None:
    answer = front.ask("/v1/ops/links", token=front.token("ole"), headers={"accept-language": "nb"})

    told = answer.json()
    assert told["dashboard"] == "https://tilbake.example.com/ops"
    assert [one["url"] for one in told["views"]] == [f"{told['dashboard']}/views/{one['id']}" for one in told["views"]]
    assert told["views"][0]["name"] == "Venter på godkjenning"


async def test_a_ui_that_is_away_is_told_as_such(front: Dashboard, service: Service) -> None:
    settings = dashboard_settings(service.settings, ui=f"http://127.0.0.1:1{UI_PATH}")
    child = start_api(settings)
    try:
        await wait_for_api(child, settings)
        alone = Dashboard(settings, front.http, front.world)

        page = alone.ask(f"{UI}/namespaces", token=front.token("ole"), headers={"accept": "text/html"})
        script = alone.ask(f"{UI}/api/v1/settings", token=front.token("ole"))
    finally:
        await child.stop(grace_seconds=3.0)
        shutil.rmtree(settings.data_dir, ignore_errors=True)

    assert (page.status_code, script.status_code) == (503, 503)
    assert "The Temporal UI does not answer" in page.text
    assert "scripts/tilbake doctor" in page.text
    assert script.json()["errors"][0]["advice"].startswith("Try again shortly; else run scripts/tilbake doctor")


async def test_a_ui_that_serves_elsewhere_is_linked_to_and_not_passed_on(front: Dashboard, service: Service) -> None:
    settings = dashboard_settings(service.settings, ui="https://cloud.example.com")
    child = start_api(settings)
    try:
        await wait_for_api(child, settings)
        alone = Dashboard(settings, front.http, front.world)

        page = alone.ask("/ops/views/expired", token=front.token("ole"), headers={"accept": "text/html"})
        passed = alone.ask(f"{UI}/api/v1/settings", token=front.token("ole"))
    finally:
        await child.stop(grace_seconds=3.0)
        shutil.rmtree(settings.data_dir, ignore_errors=True)

    assert "https://cloud.example.com/namespaces/default/workflows?query=" in page.text
    assert "&quot;preset&quot;: null" in page.text
    assert passed.status_code == 404
