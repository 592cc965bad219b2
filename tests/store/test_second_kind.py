"""A second kind goes through the whole service side, from the request to the reversal, once it is registered."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar

import pytest

from application import asking, deciding, settling, viewing
from application.recallable import RECALLABLES, Recallable
from application.rights import RightToDecide, Settling
from application.settled import Settled
from application.work import Refused, Work
from domain.money import Money
from domain.recall.authority import Authority
from domain.recall.deciding import Decision
from domain.recall.kinds import Context, Subject
from domain.recall.plan import Row
from domain.recall.policy import Policy
from domain.recall.request import Event, LineRecalled, Verdict
from domain.refusals import Code
from store import projects
from store.database import Connection, Database, execute
from store.history import Act
from store.ids import new_id
from store.projects import NewUnit
from store.writes import write
from tests.databases import FreshDatabase
from tests.parking import Garage, ParkingPermits, Permit, subject_of

pytestmark = pytest.mark.store
FIRST, SECOND = new_id(), new_id()
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TODAY = Context(NOON.date(), Policy())
T = TypeVar("T")


class RecallablePermits:
    """Implements application.recallable.Recallable; its garage is in memory."""

    kind = ParkingPermits()

    def __init__(self) -> None:
        self.garage = Garage({FIRST: Permit(FIRST, "bob", 300), SECOND: Permit(SECOND, "bob", 450)})
        self.marked: list[str] = []

    async def subjects(
        self, connection: Connection, ids: Sequence[str], *, person: str, lock: bool
    ) -> Mapping[str, Subject[Permit]]:
        return {
            id: subject_of(one, person=person) for id, one in (await self.facts(connection, ids, lock=lock)).items()
        }

    async def facts(self, connection: Connection, ids: Sequence[str], *, lock: bool) -> Mapping[str, Permit]:
        return {id: self.garage.permits[id] for id in ids if id in self.garage.permits}

    def label(self, facts: Permit) -> str:
        return f"permit {facts.fee}"

    def worth(self, facts: Sequence[Permit]) -> Money:
        return Money(Decimal(sum(one.fee for one in facts)), "NOK")

    def base_worth(self, facts: Sequence[Permit]) -> Decimal:
        return self.worth(facts).amount

    async def authorities(self, connection: Connection, questions: Sequence[RightToDecide]) -> list[Authority]:
        return [Authority(is_approver=one.person == "warden" and one.subject == "garage") for one in questions]

    async def facts_and_authority(
        self, connection: Connection, ids: Sequence[str], right: RightToDecide, *, lock: bool
    ) -> tuple[Mapping[str, Permit], Authority]:
        return await self.facts(connection, ids, lock=lock), (await self.authorities(connection, [right]))[0]

    async def mark_requested(self, connection: Connection, facts: Mapping[str, Permit], *, act: Act) -> None:
        self.marked += facts

    async def written(self, connection: Connection, ids: Sequence[str], *, request: str) -> Mapping[str, Sequence[Row]]:
        return {id: [row for row in self.garage.credits if row["permit"] == id] for id in ids}

    async def settle(
        self,
        connection: Connection,
        events: Sequence[Event],
        facts: Mapping[str, Permit],
        *,
        settling: Settling,
    ) -> None:
        await write(connection, *settling.along)
        for event in events:
            if isinstance(event, LineRecalled):
                self.garage = self.garage.take_back(self.kind.plan(facts[event.subject], TODAY))


class Office:
    """Acts on a database, each in a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def as_(self, person: str, act: Callable[[Work], Awaitable[T]]) -> T:
        async with self._database.begin() as connection:
            return await act(Work(connection, person, NOON))

    async def ask(self, *ids: str) -> str:
        wish = asking.Wish(ids, "Sold the car", kind="parking_permit")
        asked = await self.as_("bob", lambda work: asking.ask(work, wish))
        return asked.requests[0].request.id

    async def decide(self, request: str, verdict: Verdict) -> Settled:
        async def take(work: Work) -> str:
            stored = await deciding.request_of(work, request)
            said = deciding.Said(Decision(work.person, verdict))
            return (
                await deciding.take(work, stored, said, source=deciding.Source("api:warden", new_id(), ""))
            ).decision

        decision = await self.as_("warden", take)
        settled = await self.as_("", lambda work: settling.settle_decision(work, decision, request=request))
        again = await self.as_("", lambda work: settling.settle_decision(work, decision, request=request))
        assert (again.status, again.open) == (settled.status, settled.open)
        return settled


