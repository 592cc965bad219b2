"""The organisation of a story on a database: a unit of its own, and the acts of its people, each one transaction."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, TypeVar

from api.models.entries import NewEntry
from application import asking, deciding, delegating, entries, production_posting, production_setup, routing, settling
from application.asking import Wish
from application.production_recallable import ProductionRecallable
from application.production_setup import WantedLine
from application.work import ADMINISTRATOR, Refused, Work
from domain.money import Money
from domain.production.commands import OutputLine
from domain.production.model import Figures, Item, OrderStatus
from domain.project.actuals import Customer
from domain.recall.deciding import Decision
from domain.recall.delegation import Delegation, Purpose
from domain.recall.policy import Policy
from domain.recall.request import Verdict
from store import decisions, delegations, projects, recalls
from store.database import Database
from store.ids import new_id
from store.production_setup import NewOrderLine
from store.projects import NewUnit
from tests.organisations import DAY_OF_WORK, PEOPLE, Change, Letting, Organisation, Try
from tests.plant import output
from tests.who_decides import Line, Taken

T = TypeVar("T")
NOON: Final = datetime(2026, 2, 26, 12, tzinfo=UTC)
"""Of the day of the request; days are counted over the end of a month."""
LESS_THAN_ALL_IS_WORTH, MORE_THAN_ALL_IS_WORTH = Decimal(1), Decimal(1_000_000)
ROLE_OF: Final = {"project": "", "without_project": "manager", "production": "approver"}
STARTER: Final = "zoe"
"""Approves the entries before the story begins, and has no right in it."""


@dataclass(slots=True)
class StoredOrganisation:
    """Plays a story by the acts of the service."""

    database: Database
    organisation: Organisation
    mark: str = field(default_factory=lambda: secrets.token_hex(4))
    today: int = 0
    deciders: list[str] = field(default_factory=list)
    project: str = ""
    request: str = ""
    subjects: list[str] = field(default_factory=list)
    waiting: list[tuple[str, Taken]] = field(default_factory=list)
    lettings: list[tuple[str, Letting]] = field(default_factory=list)

    def id_of(self, person: str) -> str:
        return f"{person}-{self.mark}"

    async def as_(self, person: str, act: Callable[[Work], Awaitable[T]]) -> T:
        """One act in a transaction of its own, on the day the story has come to."""
        async with self.database.begin() as connection:
            by = person if person in {ADMINISTRATOR, ""} else self.id_of(person)
            return await act(Work(connection, by, NOON + timedelta(days=self.today)))

    async def take(self, tried: Try) -> str | Taken:
        lines = None if tried.lines is None else tuple(self._subject(number) for number in tried.lines)

        async def act(work: Work) -> str:
            held = await deciding.request_to_decide(work, self.request, by=work.person)
            said = deciding.Said(Decision(work.person, Verdict(tried.verdict), lines))
            source = deciding.Source(f"api:{work.person}", new_id(), "")
            return (await deciding.take(work, held, said, source=source)).decision

        try:
            id = await self.as_(tried.person, act)
        except Refused as refused:
            return refused.refusals[0].code.value
        stored = await self._decision(id)
        right_of = stored.on_behalf_of or stored.decision.by
        numbers = tuple(number for number, subject in enumerate(self.subjects) if subject in stored.seen)
        taken = Taken(tried.person, right_of.removesuffix(f"-{self.mark}"), tried.verdict, numbers, self.today)
        self.waiting.append((id, taken))
        return taken

    def _subject(self, number: int) -> str:
        return self.subjects[number] if number < len(self.subjects) else new_id()

    async def _decision(self, id: str) -> decisions.StoredDecision:
        async with self.database.reading() as connection:
            found = await decisions.by_id(connection, id)
        assert found is not None
        return found

    @property
    def refuses_the_rest(self) -> bool:
        """An end refuses what is left in the same transaction."""
        return True

    async def settle(self) -> str | None:
        """As a worker does it, twice: the second time changes nothing."""
        id, _ = self.waiting.pop(0)
        for _ in range(2):
            await self.as_("", lambda work: settling.settle_decision(work, id, request=self.request))
        refused = (await self._decision(id)).refused
        return None if refused is None else refused.code.value

    async def standing(self) -> list[Line]:
        async with self.database.reading() as connection:
            stored = await recalls.load(connection, self.request)
        assert stored is not None
        return [stored.request.lines[subject].status.value for subject in self.subjects]

    async def change(self, change: Change) -> None:
        match change.what:
            case "grant":
                self.deciders = [*dict.fromkeys([*self.deciders, change.person])]
                await self.set_deciders()
            case "revoke":
                self.deciders.remove(change.person)
                await self.set_deciders()
            case "let":
                await self.let(change.letting)
            case "end":
                id, one = next(
                    (id, one) for id, one in self.lettings if one.taker == change.person and one.ended is None
                )
                await self.as_(one.giver, lambda work: delegating.end(work, id))
                self.lettings[self.lettings.index((id, one))] = (id, replace(one, ended=self.today))
            case "escalate":
                await self.as_("", lambda work: settling.escalate(work, self.request))
            case "day":
                self.today += 1

    async def let(self, letting: Letting) -> None:
        since, until = (_day(number) for number in (letting.since, letting.until))
        purpose = Purpose(letting.purpose)
        delegation = Delegation(self.id_of(letting.giver), self.id_of(letting.taker), since, until, purpose)
        id = (await self.as_(letting.giver, lambda work: delegating.delegate(work, delegation))).id
        self.lettings.append((id, letting))
        if (ended := letting.ended) is not None:
            await self.as_("", lambda work: self._ended_before(work, id, NOON + timedelta(days=ended)))

    async def _ended_before(self, work: Work, id: str, at: datetime) -> None:
        by = work.person or "admin"
        await delegations.end(work.connection, id, by=by, at=at)
        stored = await delegations.load(work.connection, id)
        assert stored is not None
        await routing.reroute_of(work, stored.delegation, cause=routing.Cause(by))

    async def set_deciders(self) -> None:
        """Who decides now; those of elsewhere have the rights that do not count here."""
        kind, elsewhere = self.organisation.kind, sorted(self.organisation.elsewhere)
        roles: dict[str, list[str]] = {
            "member": [*PEOPLE, STARTER],
            "planner": list(PEOPLE),
            "manager": elsewhere,
            "approver": elsewhere,
        }
        if kind != "project":
            roles[ROLE_OF[kind]] = self.deciders
        of_project = self.deciders if kind == "project" else elsewhere
        by_id = {role: [self.id_of(person) for person in some] for role, some in roles.items()}
        approvers = [self.id_of(person) for person in of_project]

        async def act(work: Work) -> None:
            await projects.set_roles(work.connection, self.mark, by_id)
            await projects.set_approvers(work.connection, self.project, approvers)
            await routing.reroute_on(work, [self.project])
            await routing.reroute_decided_in(work, self.mark)

        await self.as_(ADMINISTRATOR, act)


def _day(number: int) -> date:
    return (NOON + timedelta(days=number)).date()


async def stored_organisation(database: Database, organisation: Organisation) -> StoredOrganisation:
    """The unit of a story, and the request it is about."""
    made = StoredOrganisation(database, organisation)
    await made.as_(ADMINISTRATOR, lambda work: _unit(work, made))
    ask = _output_asked if organisation.kind == "production" else _entries_asked
    wish = await ask(made)
    for letting in organisation.all_lettings:
        await made.let(letting)
    made.deciders = sorted(organisation.deciders)
    await made.set_deciders()
    asked = await made.as_(organisation.requester, lambda work: asking.ask(work, wish))
    made.request = asked.requests[0].request.id
    if organisation.escalated:
        await made.as_("", lambda work: settling.escalate(work, made.request))
    return made


async def _unit(work: Work, made: StoredOrganisation) -> None:
    organisation = made.organisation
    for person in (*PEOPLE, STARTER):
        await projects.insert_person(work.connection, id=made.id_of(person), name=person)
    above = LESS_THAN_ALL_IS_WORTH if organisation.needed_more else MORE_THAN_ALL_IS_WORTH
    policy = Policy(
        allow_self_decision=organisation.own_allowed,
        quorum=organisation.quorum,
        second_approver_above=Money(above, "USD"),
        escalate_to=made.id_of(organisation.escalation) if organisation.escalation else None,
    )
    await projects.insert_unit(work.connection, NewUnit(made.mark, "Oslo", "USD", policy, by="admin"))
    made.project = new_id()
    values: Mapping[str, Any] = {
        **dict.fromkeys(("code", "client", "resourcing_cost", "interorg_sales")),
        "id": made.project,
        "unit_id": made.mark,
        "name": "Alfa",
        "billing": "time_and_materials",
        "currency": "USD",
        "cost_currency": "USD",
        "exchange_rate": Decimal(1),
        "cost_price": Decimal(100),
        "sales_price": Decimal(200),
    }
    await projects.insert_project(work.connection, values)
    await projects.set_customers(work.connection, made.project, [Customer("Acme", Decimal(100), rounding=True)])
    everybody = [made.id_of(person) for person in (*PEOPLE, STARTER)]
    await projects.set_approvers(work.connection, made.project, [made.id_of(STARTER)])
    roles = {"member": everybody, "planner": everybody, "approver": everybody, "manager": [made.id_of(STARTER)]}
    await projects.set_roles(work.connection, made.mark, roles)


async def _entries_asked(made: StoredOrganisation) -> Wish:
    """An approved entry of each owner."""
    made.subjects = [await _approved_entry(made, owner) for owner in made.organisation.owners]
    return Wish(tuple(made.subjects), "Wrong day")


async def _approved_entry(made: StoredOrganisation, owner: str) -> str:
    project = made.project if made.organisation.kind == "project" else None
    values = _draft(made) | {"owner_id": made.id_of(owner), "project_id": project}
    id = await made.as_(owner, lambda work: entries.create(work, values))
    await made.as_(owner, lambda work: entries.submit(work, [id]))
    await made.as_(STARTER, lambda work: entries.approve(work, [id], billable=None, billing_type=None))
    return id


def _draft(made: StoredOrganisation) -> dict[str, Any]:
    body = {
        "unit": made.mark,
        "kind": "time",
        "date": _day(DAY_OF_WORK).isoformat(),
        "quantity": "8",
        "cost_price": "100",
    }
    given = NewEntry.model_validate(body)
    values: dict[str, Any] = given.model_dump(mode="python", exclude={"project", "unit", "owner", "date"})
    return values | {"unit_id": made.mark, "work_date": given.date}


async def _output_asked(made: StoredOrganisation) -> Wish:
    """Output that each owner has posted."""
    item = Item("", "BOLT", Decimal(50))
    await made.as_(ADMINISTRATOR, lambda work: production_setup.create_item(work, made.mark, item, description=None))
    lines = [WantedLine(NewOrderLine(1, item.number, Decimal(100), operations=(), components=()))]
    await made.as_(
        ADMINISTRATOR,
        lambda work: production_setup.create_order(work, made.mark, "RPO-1", status=OrderStatus.RELEASED, lines=lines),
    )
    line = OutputLine("RPO-1", figures=Figures(output=Decimal(10)))
    for owner in made.organisation.owners:
        posted = await made.as_(owner, lambda work: production_posting.post_output(work, made.mark, [line]))
        made.subjects.append(posted.lines[0].entries[0])
    choices = [output(subject) for subject in made.subjects]
    return Wish(tuple(made.subjects), "Wrong count", kind="production", of=ProductionRecallable(choices))
