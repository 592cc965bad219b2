"""Signing in by an OpenID Connect issuer: a real issuer process, the real API, and tokens that are good or wrong in one way."""

from __future__ import annotations

import shutil
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
import pytest_asyncio

from api.oidc_jwk import ALGORITHMS
from tests.contract import hold_to_contract
from tests.databases import fresh_database
from tests.harness import new_task_queue, service_settings
from tests.oidc.forging import FORGED, made
from tests.oidc.issuer import AUDIENCE, Issuer, new_key
from tests.servers import Addresses
from tests.waiting import eventually
from tilbake.embedded.processes import Child
from tilbake.embedded.services import start_api, wait_for_api
from tilbake.settings import OIDC_ALGORITHMS, Settings

pytestmark = pytest.mark.api
ROOT_ID = "4711-root"
FRONT_END = "front-end"


@dataclass
class Api:
    """An API process that trusts the issuer, and no token but its."""

    settings: Settings
    child: Child
    http: httpx.Client

    def me(self, token: str, **headers: str) -> httpx.Response:
        """Who a token signs in."""
        sent = {"authorization": f"Bearer {token}", **headers}
        return self.http.get(f"{self.settings.api_url}/v1/me", headers=sent)

    def post(self, path: str, token: str, body: object) -> httpx.Response:
        """Do something as whom a token signs in."""
        headers = {"authorization": f"Bearer {token}"}
        return self.http.post(f"{self.settings.api_url}{path}", headers=headers, json=body)


@pytest.fixture(scope="module")
def process() -> Iterator[Issuer]:
    issuer = Issuer()
    issuer.keys |= {algorithm: new_key(algorithm) for algorithm in ("ES256", "ES384", "ES512", "EdDSA")}
    issuer.start()
    yield issuer
    issuer.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(servers: Addresses, process: Issuer) -> AsyncIterator[Api]:
    async with fresh_database(servers) as fresh:
        given = service_settings(fresh, temporal_address=servers.temporal_address, task_queue=new_task_queue())
        settings = replace(
            given,
            oidc_issuer=process.url,
            oidc_audience=AUDIENCE,
            oidc_administrator=ROOT_ID,
            oidc_clients=(FRONT_END,),
            oidc_acted_for_claim="acted_for",
        )
        hold_to_contract(settings.api_port)
        child = start_api(settings)
        try:
            await wait_for_api(child, settings)
            with httpx.Client(timeout=30) as http:
                made = Api(settings, child, http)
                for person in ("bob", "mia"):
                    body = {"id": person, "name": person.title()}
                    assert made.post("/v1/people", process.token(ROOT_ID), body).status_code == 201
                yield made
        finally:
            await child.stop(grace_seconds=3.0)
            shutil.rmtree(settings.data_dir, ignore_errors=True)


@pytest.fixture
def issuer(process: Issuer, api: Api) -> Issuer:
    process.tell(mode="good")
    return process


def test_a_token_of_the_issuer_signs_its_person_in(api: Api, issuer: Issuer) -> None:
    answer = api.me(issuer.token("bob"))

    assert answer.status_code == 200
    assert answer.json()["id"] == "bob"


def test_who_stands_for_the_administrator_is_a_setting(api: Api, issuer: Issuer) -> None:
    assert api.me(issuer.token(ROOT_ID)).json()["id"] == "admin"
    assert api.me(issuer.token("admin")).status_code == 401


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_algorithm_of_the_list_signs_in(api: Api, issuer: Issuer, algorithm: str) -> None:
    key = algorithm if algorithm in issuer.keys else "first"

    assert api.me(issuer.token(key=key, algorithm=algorithm)).status_code == 200


def test_settings_and_service_know_the_same_algorithms() -> None:
    assert OIDC_ALGORITHMS == ALGORITHMS


