"""Posted production as the store side of something recallable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from application.production_parts import Found, load
from application.rights import RightToDecide, Settling, unit_authorities
from domain.money import Money, plain, round_amount, total
from domain.production.describing import show_capacity, show_entry
from domain.production.model import Capacity, Entry
from domain.production.recall_facts import CapacityPart, Choice, Heading, OutputPart, Part, ProductionFacts
from domain.production.recall_rules import ProductionEntries, planned
from domain.production.reversal import asked_quantity
from domain.production.rows import joined
from domain.production.worth import worth_of
from domain.recall.authority import Authority
from domain.recall.kinds import Subject
from domain.recall.plan import Row
from domain.recall.request import Event, LineRecalled
from store import production_books, production_ledger, production_recalls, projects
from store.database import Connection
from store.history import Act
from store.ids import is_id
from store.production_recalls import RegisterHead
from store.turns import aside
from store.writes import write


class ProductionRecallable:
    """Implements application.recallable.Recallable for output, capacity, consumption and whole registers.

    `choices` are those of a request that is being made; what stored requests chose is stored.
    """

    kind = ProductionEntries()

    def __init__(self, choices: Iterable[Choice] = ()) -> None:
        """The first choice of a subject counts; naming it again is a duplicate line anyway."""
        self._choices: dict[str, Choice] = {}
        for choice in choices:
            self._choices.setdefault(choice.subject, choice)

    async def subjects(
        self, connection: Connection, ids: Sequence[str], *, person: str, lock: bool
    ) -> Mapping[str, Subject[ProductionFacts]]:
        """The entries and registers there are; all of a unit are decided together."""
        choices = {id: self._choices[id] for id in dict.fromkeys(ids) if is_id(id) and id in self._choices}
        found = await load(connection, choices, lock=lock)
        facts = await _with_company(connection, found)
        heads = found.heads
        deciders = {unit: await _deciders(connection, unit) for unit in {head.unit for head in heads.values()}}
        members = {unit: await _may_ask(connection, unit, person) for unit in deciders}

        def subjects() -> dict[str, Subject[ProductionFacts]]:
            return {
                id: _subject(fact, heads[id], deciders[heads[id].unit], may_ask=members[heads[id].unit])
                for id, fact in facts.items()
            }

        return await aside(len(facts), subjects)

    async def facts(self, connection: Connection, ids: Sequence[str], *, lock: bool) -> Mapping[str, ProductionFacts]:
        """What open lines name, with all that reversals took of it."""
        choices = await production_recalls.choices(connection, ids) if ids else {}
        return (await load(connection, choices, lock=lock)).facts

    def label(self, facts: ProductionFacts) -> str:
        """Day, type, quantity and order, for example "2026-02-02 output 40 RPO-1"; a register by its number."""
        if facts.choice.heading is Heading.REGISTER or not facts.parts:
            return f"register {facts.title}"[:200]
        return f"{_words(facts.parts[0], facts.choice)} {facts.title}"[:200]

    def worth(self, facts: Sequence[ProductionFacts]) -> Money:
        """The cost taken back, line by line (domain.production.worth)."""
        currency = facts[0].currency if facts else "XXX"
        return Money(round_amount(self.base_worth(facts), currency), currency)

    def base_worth(self, facts: Sequence[ProductionFacts]) -> Decimal:
        """The same: costs are in the currency of the unit."""
        return total(worth_of(one) for one in facts)

    async def authorities(self, connection: Connection, questions: Sequence[RightToDecide]) -> list[Authority]:
        """Approvers of the unit, the escalation person, and delegates of either."""
        return await unit_authorities(connection, questions)

    async def facts_and_authority(
        self, connection: Connection, ids: Sequence[str], right: RightToDecide, *, lock: bool
    ) -> tuple[Mapping[str, ProductionFacts], Authority]:
        """One after the other: the facts take several statements anyway."""
        facts = await self.facts(connection, ids, lock=lock)
        return facts, (await self.authorities(connection, [right]))[0]

    async def mark_requested(self, connection: Connection, facts: Mapping[str, ProductionFacts], *, act: Act) -> None:
        """A request holds nothing (output-reversal 4.1); what its lines chose is kept."""
        del act
        await production_recalls.keep_choices(connection, [one.choice for one in facts.values()])

    async def written(self, connection: Connection, ids: Sequence[str], *, request: str) -> Mapping[str, Sequence[Row]]:
        """The rows a request has written for its settled lines, each with its own id."""
        return await _written(connection, ids, request) if ids else {}

    async def settle(
        self,
        connection: Connection,
        events: Sequence[Event],
        facts: Mapping[str, ProductionFacts],
        *,
        settling: Settling,
    ) -> None:
        """Write the reversals of the recalled lines as one register; a line that ends otherwise changes nothing."""
        await write(connection, *settling.along)
        recalled = [facts[event.subject] for event in events if isinstance(event, LineRecalled)]
        if not recalled:
            return
        rows = joined(one for fact in recalled for one in planned(fact, settling.context))
        register = production_ledger.Register(recalled[0].unit, "recall", settling.request)
        await production_ledger.write(connection, rows, register, act=settling.act)


async def _with_company(connection: Connection, found: Found) -> dict[str, ProductionFacts]:
    """The facts with what else names the same: lines of this request before it, and open requests."""
    names = await aside(len(found.facts), lambda: {id: (id, *found.related(id)) for id in found.facts})
    asked = {name for some in names.values() for name in some}
    pending = await production_recalls.open_requests(connection, asked) if asked else {}
    return await aside(len(found.facts), lambda: _named_before(found, names, pending))


def _named_before(
    found: Found, names: Mapping[str, Sequence[str]], pending: Mapping[str, str]
) -> dict[str, ProductionFacts]:
    named: set[str] = set()
    whole = {}
    for id, fact in found.facts.items():
        rows = found.rows(id)
        request = next((pending[one] for one in names[id] if one in pending), None)
        whole[id] = replace(fact, also_named=bool(rows & named), open_request=request)
        named |= rows
    return whole


async def _deciders(connection: Connection, unit: str) -> str:
    """Who is asked first."""
    return next(iter(await production_recalls.approvers(connection, unit)), "")


async def _may_ask(connection: Connection, unit: str, person: str) -> bool:
    """Any team member or planner of the unit may ask (output-reversal 4)."""
    return bool({"member", "planner"} & await projects.roles_of(connection, unit, person))


def _subject(fact: ProductionFacts, head: RegisterHead, decider: str, *, may_ask: bool) -> Subject[ProductionFacts]:
    return Subject(
        id=fact.choice.subject,
        unit=head.unit,
        title=f"{head.unit_name} {fact.title}",
        owner=fact.poster,
        acts_for_owner=may_ask,
        group=(head.unit, decider),
        open_request=None,  # its place among the checks is the kind's own (output-reversal 4.1)
        facts=fact,
        askers="production",
    )


def _words(part: Part, choice: Choice) -> str:
    if isinstance(part, CapacityPart):
        return f"{part.capacity.date.isoformat()} capacity {part.capacity.operation}"
    quantity = asked_quantity(part, choice) if isinstance(part, OutputPart) else abs(part.entry.quantity)
    return f"{part.entry.date.isoformat()} {part.entry.type.value} {plain(quantity)}"


async def _written(connection: Connection, ids: Sequence[str], request: str) -> Mapping[str, Sequence[Row]]:
    """Rows by the subject their original is, or belongs to: itself, the output of its posting, its register."""
    wrote = await production_recalls.written_by(connection, request)
    entries = await production_books.entries(connection, [*wrote.entries, *wrote.entries.values()])
    capacities = await production_recalls.capacities(connection, [*wrote.capacities, *wrote.capacities.values()])
    unit = await production_recalls.currency_of(connection, request)
    found: dict[str, list[Row]] = {id: [] for id in ids}
    for id, original in wrote.entries.items():
        subject = _subject_of(entries[original], found)
        if subject is not None:
            found[subject].append({"id": id, **show_entry(entries[id], reverses=original, currency=unit)})
    for id, original in wrote.capacities.items():
        subject = _subject_of(capacities[original], found)
        if subject is not None:
            found[subject].append({"id": id, **show_capacity(capacities[id], reverses=original, currency=unit)})
    return found


def _subject_of(original: Entry | Capacity, subjects: Mapping[str, object]) -> str | None:
    beside = original.item_entry if isinstance(original, Capacity) else None
    return next((one for one in (original.id, beside, original.register) if one in subjects), None)
