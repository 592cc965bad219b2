"""What a run is made on: a unit with projects, people, a decision channel, and thousands of approved entries."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import asyncpg

from tests.bench.http import Caller
from tilbake.settings import Settings
from tilbake.tokens import local_token

UNIT = "bench"
APPROVER = "mia"
CHANNEL = "bench-mail"
PEOPLE = 40
PROJECTS = 20
HEADINGS = (
    "Date,Client,Project,Project Code,Task,Notes,Hours,Billable?,Invoiced?,Approved?,First Name,Last Name,Employee Id,Roles,"
    "Employee?,Billable Rate,Billable Amount,Cost Rate,Cost Amount,Currency,External Reference URL"
)


@dataclass(frozen=True, slots=True)
class Approved:
    """One approved entry: its owner, and its live actuals with the day each would be reversed on."""

    entry: str
    owner: str
    days: dict[int, date]


@dataclass(frozen=True, slots=True)
class Ground:
    """What there is to recall, whose secret signs decisions, and how long the import of it took."""

    entries: Iterator[Approved]
    secret: str
    import_seconds: float


def export(rows: int) -> bytes:
    """A Harvest report of so many approved, billable rows: different days, people, projects, all with notes."""
    first = date(2025, 1, 1)
    lines = [HEADINGS]
    for number in range(rows):
        person, project = number % PEOPLE, number // PEOPLE % PROJECTS
        day = first + timedelta(days=number // (PEOPLE * PROJECTS))
        lines.append(
            f"{day},Client {project % 7},Project {project},P-{project},Development,note {number},2.0,Yes,No,Yes,"
            f"Person,Number{person},,Developer,Yes,118.0,236.0,56.96,113.92,Euro - EUR,"
        )
    return "\n".join(lines).encode() + b"\n"


async def prepare(settings: Settings, rows: int) -> Ground:
    """Import the entries through the API, and read back by SQL what is needed to recall them either way."""
    headers = {"Authorization": f"Bearer {local_token('admin', settings.issuer_key_path)}"}
    json_headers = headers | {"Content-Type": "application/json"}
    caller = Caller(settings.api_url)
    await _post(caller, "/v1/people", {"id": APPROVER, "name": "Mia Hart"}, json_headers)
    await _post(caller, "/v1/units", {"id": UNIT, "name": "Bench", "currency": "EUR"}, json_headers)
    channel = await _post(caller, "/v1/channels", {"id": CHANNEL, "unit": UNIT}, json_headers)
    content = export(rows)
    started = time.perf_counter()
    path = f"/v1/imports/harvest?unit={UNIT}&approver={APPROVER}"
    await caller.post(path, content, headers | {"Content-Type": "text/csv"}, expect=201)
    seconds = time.perf_counter() - started
    return Ground(iter(await _entries(settings)), str(channel["secret"]), seconds)


async def _post(caller: Caller, path: str, body: object, headers: dict[str, str]) -> dict[str, object]:
    return await caller.post(path, json.dumps(body).encode(), headers, expect=201)


async def _entries(settings: Settings) -> list[Approved]:
    """In an order that mixes people and projects, as it comes from many hands."""
    connection = await asyncpg.connect(settings.owner_database_url)
    try:
        await connection.execute("analyze")
        rows = await connection.fetch(
            """select e.id::text as id, e.owner_id, array_agg(a.id order by a.id) as actuals,
                      array_agg(a.accounting_date order by a.id) as days
                 from entry e join actual a on a.entry_id = e.id
                where e.unit_id = $1 group by e.id order by md5(e.id::text)""",
            UNIT,
        )
    finally:
        await connection.close()
    return [Approved(r["id"], r["owner_id"], dict(zip(r["actuals"], r["days"], strict=True))) for r in rows]
