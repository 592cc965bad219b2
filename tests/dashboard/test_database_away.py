"""The dashboard while its database is away: nobody is let in, and who has a token is told what is down and what to do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from api.local_issuer import issuer_key
from api.main import create_app
from api.ops import session
from api.routes import about
from tilbake.settings import Settings
from tilbake.tokens import local_token

pytestmark = pytest.mark.api
PAGE = {"accept": "text/html"}


@asynccontextmanager
async def before(port: int, directory: Path) -> AsyncIterator[httpx.AsyncClient]:
    """An API before a database at that port, and before a Temporal that is away."""
    settings = Settings(
        database_url=f"postgresql://nobody@127.0.0.1:{port}/nothing",
        temporal_address="127.0.0.1:1",
        temporal_ui_url="http://127.0.0.1:1/ops/temporal",
        data_dir=directory,
        cache_dir=directory,
        public_url="https://tilbake.example",
    )
    issuer_key(settings.issuer_key_path)
    app = create_app(settings)
    app.state.service.known_people.add("admin")
    await app.state.service.delivery.start()
    transport = httpx.ASGITransport(app=app)
    try:
        async with httpx.AsyncClient(transport=transport, base_url="https://tilbake.example") as http:
            http.headers["authorization"] = f"Bearer {local_token('admin', settings.issuer_key_path)}"
            yield http
    finally:
        await app.state.service.delivery.stop()
        await app.state.service.database.close()


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en", ["Postgres does not answer", "Temporal does not answer either.", "mend the first BAD line first"]),
        ("nb", ["Postgres svarer ikke", "Temporal svarer heller ikke.", "utbedre den første linjen med BAD først"]),
    ],
)
async def test_who_has_a_token_is_told_what_is_down_and_what_to_do(
    language: str, sentences: list[str], tmp_path: Path
) -> None:
    async with before(1, tmp_path) as http:
        answer = await http.get("/ops", headers=PAGE | {"accept-language": language})

    assert answer.status_code == 503
    assert [one for one in sentences if one not in answer.text] == []
    assert (answer.headers["refresh"], answer.headers["retry-after"]) == ("10", "5")


async def test_a_database_that_says_nothing_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def wait_for_ever(*_: object) -> None:
        await asyncio.Event().wait()

    for module, asks in ((session, "ask_in"), (about, "work_in")):
        monkeypatch.setattr(module, asks, wait_for_ever)
        monkeypatch.setattr(module, "DATABASE_PATIENCE_SECONDS", 0.1)
    async with before(1, tmp_path) as http:
        page = await http.get("/ops", headers=PAGE)
        ready = await http.get("/readyz")

    assert (page.status_code, "Something is down" in page.text) == (503, True)
    assert (ready.status_code, ready.json()["database"]) == (503, "away")


async def test_nobody_is_let_in_and_who_has_no_token_is_told_nothing(tmp_path: Path) -> None:
    async with before(1, tmp_path) as http:
        passed_on = await http.get("/ops/temporal/api/v1/settings")
        del http.headers["authorization"]
        unsigned = await http.get("/ops", headers=PAGE)

    assert (passed_on.status_code, passed_on.json()["code"]) == (503, "unavailable")
    assert (unsigned.status_code, unsigned.headers["location"]) == (303, "/ops/sign-in?next=%2Fops")
