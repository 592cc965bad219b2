"""The plans open requests stand for: kept with every change, so that a decider can be told what has changed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.recall.plan import Row, brief
from store.database import Connection, execute, fetch, fetch_one
from store.turns import aside


async def store_plans(connection: Connection, request: str, plans: Mapping[str, str], *, plan_hash: str) -> None:
    """The plans of open lines as they are from now on: what an approval by webhook stands for."""
    await execute(
        connection,
        """with lines as (
               update recall_line l set plan_hash = t.hash, basis = case when t.hash = l.plan_hash then l.basis end
                 from unnest(cast(:subjects as uuid[]), cast(:hashes as text[])) as t(subject, hash)
                where l.subject_id = t.subject and l.request_id is not distinct from cast(:request as uuid)
           )
           update recall_request set plan_hash = :plan_hash, version = version + 1 where id = cast(:request as uuid)""",
        request=request,
        subjects=list(plans),
        hashes=list(plans.values()),
        plan_hash=plan_hash,
    )


async def open_of_unit(connection: Connection, unit: str) -> list[str]:
    """The requests of a unit that wait for a decision, oldest first."""
    sql = "select id::text as id from recall_request where unit_id = :unit and status = 'awaiting_decision' order by number"
    return [row.id for row in await fetch(connection, sql, unit=unit)]


async def open_of_subjects(connection: Connection, subjects: Sequence[str]) -> list[str]:
    """The requests that wait for a decision about any of these subjects."""
    rows = await fetch(
        connection,
        """select distinct l.request_id::text as id from recall_line l
            where l.subject_id = any(cast(:subjects as uuid[])) and l.status in ('open', 'blocked')""",
        subjects=list(subjects),
    )
    return [row.id for row in rows]


async def written(plans: Mapping[str, Sequence[Row]]) -> str:
    """The rows of a plan by line as JSON, as they are kept."""

    def joined() -> str:
        """Line by line: nobody else has a turn, not even a thread, while one value is made into JSON."""
        lines = (f"{json.dumps(subject)}: {json.dumps(brief(rows))}" for subject, rows in plans.items())
        return "{" + ", ".join(lines) + "}"

    return await aside(len(plans), joined)


async def keep_plan(connection: Connection, request: str, plan_hash: str, plans: Mapping[str, Sequence[Row]]) -> None:
    """Keep the rows of a plan a request stands for from now on."""
    await execute(
        connection,
        "insert into recall_plan (request_id, plan_hash, rows) values (cast(:request as uuid), :hash, cast(:rows as jsonb))",
        request=request,
        hash=plan_hash,
        rows=await written(plans),
    )


async def kept_plan(connection: Connection, request: str, hashes: Sequence[str]) -> dict[str, tuple[Row, ...]] | None:
    """The rows by line of the newest kept plan with one of these hashes, else of the newest of all."""
    row = await fetch_one(
        connection,
        """select rows from recall_plan where request_id = cast(:request as uuid)
            order by plan_hash = any(:hashes) desc, id desc limit 1""",
        request=request,
        hashes=list(hashes),
    )
    return None if row is None else {subject: tuple(rows) for subject, rows in row.rows.items()}


@dataclass(frozen=True, slots=True)
class Glance:
    """How many rows the newest kept plan of a request has, and those of some of its lines."""

    rows: int
    of_lines: Mapping[str, Sequence[Row]]


async def glance(connection: Connection, request: str, subjects: Sequence[str]) -> Glance:
    """A glance at the newest kept plan: counted where it lies, because it may be of thousands of lines."""
    row = await fetch_one(
        connection,
        """with newest as (
               select rows from recall_plan where request_id = cast(:request as uuid) order by id desc limit 1
           )
           select (select coalesce(sum(jsonb_array_length(line.value)), 0)
                     from newest, jsonb_each(newest.rows) line) as rows,
                  (select coalesce(jsonb_object_agg(name, newest.rows -> name), '{}')
                     from newest, unnest(cast(:subjects as text[])) as name where newest.rows ? name) as of_lines""",
        request=request,
        subjects=list(subjects),
    )
    assert row is not None
    return Glance(int(row.rows), row.of_lines)
