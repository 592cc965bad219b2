"""The Temporal UI behind the API: who may look, how they sign in, and that nobody changes anything through it."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import time
from http.cookies import SimpleCookie
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest

from api.local_issuer import ALGORITHM, AUDIENCE, ISSUER, issuer_key, key_id
from api.ops.views import VIEWS, View
from tests.dashboard.conftest import Dashboard
from tests.waiting import eventually
from tilbake.tokens import local_token

pytestmark = pytest.mark.api
UI = "/ops/temporal"
PAGE = {"accept": "text/html"}
NB = {"accept-language": "nb"}


def cookie_of(answer: httpx.Response) -> SimpleCookie:
    return SimpleCookie(answer.headers["set-cookie"])


def signed_in(dashboard: Dashboard, person: str, **form: str) -> httpx.Response:
    return dashboard.ask("/ops/sign-in", method="POST", data={"token": dashboard.token(person), **form})


@pytest.mark.parametrize("person", ["ole", "ada", "admin"])
def test_operators_auditors_and_the_administrator_see_the_ui(dashboard: Dashboard, person: str) -> None:
    token = dashboard.token(person)

    page = dashboard.ask(f"{UI}/namespaces/default/workflows", token=token, headers=PAGE)

    def is_listed() -> bool:
        """Temporal may say 429 for a moment, where every test lists at once."""
        return dashboard.ask(f"{UI}/api/v1/namespaces/default/workflows?query=", token=token).status_code == 200

    assert page.status_code == 200
    assert '"/ops/temporal"' in page.text
    assert "set-cookie" not in page.headers
    eventually(is_listed)


@pytest.mark.parametrize("person", ["bob", "mia", "fia"])
def test_nobody_else_does(dashboard: Dashboard, person: str) -> None:
    token = dashboard.token(person)

    by_script = dashboard.ask(f"{UI}/api/v1/namespaces/default/workflows", token=token)
    by_page = dashboard.ask(f"{UI}/namespaces/default/workflows", token=token, headers=PAGE | NB)

    assert (by_script.status_code, by_script.json()["code"]) == (403, "not_allowed")
    assert by_page.status_code == 403
    assert "Driftsoversikten er bare for operatører" in by_page.text


def test_who_is_not_signed_in_is_led_to_the_sign_in_and_back(dashboard: Dashboard) -> None:
    wanted = f"{UI}/namespaces/default/workflows?query=x%20y"

    led = dashboard.ask(wanted, headers=PAGE)
    shown = dashboard.ask(led.headers["location"], headers=PAGE)
    back = signed_in(dashboard, "ole", next=wanted)

    assert (led.status_code, led.headers["location"].partition("?")[0]) == (303, "/ops/sign-in")
    assert shown.status_code == 200
    assert "Paste a valid token" in shown.text
    assert f'value="{wanted}"' in shown.text
    assert (back.status_code, back.headers["location"]) == (303, wanted)


@pytest.mark.parametrize("path", ["/ops/", "/ops/nothing", "/ops/sign-out"])
def test_an_address_that_is_no_page_is_told_on_one(dashboard: Dashboard, path: str) -> None:
    shown = dashboard.ask(path, headers=PAGE | NB)
    told = dashboard.ask(path)

    assert (shown.status_code, told.status_code, told.json()["code"]) == (404, 404, "not_found")
    assert "Det finnes ingenting på denne adressen." in shown.text
    assert "Driftsoversikten begynner på /ops" in shown.text
    assert told.json()["advice"].startswith("The dashboard begins at /ops")
    assert 'href="/ops"' in shown.text


def test_a_script_that_is_not_signed_in_is_told_so(dashboard: Dashboard) -> None:
    answer = dashboard.ask(f"{UI}/api/v1/settings")

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


def test_the_cookie_is_for_these_pages_and_ends_with_its_token(dashboard: Dashboard) -> None:
    cookie = cookie_of(signed_in(dashboard, "ole"))["tilbake_ops"]

    assert (cookie["path"], cookie["httponly"], cookie["samesite"].lower(), cookie["secure"]) == (
        "/ops", True, "strict", "",
    )  # fmt: skip
    assert 11 * 3600 < int(cookie["max-age"]) <= 12 * 3600


def test_a_browser_that_signed_in_looks_by_its_cookie_until_it_signs_out(dashboard: Dashboard) -> None:
    token = cookie_of(signed_in(dashboard, "ole"))["tilbake_ops"].value

    looked = dashboard.ask(f"{UI}/api/v1/settings", headers={"cookie": f"tilbake_ops={token}"})
    left = dashboard.ask("/ops/sign-out", method="POST", headers={"cookie": f"tilbake_ops={token}"})

    assert looked.status_code == 200
    assert cookie_of(left)["tilbake_ops"]["max-age"] == "0"


def test_the_cookie_is_worth_nothing_below_v1(dashboard: Dashboard) -> None:
    cookie = {"cookie": f"tilbake_ops={dashboard.token('admin')}"}

    read = dashboard.ask("/v1/me", headers=cookie)
    written = dashboard.ask("/v1/people", method="POST", headers=cookie, json={"id": "eve", "name": "Eve"})

    assert (read.status_code, written.status_code) == (401, 401)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "The token is not valid, or it has expired."), ("nb", "Tokenet er ikke gyldig, eller det er utløpt.")],
)
@pytest.mark.parametrize("wrong", ["", "x", "Bearer", "a.b.c", "é", "<script>", "0" * 9000, "expired"])
def test_a_wrong_token_is_told_in_a_sentence(dashboard: Dashboard, wrong: str, language: str, sentence: str) -> None:
    token = old_token(dashboard) if wrong == "expired" else wrong

    answer = dashboard.ask(
        "/ops/sign-in", method="POST", data={"token": token}, headers={"accept-language": language, **PAGE}
    )

    assert answer.status_code == 401
    assert sentence in answer.text
    assert 'aria-describedby="problem"' in answer.text  # the field has the focus: what is wrong is read out with it
    assert "set-cookie" not in answer.headers
    assert "<script>" not in answer.text


@pytest.mark.parametrize("before", ["Bearer ", "bearer ", "  BEARER\t", "\r\nBearer  "])
def test_a_token_is_taken_as_it_stands_in_a_header(dashboard: Dashboard, before: str) -> None:
    token = dashboard.token("ole")

    answer = dashboard.ask("/ops/sign-in", method="POST", data={"token": f"{before}{token} \n"})

    assert (answer.status_code, answer.headers["location"]) == (303, "/ops")
    assert cookie_of(answer)["tilbake_ops"].value == token


def test_who_pastes_a_token_of_somebody_unknown_is_told_that_it_takes_a_person_who_exists(dashboard: Dashboard) -> None:
    token = local_token("nobody-here", dashboard.settings.issuer_key_path)

    answer = dashboard.ask("/ops/sign-in", method="POST", data={"token": token}, headers=PAGE)

    assert answer.status_code == 401
    assert "Make a new one of a person who exists here" in answer.text


def old_token(dashboard: Dashboard) -> str:
    """A token that was good yesterday."""
    with pytest.MonkeyPatch.context() as patch:
        now = time.time()
        patch.setattr(time, "time", lambda: now - 86400)
        return local_token("admin", dashboard.settings.issuer_key_path)


def test_a_token_that_no_cookie_can_hold_is_told_to_be_too_long(dashboard: Dashboard) -> None:
    key = issuer_key(dashboard.settings.issuer_key_path)
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "admin", "iat": now, "exp": now + 60, "groups": "x" * 4000}
    token = jwt.encode(claims, key, algorithm=ALGORITHM, headers={"kid": key_id(key.public_key())})

    pasted = dashboard.ask("/ops/sign-in", method="POST", data={"token": token}, headers=NB)
    sent = dashboard.ask(f"{UI}/api/v1/settings", token=token)

    assert pasted.status_code == 413
    assert "Tokenet er for langt for en nettleser." in pasted.text
    assert "set-cookie" not in pasted.headers
    assert sent.status_code == 200


def test_who_may_not_look_is_not_signed_in(dashboard: Dashboard) -> None:
    token = {"token": dashboard.token("bob")}

    answer = dashboard.ask("/ops/sign-in", method="POST", data=token, headers=PAGE)

    assert answer.status_code == 403
    assert "for operators, auditors and the administrator only" in answer.text
    assert "set-cookie" not in answer.headers


def test_a_browser_whose_token_has_expired_signs_in_again(dashboard: Dashboard) -> None:
    cookie = {"cookie": f"tilbake_ops={old_token(dashboard)}"}

    led = dashboard.ask(f"{UI}/namespaces", headers=PAGE | cookie)
    shown = dashboard.ask(led.headers["location"], headers=PAGE | cookie)

    assert led.status_code == 303
    assert "The sign-in has ended. Sign in again." in shown.text


@pytest.mark.parametrize(
    ("language", "sentence"), [("en", "You are signed in as {}."), ("nb", "Du er logget inn som {}.")]
)
def test_who_is_signed_in_is_told_as_whom_and_how_to_go_on(dashboard: Dashboard, language: str, sentence: str) -> None:
    headers = PAGE | {"cookie": f"tilbake_ops={dashboard.token('ole')}", "accept-language": language}

    shown = dashboard.ask("/ops/sign-in?next=/ops/views/overdue", headers=headers)

    assert shown.status_code == 200
    assert sentence.format(dashboard.world.people["ole"]) in shown.text
    assert 'href="/ops/views/overdue"' in shown.text
    assert 'action="/ops/sign-out"' in shown.text
    assert 'role="alert"' not in shown.text


def test_who_may_look_no_longer_is_told_so_at_the_sign_in_and_can_sign_out(dashboard: Dashboard) -> None:
    shown = dashboard.ask("/ops/sign-in", headers=PAGE | {"cookie": f"tilbake_ops={dashboard.token('bob')}"})

    assert shown.status_code == 403
    assert "for operators, auditors and the administrator only" in shown.text
    assert 'action="/ops/sign-out"' in shown.text


@pytest.mark.parametrize("form", ["", "token", "token=%ff&next=%00", "next=/ops"])
def test_a_form_that_makes_no_sense_is_a_wrong_token(dashboard: Dashboard, form: str) -> None:
    answer = dashboard.ask("/ops/sign-in", method="POST", content=form.encode())

    assert answer.status_code == 401


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/v1/me",
        "/opsx",
        "/ops/../v1/me",
        "/ops/%2e%2E/v1/me",
        "/ops/views/.%2e/../v1/me?x",
        "/ops/temporal/..",
        "/ops\r\nx: y",
        "javascript:alert(1)",
    ],
)
def test_a_sign_in_leads_nowhere_but_to_the_dashboard(dashboard: Dashboard, elsewhere: str) -> None:
    answer = signed_in(dashboard, "ole", next=elsewhere)

    assert (answer.status_code, answer.headers["location"]) == (303, "/ops")


def test_a_form_of_another_site_signs_nobody_in(dashboard: Dashboard) -> None:
    form = {"token": dashboard.token("ole")}

    answer = dashboard.ask("/ops/sign-in", method="POST", data=form, headers={"sec-fetch-site": "cross-site"})

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
@pytest.mark.parametrize("path", ["/ops/sign-in", "/ops/sign-out"])
def test_a_browser_that_says_no_more_than_an_origin_is_believed_that(
    path: str, origin: str, dashboard: Dashboard
) -> None:
    form = {"token": dashboard.token("ole")}

    answer = dashboard.ask(path, method="POST", data=form, headers={"origin": origin})

    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("host", ["", "inside.example"])
def test_the_own_page_signs_in_by_its_address_and_by_the_public_one(host: str, dashboard: Dashboard) -> None:
    settings = dashboard.settings
    headers = {"origin": settings.public_url, "host": host} if host else {"origin": settings.api_url}

    answer = dashboard.ask("/ops/sign-in", method="POST", data={"token": dashboard.token("ole")}, headers=headers)

    assert (answer.status_code, answer.headers["location"]) == (303, "/ops")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/namespaces/default/workflows/x/signal/decision"),
        ("POST", "/api/v1/namespaces/default/workflows/x/terminate"),
        ("POST", "/api/v1/namespaces/default/workflows/x/cancel"),
        ("POST", "/api/v1/namespaces/default/workflows/x/reset"),
        ("POST", "/api/v1/namespaces/default/workflows/x/query/a/signal/b"),
        ("POST", "/api/v1/namespaces/default/workflows/x/query%2f..%2fterminate"),
        ("POST", "/api/v1/namespaces/default/workflows"),
        ("POST", "/api/v1/namespaces/default/batch-operations/1"),
        ("POST", "/api/v1/namespaces/default/schedules/x/patch"),
        ("PUT", "/api/v1/namespaces/default"),
        ("PATCH", "/api/v1/namespaces/default"),
        ("DELETE", "/api/v1/namespaces/default/schedules/x"),
        ("OPTIONS", "/api/v1/namespaces/default/workflows"),
    ],
)
def test_nothing_is_changed_through_the_dashboard_not_even_by_the_administrator(
    dashboard: Dashboard, method: str, path: str
) -> None:
    answer = dashboard.ask(f"{UI}{path}", method=method, token=dashboard.token("admin"))

    assert answer.status_code in {404, 405}
    assert answer.json()["code"] in {"not_found", "method_not_allowed"}
    if answer.status_code == 405:
        assert answer.headers["allow"] == "GET, HEAD"
        assert answer.json()["detail"] == "The dashboard only shows; nothing can be changed here."


def test_the_ui_does_not_even_offer_to_change_anything(dashboard: Dashboard) -> None:
    settings = dashboard.ask(f"{UI}/api/v1/settings", token=dashboard.token("ole")).json()

    assert settings["DisableWriteActions"] is True
    assert settings["Version"]


def test_the_details_of_a_workflow_are_asked_by_a_query(dashboard: Dashboard) -> None:
    path = f"{UI}/api/v1/namespaces/default/workflows/nothing/query/__temporal_workflow_metadata"

    answer = dashboard.ask(path, method="POST", token=dashboard.token("ole"), json={})

    assert answer.status_code == 404
    assert "workflow not found" in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/namespaces/temporal-system/workflows",
        "/api/v1/n%61mespaces/temporal-system/workflows",
        "/api/v1/namespaces/temporal%2dsystem/workflows",
        "/auth/sso",
        "/a%2Fb",
        "/%2e%2e/x",
        "/%252e%252e/x",
        "/..%2f..",
        "//evil.example/x",
        "/x%00",
        "/x%5cy",
        "/x%ff",
        "@evil.example/",
        ":80/",
    ],
)
def test_other_namespaces_and_addresses_that_mean_something_else_are_not_there(dashboard: Dashboard, path: str) -> None:
    answer = dashboard.ask(f"{UI}{path}", token=dashboard.token("admin"))

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("one", VIEWS, ids=lambda one: one.id)
def test_a_link_prepares_the_browser_and_goes_on_to_its_view(dashboard: Dashboard, one: View) -> None:
    page = dashboard.ask(f"/ops/views/{one.id}", token=dashboard.token("ole"), headers=PAGE | NB)

    told = json.loads(html.unescape(page.text.partition('data-told="')[2].partition('"')[0]))
    target = urlsplit(told["target"])
    assert target.path == f"{UI}/namespaces/default/workflows"
    (query,) = parse_qs(target.query)["query"]
    assert {"name": one.name.nb, "query": query} in [
        {"name": saved["name"], "query": saved["query"]} for saved in told["preset"]["views"]
    ]


def test_the_page_that_goes_on_runs_its_own_script_and_no_other(dashboard: Dashboard) -> None:
    page = dashboard.ask("/ops", token=dashboard.token("ole"), headers=PAGE)

    policy = page.headers["content-security-policy"]
    script = page.text.partition("<script>")[2].partition("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert page.text.count("<script") == 1
    assert f"script-src 'sha256-{digest}';" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["cache-control"] == "no-store"


def test_a_view_that_there_is_not_is_told_in_a_page(dashboard: Dashboard) -> None:
    answer = dashboard.ask("/ops/views/nothing", token=dashboard.token("ole"), headers=PAGE | NB)

    assert answer.status_code == 404
    assert "Det finnes ingenting på denne adressen." in answer.text
    assert "Driftsoversikten begynner på /ops" in answer.text
