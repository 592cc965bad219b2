"""Payloads are decrypted for who may look at the dashboard, and for nobody else; nothing is encrypted, kept or logged."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from google.protobuf.json_format import MessageToDict
from temporalio.api.common.v1 import Payload, Payloads

from api.routes.ops_codec import LIMIT
from tests.dashboard.conftest import Dashboard, dashboard_settings, operated_world, started
from tests.encrypting import ring_file
from tests.harness import Service
from tests.servers import Addresses
from tests.waiting import eventually
from tilbake.settings import Settings
from tilbake.temporal.payload_codec import KEY_ID, EncryptionCodec
from tilbake.temporal.payload_keys import read_ring

pytestmark = pytest.mark.api
DECODE = "/ops/codec/decode?preserveStorageRefs=true"
WORD = "Storhavnzeta"
PLAIN = Payload(metadata={"encoding": b"json/plain"}, data=f'"{WORD}"'.encode())
Json = dict[str, Any]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def encrypted(
    service: Service, servers: Addresses, http: httpx.Client, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Dashboard]:
    """A dashboard of a service that encrypts with the key a."""
    ring = ring_file(tmp_path_factory.mktemp("ring"), "a")
    settings = dashboard_settings(service.settings, ui=servers.temporal_ui_url)
    async with started(replace(settings, payload_keys_file=ring)) as running:
        yield Dashboard(running, http, operated_world(service, http))
        assert WORD not in log_of(running)


def log_of(settings: Settings) -> str:
    return (settings.log_dir / "api.log").read_text()


def sent(folder: Path, *ids: str) -> Json:
    """A payload encrypted with the first of these keys, and one in plain, as the UI sends them."""
    codec = EncryptionCodec(read_ring(ring_file(folder, *ids)))
    return as_json(*asyncio.run(codec.encode([PLAIN])), PLAIN)


def as_json(*payloads: Payload) -> Json:
    return MessageToDict(Payloads(payloads=payloads))


def code_of(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def test_who_looks_reads_what_is_encrypted_and_what_is_not(encrypted: Dashboard, tmp_path: Path) -> None:
    body, headers = sent(tmp_path, "a"), {"x-namespace": "default"}

    by_token = encrypted.ask(DECODE, method="POST", token=encrypted.token("ole"), json=body, headers=headers)
    cookie = {"cookie": f"tilbake_ops={encrypted.token('ada')}"}
    by_browser = encrypted.ask(DECODE, method="POST", json=body, headers=headers | cookie)

    assert WORD not in str(body["payloads"][0])
    for answer in (by_token, by_browser):
        assert (answer.status_code, answer.json()) == (200, as_json(PLAIN, PLAIN))
        assert answer.headers["cache-control"] == "no-store"


def test_the_ui_is_told_where_it_has_payloads_decrypted(encrypted: Dashboard, dashboard: Dashboard) -> None:
    path = "/ops/temporal/api/v1/settings"

    told = encrypted.ask(path, token=encrypted.token("ole")).json()
    elsewhere = dashboard.ask(path, token=dashboard.token("ole")).json()

    assert told["Codec"]["Endpoint"] == "/ops/codec"
    assert told["DisableWriteActions"] is True
    assert not (elsewhere["Codec"] or {}).get("Endpoint")


@pytest.mark.parametrize(("person", "refused"), [("bob", (403, "not_allowed")), (None, (401, "unauthenticated"))])
def test_nobody_else_reads_anything(
    person: str | None, refused: tuple[int, str], encrypted: Dashboard, tmp_path: Path
) -> None:
    token = person and encrypted.token(person)

    assert code_of(encrypted.ask(DECODE, method="POST", token=token, json=sent(tmp_path, "a"))) == refused


def test_a_key_that_is_not_there_is_named_and_a_changed_payload_refused(encrypted: Dashboard, tmp_path: Path) -> None:
    changed = sent(tmp_path, "a")
    changed["payloads"][0]["data"] = changed["payloads"][0]["data"][::-1]
    hostile = as_json(Payload(metadata={"encoding": b"binary/encrypted", KEY_ID: b"\x00<script>"}, data=b"x"))
    token = encrypted.token("ole")

    answers = [
        encrypted.ask(DECODE, method="POST", token=token, json=body)
        for body in (sent(tmp_path, "b", "a"), changed, hostile)
    ]

    assert [code_of(answer) for answer in answers] == [(422, "undecryptable")] * 3
    assert "The key b is not in the key ring." in answers[0].text
    assert "it was changed" in answers[1].text
    assert "\x00" not in answers[2].json()["detail"]
    eventually(lambda: "payloads.unknown_key" in log_of(encrypted.settings))


@pytest.mark.parametrize(
    ("content", "refused"),
    [
        (b"", (400, "malformed_body")),
        (b"{", (400, "malformed_body")),
        (b"[]", (400, "invalid_value")),
        (b'{"payloads": {}}', (400, "invalid_value")),
        (b'{"payloads": [1]}', (400, "invalid_value")),
        (b'{"payloads": [{"data": 7}]}', (400, "invalid_value")),
        (b'{"payloads": [{"metadata": {"encoding": 7}}]}', (400, "invalid_value")),
        (b'{"payloads": [' + b"{}," * 2000 + b"{}]}", (400, "invalid_value")),
        (b'{"payloads": []}' + b" " * LIMIT.bytes, (413, "payload_too_large")),
    ],
)
def test_what_is_no_list_of_payloads_is_refused(content: bytes, refused: tuple[int, str], encrypted: Dashboard) -> None:
    json_type = {"content-type": "application/json"}

    answer = encrypted.ask(DECODE, method="POST", token=encrypted.token("ole"), content=content, headers=json_type)

    assert code_of(answer) == refused


def test_a_page_of_another_origin_has_nothing_decrypted(encrypted: Dashboard) -> None:
    token = encrypted.token("ole")

    answer = encrypted.ask(
        "/ops/codec/decode",
        method="POST",
        token=token,
        json={"payloads": []},
        headers={"origin": "https://evil.example"},
    )

    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_an_empty_list_is_answered_with_one(encrypted: Dashboard) -> None:
    answer = encrypted.ask(DECODE, method="POST", token=encrypted.token("ole"), json={"payloads": []})

    assert (answer.status_code, answer.json()) == (200, {"payloads": []})


def test_only_json_of_the_own_namespace_is_decoded_and_nothing_is_encoded(encrypted: Dashboard, tmp_path: Path) -> None:
    token, body = encrypted.token("admin"), sent(tmp_path, "a")

    as_form = encrypted.ask(DECODE, method="POST", token=token, content=b"{}", headers={"content-type": "text/plain"})
    elsewhere = encrypted.ask(DECODE, method="POST", token=token, json=body, headers={"x-namespace": "other"})
    encoding = encrypted.ask("/ops/codec/encode", method="POST", token=token, json=body)

    assert code_of(as_form) == (415, "unsupported_media_type")
    assert code_of(elsewhere) == (404, "not_found")
    assert code_of(encoding) == (404, "not_found")


def test_there_is_no_such_place_where_nothing_is_encrypted(dashboard: Dashboard) -> None:
    answer = dashboard.ask(DECODE, method="POST", token=dashboard.token("admin"), json={"payloads": []})

    assert code_of(answer) == (404, "not_found")
