"""What a kind remembers about the lines of long requests, so that a decision on thousands need not plan all of them again.

It never replaces a rule: a line is taken as planned before only where all that its plan was made from is as it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, Protocol

from application.production_memory import ProductionMemory
from application.project_recallable import EVENT_OF
from application.rights import Settling
from domain.project.entries import EntryKind, EntryStatus, stage_after, status_after
from domain.recall.kinds import Context
from domain.recall.plan import Plan
from domain.recall.policy import ReversalDate
from domain.recall.request import LineEvent, LineRecalled
from store import actuals, entries, remembered
from store.database import Connection
from store.new_requests import Remembered
from store.writes import write


class Memory(Protocol):
    """The store side of one kind's memory."""

    async def to_remember(
        self, connection: Connection, plans: Mapping[str, Plan], *, unit: str, context: Context
    ) -> Mapping[str, Remembered]:
        """What these plans of held subjects were made from, for the lines of a request to keep."""

    async def hold_unchanged(
        self, connection: Connection, request: str, subjects: Sequence[str], *, unit: str
    ) -> frozenset[str]:
        """Hold subjects; those whose remembered plan is the plan of now, with nothing in the way."""

    async def unchanged(self, connection: Connection, request: str, *, unit: str) -> frozenset[str]:
        """The open lines whose remembered plan is the plan of now, with nothing in the way."""

    async def settle(self, connection: Connection, events: Sequence[LineEvent], *, settling: Settling) -> None:
        """Write what settled lines mean for their subjects; those taken back have an unchanged plan."""


class ProjectMemory:
    """Implements Memory for entries."""

    async def to_remember(
        self, connection: Connection, plans: Mapping[str, Plan], *, unit: str, context: Context
    ) -> Mapping[str, Remembered]:
        """Nothing under the policy today: such a plan is another one every day."""
        if context.policy.reversal_date is ReversalDate.TODAY:
            return {}
        bases = await remembered.fingerprints(connection, list(plans), unit=unit)
        return {subject: Remembered(basis, _days(plans[subject])) for subject, basis in bases.items()}

    async def hold_unchanged(
        self, connection: Connection, request: str, subjects: Sequence[str], *, unit: str
    ) -> frozenset[str]:
        """Entries, closed days, actuals: the order in which everybody holds them."""
        await entries.hold(connection, subjects)
        return await remembered.unchanged_held(connection, request, subjects, unit=unit)

    async def unchanged(self, connection: Connection, request: str, *, unit: str) -> frozenset[str]:
        """By the fingerprints of all open lines."""
        return await remembered.unchanged(connection, request, unit=unit)

    async def settle(self, connection: Connection, events: Sequence[LineEvent], *, settling: Settling) -> None:
        """Reversals as remembered; statuses, stages and history of the entries."""
        recalled = [event.subject for event in events if isinstance(event, LineRecalled)]
        of = actuals.PostingOf("recall", settling.request)
        await actuals.write_remembered_reversals(connection, recalled, of=of)
        changed = [event for event in events if type(event) in EVENT_OF]
        kinds = await entries.kinds(connection, [event.subject for event in changed])
        changes = [_change(event, kinds[event.subject], for_whom=settling.for_whom) for event in changed]
        await write(connection, *entries.changing_states(changes, act=settling.act))


def _days(plan: Plan) -> dict[int, date]:
    return {int(row["reverses"] or 0): date.fromisoformat(row["accounting_date"] or "") for row in plan.rows}


def _change(event: LineEvent, kind: EntryKind, *, for_whom: Mapping[str, str]) -> entries.EntryChange:
    """An entry waits as long as its line is open."""
    happened = EVENT_OF[type(event)]
    return entries.EntryChange(
        entry=event.subject,
        event=happened.value,
        before=EntryStatus.RECALL_REQUESTED,
        after=status_after(kind, happened) or EntryStatus.RECALL_REQUESTED,
        stage=stage_after(happened),
        on_behalf_of=for_whom.get(event.subject),
    )


MEMORIES: Final[Mapping[str, Memory]] = {
    "project_entry": ProjectMemory(),
    "production": ProductionMemory(),
}
