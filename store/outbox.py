"""The outbox: what Temporal still has to be told, written in the transaction of the effect it belongs to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from store import delegations, routing
from store.database import Connection, Row, execute, fetch


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to tell a workflow: start or take over, a decision is stored, or the request changed. `id` is 0 until it is stored.

    `late_seconds` is for how long it has been waiting to be delivered. `traceparent` names the trace of the act it belongs to.
    """

    request: str
    kind: str
    workflow: str
    payload: Mapping[str, Any]
    id: int = 0
    attempts: int = 0
    late_seconds: float = 0.0
    traceparent: str | None = None


_ADD: Final = """
insert into outbox (request_id, kind, workflow_id, payload, traceparent)
select t.request, t.kind, t.workflow, t.payload, t.traceparent
  from unnest(cast(:requests as uuid[]), cast(:kinds as text[]), cast(:workflows as text[]), cast(:payloads as jsonb[]),
              cast(:traceparents as text[]))
       with ordinality as t(request, kind, workflow, payload, traceparent, position)
 order by t.position
returning id"""


async def add(connection: Connection, messages: Sequence[Message]) -> list[Message]:
    """Store messages; they come back with their ids, in the same order."""
    rows = await fetch(connection, _ADD, **_values(messages))
    return _stored(messages, rows)


@dataclass(frozen=True, slots=True)
class Started:
    """Messages as they are stored, who decided on the subjects until then, and how often what says whom to ask was given and ended."""

    messages: list[Message]
    approvers: list[list[str]]
    delegated: int


async def add_first(connection: Connection, messages: Sequence[Message], *, subjects: Sequence[str]) -> Started:
    """Store the first messages of new requests; the same statement says who may be asked about their subjects by now."""
    sql = f"""{_ADD}, {routing.ORDER} as approvers,
        (select count(*) + count(ended_at) from delegation where {delegations.for_asking(routing.APPROVERS)}) as delegated"""
    rows = await fetch(connection, sql, **routing.parameters_of(subjects), **_values(messages))
    return Started(_stored(messages, rows), rows[0].approvers, rows[0].delegated) if rows else Started([], [], 0)


def _values(messages: Sequence[Message]) -> dict[str, object]:
    return {
        "requests": [message.request for message in messages],
        "kinds": [message.kind for message in messages],
        "workflows": [message.workflow for message in messages],
        "payloads": [json.dumps(dict(message.payload)) for message in messages],
        "traceparents": [message.traceparent for message in messages],
    }


def _stored(messages: Sequence[Message], rows: Sequence[Row]) -> list[Message]:
    return [replace(message, id=row.id) for message, row in zip(messages, rows, strict=True)]


async def due(connection: Connection, *, limit: int) -> list[Message]:
    """Messages that were not delivered in time, oldest first, held until the end of the transaction.

    Messages of one request stay in order because a later one is only taken when no earlier one is left.
    """
    rows = await fetch(
        connection,
        """select id, request_id::text as request, kind, workflow_id, payload, attempts, traceparent,
                  extract(epoch from now() - created_at)::float8 as late_seconds from outbox o
            where due_at <= now()
              and not exists (select from outbox before where before.request_id = o.request_id and before.id < o.id)
            order by id limit :limit for update skip locked""",
        limit=limit,
    )
    return [
        Message(
            row.request, row.kind, row.workflow_id, row.payload, row.id, row.attempts, row.late_seconds, row.traceparent
        )
        for row in rows
    ]


async def remove(connection: Connection, ids: Sequence[int]) -> None:
    """Forget delivered messages."""
    await execute(connection, "delete from outbox where id = any(:ids)", ids=list(ids))


async def postpone(connection: Connection, ids: Sequence[int]) -> None:
    """Try these again later: after 1 s, doubling up to a minute."""
    await execute(
        connection,
        """update outbox set attempts = attempts + 1, due_at = now() + least(60, power(2, least(attempts, 6))) * interval '1 second'
            where id = any(:ids)""",
        ids=list(ids),
    )