ALLOWED: dict[str, Callable[[float], dict[str, Any]]] = {
    "several audiences": lambda _: {"aud": ["another", AUDIENCE]},
    "a list of one audience": lambda _: {"aud": [AUDIENCE]},
    "issued at a part of a second": lambda now: {"iat": now},
    "valid from a moment on that leeway covers": lambda now: {"nbf": int(now) + 20},
    "expired by less than the leeway": lambda now: {"exp": int(now) - 5},
    "typ at+jwt": lambda _: {"headers": {"typ": "at+jwt"}},
    "typ application/at+JWT": lambda _: {"headers": {"typ": "application/at+JWT"}},
    "no typ": lambda _: {"headers": {"typ": None}},
    "addresses of keys": lambda _: {"headers": {"jku": "http://127.0.0.1:1/keys", "x5u": "http://127.0.0.1:1/"}},
}


@pytest.mark.parametrize("name", ALLOWED)
def test_what_standards_allow_signs_in(api: Api, issuer: Issuer, name: str) -> None:
    assert api.me(issuer.token(**ALLOWED[name](time.time()))).status_code == 200


WRONG: Mapping[str, dict[str, Any]] = {
    "another issuer": {"iss": "http://127.0.0.1:1"},
    "the issuer with a slash": {"iss": "{issuer}/"},
    "no issuer": {"iss": None},
    "an issuer that is no text": {"iss": ["{issuer}"]},
    "another audience": {"aud": "another"},
    "audiences without ours": {"aud": ["one", "two"]},
    "audiences that are no texts": {"aud": [AUDIENCE, 7]},
    "no audience": {"aud": None},
    "an empty audience": {"aud": []},
    "expired": {"exp": int(time.time()) - 60},
    "no expiry": {"exp": None},
    "an expiry that is a text": {"exp": "9999999999"},
    "an expiry that is a list": {"exp": [9999999999]},
    "an expiry that is true": {"exp": True},
    "an expiry beyond all numbers": {"exp": 1e300},
    "not yet": {"nbf": int(time.time()) + 3600},
    "a beginning that is a text": {"nbf": "0"},
    "a beginning of null": {"headers": {}, "raw": {"nbf": None}},
    "issued in the future": {"iat": int(time.time()) + 3600},
    "no issue": {"iat": None},
    "nobody": {"sub": None},
    "an empty person": {"sub": ""},
    "a person that is a number": {"raw": {"sub": 7}},
    "a person that is a list": {"raw": {"sub": ["bob"]}},
    "a person that is no id": {"sub": "Bob Berg"},
    "a person with a line end": {"sub": "bob\n"},
    "a person whom nobody knows": {"sub": "nemo"},
    "an unknown key": {"headers": {"kid": "unknown"}},
    "no key": {"headers": {"kid": None}},
    "a key that is a number": {"headers": {"kid": 7}},
    "a key of another algorithm": {"headers": {"kid": "ES256"}},
    "a logout token": {"headers": {"typ": "logout+jwt"}},
    "a security event": {"headers": {"typ": "secevent+jwt"}},
    "a proof of possession": {"headers": {"typ": "dpop+jwt"}},
    "a type that is a list": {"headers": {"typ": ["JWT"]}},
    "a critical header": {"headers": {"crit": ["exp"]}},
    "a payload that is not encoded": {"headers": {"b64": False, "crit": ["b64"]}},
    "a token in a token": {"headers": {"cty": "JWT"}},
    "compressed": {"headers": {"zip": "DEF"}},
    "an actor nobody named": {"act": {"sub": "stranger"}},
    "an actor without a name": {"act": {}},
    "an actor that is a text": {"act": FRONT_END},
    "a service account that is nobody": {"sub": FRONT_END},
    "a service account for a list": {"sub": FRONT_END, "acted_for": ["bob"]},
    "a service account by two ways": {"sub": FRONT_END, "acted_for": "bob", "act": {"sub": FRONT_END}},
    "a person who names somebody else": {"sub": "stranger", "acted_for": "bob"},
}


@pytest.mark.parametrize("name", WRONG)
def test_a_token_that_is_wrong_in_one_way_signs_nobody_in(api: Api, issuer: Issuer, name: str) -> None:
    answer = api.me(made(issuer, WRONG[name]), **{"accept-language": "en"})

    assert refusal(answer) == refusal(api.me("nonsense", **{"accept-language": "en"}))


