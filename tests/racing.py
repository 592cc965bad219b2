"""Rounds of a race: acts released together, each after a moment of its own, so that each of them comes first in some rounds."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx

from store.audit import audit
from tests.acting import Actors, ask_database

ItemT = TypeVar("ItemT")
Act = Callable[[], Awaitable[httpx.Response]]
AT_ONCE = 4
LONGEST_STEP_SECONDS = 2.0
_STATE = """
select r.status, l.blocked_code, l.subject_id::text,
       (select count(*) from actual a where a.posting_id = r.id and a.reverses_id is not null),
       (select count(*) from actual a where a.entry_id = l.subject_id and a.type = 'billed_sales' and a.reverses_id is null
           and a.adjustment_status = 'none'),
       (select count(*) from actual a where a.entry_id = l.subject_id and a.adjustment_status = 'none' and a.reverses_id is null
           and not exists (select from actual o where o.reverses_id = a.id))
  from recall_request r join recall_line l on l.request_id = r.id where r.id = $1::uuid"""


@dataclass(frozen=True, slots=True)
class State:
    """A request of one line as the tables have it: its reversals, the entry's live billed rows and all its live rows."""

    status: str
    blocked: str | None
    entry: str
    reversals: int
    billed: int
    live: int


async def state_of(people: Actors, recall: dict[str, Any]) -> State:
    """How a request and the rows of its entry stand at one moment."""
    (row,) = await ask_database(people.settings.database_url, _STATE, recall["id"])
    return State(*row)


class Race:
    """Rounds of the same acts. Whoever came first in a round begins a little later in the next: so both orders come about,
    and most rounds are run where it is open which one it will be.

    How much later has to fit the machine: twice as much each time, until the other order has come about, and from then on half
    as much whenever the order changes, down to one step.
    """

    def __init__(self, people: Actors, *, step_seconds: float = 0.01) -> None:
        self._people = people
        self._step_seconds = step_seconds
        self._lead_seconds = 0.0
        self._last: str | None = None
        self._step = step_seconds
        self.outcomes: Counter[str] = Counter()

    async def released(self, first: Act, *others: Act) -> list[httpx.Response]:
        """Run acts side by side, each after a moment of its own."""
        lead = self._lead_seconds
        late = [_after(first, max(0.0, -lead)), *(_after(act, max(0.0, lead)) for act in others)]
        return await asyncio.gather(*late)

    async def run(self, items: Sequence[ItemT], one_round: Callable[[ItemT], Awaitable[str]], *, first: str) -> None:
        """A round for each item, some at a time, the ledger audited after each.

        `one_round` answers how it ended, `first` is that end if the first act came first.
        """

        async def audited(item: ItemT) -> None:
            outcome = await one_round(item)
            self.outcomes[outcome] += 1
            self._learn(outcome, first=first)
            assert await audit(self._people.settings.owner_database_url or "") == []

        for start in range(0, len(items), AT_ONCE):
            await asyncio.gather(*(audited(item) for item in items[start : start + AT_ONCE]))
        assert sum(self.outcomes.values()) == len(items)
        assert len(self.outcomes) == 2, f"a race that always ends alike proves nothing: {self.outcomes}"

    def _learn(self, outcome: str, *, first: str) -> None:
        if self._last not in {None, outcome}:
            self._step = max(self._step / 2, self._step_seconds)
        elif self._last is not None and len(self.outcomes) == 1:
            self._step = min(2 * self._step, LONGEST_STEP_SECONDS)
        self._last = outcome
        self._lead_seconds += -self._step if outcome == first else self._step


async def _after(act: Act, seconds: float) -> httpx.Response:
    await asyncio.sleep(seconds + random.uniform(0, 0.01))
    return await act()


def code_of(answer: httpx.Response) -> str | None:
    """The code of a refusal, None for what was done."""
    if answer.status_code in {200, 201, 202, 204}:
        return None
    return str(answer.json()["code"])
