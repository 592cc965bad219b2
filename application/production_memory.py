"""What production remembers about whole outputs in long requests (application.memory)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from application.rights import Settling
from domain.money import ZERO
from domain.production.model import FIGURES
from domain.recall.kinds import Context
from domain.recall.plan import Plan
from domain.recall.policy import ReversalDate
from domain.recall.request import LineEvent, LineRecalled
from store import periods, production_ledger, production_recalls, production_remembered
from store.database import Connection
from store.new_requests import Remembered
from store.production_remembered import Whole
from store.turns import aside


class ProductionMemory:
    """Implements application.memory.Memory for whole outputs; all else is planned anew."""

    async def to_remember(
        self, connection: Connection, plans: Mapping[str, Plan], *, unit: str, context: Context
    ) -> Mapping[str, Remembered]:
        """Nothing under the policy today: such a plan is another one every day."""
        if context.policy.reversal_date is ReversalDate.TODAY:
            return {}
        wholes = await aside(len(plans), lambda: _wholes(plans))
        bases = await production_remembered.fingerprints(connection, wholes, unit=unit)
        return {id: Remembered(one.fingerprint, {one.number: _day(plans[id])}) for id, one in bases.items()}

    async def hold_unchanged(
        self, connection: Connection, request: str, subjects: Sequence[str], *, unit: str
    ) -> frozenset[str]:
        """Orders, items, closed days: the order in which everybody holds them."""
        await production_recalls.hold(connection, subjects)
        await periods.hold(connection, unit, to_change=False)
        return await production_remembered.unchanged(connection, request, unit=unit, subjects=subjects)

    async def unchanged(self, connection: Connection, request: str, *, unit: str) -> frozenset[str]:
        """By the fingerprints of all open lines."""
        return await production_remembered.unchanged(connection, request, unit=unit)

    async def settle(self, connection: Connection, events: Sequence[LineEvent], *, settling: Settling) -> None:
        """Reversals as remembered, as one register; a line that ends otherwise changes nothing."""
        recalled = [event.subject for event in events if isinstance(event, LineRecalled)]
        if not recalled:
            return
        unit = await production_recalls.unit_of(connection, settling.request)
        register = production_ledger.Register(unit, "recall", settling.request)
        id, _ = await production_ledger.open_register(connection, register, settling.act)
        await production_remembered.write_reversals(connection, recalled, request=settling.request, register=id)


def _wholes(plans: Mapping[str, Plan]) -> dict[str, Whole]:
    return {subject: whole for subject, plan in plans.items() if (whole := _whole(plan)) is not None}


def _whole(plan: Plan) -> Whole | None:
    """What the plan of one output takes, if it closes each of its rows; None for any other plan."""
    entries = [row for row in plan.rows if row["ledger"] == "item"]
    if len(entries) != 1 or entries[0]["type"] != "output" or any(row["closes"] != "yes" for row in plan.rows):
        return None
    work = [row for row in plan.rows if row["ledger"] == "capacity"]
    figures = sum((Decimal(row[name] or 0) for row in work for name in FIGURES), ZERO)
    return Whole(-Decimal(entries[0]["quantity"] or 0), -figures)


def _day(plan: Plan) -> date:
    return date.fromisoformat(plan.rows[0]["posting_date"] or "")
