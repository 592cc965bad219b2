"""Compares what the service shows with what a case expects: one small function for each expectation.

Each takes the stage and what is expected, and returns the differences in words. An expectation missing in CHECKS is not
built yet; adding one is adding one function.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from tilbake.conformance import production_expectations as production
from tilbake.conformance import rows
from tilbake.conformance.format_expect import Expect
from tilbake.conformance.outcomes import CaseFailed, NotBuilt
from tilbake.conformance.stage import ADMIN, Stage

Check = Callable[..., Awaitable[list[str]]]


def _difference(what: str, *, expected: object, seen: object) -> list[str]:
    return [] if expected == seen else [f"{what}: expected {expected}, got {seen}"]


async def _read(stage: Stage, *, entry: str) -> Any:
    return (await stage.api.get(f"/entries/{stage.entry(entry)}", by=ADMIN)).body


async def _requests(stage: Stage, *, name: str) -> list[Any]:
    replies = await asyncio.gather(*(stage.api.get(f"/recalls/{one}", by=ADMIN) for one in stage.recalls_of(name)))
    return [reply.body for reply in replies]


async def entries(stage: Stage, *, expected: Mapping[str, str]) -> list[str]:
    """The status of each entry named."""
    problems: list[str] = []
    for name, status in expected.items():
        seen = (await _read(stage, entry=name))["status"]
        problems += _difference(f"entries {name}", expected=status, seen=seen)
    return problems


async def approvals(stage: Stage, *, expected: Mapping[str, str]) -> list[str]:
    """The stage of each entry's approval record."""
    problems: list[str] = []
    for name, wanted in expected.items():
        record = (await _read(stage, entry=name))["approval"]
        seen = record["stage"] if record else "no approval record"
        problems += _difference(f"approvals {name}", expected=wanted, seen=seen)
    return problems


def joint_status(statuses: list[str]) -> str:
    """One status for the requests behind one name: theirs if they agree, open while one is, else of each some."""
    if len(set(statuses)) == 1:
        return statuses[0]
    return "awaiting_decision" if "awaiting_decision" in statuses else "partly_recalled"


async def recalls(stage: Stage, *, expected: Mapping[str, str]) -> list[str]:
    """The status of the request, or requests, of each name."""
    problems: list[str] = []
    for name, status in expected.items():
        seen = joint_status([one["status"] for one in await _requests(stage, name=name)])
        problems += _difference(f"recalls {name}", expected=status, seen=seen)
    return problems


async def _lines(stage: Stage, *, name: str) -> dict[str, Any]:
    found = await _requests(stage, name=name)
    return {stage.entry_named(line["subject"]): line for one in found for line in one["lines"]}


async def lines(stage: Stage, *, expected: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The status of each line named."""
    problems: list[str] = []
    for name, wanted in expected.items():
        seen = await _lines(stage, name=name)
        for entry, status in wanted.items():
            found = seen[entry]["status"] if entry in seen else "no such line"
            problems += _difference(f"lines {name} {entry}", expected=status, seen=found)
    return problems


async def blocked_by(stage: Stage, *, expected: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The code that blocks each line named."""
    problems: list[str] = []
    for name, wanted in expected.items():
        seen = await _lines(stage, name=name)
        for entry, code in wanted.items():
            found = (seen.get(entry) or {}).get("blocked_by")
            problems += _difference(
                f"blocked_by {name} {entry}", expected=code, seen=found["code"] if found else "nothing"
            )
    return problems


async def _actuals(stage: Stage, *, entry: str) -> list[Any]:
    return await stage.api.items(f"/entries/{stage.entry(entry)}/actuals", by=ADMIN)


async def actuals(stage: Stage, *, expected: Mapping[str, tuple[Mapping[str, Any], ...]]) -> list[str]:
    """All actuals of each entry named: none missing, none more."""
    problems: list[str] = []
    for name, wanted in expected.items():
        seen = await _actuals(stage, entry=name)
        problems += [f"actuals {name}: {one}" for one in rows.compare_actuals(seen, expected=wanted)]
    return problems


async def totals(stage: Stage, *, expected: Mapping[str, Any]) -> list[str]:
    """The totals of the project's live actuals."""
    seen = (await stage.api.get(f"/projects/{stage.project}/totals", by=ADMIN)).body
    return [
        f"totals {name}: expected {amount}, got {seen[name]['amount']} {seen[name]['currency']}"
        for name, amount in expected.items()
        if not rows.same_money(seen[name], expected=amount)
    ]


async def net_zero(stage: Stage, *, expected: tuple[str, ...]) -> list[str]:
    """Every group of actuals of each entry named sums to zero; an entry without actuals proves nothing and fails."""
    problems: list[str] = []
    for name in expected:
        seen = await _actuals(stage, entry=name)
        problems += [f"net_zero {name}: {one}" for one in rows.not_zero(seen)]
        problems += [] if seen else [f"net_zero {name}: the entry has no actuals"]
    return problems


async def history(stage: Stage, *, expected: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The statuses each entry took, in order, draft left out; events that left the status alone are no step."""
    problems: list[str] = []
    for name, wanted in expected.items():
        events = await stage.api.items(f"/entries/{stage.entry(name)}/history", by=ADMIN)
        steps = sorted(events, key=lambda event: int(event["sequence"]))
        taken = [one["to"] for one in steps if one["to"] and one["to"] != one["from"] and one["to"] != "draft"]
        problems += _difference(f"history {name}", expected=list(wanted), seen=taken)
    return problems


def _in_order(requests: list[Any]) -> list[Any]:
    """The decisions as a request lists them; those of several requests by the time they came in."""
    kept = [decision for one in requests for decision in one["decisions"]]
    return kept if len(requests) == 1 else sorted(kept, key=lambda one: datetime.fromisoformat(one["received_at"]))


async def decisions(stage: Stage, *, expected: Mapping[str, tuple[Mapping[str, str], ...]]) -> list[str]:
    """All decisions on the request, in order; keys left out are not compared."""
    problems: list[str] = []
    for name, wanted in expected.items():
        seen = [{**one, "by": stage.person_named(one["by"])} for one in _in_order(await _requests(stage, name=name))]
        shown = [{key: one[key] for key in ("by", "decision", "outcome")} for one in seen]
        same = len(seen) == len(wanted) and all(
            one[key] == value for one, row in zip(seen, wanted, strict=True) for key, value in row.items()
        )
        problems += [] if same else [f"decisions {name}: expected {[dict(one) for one in wanted]}, got {shown}"]
    return problems


CHECKS: Mapping[str, Check] = {
    "entries": entries,
    "approvals": approvals,
    "recalls": recalls,
    "lines": lines,
    "blocked_by": blocked_by,
    "actuals": actuals,
    "totals": totals,
    "net_zero": net_zero,
    "history": history,
    "decisions": decisions,
    "item_entries": production.item_entries,
    "capacity_entries": production.capacity_entries,
    "order": production.order,
    "stock": production.stock,
}


def refuse_unbuilt(expect: Expect) -> None:
    """Raises NotBuilt for the first expectation that cannot be looked at."""
    for name in expect.asked():
        if name not in CHECKS:
            raise NotBuilt(f"expect {name}")


async def verify(stage: Stage, *, expect: Expect) -> None:
    """Raises CaseFailed with everything that is not as expected."""
    refuse_unbuilt(expect)
    problems: list[str] = []
    for name, wanted in expect.asked().items():
        problems += await CHECKS[name](stage, expected=wanted)
    if problems:
        raise CaseFailed("; ".join(problems))
