"""One recall over HTTP, and its trace as a collector gets it by OTLP: from the call to the statements of the worker."""

from __future__ import annotations

import asyncio
import json
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.acting import Actors, actors, ask_database
from tests.collecting import Collector, collector
from tests.databases import FreshDatabase
from tests.harness import Service, start_service
from tests.servers import Addresses
from tests.waiting import until
from tilbake.embedded.ports import free_ports

pytestmark = pytest.mark.api
ROOT = Path(__file__).resolve().parents[2]


@dataclass(slots=True)
class Watched:
    """A service whose spans are collected."""

    service: Service
    spans: Collector
    people: Actors

    async def decided(self, entry: str, *, trace: str, by: str | None = None) -> Mapping[str, Any]:
        """A recall of an entry, asked for and approved within a trace; as it ended."""
        headers = {"traceparent": f"00-{trace}-{secrets.token_hex(8)}-01"}
        body = {"entries": [entry], "reason": "Booked on the wrong day by Jorunn"}
        asked = await self.people.call("POST", "/recalls", by=self.people.owner, body=body, headers=headers)
        assert asked.status_code < 300, asked.text
        (recall,) = asked.json()["recalls"]
        answer = await self.people.decide(recall, by=by or self.people.approvers[0], headers=headers)
        assert answer.status_code == 202, answer.text
        return await self.people.ended(recall)

    def logged(self, process: str) -> list[dict[str, Any]]:
        """What a process has logged."""
        lines = (self.service.settings.log_dir / f"{process}.log").read_text().splitlines()
        return [json.loads(line) for line in lines]


@pytest.fixture
async def watched(database: FreshDatabase, servers: Addresses) -> AsyncIterator[Watched]:
    async with collector() as spans:
        extra = {"TILBAKE_OTLP_ENDPOINT": spans.endpoint}
        address = servers.temporal_address
        service = await start_service(database, temporal_address=address, api_extra=extra, worker_extra=extra)
        try:
            async with actors(service.url, service.settings) as people:
                yield Watched(service, spans, people)
        finally:
            await service.stop()


async def test_a_recall_is_one_trace_from_the_call_to_the_statements(watched: Watched) -> None:
    trace = secrets.token_hex(16)
    (entry,) = await watched.people.approved_entries(1)

    ended = await watched.decided(entry, trace=trace)
    spans = await watched.spans.has(
        trace,
        "POST /v1/recalls",
        "POST /v1/recalls/{recall}/decisions",
        "insert into outbox",
        "start RecallRequest",
        "workflow RecallRequest",
        "signal decision",
        "workflow hears decision",
        "activity settle_decision",
    )

    assert ended["status"] == "recalled"
    by_id = {one.span_id: one for one in spans}
    processes = {(one.process, one.name) for one in spans}
    assert ("tilbake-api", "insert into outbox") in processes
    assert ("tilbake-worker", "workflow hears decision") in processes
    (span,) = [one for one in spans if one.name == "activity settle_decision"]
    upwards = [span.name]
    while span.parent_id in by_id:
        span = by_id[span.parent_id]
        upwards.append(span.name)
    assert upwards == [
        "activity settle_decision",
        "workflow hears decision",
        "signal decision",
        "POST /v1/recalls/{recall}/decisions",
    ]
    statements = [one for one in spans if one.attributes.get("db.system.name") == "postgresql"]
    assert {one.process for one in statements} == {"tilbake-api", "tilbake-worker"}
    assert all(one.parent_id in by_id for one in statements)
    assert not any(one.failed for one in spans)
    assert {
        (one["trace_id"], one["recall"]) for one in watched.logged("worker") if one["event"] == "decision.settled"
    } == {(trace, ended["id"])}


async def test_each_decision_is_settled_in_the_trace_of_the_call_that_brought_it(watched: Watched) -> None:
    first, second = secrets.token_hex(16), secrets.token_hex(16)
    one, other = await watched.people.approved_entries(2)

    await asyncio.gather(watched.decided(one, trace=first), watched.decided(other, trace=second))

    for trace in (first, second):
        spans = await watched.spans.has(trace, "activity settle_decision")
        assert len([one for one in spans if one.name == "activity settle_decision"]) == 1


async def test_no_span_holds_a_word_of_a_person(watched: Watched) -> None:
    trace = secrets.token_hex(16)
    (entry,) = await watched.people.approved_entries(1)
    await watched.decided(entry, trace=trace)
    await watched.spans.has(trace, "activity settle_decision")

    for body in watched.spans.bodies:
        for word in (b"Jorunn", b"wrong day", watched.people.suffix.encode(), b"Alfa"):
            assert word not in body


async def test_a_trace_survives_a_temporal_that_the_api_does_not_reach(
    database: FreshDatabase, servers: Addresses
) -> None:
    trace = secrets.token_hex(16)
    (nobody_listens,) = free_ports(1)
    async with collector() as spans:
        extra = {"OTEL_EXPORTER_OTLP_ENDPOINT": spans.endpoint}
        service = await start_service(
            database,
            temporal_address=servers.temporal_address,
            api_extra={**extra, "TILBAKE_TEMPORAL_ADDRESS": f"127.0.0.1:{nobody_listens}"},
            worker_extra=extra,
        )
        try:
            async with actors(service.url, service.settings) as people:
                watched = Watched(service, spans, people)
                (entry,) = await people.approved_entries(1)

                await watched.decided(entry, trace=trace)
                found = await spans.has(trace, "workflow hears decision", "activity settle_decision")

                told = {(one.process, one.name) for one in found if one.name.startswith(("start", "signal"))}
                assert ("tilbake-worker", "signal decision") in told
                assert {one["trace_id"] for one in watched.logged("worker") if one["event"] == "decision.settled"} == {
                    trace
                }
        finally:
            await service.stop()


@pytest.mark.parametrize(
    ("process", "loaded"),
    [
        ("worker", []),
        ("api.main", ["opentelemetry"]),
    ],
)
async def test_without_a_collector_what_sends_traces_is_not_loaded(process: str, loaded: list[str]) -> None:
    """The framework of the API brings the names of OpenTelemetry along, which do nothing by themselves."""
    code = f"import sys, {process}; print(*{{one.partition('.')[0] for one in sys.modules if one.startswith('opentelemetry')}})"
    senders = "print(*[one for one in sys.modules if one in ('opentelemetry.sdk', 'opentelemetry.exporter', 'opentelemetry.proto')])"

    loading = await asyncio.create_subprocess_exec(
        sys.executable, "-c", f"{code}; {senders}", cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await loading.communicate()

    assert [line.split() for line in said.decode().splitlines()] == [loaded, []]


async def test_a_collector_that_is_away_costs_no_answer(database: FreshDatabase, servers: Addresses) -> None:
    (nobody_listens,) = free_ports(1)
    extra = {"TILBAKE_OTLP_ENDPOINT": f"http://127.0.0.1:{nobody_listens}"}
    address = servers.temporal_address
    service = await start_service(database, temporal_address=address, api_extra=extra, worker_extra=extra)
    try:
        async with actors(service.url, service.settings) as people:
            (recall,) = await people.asked(1)
            await people.decide(recall, by=people.approvers[0])

            assert (await people.ended(recall))["status"] == "recalled"

        async def told_later() -> bool:
            return await ask_database(database.app_url, "select count(*) from outbox") == [(0,)]

        await until(told_later, what="the outbox is empty")
    finally:
        await service.stop()
    assert -signal.SIGKILL not in {service.api.exit_code, service.worker.exit_code}, "they stopped by themselves"
