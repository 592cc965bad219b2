"""Somebody hears nothing of what was committed: the API dies between commit and answer (F3), or does not hear it itself (F8).

Asked again under the same key, it was done once. The twin of each asks again without the key, and does it twice.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.acting import TIMEOUT_SECONDS, Actors, actors, ask_database
from tests.counts import count
from tests.cutting import Wire, wire_to
from tests.databases import FreshDatabase
from tests.faults.same_process import in_process_api
from tests.harness import Service

pytestmark = pytest.mark.faults
TWICE = pytest.mark.parametrize(("keyed", "number"), [(True, 1), (False, 2)], ids=["with a key", "twin: without"])


def worked(people: Actors) -> dict[str, Any]:
    return {"project": people.project, "kind": "time", "date": "2026-02-02", "quantity": "8", "owner": people.owner}


async def wrote(people: Actors, *, key: str | None) -> httpx.Response:
    """An entry is written down, under a key or without one."""
    headers = {} if key is None else {"idempotency-key": key}
    return await people.call("POST", "/entries", by=people.owner, body=worked(people), headers=headers)


async def entries(people: Actors) -> int:
    sql = "select count(*) from entry where owner_id = $1"
    ((found,),) = await ask_database(people.settings.database_url, sql, people.owner)
    return int(found)


async def unheard(wire: Wire, people: Actors, *, key: str | None, service: Service) -> None:
    """Ask over a wire that is cut when the answer comes, at which the API is killed."""
    url = f"http://127.0.0.1:{wire.port}"
    async with httpx.AsyncClient(base_url=url, timeout=TIMEOUT_SECONDS) as over_wire:
        direct, people.http = people.http, over_wire
        wire.arm(b"POST /v1/entries")
        with suppress(httpx.TransportError):
            await wrote(people, key=key)
        people.http = direct
    assert wire.cut.is_set()
    service.api.kill()
    await service.restart_api()


async def test_what_an_api_committed_that_died_before_it_answered_is_done_once(own_service: Service) -> None:
    async with (
        actors(own_service.url, own_service.settings) as people,
        wire_to(urlsplit(own_service.url).port or 0) as wire,
    ):
        for number in range(count(1, 10)):
            before = await entries(people)
            key = f"key-{number}-{people.suffix}"
            await unheard(wire, people, key=key, service=own_service)

            assert await entries(people) == before + 1
            assert (await wrote(people, key=key)).status_code == 201
            assert await entries(people) == before + 1

        await unheard(wire, people, key=None, service=own_service)
        before = await entries(people)
        assert (await wrote(people, key=None)).status_code == 201
        assert await entries(people) == before + 1, "the twin: without a key it is done twice"


@TWICE
async def test_a_commit_whose_outcome_is_unknown_is_settled_by_asking_again(
    *, keyed: bool, number: int, database: FreshDatabase
) -> None:
    parts = urlsplit(database.app_url)
    async with wire_to(parts.port or 0) as wire:
        over_wire = database.app_url.replace(f":{parts.port}/", f":{wire.port}/")
        async with in_process_api(database, over_wire) as people:
            key = f"key-{people.suffix}" if keyed else None
            wire.arm(b"COMMIT")
            first = await wrote(people, key=key)
            again = await wrote(people, key=key)

            assert wire.cut.is_set()
            assert (first.status_code, first.json()["code"]) == (503, "unavailable")
            assert again.status_code == 201
            assert await entries(people) == number
