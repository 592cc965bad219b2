"""Answers kept by idempotency key, in the transaction of the effect they answer (api.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from store.database import Connection, execute, fetch_one


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it was sent."""

    body_hash: str
    status: int
    headers: Mapping[str, str]
    body: bytes


async def claim(connection: Connection, *, principal: str, key: str) -> bool:
    """Hold a key until the end of the transaction; False if another request holds it now."""
    row = await fetch_one(
        connection,
        "select pg_try_advisory_xact_lock(hashtextextended(:principal || chr(10) || :key, 7)) as held",
        principal=principal,
        key=key,
    )
    return row is not None and bool(row.held)


async def kept(connection: Connection, *, principal: str, key: str) -> KeptAnswer | None:
    """The answer kept under a key."""
    row = await fetch_one(
        connection,
        "select * from idempotency where principal = :principal and key = :key",
        principal=principal,
        key=key,
    )
    return None if row is None else KeptAnswer(row.body_hash, row.status, row.headers, row.body)


async def keep(connection: Connection, answer: KeptAnswer, *, principal: str, key: str) -> None:
    """Keep an answer, until it is forgotten (store.retention)."""
    await execute(
        connection,
        """insert into idempotency (principal, key, body_hash, status, headers, body)
           values (:principal, :key, :body_hash, :status, cast(:headers as jsonb), :body)""",
        principal=principal,
        key=key,
        body_hash=answer.body_hash,
        status=answer.status,
        headers=json.dumps(dict(answer.headers)),
        body=answer.body,
    )
