"""Who plays in the story, and which rows of the sample export it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tilbake.story import texts
from tilbake.story.calls import Caller, NotAsTold

SAMPLE: Final = Path(__file__).resolve().parents[2] / "samples" / "harvest-detailed-time.csv"
UNIT: Final = "sample"
CHANNEL: Final = "story"
ADMIN: Final = "admin"
APPROVER: Final = "tom.field"
FINANCE: Final = "sunniva"


@dataclass(frozen=True, slots=True)
class Work:
    """A row of the export, as its owner would point at it."""

    owner: str
    date: str
    task: str


TAKEN_BACK: Final = Work("oskar.oneill", "2026-01-16", "Rådgivning")
INVOICED: Final = Work("bjorn.maeland", "2026-01-16", "Møte")
DRAFTED: Final = Work("mia.hart", "2026-02-26", "Development")
PEOPLE: Final = (APPROVER, FINANCE, TAKEN_BACK.owner, INVOICED.owner, DRAFTED.owner)


async def names(caller: Caller) -> dict[str, str]:
    """The names of the cast, as the import stored them, by their ids."""
    return {person: str((await caller.get("/v1/me", by=person))["name"]) for person in PEOPLE}


async def find(caller: Caller, work: Work) -> Mapping[str, Any]:
    """The entry a row of the export became. Raises NotAsTold when there is not exactly one."""
    params = {"owner": work.owner, "from": work.date, "until": work.date}
    page = await caller.get("/v1/entries", by=work.owner, params=params)
    found = [entry for entry in page["items"] if entry["task"] == work.task and entry["unit"] == UNIT]
    if len(found) != 1:
        facts = {"owner": work.owner, "count": len(found), "task": work.task, "date": work.date}
        raise NotAsTold(texts.NOT_ONE_ENTRY, **facts)
    entry: Mapping[str, Any] = found[0]
    return entry
