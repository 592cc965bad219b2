"""Sends decisions, by signed webhook and by API in turn, and waits until the lines they name have settled.

A decision can be refused at the door, by the answer of the call, or when its lines have settled: then the recall shows
it with outcome refused and a code for each line. Both look the same to a case.
"""

import asyncio
import time
from dataclasses import dataclass
from typing import Any, Literal

from tilbake.conformance.client import WAIT_SECONDS, Reply
from tilbake.conformance.outcomes import CaseFailed, Refused
from tilbake.conformance.stage import ADMIN, Stage

SETTLE_SECONDS = 30.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.02, 0.4
CLOSED_LINES = frozenset({"recalled", "rejected"})


@dataclass(frozen=True)
class Ruling:
    """What the approver says; `lines` are names of the case, none means all open lines."""

    decision: Literal["approve", "reject"]
    comment: str | None
    lines: tuple[str, ...] | None


async def decide(stage: Stage, *, name: str, by: str, ruling: Ruling) -> None:
    """Send the ruling to the requests behind `name` that it concerns, and wait.

    Raises Refused when every line named has failed, with all codes; returns when at least one line took the ruling.
    """
    refused: list[Refused] = []
    concerned = await _concerned(stage, name=name, ruling=ruling)
    for recall in concerned:
        try:
            await _decide_one(stage, recall=recall, by=by, ruling=ruling)
        except Refused as refusal:
            refused.append(refusal)
    if len(refused) == len(concerned):
        codes = tuple(code for refusal in refused for code in refusal.codes)
        raise Refused(codes, status=refused[0].status, detail=refused[0].detail)


async def _concerned(stage: Stage, *, name: str, ruling: Ruling) -> list[Any]:
    """The requests that hold a line of the ruling; without lines, those still open, or all when none is."""
    recalls = [(await stage.api.get(f"/recalls/{one}", by=ADMIN)).body for one in stage.recalls_of(name)]
    if len(recalls) == 1:
        return recalls
    if ruling.lines is None:
        return [one for one in recalls if one["status"] == "awaiting_decision"] or recalls
    named = set(stage.chosen(ruling.lines))
    chosen = [one for one in recalls if named & {line["subject"] for line in one["lines"]}]
    if not chosen:
        raise CaseFailed(f"no request of {name} has the lines {', '.join(ruling.lines)}")
    return chosen


def _lines(stage: Stage, *, recall: Any, ruling: Ruling) -> list[str] | None:
    if ruling.lines is None:
        return None
    own = {line["subject"] for line in recall["lines"]}
    named = stage.chosen(ruling.lines)
    return [one for one in named if one in own] or named


async def _decide_one(stage: Stage, *, recall: Any, by: str, ruling: Ruling) -> None:
    lines = _lines(stage, recall=recall, ruling=ruling)
    send = _by_webhook if stage.next_by_webhook() else _by_api
    try:
        reply = await send(stage, recall=recall["id"], by=by, body=_body(ruling, lines=lines))
    finally:
        # Also after a refusal: an API answer of 422 comes from a decision that the workflow has worked on.
        settled = await settle(stage, recall=recall["id"])
    _refuse_if_nothing_took(settled, decision=_decision_id(reply))


def _body(ruling: Ruling, *, lines: list[str] | None) -> dict[str, Any]:
    said = {"decision": ruling.decision, "comment": ruling.comment, "lines": lines}
    return {name: value for name, value in said.items() if value is not None}


async def _by_webhook(stage: Stage, *, recall: str, by: str, body: dict[str, Any]) -> Reply:
    if stage.channel is None:
        raise CaseFailed("the case has no decision channel")
    return await stage.api.deliver(stage.channel, data={"recall_id": recall, "approver": by, **body})


async def _by_api(stage: Stage, *, recall: str, by: str, body: dict[str, Any]) -> Reply:
    seen = await _seen(stage, recall=recall, by=by)
    headers = {"prefer": f"wait={WAIT_SECONDS}", **({"if-match": seen.etag} if seen.etag else {})}
    return await stage.api.write(f"/recalls/{recall}/decisions", by=by, body=body, headers=headers)


async def _seen(stage: Stage, *, recall: str, by: str) -> Reply:
    """The recall as the decider reads it; who may not read it still may try to decide, with what somebody else saw."""
    try:
        return await stage.api.get(f"/recalls/{recall}", by=by)
    except Refused:
        return await stage.api.get(f"/recalls/{recall}", by=ADMIN)


def _decision_id(reply: Reply) -> str | None:
    decision = (reply.body or {}).get("decision")
    return decision["id"] if isinstance(decision, dict) else decision


def is_settled(recall: Any) -> bool:
    """Nothing waits for the workflow: no decision is pending, and a request without open lines has ended."""
    if any(one["outcome"] == "pending" for one in recall["decisions"]):
        return False
    all_closed = all(line["status"] in CLOSED_LINES for line in recall["lines"])
    return not (all_closed and recall["status"] == "awaiting_decision")


async def settle(stage: Stage, *, recall: str) -> Any:
    """Read the recall until it has settled; raises CaseFailed when that takes too long."""
    deadline, pause = time.monotonic() + SETTLE_SECONDS, FIRST_PAUSE_SECONDS
    while True:
        seen = (await stage.api.get(f"/recalls/{recall}", by=ADMIN)).body
        if is_settled(seen):
            return seen
        if time.monotonic() > deadline:
            lines = ", ".join(f"{stage.entry_named(one['subject'])} {one['status']}" for one in seen["lines"])
            raise CaseFailed(f"not settled after {SETTLE_SECONDS:.0f} s: {seen['status']}, lines {lines}")
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)


def _refuse_if_nothing_took(recall: Any, *, decision: str | None) -> None:
    """A line with a code did not take the ruling; if none took it, the decision counts as refused with these codes."""
    kept = [one for one in recall["decisions"] if one["id"] == decision] or recall["decisions"][-1:]
    if not kept:
        raise CaseFailed("the decision was accepted, but the request does not show it")
    codes = tuple(line["code"] for line in kept[0]["lines"] if line["code"])
    every_line_failed = bool(codes) and len(codes) == len(kept[0]["lines"])
    if every_line_failed or kept[0]["outcome"] == "refused":
        raise Refused(codes or ("a refusal without code",), status=202, detail="seen when the lines had settled")
