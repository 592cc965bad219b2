"""What people do in a soak, one act each: through the public API, whatever is refused meanwhile.

An act takes what it is about out of the pool and puts back what comes of it. Nothing is asserted here: what was acknowledged
stands in the ledger, and is compared with the database at the end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any, Final

import httpx

from tests.acting import ADMIN
from tests.soak.people import Pool, Recall
from tests.soak.storms import storm, storm_of_forgeries

Act = Callable[[Pool], Awaitable[None]]
MOST_OPEN: Final = 60
MOST_AT_ONCE: Final = 40


async def work(pool: Pool) -> None:
    """Somebody writes entries down, submits them, and they are approved."""
    pool.entries += await pool.people.approved_entries(pool.random.randint(1, 12))


async def ask(pool: Pool) -> None:
    """Somebody wants one entry back."""
    await _ask(pool, entries=pool.some(pool.entries))


async def ask_for_many(pool: Pool) -> None:
    """Somebody wants many back with one request."""
    if len(pool.entries) < 5:
        pool.entries += await pool.people.approved_entries(pool.random.randint(5, MOST_AT_ONCE))
    await _ask(pool, entries=pool.some(pool.entries, MOST_AT_ONCE))


async def _ask(pool: Pool, **named: list[Any]) -> None:
    if not all(named.values()) or len(pool.open) > MOST_OPEN:
        return
    body = {"reason": "wrong project", **named}
    answer = await pool.people.call("POST", "/recalls", by=pool.people.owner, body=body)
    if answer.status_code == 201:
        pool.open += answer.json()["recalls"]


async def decide(pool: Pool) -> None:
    """One approver decides by the API; what was acknowledged is settled soon, or blocked and open again."""
    for recall in pool.some(pool.open):
        verdict = pool.random.choices(["approve", "reject"], [3, 1])[0]
        _goes_on(pool, recall, await pool.people.decide(recall, by=pool.approver(), verdict=verdict))


async def decide_at_once(pool: Pool) -> None:
    """Two approvers, somebody who rejects, and perhaps the one who asked act at the same moment."""
    for recall in pool.some(pool.open):
        first, second, third, _ = pool.people.approvers
        acts = [pool.people.decide(recall, by=first), pool.people.decide(recall, by=second)]
        acts.append(pool.people.decide(recall, by=third, verdict="reject"))
        if pool.random.random() < 0.5:
            acts.append(_withdrawn(pool, recall))
        await asyncio.gather(*acts)
        pool.decided.append(recall)


async def decide_by_storm(pool: Pool) -> None:
    """A channel sends one decision many times over."""
    for recall in pool.some(pool.open):
        _goes_on(pool, recall, await storm(pool, recall))


async def withdraw(pool: Pool) -> None:
    """The one who asked takes it back."""
    for recall in pool.some(pool.open):
        _goes_on(pool, recall, await _withdrawn(pool, recall))


async def _withdrawn(pool: Pool, recall: Recall) -> httpx.Response:
    return await pool.people.call("POST", f"/recalls/{recall['id']}/withdraw", by=pool.people.owner, body={})


def _goes_on(pool: Pool, recall: Recall, answer: httpx.Response) -> None:
    if answer.is_success or answer.json()["code"] == "request_closed":
        pool.decided.append(recall)
    else:
        pool.open.append(recall)


async def draft(pool: Pool) -> None:
    """Finance puts entries on a draft, also such as somebody wants back meanwhile."""
    named = pool.some(pool.entries, pool.random.randint(1, 4))
    for recall in pool.open[:1]:
        named += [line["subject"] for line in recall["lines"] if recall["kind"] == "project_entry"]
    if named:
        body = {"project": pool.people.project, "entries": named}
        answer = await pool.people.call("POST", "/invoices", by=pool.people.finance, body=body)
        if answer.status_code == 201:
            pool.drafts.append(answer.json())


async def confirm(pool: Pool) -> None:
    """Finance confirms a draft, and somebody decides on what stands on it at the same moment."""
    for invoice in pool.some(pool.drafts):
        confirming = pool.people.call("POST", f"/invoices/{invoice['id']}/confirm", by=pool.people.finance, body={})
        answer, _ = await asyncio.gather(confirming, decide(pool))
        if answer.is_success:
            pool.confirmed.append(invoice)


async def remove(pool: Pool) -> None:
    """Finance takes everything off a draft."""
    for invoice in pool.some(pool.drafts):
        body = {"entries": [line["entry"] for line in invoice["lines"]]}
        await pool.people.call("POST", f"/invoices/{invoice['id']}/remove", by=pool.people.finance, body=body)


async def credit(pool: Pool) -> None:
    """Finance credits an invoice in full and confirms that."""
    for invoice in pool.some(pool.confirmed):
        body = {"quantities": dict.fromkeys({line["entry"] for line in invoice["lines"]}, "0")}
        path = f"/invoices/{invoice['id']}/revise"
        answer = await pool.people.call("POST", path, by=pool.people.finance, body=body)
        if answer.status_code == 201:
            path = f"/invoices/{answer.json()['id']}/confirm"
            await pool.people.call("POST", path, by=pool.people.finance, body={})


async def post_output(pool: Pool) -> None:
    """A journal of some lines."""
    line = {"order": "RPO-1", "operation": "10", "run": "60", "output": "10"}
    body = {"unit": pool.unit, "lines": [line] * pool.random.randint(1, 5)}
    answer = await pool.people.call("POST", "/production/output-journals", by=pool.people.finance, body=body)
    if answer.status_code == 201:
        pool.outputs += [one["item_entry"] for one in answer.json()["lines"]]


async def ask_for_output(pool: Pool) -> None:
    """Somebody wants posted output back."""
    await _ask(pool, outputs=[{"entry": id} for id in pool.some(pool.outputs, 3)])


async def look(pool: Pool) -> None:
    """People look at lists and requests; an end they are shown stays."""
    people = pool.people
    await people.call("GET", "/recalls?waiting_for=me", by=pool.approver())
    await people.call("GET", f"/entries?owner={people.owner}", by=people.owner)
    for recall in pool.decided[-3:]:
        await people.call("GET", f"/recalls/{recall['id']}", by=people.owner)


async def export(pool: Pool) -> None:
    """Finance takes the ledger out."""
    await pool.people.call("GET", f"/actuals.csv?unit={pool.unit}", by=pool.people.finance)


async def jump(pool: Pool) -> None:
    """The clock of a unit is set forward, sometimes by more than requests may wait."""
    path, hours = f"/units/{pool.unit}/clock", pool.random.choice([1, 5, 26, 110])
    unit = await pool.people.call("GET", f"/units/{pool.unit}", by=ADMIN)
    if date.fromisoformat(unit.json()["today"]) < date(2040, 1, 1) - timedelta(days=9):
        await pool.people.call("POST", f"{path}/advance", by=ADMIN, body={"duration": f"{hours}h"})


MIX: Final[dict[Act, float]] = {
    work: 5,
    ask: 8,
    ask_for_many: 2,
    decide: 6,
    decide_at_once: 4,
    decide_by_storm: 3,
    storm_of_forgeries: 1,
    withdraw: 2,
    draft: 3,
    confirm: 2,
    remove: 1,
    credit: 1,
    post_output: 3,
    ask_for_output: 3,
    look: 5,
    export: 1,
    jump: 0.7,
}
"""How often each is done beside the others."""
