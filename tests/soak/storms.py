"""Webhooks as bad networks and bad people send them: many copies at once, old ones again, another body, a forged signature."""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
from typing import Final

import httpx

from tests.acting import signed
from tests.soak.people import Pool, Recall

MOST_COPIES: Final = 40
_REMEMBERED: Final = 200


async def storm(pool: Pool, recall: Recall) -> httpx.Response:
    """The answer to a decision that was sent many times at once; an older message comes along, and an id with another body."""
    message = f"msg_{recall['id']}_{pool.random.getrandbits(32):08x}"
    body, other = _body(pool, recall, "approve"), _body(pool, recall, "reject")
    copies = pool.random.randint(2, MOST_COPIES)
    answers = await asyncio.gather(*(_send(pool, body, message) for _ in range(copies)))
    taken = [answer for answer in answers if answer.status_code == 202]
    pool.ledger.duplicates += copies - max(1, len(taken))
    for answer in taken[1:]:
        pool.ledger.same(taken[0], answer, what=f"message {message}")
    if taken:
        await _again(pool, other, message)
        pool.messages.append((body, message, taken[0]))
    await _replay(pool)
    return (taken or answers)[0]


async def storm_of_forgeries(pool: Pool) -> None:
    """Signatures by another key, and a body that was changed on the way: every one is refused, and nothing is stored."""
    for recall in pool.open[:1]:
        body, forged = _body(pool, recall, "approve"), f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
        headers = [signed(forged, body, f"msg_{number}") for number in range(5)]
        headers.append(signed(pool.people.secret, body + b" ", "msg_changed"))
        answers = await asyncio.gather(*(_post(pool, body, one) for one in headers))
        if {answer.status_code for answer in answers} != {401}:
            pool.ledger.wrong.append(f"doubled: a forged decision on {recall['id']} was taken")


async def _again(pool: Pool, other: bytes, message: str) -> None:
    pool.ledger.duplicates += 1
    answer = await _send(pool, other, message)
    if answer.status_code != 409:
        pool.ledger.wrong.append(f"doubled: message {message} with another body was answered {answer.status_code}")


async def _replay(pool: Pool) -> None:
    """A message of long ago comes again, and is answered as it was."""
    del pool.messages[:-_REMEMBERED]
    if pool.messages:
        body, message, first = pool.random.choice(pool.messages)
        pool.ledger.same(first, await _send(pool, body, message), what=f"message {message}, again later")


def _body(pool: Pool, recall: Recall, verdict: str) -> bytes:
    data = {"recall_id": recall["id"], "decision": verdict, "approver": pool.approver()}
    data["plan_hash"] = recall["plan_hash"]
    return json.dumps({"type": "recall.decision", "timestamp": "2026-02-03T10:00:00Z", "data": data}).encode()


async def _send(pool: Pool, body: bytes, message: str) -> httpx.Response:
    return await _post(pool, body, signed(pool.people.secret, body, message))


async def _post(pool: Pool, body: bytes, headers: dict[str, str]) -> httpx.Response:
    content = {"content-type": "application/json", **headers}
    return await pool.people.http.post(f"/v1/webhooks/decisions/{pool.unit}", content=body, headers=content)
