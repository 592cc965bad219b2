"""After people wrote unmistakable words wherever they can, and everything failed that can fail: nothing that is kept for
operators holds any of them.

Looked through: the logs of API and worker at their most talkative, of Postgres and Temporal, the figures of both processes, the
spans as they were sent, and whatever Temporal keeps of failures. Not looked through, because operators are meant to read it
there, behind a sign-in (ADR 027): inputs, summaries, details, search attributes and ids of workflows, which name people, projects
and amounts.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from google.protobuf import text_format
from google.protobuf.message import Message
from temporalio.api.failure.v1 import Failure
from temporalio.client import Client, WorkflowHandle

from store.migrate import migrate
from tests.acting import ADMIN, Actors, ask_database
from tests.collecting import Collector, collector
from tests.databases import FreshDatabase
from tests.harness import Service, start_service
from tests.protobuf import parts
from tests.receiving import process
from tests.servers import new_directory, remove_directory
from tests.unmistakable import WORDS, Writers, found_in
from tests.waiting import until
from tilbake.embedded.ports import free_ports
from tilbake.embedded.postgres import APPLICATION, DATABASE, Postgres
from tilbake.embedded.postgres_roles import ensure_roles
from tilbake.embedded.progress import say_nothing
from tilbake.embedded.temporal_server import TemporalServer
from tilbake.settings import Settings

pytestmark = pytest.mark.faults

QUIET = "log of Temporal"
"""It is told to log errors only, and may have none."""
REFUSING = "alter table recall_request add constraint {0} check ({1}) not valid"
ALLOWING = "alter table recall_request drop constraint {0}"


@dataclass(slots=True)
class Stack:
    """Servers and processes of this test alone, with all that they write."""

    postgres: Postgres
    temporal: TemporalServer
    service: Service
    spans: Collector
    worker_figures: str
    extra: Mapping[str, str]

    @property
    def owner_url(self) -> str:
        """The database as its owner has it."""
        return self.postgres.owner_url()

    async def written(self, client: Client) -> dict[str, str]:
        """All of it, by where it is found."""
        folder = self.service.settings.log_dir
        assert self.temporal.child is not None
        found = {
            "log of the API": (folder / "api.log").read_text(),
            "log of the worker": (folder / "worker.log").read_text(),
            "log of Postgres": "".join(file.read_text() for file in sorted(self._postgres_logs())),
            QUIET: self.temporal.child.log_path.read_text(),
            "failures in Temporal": "\n".join([said async for said in failures(client)]),
            "spans": "\n".join(body.decode("latin-1") for body in self.spans.bodies),
        }
        async with httpx.AsyncClient() as http:
            found["figures of the API"] = (await http.get(f"{self.service.url}/metrics")).text
            found["figures of the worker"] = (await http.get(f"http://{self.worker_figures}/metrics")).text
        return found

    def _postgres_logs(self) -> Iterator[Path]:
        assert self.postgres.child is not None
        yield from self.postgres.child.log_path.parent.glob("*.log")


async def failures(client: Client) -> AsyncIterator[str]:
    """Whatever Temporal keeps of what went wrong, in histories and of activities that are tried again."""
    async for one in client.list_workflows():
        handle = client.get_workflow_handle(one.id, run_id=one.run_id)
        async for event in handle.fetch_history_events():
            for failure in failures_in(event):
                yield text_format.MessageToString(failure)
        for failure in failures_in((await handle.describe()).raw_description):
            yield text_format.MessageToString(failure)


def failures_in(message: Message) -> Iterator[Message]:
    """The failures within a message, however deep."""
    if isinstance(message, Failure):
        yield message
        return
    for inner in parts(message):
        yield from failures_in(inner)


@pytest.fixture
async def stack(tmp_path: Path) -> AsyncIterator[Stack]:
    directory = new_directory()
    postgres_port, temporal_port, figures_port = free_ports(3)
    cache = Settings.from_environment().cache_dir
    postgres = Postgres(directory, cache, postgres_port)
    temporal = TemporalServer(directory, cache, temporal_port, ui_port=None, database=directory / "temporal.db")
    try:
        await postgres.start()
        await ensure_roles(postgres)
        await migrate(postgres.owner_url(), application_role=APPLICATION)
        await temporal.start(say=say_nothing)
        async with collector() as spans, process("tests.postbox", str(tmp_path)) as mail_port:
            figures = f"127.0.0.1:{figures_port}"
            extra = {
                "TILBAKE_LOG_LEVEL": "debug",
                "TILBAKE_OTLP_ENDPOINT": spans.endpoint,
                "TILBAKE_WORKER_METRICS_ADDRESS": figures,
                "TILBAKE_SMTP_HOST": "127.0.0.1",
                "TILBAKE_SMTP_PORT": str(mail_port),
                "TILBAKE_SMTP_TLS": "none",
                "TILBAKE_MAIL_FROM": f"tilbake@{WORDS['mail address']}.example",
            }
            database = FreshDatabase(DATABASE, postgres.owner_url(), postgres.app_url(), postgres.admin_url())
            service = await start_service(
                database, temporal_address=temporal.address, api_extra=extra, worker_extra=extra
            )
            stack = Stack(postgres, temporal, service, spans, figures, extra)
            yield stack
            await service.stop()
    finally:
        await temporal.stop()
        await postgres.stop()
        remove_directory(directory)


async def test_nothing_kept_for_operators_holds_a_word_that_somebody_wrote(stack: Stack) -> None:
    client = await Client.connect(stack.temporal.address)
    async with httpx.AsyncClient(base_url=stack.service.url, timeout=40) as http:
        people = Actors(http, stack.service.settings, suffix="words")
        writers = Writers(people)
        await writers.set_up()

        await everything_is_done(writers)
        await statements_fail(stack, writers, client)
        await processes_are_killed(stack, writers)
        statuses = await writers.send_anything()
        await deliveries_fail(writers)
        written = await stack.written(client)

        assert {200, 201, 400, 404, 422} <= set(statuses)
        assert [name for name, text in written.items() if not text.strip()] in ([], [QUIET])
        assert "never_ends" in written["log of the worker"]
        assert "never_ends" in written["failures in Temporal"]
        assert "api.failed" in written["log of the API"]
        assert "Traceback" not in written["log of the API"] + written["log of the worker"]
        tokens = [*people._tokens.values(), *writers.secrets, *passwords(stack)]
        assert found_in(written, [*WORDS.values(), *tokens]) == []
        for name, text in written.items():
            assert found_in({name: f"{text}\n{WORDS['reason']}"}, WORDS.values()), "a word that is there is found"


async def everything_is_done(writers: Writers) -> None:
    """Requests that end in every way, files, messages."""
    first, second, third, fourth = [await writers.asked() for _ in range(4)]
    for recall, verdict in ((first, "approve"), (second, "reject")):
        assert (await writers.decide(recall, verdict=verdict)).status_code == 202
        await ended(writers, recall)
    await writers.actors.done("POST", f"/recalls/{third['id']}/withdraw", by=writers.owner, body={})
    assert (await writers.deliver(fourth, secret="whsec_" + "QUFB" * 8)).status_code == 401
    assert (await writers.deliver(fourth)).status_code == 202
    await ended(writers, fourth)
    await writers.upload(good=True)
    await writers.upload(good=False)


async def statements_fail(stack: Stack, writers: Writers, client: Client) -> None:
    """The database refuses what the API writes, and what the worker writes, with all its values."""
    recall = await writers.asked()
    entry = await writers.approved()
    await ask_database(stack.owner_url, REFUSING.format("never_begins", "title is null"))
    assert (await writers.ask(entry)).status_code == 500
    await ask_database(stack.owner_url, ALLOWING.format("never_begins"))
    await ask_database(stack.owner_url, REFUSING.format("never_ends", "status = 'awaiting_decision'"))
    assert (await writers.decide(recall)).status_code == 202
    await failing_activity(client.get_workflow_handle(recall["workflow_id"]))
    await ask_database(stack.owner_url, ALLOWING.format("never_ends"))
    await ended(writers, recall)


async def processes_are_killed(stack: Stack, writers: Writers) -> None:
    """Postgres and the worker go while somebody decides."""
    recall = await writers.asked()
    entry = await writers.approved()
    assert stack.postgres.child is not None
    stack.postgres.child.kill()
    assert (await writers.ask(entry)).status_code == 503
    assert (await writers.decide(recall)).status_code == 503
    await stack.postgres.start()

    async def taken() -> bool:
        return (await writers.decide(recall)).status_code == 202

    await until(taken, what="the database is back")
    stack.service.worker.kill()
    await stack.service.restart_worker(stack.extra)
    await ended(writers, recall)


async def deliveries_fail(writers: Writers) -> None:
    """Nobody listens where webhooks go, and the mail server refuses."""

    async def tried() -> bool:
        found = await writers.actors.done("GET", "/deliveries?limit=200", by=ADMIN)
        ids = [one["id"] for one in found["items"]]
        whole = [await writers.actors.done("GET", f"/deliveries/{id}", by=ADMIN) for id in ids]
        said = {attempt["problem"] or attempt["status_code"] for one in whole for attempt in one["attempts"]}
        return bool({451, 550} & said) and any(isinstance(one, str) for one in said)

    await until(tried, what="a webhook and a mail were tried in vain")


async def ended(writers: Writers, recall: Any) -> None:
    async def look() -> bool:
        answer = await writers.actors.call("GET", f"/recalls/{recall['id']}", by=writers.approver)
        return answer.status_code == 200 and answer.json()["status"] != "awaiting_decision"

    await until(look, what="the request has ended", seconds=90)


async def failing_activity(handle: WorkflowHandle[Any, Any]) -> None:
    async def look() -> bool:
        described = (await handle.describe()).raw_description
        return any(activity.HasField("last_failure") for activity in described.pending_activities)

    await until(look, what="an activity has failed", seconds=60)


def passwords(stack: Stack) -> list[str]:
    """Those in the addresses of the database."""
    urls = (stack.postgres.owner_url(), stack.postgres.app_url())
    return [password for url in urls if (password := httpx.URL(url).password)]
