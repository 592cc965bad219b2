"""The first three stories: a recall that is reversed, one that is refused, one that is blocked when it is approved.

Each scene acts through the API, checks what came of it against what it tells, and gives the request it left behind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tilbake.conformance.client import Channel
from tilbake.embedded.progress import Say
from tilbake.story import cast, page
from tilbake.story.calls import Answer, Caller, NotAsTold, expect

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stage:
    """What the scenes share: calls, the channel of decisions, the names of people, and where to say things."""

    caller: Caller
    channel: Channel
    names: Mapping[str, str]
    say: Say

    def tell(self, text: str) -> None:
        """Say a paragraph."""
        for line in page.paragraph(text):
            self.say(line)

    def title(self, text: str) -> None:
        """Begin a story."""
        self.say("")
        self.say(text)


Scene = Callable[[Stage], Any]


async def reversal(stage: Stage) -> Json:
    """One recall from request to reversal."""
    stage.title("1. A recall, from request to reversal")
    entry = await _introduce(stage, cast.TAKEN_BACK)
    preview = expect(await _wish(stage, entry, "/v1/recalls/preview"), 200, what="The preview").body
    stage.tell(f"The preview, which writes nothing: {preview['summary']}")
    recall = await _ask(stage, entry, reason="Booked on the wrong project.")
    settled = await approve(stage, recall)
    require(settled["status"] == "recalled", f"{recall['number']} is {settled['status']}, not recalled.")
    after = await stage.caller.get(f"/v1/entries/{entry['id']}", by=entry["owner"])
    require(after["status"] == "returned", f"The entry is {after['status']}, not returned.")
    stage.tell(f"{recall['number']} is recalled, the entry is returned to its owner. Its actuals now:")
    rows = await _actuals(stage, entry)
    require(sum(row["recall"] == recall["id"] for row in rows) * 2 == len(rows), "Not every row has its reversal.")
    for line in page.ledger(rows):
        stage.say(line)
    return recall


async def refusal(stage: Stage) -> None:
    """One recall that is refused because the entry is invoiced."""
    stage.title("2. Refused: already invoiced")
    entry = await _introduce(stage, cast.INVOICED)
    answer = await _wish(stage, entry, "/v1/recalls", reason="Two hours too many.")
    refused = expect(answer, 422, what="The request").body["errors"][0]
    require(refused["code"] == "already_invoiced", f"The request was refused with {refused['code']}.")
    stage.tell(f"{name_of(stage, entry['owner'])} asks to take it back and is refused, 422 {refused['code']}:")
    _quote(stage, refused["detail"])
    await _require_untouched(stage, entry)
    stage.tell("Nothing was written, and nobody is asked to decide.")


async def block(stage: Stage) -> Json:
    """One recall that is blocked at its approval, because a draft invoice appeared in between."""
    stage.title("3. Blocked at approval: a draft invoice appeared in between")
    entry = await _introduce(stage, cast.DRAFTED)
    recall = await _ask(stage, entry, reason="The customer was promised a discount.")
    invoice = await _draft(stage, entry)
    settled = await approve(stage, recall)
    (line,) = settled["lines"]
    blocked = line["blocked_by"] or {"code": "nothing"}
    require(blocked["code"] == "on_draft_invoice", f"{recall['number']} is blocked by {blocked['code']}.")
    require(settled["status"] == "awaiting_decision", f"{recall['number']} is {settled['status']}, not open.")
    stage.tell(f"The invoices are checked again at that moment, and the line is blocked, {blocked['code']}:")
    _quote(stage, f"{blocked['detail']} {blocked['advice']}")
    await _require_untouched(stage, entry)
    stage.tell(
        f"Nothing was written, {recall['number']} stays open and shows as blocked in the Temporal UI. To go on, "
        f"{name_of(stage, cast.FINANCE)} takes the entry off {invoice['number']} and "
        f"{name_of(stage, cast.APPROVER)} approves again, or rejects; README.md has both calls."
    )
    return recall


def require(good: bool, otherwise: str) -> None:  # noqa: FBT001 - reads as an assertion
    """Raises NotAsTold with a sentence where something is otherwise than told."""
    if not good:
        raise NotAsTold(otherwise)


async def _require_untouched(stage: Stage, entry: Json) -> None:
    require(not any(row["recall"] for row in await _actuals(stage, entry)), "A reversal was written all the same.")


def name_of(stage: Stage, person: str) -> str:
    """How a person is called."""
    return stage.names[person]


async def _introduce(stage: Stage, work: cast.Work) -> Json:
    entry = await cast.find(stage.caller, work)
    project = await stage.caller.get(f"/v1/projects/{entry['project']}", by=entry["owner"])
    stage.tell(
        f"{name_of(stage, work.owner)} worked {entry['quantity']} hours on {entry['date']}: {entry['task']}, "
        f"{project['name']} for {project['client']}. {name_of(stage, entry['approval']['approver'])} approved it."
    )
    return entry


async def _wish(stage: Stage, entry: Json, path: str, *, reason: str | None = None) -> Answer:
    body = {"entries": [entry["id"]]} | ({"reason": reason} if reason else {})
    return await stage.caller.write(path, by=entry["owner"], body=body)


async def _ask(stage: Stage, entry: Json, *, reason: str) -> Json:
    """Ask for an entry back; the one request that comes of it."""
    asked = expect(await _wish(stage, entry, "/v1/recalls", reason=reason), 201, what="The request").body
    recall: Json = asked["recalls"][0]
    stage.tell(
        f'{name_of(stage, entry["owner"])} asks to take it back: "{reason}" '
        f"{recall['number']} waits for {name_of(stage, recall['approver'])}."
    )
    return recall


async def approve(stage: Stage, recall: Json) -> Json:
    """Approve by signed webhook, and wait for what comes of it."""
    data = {"recall_id": recall["id"], "decision": "approve", "approver": cast.APPROVER}
    expect(await stage.caller.deliver(stage.channel, data=data), 202, what="The webhook")
    stage.tell(f"{name_of(stage, cast.APPROVER)} approves by signed webhook (channel {stage.channel.id}).")
    settled: Json = await stage.caller.settled(recall["id"], by=recall["requester"])
    return settled


async def _draft(stage: Stage, entry: Json) -> Json:
    body = {"project": entry["project"], "entries": [entry["id"]]}
    answer = await stage.caller.write("/v1/invoices", by=cast.FINANCE, body=body)
    invoice: Json = expect(answer, 201, what="The invoice").body
    total = invoice["total"]
    stage.tell(
        f"Meanwhile {name_of(stage, cast.FINANCE)} of finance puts the entry on draft invoice {invoice['number']}, "
        f"{total['amount']} {total['currency']}."
    )
    return invoice


async def _actuals(stage: Stage, entry: Json) -> list[Json]:
    found: list[Json] = (await stage.caller.get(f"/v1/entries/{entry['id']}/actuals", by=entry["owner"]))["items"]
    return found


def _quote(stage: Stage, text: str) -> None:
    for line in page.paragraph(text, indent=page.INDENT * 2):
        stage.say(line)
