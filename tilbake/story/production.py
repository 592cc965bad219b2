"""The story of production: output posted with a wrong quantity, and taken back after approval; stock and costs before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from domain.terms import TYPE
from imports.contoso import World, read_world
from tilbake.conformance.client import Channel
from tilbake.contoso import Call, calls, read_files
from tilbake.language import said
from tilbake.story import cast, page, texts
from tilbake.story.calls import NotAsTold, expect
from tilbake.story.scenes import Json, Stage, approve, name_of, require, require_status

SAMPLE: Final = Path(__file__).resolve().parents[2] / "samples" / "contoso-coffee"
UNIT: Final = "coffee"
PLANNER: Final = cast.DRAFTED.owner
ASKER: Final = cast.TAKEN_BACK.owner
UNIT_COSTS: Final = {"SP-SCM1009": Decimal(150), "SP-BOM2000": Decimal("42.50")}
ORDER, ITEM, LAST_OPERATION = "RPO-1001", "SP-SCM1009", "40"
_HEADINGS: Final = (
    texts.ROW, texts.ENTRY, texts.QUANTITY, texts.SETUP, texts.RUN, texts.COST, texts.REMAINING, texts.REVERSES,
)  # fmt: skip


async def production(stage: Stage) -> Json:
    """Ten are posted, eight were made: two are taken back."""
    stage.title(texts.PRODUCTION)
    stage = await _set_up(stage)
    await _post(stage)
    before = await _stock(stage)
    entry = await _output_entry(stage)
    stage.tell(texts.IN_STOCK, stock=before, **entry["cost"])
    await _show_ledgers(stage)
    recall = await _ask(stage, entry)
    settled = await approve(stage, recall)
    require_status(recall["number"], settled, "recalled")
    after = await _stock(stage)
    require((before, after) == ("10", "8"), texts.OTHER_STOCK, before=before, after=after)
    order = await _order(stage)
    line = order["lines"][0]
    made = {"order": ORDER, "finished": line["finished"], "remaining": line["remaining"]}
    stage.tell(texts.TAKEN_BACK, number=recall["number"], stock=after, **made)
    await _show_ledgers(stage)
    return recall


async def _set_up(stage: Stage) -> Stage:
    """The sample world in a unit of its own, with a channel for its decisions."""
    world = read_world(read_files(SAMPLE), UNIT_COSTS)
    if not isinstance(world, World):
        raise NotAsTold(texts.FAULTY_SAMPLE, name=SAMPLE.name, count=len(world))
    unit = Call("/v1/units", {"id": UNIT, "name": "Contoso Coffee", "currency": "USD"})
    for call in [unit, *calls(world, unit=UNIT, unit_costs=UNIT_COSTS)]:
        expect(await stage.caller.write(call.path, by=cast.ADMIN, body=call.body), 201, what=call.path)
    roles = {"planner": [PLANNER], "member": [ASKER], "approver": [cast.APPROVER]}
    answer = await stage.caller.write(f"/v1/units/{UNIT}/roles", by=cast.ADMIN, body=roles, method="PUT")
    expect(answer, 200, what=said(texts.THE_ROLES))
    made = await stage.caller.write("/v1/channels", by=cast.ADMIN, body={"id": UNIT, "unit": UNIT})
    channel = expect(made, 201, what=said(texts.THE_CHANNEL)).body
    stage.tell(
        texts.FACTORY,
        files=f"{SAMPLE.parent.name}/{SAMPLE.name}",
        unit=UNIT,
        orders=len(world.orders),
        centers=len(world.centers),
        cost=UNIT_COSTS[ITEM],
    )
    return replace(stage, channel=Channel(channel["id"], channel["secret"]))


async def _post(stage: Stage) -> None:
    line = {"order": ORDER, "operation": LAST_OPERATION, "setup": "10", "run": "80", "output": "10"}
    body = {"unit": UNIT, "lines": [line]}
    answer = await stage.caller.write("/v1/production/output-journals", by=PLANNER, body=body)
    expect(answer, 201, what=said(texts.THE_OUTPUT))
    stage.tell(texts.POSTED, planner=name_of(stage, PLANNER), order=ORDER)


async def _order(stage: Stage) -> Json:
    found = await stage.caller.get("/v1/production/orders", by=ASKER, params={"unit": UNIT})
    order: Json = next(one for one in found["items"] if one["number"] == ORDER)
    return order


async def _stock(stage: Stage) -> str:
    found = await stage.caller.get("/v1/production/items", by=ASKER, params={"unit": UNIT, "number": ITEM})
    return str(found["items"][0]["stock"])


async def _ledger(stage: Stage, name: str) -> list[Json]:
    order = await _order(stage)
    found: list[Json] = (await stage.caller.get(f"/v1/production/orders/{order['id']}/{name}", by=ASKER))["items"]
    return found


async def _output_entry(stage: Stage) -> Json:
    (entry,) = await _ledger(stage, "item-entries")
    return entry


async def _ask(stage: Stage, entry: Json) -> Json:
    """Ask for two of the ten; the preview first."""
    wish = {"outputs": [{"entry": entry["id"], "quantity": "2"}]}
    preview = await stage.caller.write("/v1/recalls/preview", by=ASKER, body=wish)
    summary = expect(preview, 200, what=said(texts.THE_PREVIEW)).body["summary"]
    reason = said(texts.COUNTED_TWICE)
    asked = await stage.caller.write("/v1/recalls", by=ASKER, body={**wish, "reason": reason})
    recall: Json = expect(asked, 201, what=said(texts.THE_REQUEST)).body["recalls"][0]
    asker, approver = name_of(stage, ASKER), name_of(stage, recall["approver"])
    facts = {"reason": reason, "summary": summary, "number": recall["number"]}
    stage.tell(texts.ASKED_FOR_TWO, asker=asker, approver=approver, **facts)
    return recall


async def _show_ledgers(stage: Stage) -> None:
    items, work = await _ledger(stage, "item-entries"), await _ledger(stage, "capacity-entries")
    rows = {row["id"]: str(number) for number, row in enumerate([*items, *work], start=1)}
    cells = [_cells(row, rows, quantity=row["quantity"], reverses=row["applies_to"]) for row in items]
    cells += [_cells(row, rows, quantity=row["output"], reverses=row["reverses"]) for row in work]
    for line in page.table(_HEADINGS, cells):
        stage.say(line)


def _cells(row: Mapping[str, Any], numbers: Mapping[str, str], *, quantity: str, reverses: str | None) -> Sequence[str]:
    return [
        numbers[row["id"]],
        said(TYPE[row["type"]]),
        quantity,
        row.get("setup", ""),
        row.get("run", ""),
        f"{row['cost']['amount']} {row['cost']['currency']}",
        row.get("remaining", ""),
        said(texts.THAT_ROW, number=numbers[reverses]) if reverses else "",
    ]
