"""Figures in Postgres: the same as counting in memory, also of requests that ended before figures were kept."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import asyncpg
import pytest

from domain.recall.figures import Figures, LeadTime
from store import figures
from store.database import Database
from store.figures import Wanted
from store.migrate import migrate
from tests.databases import FreshDatabase, database_of_before
from tests.servers import Addresses

pytestmark = pytest.mark.store
DAY = date(2026, 2, 2)
STATUSES = ("recalled", "rejected", "partly_recalled", "withdrawn", "expired")


@dataclass(frozen=True, slots=True)
class Ended:
    """A request as its figure has it."""

    unit: str
    day: date
    subject: str
    status: str
    by: str | None
    seconds: int | None
    reason: str | None
    codes: tuple[str, ...]
    repeated: bool
    sales: Decimal
    cost: Decimal


def some_ended(draw: random.Random) -> Ended:
    by = draw.choice(["mia", "noor", "per", None])
    return Ended(
        unit=draw.choice(["oslo", "oslo", "bergen"]),
        day=DAY + timedelta(days=draw.randint(-3, 3)),
        subject=draw.choice(["alfa", "beta", "gamma"]),
        status=draw.choice(STATUSES),
        by=by,
        seconds=None if by is None else draw.choice([0, 1, 60, draw.randint(0, 10**6)]),
        reason=draw.choice(["wrong_hours", "wrong_project", None]),
        codes=draw.choice([(), ("already_invoiced",), ("period_closed",), ("on_draft_invoice", "period_closed")]),
        repeated=draw.random() < 0.2,
        sales=Decimal(draw.randint(0, 10**6)).scaleb(-2),
        cost=Decimal(draw.randint(0, 10**6)).scaleb(-2),
    )


async def keep(admin_url: str, ended: list[Ended]) -> None:
    """Write figures without their requests."""
    connection = await asyncpg.connect(admin_url)
    await connection.execute("set session_replication_role = 'replica'")
    await connection.execute(
        "insert into person (id, name) select id, upper(id) from unnest(array['mia', 'noor', 'per']) id"
    )
    await connection.executemany(
        """insert into recall_figure (request_id, unit_id, ended_on, kind, subject, status, decided_by, lead_seconds, reason_code,
                                      blocked_by, repeated, sales, cost)
           values ($1, $2, $3, 'project_entry', $4, $5, $6, $7, $8, $9, $10, $11, $12)""",
        [
            (
                uuid4(),
                e.unit,
                e.day,
                e.subject,
                e.status,
                e.by,
                e.seconds,
                e.reason,
                e.codes,
                e.repeated,
                e.sales,
                e.cost,
            )
            for e in ended
        ],
    )
    await connection.close()


def lead_of(seconds: list[int]) -> LeadTime:
    """The smallest that so many of a hundred do not exceed."""
    ordered = sorted(seconds)
    places = [-(-len(ordered) * of // 100) - 1 for of in (50, 95)] if ordered else []
    half, most = (ordered[place] for place in places) if ordered else (None, None)
    return LeadTime(len(ordered), half, most)


def counted(ended: list[Ended], key: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in ended:
        name = getattr(one, key) or ""
        found[name] = found.get(name, 0) + 1
    return found


def named(ended: list[Ended], key: str) -> list[tuple[str, LeadTime]]:
    names = {getattr(one, key) for one in ended if one.seconds is not None}
    found = [
        (name, lead_of([one.seconds for one in ended if getattr(one, key) == name and one.seconds is not None]))
        for name in names
    ]
    return sorted(found, key=lambda one: (-one[1].decided, one[0]))


@pytest.mark.parametrize("seed", range(5))
async def test_figures_are_those_that_counting_gives(damaged_database: FreshDatabase, seed: int) -> None:
    draw = random.Random(seed)
    ended = [some_ended(draw) for _ in range(draw.choice([1, 7, 300]))]
    await keep(damaged_database.admin_url, ended)
    inside = [
        one for one in ended if one.unit == "oslo" and DAY - timedelta(days=2) <= one.day <= DAY + timedelta(days=1)
    ]

    found = await read(damaged_database, Wanted("oslo", DAY - timedelta(days=2), DAY + timedelta(days=1), 200))

    assert found.by_status == counted(inside, "status")
    assert found.reasons == counted(inside, "reason")
    assert found.lead_time == lead_of([one.seconds for one in inside if one.seconds is not None])
    assert [(one.name, one.lead_time) for one in found.approvers] == named(inside, "by")
    assert [(one.name, one.lead_time) for one in found.subjects] == named(inside, "subject")
    assert found.blocked_by_invoice == sum(
        bool({"already_invoiced", "on_draft_invoice"} & set(one.codes)) for one in inside
    )
    assert found.repeated == sum(one.repeated for one in inside)
    assert (found.sales, found.cost) == (sum(one.sales for one in inside), sum(one.cost for one in inside))


async def test_those_with_the_most_decisions_are_told_when_there_are_too_many(damaged_database: FreshDatabase) -> None:
    draw = random.Random(7)
    ended = [some_ended(draw) for _ in range(200)]
    await keep(damaged_database.admin_url, ended)
    whole = Wanted("oslo", DAY - timedelta(days=9), DAY + timedelta(days=9), 200)

    everybody = await read(damaged_database, whole)
    few = await read(damaged_database, Wanted(whole.unit, whole.since, whole.until, 2))

    assert len(everybody.approvers) == 3
    assert few.approvers == everybody.approvers[:2]
    assert few.lead_time == everybody.lead_time


async def read(database: FreshDatabase, wanted: Wanted) -> Figures:
    reading = Database(database.app_url, pool_size=1, name="test")
    try:
        async with reading.reading() as connection:
            return await figures.read(connection, wanted)
    finally:
        await reading.close()


_BEFORE = """
insert into person (id, name) values ('bob', 'Bob'), ('mia', 'Mia');
insert into unit (id, name, currency) values ('oslo', 'Oslo', 'NOK');
insert into recall_request (id, number, batch_id, unit_id, kind, subject, title, requester_id, approver_id, reason, policy, policy_version,
                            status, plan_hash, amount, currency, created_at, business_at, closed_at, next_step, next_step_at, asked_id)
