"""The first three stories: a recall that is reversed, one that is refused, one that is blocked when it is approved.

Each scene acts through the API, checks what came of it against what it tells, and gives the request it left behind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from domain.language import Text
from tilbake.conformance.client import Channel
from tilbake.embedded.progress import Say
from tilbake.language import said
from tilbake.story import cast, page, texts
from tilbake.story.calls import Answer, Caller, NotAsTold, expect

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stage:
    """What the scenes share: calls, the channel of decisions, the names of people, and where to say things."""

    caller: Caller
    channel: Channel
    names: Mapping[str, str]
    say: Say

    def tell(self, text: Text, /, **facts: object) -> None:
        """Say a paragraph."""
        for line in page.paragraph(said(text, **facts)):
            self.say(line)

    def title(self, text: Text) -> None:
        """Begin a story."""
        self.say("")
        self.say(said(text))


Scene = Callable[[Stage], Any]


async def reversal(stage: Stage) -> Json:
    """One recall from request to reversal."""
    stage.title(texts.REVERSAL)
    entry = await _introduce(stage, cast.TAKEN_BACK)
    preview = expect(await _wish(stage, entry, "/v1/recalls/preview"), 200, what=said(texts.THE_PREVIEW)).body
    stage.tell(texts.PREVIEW, summary=preview["summary"])
    recall = await _ask(stage, entry, reason=said(texts.WRONG_PROJECT))
    settled = await approve(stage, recall)
    require_status(recall["number"], settled, "recalled")
    after = await stage.caller.get(f"/v1/entries/{entry['id']}", by=entry["owner"])
    require_status(said(texts.THE_ENTRY), after, "returned")
    stage.tell(texts.REVERSED, number=recall["number"])
    rows = await _actuals(stage, entry)
    require(sum(row["recall"] == recall["id"] for row in rows) * 2 == len(rows), texts.NOT_EACH_ROW)
    for line in page.ledger(rows):
        stage.say(line)
    return recall


async def refusal(stage: Stage) -> None:
    """One recall that is refused because the entry is invoiced."""
    stage.title(texts.REFUSAL)
    entry = await _introduce(stage, cast.INVOICED)
    answer = await _wish(stage, entry, "/v1/recalls", reason=said(texts.TOO_MANY))
    refused = expect(answer, 422, what=said(texts.THE_REQUEST)).body["errors"][0]
    require(refused["code"] == "already_invoiced", texts.REFUSED_OTHERWISE, code=refused["code"])
    stage.tell(texts.REFUSED, asker=name_of(stage, entry["owner"]), code=refused["code"])
    _quote(stage, refused["detail"])
    await _require_untouched(stage, entry)
    stage.tell(texts.NOTHING_WRITTEN)


async def block(stage: Stage) -> Json:
    """One recall that is blocked at its approval, because a draft invoice appeared in between."""
    stage.title(texts.BLOCK)
    entry = await _introduce(stage, cast.DRAFTED)
    recall = await _ask(stage, entry, reason=said(texts.DISCOUNT))
    invoice = await _draft(stage, entry)
    settled = await approve(stage, recall)
    (line,) = settled["lines"]
    blocked = line["blocked_by"] or {"code": "nothing"}
    facts = {"number": recall["number"], "code": blocked["code"]}
    require(blocked["code"] == "on_draft_invoice", texts.BLOCKED_OTHERWISE, **facts)
    require_status(recall["number"], settled, "awaiting_decision")
    stage.tell(texts.BLOCKED, code=blocked["code"])
    _quote(stage, f"{blocked['detail']} {blocked['advice']}")
    await _require_untouched(stage, entry)
    finance, approver = name_of(stage, cast.FINANCE), name_of(stage, cast.APPROVER)
    facts = {"number": recall["number"], "invoice": invoice["number"]}
    stage.tell(texts.TO_GO_ON, finance=finance, approver=approver, **facts)
    return recall


def require(good: bool, otherwise: Text, /, **facts: object) -> None:  # noqa: FBT001 - reads as an assertion
    """Raises NotAsTold with a sentence where something is otherwise than told."""
    if not good:
        raise NotAsTold(otherwise, **facts)


def require_status(what: str, found: Json, wanted: str) -> None:
    """Raises NotAsTold where a request or an entry has another status than told."""
    require(found["status"] == wanted, texts.OTHER_STATUS, what=what, status=found["status"], wanted=wanted)


async def _require_untouched(stage: Stage, entry: Json) -> None:
    require(not any(row["recall"] for row in await _actuals(stage, entry)), texts.REVERSED_ALL_THE_SAME)


def name_of(stage: Stage, person: str) -> str:
    """How a person is called."""
    return stage.names[person]


async def _introduce(stage: Stage, work: cast.Work) -> Json:
    entry = await cast.find(stage.caller, work)
    project = await stage.caller.get(f"/v1/projects/{entry['project']}", by=entry["owner"])
    stage.tell(
        texts.WORKED,
        owner=name_of(stage, work.owner),
        hours=entry["quantity"],
        date=entry["date"],
        task=entry["task"],
        project=project["name"],
        client=project["client"],
        approver=name_of(stage, entry["approval"]["approver"]),
    )
    return entry


async def _wish(stage: Stage, entry: Json, path: str, *, reason: str | None = None) -> Answer:
    body = {"entries": [entry["id"]]} | ({"reason": reason} if reason else {})
    return await stage.caller.write(path, by=entry["owner"], body=body)


async def _ask(stage: Stage, entry: Json, *, reason: str) -> Json:
    """Ask for an entry back; the one request that comes of it."""
    asked = expect(await _wish(stage, entry, "/v1/recalls", reason=reason), 201, what=said(texts.THE_REQUEST)).body
    recall: Json = asked["recalls"][0]
    asker, approver = name_of(stage, entry["owner"]), name_of(stage, recall["approver"])
    stage.tell(texts.ASKED, asker=asker, reason=reason, number=recall["number"], approver=approver)
    return recall


async def approve(stage: Stage, recall: Json) -> Json:
    """Approve by signed webhook, and wait for what comes of it."""
    data = {"recall_id": recall["id"], "decision": "approve", "approver": cast.APPROVER}
    expect(await stage.caller.deliver(stage.channel, data=data), 202, what=said(texts.THE_WEBHOOK))
    stage.tell(texts.APPROVED, approver=name_of(stage, cast.APPROVER), channel=stage.channel.id)
    settled: Json = await stage.caller.settled(recall["id"], by=recall["requester"])
    return settled


async def _draft(stage: Stage, entry: Json) -> Json:
    body = {"project": entry["project"], "entries": [entry["id"]]}
    answer = await stage.caller.write("/v1/invoices", by=cast.FINANCE, body=body)
    invoice: Json = expect(answer, 201, what=said(texts.THE_INVOICE)).body
    total = invoice["total"]
    finance = name_of(stage, cast.FINANCE)
    stage.tell(texts.DRAFTED, finance=finance, invoice=invoice["number"], **total)
    return invoice


async def _actuals(stage: Stage, entry: Json) -> list[Json]:
    found: list[Json] = (await stage.caller.get(f"/v1/entries/{entry['id']}/actuals", by=entry["owner"]))["items"]
    return found


def _quote(stage: Stage, text: str) -> None:
    for line in page.paragraph(text, indent=page.INDENT * 2):
        stage.say(line)