@pytest.fixture
def permits(monkeypatch: pytest.MonkeyPatch) -> RecallablePermits:
    """The second kind, registered."""
    made = RecallablePermits()
    permit_kind: Recallable[Permit] = made
    registered: Any = RECALLABLES
    monkeypatch.setitem(registered, "parking_permit", permit_kind)
    return made


@pytest.fixture
async def office(database: FreshDatabase) -> AsyncIterator[Office]:
    opened = Database(database.app_url, pool_size=2)
    async with opened.begin() as connection:
        await projects.insert_unit(connection, NewUnit("garage", "Garage", "NOK", Policy(), by="admin"))
        await execute(connection, "insert into person (id, name) values ('bob', 'Bob'), ('warden', 'Warden')")
    yield Office(opened)
    await opened.close()


async def test_permits_are_asked_for_decided_and_taken_back(office: Office, permits: RecallablePermits) -> None:
    request = await office.ask(FIRST, SECOND)

    settled = await office.decide(request, Verdict.APPROVE)

    assert (settled.status, settled.recalled) == ("recalled", 2)
    assert permits.marked == [FIRST, SECOND]
    assert [row["fee"] for row in permits.garage.credits] == ["-300", "-450"]
    seen = await office.as_("warden", lambda work: viewing.view(work, request))
    assert seen.stored.kind == "parking_permit"
    assert seen.stored.amount == Money(seen.stored.amount.amount, "NOK")
    assert seen.stored.amount.amount == 750
    assert {id: len(rows) for id, rows in (seen.rows or {}).items()} == {FIRST: 1, SECOND: 1}


async def test_a_permit_in_the_way_is_blocked_and_taken_back_later(office: Office, permits: RecallablePermits) -> None:
    request = await office.ask(FIRST, SECOND)
    permits.garage = permits.garage.park(SECOND, inside=True)

    blocked = await office.decide(request, Verdict.APPROVE)
    permits.garage = permits.garage.park(SECOND, inside=False)
    settled = await office.decide(request, Verdict.APPROVE)

    assert (blocked.status, blocked.blocked_by, blocked.recalled) == ("awaiting_decision", ("reserved",), 1)
    assert settled.status == "recalled"
    assert len(permits.garage.credits) == 2


async def test_a_rejected_permit_stays(office: Office, permits: RecallablePermits) -> None:
    settled = await office.decide(await office.ask(FIRST), Verdict.REJECT)

    assert settled.status == "rejected"
    assert permits.garage.credits == ()


async def test_only_the_warden_decides_and_one_request_is_open(office: Office, permits: RecallablePermits) -> None:
    request = await office.ask(FIRST)

    async def take(work: Work) -> deciding.Taken:
        stored = await deciding.request_of(work, request)
        said = deciding.Said(Decision(work.person, Verdict.APPROVE))
        return await deciding.take(work, stored, said, source=deciding.Source("api:bob", new_id(), ""))

    with pytest.raises(Refused) as refused:
        await office.as_("bob", take)
    assert [one.code for one in refused.value.refusals] == [Code.NOT_APPROVER]


async def test_a_withdrawn_request_frees_its_permits(office: Office, permits: RecallablePermits) -> None:
    request = await office.ask(FIRST)

    await office.as_("bob", lambda work: settling.withdraw(work, request))

    assert (await office.decide(await office.ask(FIRST), Verdict.APPROVE)).status == "recalled"