select cast('00000000-0000-0000-0000-00000000000' || n as uuid), n, gen_random_uuid(), 'oslo', 'project_entry', 'p', 'Alfa', 'bob', 'mia',
       'Wrong', '{}', 1, status, '', -800, 'NOK', '2026-02-02 10:00Z', '2026-02-02 10:00Z',
       case when status <> 'awaiting_decision' then timestamptz '2026-02-03 00:30+02' end,
       case when status = 'awaiting_decision' then 'reminder' end,
       case when status = 'awaiting_decision' then timestamptz '2099-01-01 00:00Z' end, 'mia'
  from (values (1, 'rejected'), (2, 'withdrawn'), (3, 'awaiting_decision')) t (n, status);
insert into decision (id, request_id, source, event_id, body_hash, decided_by, verdict, received_at, business_at, outcome)
select gen_random_uuid(), cast('00000000-0000-0000-0000-00000000000' || n as uuid), 'api', 'd' || n, '', 'mia', 'reject',
       '2026-02-02 11:00Z', '2026-02-02 11:00Z', outcome from (values (1, 'applied'), (2, 'refused')) t (n, outcome);
insert into history (subject_kind, subject_id, event, actor, business_at, facts)
values ('recall', '00000000-0000-0000-0000-000000000001', 'blocked', 'service', now(), '{"code": "on_draft_invoice"}')"""


async def test_requests_that_had_ended_before_are_counted_too(servers: Addresses) -> None:
    async with database_of_before(servers, 24) as url:
        connection = await asyncpg.connect(url)
        await connection.execute(_BEFORE)

        await migrate(url)

        rows = await connection.fetch(
            "select status, ended_on, decided_by, lead_seconds, blocked_by from recall_figure order by request_id"
        )
        assert [tuple(row) for row in rows] == [
            ("rejected", DAY, "mia", 3600, ["on_draft_invoice"]),
            ("withdrawn", DAY, None, None, []),
        ]
        await connection.close()
