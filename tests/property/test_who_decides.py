"""Who decides, over random organisations: the rules of the domain beside a plain model (project-recall, sections 6 and 7).

tests/property/test_who_decides_stored.py plays the same stories on a database.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings

from domain.money import Money
from domain.recall.authority import Authority, Claim, WaitingDecision, authority_over
from domain.recall.deciding import Decision, LineAtDecision, check_decision, decide_settle
from domain.recall.delegation import Delegation, Purpose
from domain.recall.policy import Policy
from domain.recall.request import Line, Request, Verdict, evolve
from tests.counts import LONG, MUTANTS, count
from tests.organisations import TOLD, Change, Letting, Organisation, Story, Try, stories
from tests.who_decides import EVERYTHING, SELDOM, Taken, compare

pytestmark = pytest.mark.property

TODAY = date(2026, 2, 26)
"""Days are counted over the end of a month."""


def day(number: int) -> date:
    return TODAY + timedelta(days=number)


@dataclass(slots=True)
class Rules:
    """Plays a story by the rules alone."""

    organisation: Organisation
    request: Request
    deciders: set[str]
    lettings: list[Letting]
    escalated: bool
    today: int = 0
    waiting: list[tuple[Taken, Decision]] = field(default_factory=list)

    def authority(
        self, person: str, *, lines: tuple[str, ...] | None = None, settled: Taken | None = None
    ) -> Authority:
        escalation = self.organisation.escalation
        also = {escalation} if self.escalated and escalation else set()
        claim = Claim(
            person,
            day(self.today if settled is None else settled.day),
            deciders=frozenset(self.deciders | also),
            delegations=[_delegation(one) for one in self.lettings if one.taker == person],
            lines=lines,
            waiting=[] if settled else [self._waiting(taken) for taken, _ in self.waiting],
            settled_by=None if settled is None else settled.right_of,
        )
        return authority_over(self.request, claim)

    def _waiting(self, taken: Taken) -> WaitingDecision:
        lines = {f"L{number}": "plan" for number in taken.lines}
        return WaitingDecision(taken.by, taken.right_of, Verdict(taken.verdict), lines)

    async def take(self, tried: Try) -> str | Taken:
        lines = None if tried.lines is None else tuple(f"L{number}" for number in tried.lines)
        decision = Decision(tried.person, Verdict(tried.verdict), lines)
        authority = self.authority(tried.person, lines=lines)
        refusals = check_decision(self.request, decision, authority)
        if refusals:
            return refusals[0].code.value
        named = tuple(self.request.open_lines) if lines is None else lines
        numbers = tuple(int(name[1:]) for name in named)
        taken = Taken(tried.person, authority.on_behalf_of or tried.person, tried.verdict, numbers, self.today)
        self.waiting.append((taken, replace(decision, lines=named)))
        return taken

    async def change(self, change: Change) -> None:
        match change.what:
            case "grant":
                self.deciders.add(change.person)
            case "revoke":
                self.deciders.remove(change.person)
            case "let":
                self.lettings.append(change.letting)
            case "end":
                mine = [one for one in self.lettings if one.taker == change.person and one.ended is None]
                number = self.lettings.index(mine[0])
                self.lettings[number] = replace(mine[0], ended=self.today)
            case "escalate":
                self.escalated = True
            case "day":
                self.today += 1

    @property
    def refuses_the_rest(self) -> bool:
        """The rule is asked of each decision."""
        return False

    async def settle(self) -> str | None:
        taken, decision = self.waiting.pop(0)
        authority = self.authority(taken.by, settled=taken)
        now = {name: LineAtDecision(None, "plan") for name in self.request.open_lines}
        seen = dict.fromkeys(now, "plan")
        settlement = decide_settle(self.request, decision, authority=authority, seen=seen, now=now)
        self.request = evolve(self.request, *settlement.events)
        whole = [one.code.value for one in settlement.refusals if one.subject == self.request.id]
        return whole[0] if whole else None

    async def standing(self) -> list[str]:
        return [line.status.value for line in self.request.lines.values()]


def _delegation(one: Letting) -> Delegation:
    ended_on = None if one.ended is None else day(one.ended)
    return Delegation(one.giver, one.taker, day(one.since), day(one.until), Purpose(one.purpose), ended_on)


def rules_of(organisation: Organisation) -> Rules:
    policy = Policy(
        allow_self_decision=organisation.own_allowed,
        quorum=organisation.quorum,
        second_approver_above=Money(Decimal(100), "USD"),
    )
    lines = {f"L{number}": Line(f"L{number}", owner, "plan") for number, owner in enumerate(organisation.owners)}
    worth = Decimal(101 if organisation.needed_more else 100)
    return Rules(
        organisation,
        Request("R1", organisation.requester, policy, lines, base_worth=worth),
        set(organisation.deciders),
        list(organisation.all_lettings),
        escalated=organisation.escalated,
    )


def test_the_rules_answer_as_the_model_does() -> None:
    seen = Counter[str]()

    @settings(max_examples=count(80, 4_000), deadline=None)
    @given(stories())
    def play(story: Story) -> None:
        asyncio.run(compare(story, rules_of(story.organisation), seen))

    for story in TOLD:
        asyncio.run(compare(story, rules_of(story.organisation), seen))
    play()

    if not MUTANTS:
        assert seen.keys() >= (EVERYTHING if LONG else EVERYTHING - SELDOM), seen