def refusal(answer: httpx.Response) -> Any:
    """All that an answer says but the number to ask about it by; it must be the same for everything that is wrong."""
    assert answer.status_code == 401, answer.text
    return {name: value for name, value in answer.json().items() if name != "trace_id"}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_token_signs_nobody_in(api: Api, issuer: Issuer, name: str) -> None:
    sent = FORGED[name](issuer).encode("latin-1")
    answer = api.http.get(f"{api.settings.api_url}/v1/me", headers={b"authorization": b"Bearer " + sent})

    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthenticated"


@pytest.mark.parametrize(
    "changes", [{"act": {"sub": FRONT_END}}, {"sub": FRONT_END, "acted_for": "bob"}], ids=["by act", "by its own token"]
)
def test_a_front_end_acts_for_the_person_its_token_names(api: Api, issuer: Issuer, changes: dict[str, Any]) -> None:
    done = api.post("/v1/delegations", issuer.token(**changes), DELEGATION)
    asked = {"authorization": f"Bearer {issuer.token('mia')}"}
    history = api.http.get(f"{api.settings.api_url}/v1/delegations/{done.json()['id']}/history", headers=asked)

    assert done.status_code == 201
    told = history.json()["items"][0]
    assert (told["by"], told["client"]) == ("bob", FRONT_END)


def test_who_speaks_for_themselves_has_no_client(api: Api, issuer: Issuer) -> None:
    token = issuer.token("bob")
    done = api.post("/v1/delegations", token, DELEGATION)
    headers = {"authorization": f"Bearer {token}"}
    history = api.http.get(f"{api.settings.api_url}/v1/delegations/{done.json()['id']}/history", headers=headers)

    assert history.json()["items"][0]["client"] is None


DELEGATION = {"giver": "bob", "taker": "mia", "since": "2026-02-09", "until": "2026-02-20", "purpose": "requests"}


def test_a_key_that_the_issuer_has_since_changed_to_signs_in(api: Api, issuer: Issuer) -> None:
    issuer.keys["second"] = new_key("ES256")
    issuer.publish()

    eventually(lambda: api.me(issuer.token(key="second", algorithm="ES256")).status_code == 200, seconds=15)


async def test_while_the_issuer_is_away_nobody_is_turned_away(servers: Addresses) -> None:
    issuer = Issuer()
    async with fresh_database(servers) as fresh:
        given = service_settings(fresh, temporal_address=servers.temporal_address, task_queue=new_task_queue())
        settings = replace(given, oidc_issuer=issuer.url, oidc_audience=AUDIENCE)
        hold_to_contract(settings.api_port)
        child = start_api(settings)
        with httpx.Client(timeout=30) as http:
            api = Api(settings, child, http)
            try:
                await wait_for_api(child, settings)
                away = api.me(issuer.token("admin"))
                expired = api.me(issuer.token("admin", exp=1))
                issuer.start()
                eventually(lambda: api.me(issuer.token("admin")).status_code == 200)
                issuer.stop()
                still = api.me(issuer.token("admin"))
            finally:
                await child.stop(grace_seconds=3.0)
                issuer.stop()
                shutil.rmtree(settings.data_dir, ignore_errors=True)

    assert (away.status_code, away.json()["code"]) == (503, "unavailable")
    assert int(away.headers["retry-after"]) > 0
    assert expired.status_code == 401
    assert still.status_code == 200


async def test_the_local_issuer_refuses_production(servers: Addresses) -> None:
    async with fresh_database(servers) as fresh:
        given = service_settings(fresh, temporal_address=servers.temporal_address, task_queue=new_task_queue())
        settings = replace(given, mode="production", test_clock=False)
        child = start_api(settings)
        try:
            eventually(lambda: not child.is_running())
            said = child.log_path.read_text()
        finally:
            await child.stop(grace_seconds=3.0)
            shutil.rmtree(settings.data_dir, ignore_errors=True)

    assert child.exit_code == 1
    assert "the local token issuer is not for production: set TILBAKE_OIDC_ISSUER" in said
    assert len(said.splitlines()) == 1
