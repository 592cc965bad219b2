"""Where what Postgres keeps of requests and what Temporal runs for them disagree (temporal.md, workflow rules).

The one that counts is Postgres: a workflow waits and reminds, but what was asked and decided stands in the database.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Disagreement(StrEnum):
    """What is not as it should be about one workflow."""

    LOST = "lost"
    """The request is open and nothing waits for its decision: never started, terminated, or Temporal was emptied."""
    LEFT_RUNNING = "left_running"
    """The request has ended and its workflow goes on waiting."""
    UNKNOWN = "unknown"
    """A workflow waits for a request that is not in the database, as after an older database was restored."""
    UNTOLD = "untold"
    """A decision is stored, and its workflow does not act on it."""
    DELIVERY_LOST = "delivery_lost"
    """An event is to be delivered, and nothing tries to."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What Postgres keeps of a request.

    `workflow` is the id of its workflow. `undecided` says that a decision was taken in long enough ago and is not settled.
    A request is calm when nothing changed a moment ago and nothing is on its way to Temporal: others settle by themselves.
    It is started when that was long enough ago and no start of a workflow is on its way: signals may still be, and reach none
    where the workflow is lost.
    """

    request: str
    workflow: str
    is_open: bool
    undecided: bool
    is_calm: bool
    is_started: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """One disagreement; `request` is None where the database has none."""

    kind: Disagreement
    workflow: str
    request: str | None


def compare(kept: Iterable[Kept], running: Collection[str], *, newborn: Collection[str] = ()) -> list[Difference]:
    """Every disagreement, those of Postgres in its order, then workflows of unknown requests by their id.

    running: ids of the workflows that wait for requests now. newborn: those of them that began after `kept` was read, or just
    before, whose requests are not expected in it.
    """
    known = set()
    found = []
    for one in kept:
        known.add(one.workflow)
        found += [Difference(kind, one.workflow, one.request) for kind in _of(one, running=one.workflow in running)]
    return [*found, *(Difference(Disagreement.UNKNOWN, id, None) for id in sorted(set(running) - known - set(newborn)))]


def _of(kept: Kept, *, running: bool) -> Iterator[Disagreement]:
    if kept.is_open and not running:
        if kept.is_started:
            yield Disagreement.LOST
    elif kept.is_open and kept.undecided and kept.is_calm:
        yield Disagreement.UNTOLD
    elif running and not kept.is_open and kept.is_calm:
        yield Disagreement.LEFT_RUNNING
