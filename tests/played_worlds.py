"""A random world played through the API on a real database: from the first entry to the settled request."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import httpx

from tests.acting import ADMIN, Actors, ask_database, set_up
from tests.chunking import settle_and_die
from tests.in_process import Stage
from tests.worlds import TODAY, Step, World
from workflows.contracts import ToSettle

Json = dict[str, Any]
_ROWS = """
select to_jsonb(a)::text from actual a where a.entry_id = any($1::uuid[]) order by array_position($1::uuid[], a.entry_id), a.id"""
_BEFORE = """
select coalesce((select max(id) from actual), 0),
       (select max(day) from period_closing where unit_id = $1 and reopened_at is null)"""
_ON_CLOSED_DAYS = """
select a.id, a.type, a.accounting_date from actual a join project p on p.id = a.project_id
 where p.unit_id = $1 and a.id > $2 and a.accounting_date <= cast($3 as date)"""
_MET = "select code from decision_line where decision_id = $1::uuid and subject_id = $2::uuid"


@dataclass(slots=True)
class Played:
    """A world under way: its people, the ids of its entries, its invoices."""

    stage: Stage
    people: Actors
    entries: list[str] = field(default_factory=list)
    invoices: list[str] = field(default_factory=list)
    vendor_invoices: list[str] = field(default_factory=list)
    done: list[tuple[str, int]] = field(default_factory=list)
    dying: bool = False

    def chosen(self, step: Step) -> list[str]:
        """The entries a step is about."""
        return [id for number, id in enumerate(self.entries) if number in step.chosen]

    async def call(self, method: str, path: str, body: object, *, by: str | None = None) -> httpx.Response:
        """What somebody does, by default finance: done or refused, never a failure of ours."""
        answer = await self.people.call(method, path, by=by or self.people.finance, body=body)
        assert answer.status_code < 500, answer.text
        return answer

    async def act(self, method: str, path: str, body: object, *, by: str | None = None) -> Json | None:
        """The same; what it answers where it was done."""
        answer = await self.call(method, path, body, by=by)
        if answer.status_code >= 400:
            return None
        return dict(answer.json()) if answer.content else {}

    async def rows(self) -> list[Json]:
        """All rows of the entries as the table has them, entry by entry, numbers as decimals."""
        found = await ask_database(self.stage.database.url, _ROWS, self.entries)
        return [json.loads(text, parse_float=Decimal, parse_int=Decimal) for (text,) in found]

    async def settle(self, recall: Json, decision: str) -> None:
        """What the workflow does with a decision, chunk by chunk if it is a long one; `dying`, each runs once in vain before."""
        told, under_way = ToSettle(recall["id"], decision), True
        while under_way:
            if self.dying:
                await settle_and_die(self.stage.activities, told)
            under_way = (await self.stage.activities.settle_decision(told)).is_under_way

    async def codes(self, decision: str) -> list[str | None]:
        """What a decision met, entry by entry."""
        url = self.stage.database.url
        found = [await ask_database(url, _MET, decision, entry) for entry in self.entries]
        return [rows[0][0] if rows else None for rows in found]


async def begun(stage: Stage, world: World) -> Played:
    """The unit, its project and its approved entries."""
    people = await set_up(stage.people.http, stage.people.settings, currency=world.currency, policy=world.policy)
    played = Played(stage, people)
    await people.done("POST", f"/units/{people.unit}/clock", by=ADMIN, body={"today": TODAY})
    project = {"unit": people.unit, "name": "World", "approvers": list(people.approvers), **world.project}
    people.project = (await people.done("POST", "/projects", by=ADMIN, body=project))["id"]
    for made in world.entries:
        body = {"project": people.project, "owner": people.owner, **made.written}
        id = (await people.done("POST", "/entries", by=people.owner, body=body))["id"]
        played.entries.append(id)
        await _approve(played, [id], made.approved)
    return played


async def _approve(played: Played, entries: Sequence[str], approved: Json) -> None:
    people = played.people
    await people.done("POST", "/entries/submit", by=people.owner, body={"entries": list(entries)})
    body = {"entries": list(entries), **approved}
    await people.done("POST", "/entries/approve", by=people.approvers[0], body=body)


async def do(played: Played, step: Step) -> None:
    """Do one step; it is refused where the rules say so, which is part of the world. Nothing is dated on a day closed before."""
    unit, url = played.people.unit, played.stage.database.url
    ((newest, closed),) = await ask_database(url, _BEFORE, unit)
    done = await _ACTS[step.name](played, step)
    played.done.append((step.name, int(done is not None)))
    assert await ask_database(url, _ON_CLOSED_DAYS, unit, newest, closed) == []


async def _draft(played: Played, step: Step) -> Json | None:
    some = played.chosen(step)
    billed = {some[0]: step.value} if step.value != "0" and some else {}
    body = {"project": played.people.project, "entries": some, "billed": billed}
    made = await played.act("POST", "/invoices", body)
    if made is not None:
        played.invoices.append(made["id"])
    return made


async def _on_newest(played: Played, method: str, path: str, body: object) -> Json | None:
    for invoice in reversed(played.invoices):
        done = await played.act(method, f"/invoices/{invoice}{path}", body)
        if done is not None:
            return done
    return None


async def _confirm(played: Played, step: Step) -> Json | None:
    return await _on_newest(played, "POST", "/confirm", {})


async def _remove(played: Played, step: Step) -> Json | None:
    return await _on_newest(played, "POST", "/remove", {"entries": played.chosen(step)[:1]})


async def _delete(played: Played, step: Step) -> Json | None:
    return await _on_newest(played, "DELETE", "", None)


async def _change(played: Played, step: Step) -> Json | None:
    return await _on_newest(played, "PATCH", "", {"billed": dict.fromkeys(played.chosen(step)[:1], step.value)})


async def _revise(played: Played, step: Step) -> Json | None:
    keep = "0" if step.value != "2" else "2"
    drafted = await _on_newest(played, "POST", "/revise", {"quantities": dict.fromkeys(played.chosen(step), keep)})
    if drafted is not None:
        played.invoices.append(drafted["id"])
    return drafted


async def _reprice(played: Played, step: Step) -> Json | None:
    body = {"entries": played.chosen(step), "rates": {"cost": step.value, "sales": f"1{step.value}"}}
    return await played.act("POST", f"/projects/{played.people.project}/reprice", body)


async def _correct(played: Played, step: Step) -> Json | None:
    body = {"entries": played.chosen(step), "fields": {"task": f"T{step.value}", "role": None}}
    return await played.act("POST", "/corrections", body)


async def _close(played: Played, step: Step) -> Json | None:
    return await played.act("POST", f"/units/{played.people.unit}/periods/close", {"until": step.day})


async def _reopen(played: Played, step: Step) -> Json | None:
    return await played.act("POST", f"/units/{played.people.unit}/periods/reopen", {"until": step.day})


async def _vendor(played: Played, step: Step) -> Json | None:
    made = await played.act("POST", "/vendor-invoices", {"entries": played.chosen(step)[:1]})
    if made is not None:
        played.vendor_invoices.append(made["id"])
    return made


async def _cancel_vendor(played: Played, step: Step) -> Json | None:
    if not played.vendor_invoices:
        return None
    return await played.act("POST", f"/vendor-invoices/{played.vendor_invoices[-1]}/cancel", {})


async def _again(played: Played, step: Step) -> Json | None:
    """Approvals are taken back and given again: another generation."""
    some = played.chosen(step)
    by = played.people.approvers[0]
    done = await played.act("POST", "/entries/cancel-approval", {"entries": some}, by=by)
    if done is not None:
        await played.act("POST", "/entries/approve", {"entries": some}, by=by)
    return done


_ACTS = {
    "draft": _draft,
    "confirm": _confirm,
    "remove": _remove,
    "delete": _delete,
    "change": _change,
    "revise": _revise,
    "reprice": _reprice,
    "correct": _correct,
    "close": _close,
    "reopen": _reopen,
    "vendor": _vendor,
    "cancel_vendor": _cancel_vendor,
    "again": _again,
}
