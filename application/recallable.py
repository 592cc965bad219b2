"""What the store side of a recallable kind offers: load its subjects, write what was settled. The rules are in domain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from application.production_recallable import ProductionRecallable
from application.project_recallable import ProjectRecallable
from application.rights import RightToDecide, Settling
from domain.money import Money
from domain.recall.authority import Authority
from domain.recall.kinds import RecallKind, Subject
from domain.recall.plan import Row
from domain.recall.request import Event
from store.database import Connection
from store.history import Act

__all__ = ["RECALLABLES", "Recallable", "RightToDecide", "Settling"]

FactsT = TypeVar("FactsT")


class Recallable(Protocol[FactsT]):
    """One kind of recallable work, as the acts on requests see it."""

    @property
    def kind(self) -> RecallKind[FactsT]:
        """The rules of the kind."""

    async def subjects(
        self, connection: Connection, ids: Sequence[str], *, person: str, lock: bool
    ) -> Mapping[str, Subject[FactsT]]:
        """The subjects there are, by id, seen by a person who asks."""

    async def facts(self, connection: Connection, ids: Sequence[str], *, lock: bool) -> Mapping[str, FactsT]:
        """The facts of subjects, held until the end of the transaction if locked."""

    def label(self, facts: FactsT) -> str:
        """How a line is called where people read it."""

    def worth(self, facts: Sequence[FactsT]) -> Money:
        """What taking these back is worth to a reader."""

    def base_worth(self, facts: Sequence[FactsT]) -> Decimal:
        """What taking these back is worth in the currency of the unit, for the limits of a policy; never below zero."""

    async def authorities(self, connection: Connection, questions: Sequence[RightToDecide]) -> Sequence[Authority]:
        """What one person may decide about each of some requests."""

    async def facts_and_authority(
        self, connection: Connection, ids: Sequence[str], right: RightToDecide, *, lock: bool
    ) -> tuple[Mapping[str, FactsT], Authority]:
        """Both for one request, asked together: the facts, held if locked, are read before the right or with it."""

    async def mark_requested(self, connection: Connection, facts: Mapping[str, FactsT], *, act: Act) -> None:
        """Show the subjects as asked for."""

    async def written(self, connection: Connection, ids: Sequence[str], *, request: str) -> Mapping[str, Sequence[Row]]:
        """The rows a request has written for its settled lines."""

    async def settle(
        self,
        connection: Connection,
        events: Sequence[Event],
        facts: Mapping[str, FactsT],
        *,
        settling: Settling,
    ) -> None:
        """Write what the settled lines mean for their subjects: reversals, statuses, history."""


RECALLABLES: Mapping[str, Recallable[Any]] = {
    "project_entry": ProjectRecallable(),
    "production": ProductionRecallable(),
}
