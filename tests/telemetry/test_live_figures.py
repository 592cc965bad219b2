"""What /metrics of API and worker tell after something has happened: figures of it, by closed lists of labels."""

from __future__ import annotations

import asyncio

import pytest

from tests.acting import ask_database
from tests.databases import FreshDatabase
from tests.telemetry.conftest import Measured, one
from tests.waiting import until

pytestmark = pytest.mark.api


async def test_the_database_is_told_in_figures(measured: Measured, database: FreshDatabase) -> None:
    people = measured.people
    taken, refused, blocked, waiting = await people.asked(4)
    invoice = {"project": people.project, "entries": [blocked["lines"][0]["subject"]]}
    await people.done("POST", "/invoices", by=people.finance, body=invoice)
    await people.decide(taken, by=people.approvers[0])
    await people.decide(refused, by=people.approvers[0], verdict="reject")
    await people.decide(blocked, by=people.approvers[0])
    await people.ended(taken)
    await people.ended(refused)

    async def is_blocked() -> bool:
        return bool((await people.recall(blocked))["lines"][0]["status"] == "blocked")

    await until(is_blocked, what="a draft invoice blocks a line")
    await ask_database(
        database.owner_url,
        "insert into difference (kind, workflow_id) values ('unknown', 'recall-1-00000000'), ('lost', 'recall-2-00000000')",
    )
    found = await measured.api()

    assert one(found["tilbake_database_up"]) == 1
    assert {sample.labels["status"]: sample.value for sample in found["tilbake_requests"].samples} == {
        "awaiting_decision": 2,
        "recalled": 1,
        "rejected": 1,
        "partly_recalled": 0,
        "withdrawn": 0,
        "expired": 0,
    }
    assert one(found["tilbake_oldest_open_request_seconds"]) > 0
    assert one(found["tilbake_requests_overdue"]) == 0
    assert {sample.labels["code"]: sample.value for sample in found["tilbake_lines_blocked"].samples} == {
        "on_draft_invoice": 1
    }
    assert one(found["tilbake_differences"], kind="lost") == 1
    assert one(found["tilbake_differences"], kind="untold") == 0
    assert waiting["status"] == "awaiting_decision"


async def test_what_is_left_for_temporal_is_told_with_its_age(measured: Measured) -> None:
    await measured.people.asked(1)
    measured.service.worker.kill()
    await ask_database(
        measured.service.settings.database_url,
        """insert into outbox (request_id, kind, workflow_id, payload, created_at, due_at)
           select id, 'changed', 'recall-1-00000000', '{}', now() - interval '90 seconds', now() + interval '1 hour'
             from recall_request""",
    )

    found = await measured.api()

    assert one(found["tilbake_outbox_messages"]) >= 1
    assert 90 <= one(found["tilbake_outbox_lag_seconds"]) < 600


async def test_requests_are_counted_by_route_method_and_class_of_status(measured: Measured) -> None:
    people = measured.people
    (recall,) = await people.asked(1)
    await people.recall(recall)
    await people.call("GET", "/recalls/00000000-0000-0000-0000-000000000000", by=people.owner)
    await people.call("GET", "/nothing/of/ours", by=people.owner)

    found = await measured.api()
    counted = found["tilbake_http_requests"]
    labels = {tuple(sorted(sample.labels)) for sample in counted.samples if sample.name.endswith("_total")}
    routes = {sample.labels["route"] for sample in counted.samples}

    assert one(counted, route="/v1/recalls/{recall}", method="GET", status="2xx") == 1
    assert one(counted, route="/v1/recalls/{recall}", method="GET", status="4xx") == 1
    assert one(counted, route="none", method="GET", status="4xx") == 1
    assert labels == {("method", "route", "status")}
    assert not [route for route in routes if people.suffix in route or recall["id"] in route]
    assert "tilbake_http_request_duration_seconds" in found


async def test_a_worker_tells_its_slots_its_decisions_and_what_the_sdk_counts(measured: Measured) -> None:
    people = measured.people
    (recall,) = await people.asked(1)
    await people.decide(recall, by=people.approvers[0])
    await people.ended(recall)

    found = await measured.worker()

    assert one(found["tilbake_decisions_settled"], outcome="applied", verdict="approve") == 1
    lead = found["tilbake_decision_lead_seconds"]
    counted = [sample for sample in lead.samples if sample.name.endswith("_count")]
    assert [sample.value for sample in counted] == [1]
    assert {"604800", "604800.0"} & {sample.labels.get("le") for sample in lead.samples}
    assert one(
        found["temporal_worker_task_slots_available"],
        worker_type="ActivityWorker",
        task_queue=measured.service.settings.task_queue,
    )
    assert not [sample for family in found.values() for sample in family.samples if people.suffix in str(sample.labels)]


async def test_a_worker_without_an_address_for_figures_serves_none(measured: Measured) -> None:
    measured.service.worker.kill()
    await measured.service.restart_worker()

    with pytest.raises(OSError, match="Connect call failed"):
        await _connect(measured.worker_address)


async def _connect(address: str) -> None:
    host, _, port = address.rpartition(":")
    await asyncio.open_connection(host, int(port))


async def test_an_address_that_is_taken_is_said_in_a_sentence(measured: Measured) -> None:
    extra = {"TILBAKE_WORKER_METRICS_ADDRESS": measured.worker_address}

    with pytest.raises(Exception, match="TILBAKE_WORKER_METRICS_ADDRESS"):
        await measured.service.restart_worker(extra)
