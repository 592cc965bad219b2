"""Whatever is done to a request, in whatever order and by whomever: it keeps what reliability.md promises (I3, I4, I5, I9)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.recall.authority import Authority
from domain.recall.deciding import Decision, LineAtDecision, check_decision, decide_settle, decided_lines
from domain.recall.ending import decide_expire, decide_withdraw
from domain.recall.policy import Policy
from domain.recall.request import (
    UNSETTLED,
    Event,
    Line,
    LineApproved,
    LineBlocked,
    LineExpired,
    LineRecalled,
    LineRejected,
    LineStatus,
    LineWithdrawn,
    Request,
    RequestEnded,
    RequestStatus,
    Verdict,
    evolve,
)
from domain.refusals import Code, Refusal
from tests.counts import count

pytestmark = pytest.mark.property

PEOPLE = ("ada", "bob", "cid", "dan", "eva")
LINES = ("E1", "E2", "E3", "E4")
FINAL_EVENTS = (LineRecalled, LineRejected, LineWithdrawn, LineExpired)

DECIDED = (LineRecalled, LineRejected, LineApproved, LineBlocked)

people = st.sampled_from(PEOPLE)
groups = st.frozensets(people, max_size=4)
quorums = st.just(1) | st.integers(2, 3)
policies = st.builds(Policy, allow_self_decision=st.booleans(), withdraw_allowed=st.booleans(), quorum=quorums)


@dataclass(frozen=True)
class Decide:
    """Somebody decides. `changed` lines have other rows by now than those that were seen, `blocked` ones may not be taken back."""

    decision: Decision
    changed: frozenset[str]
    blocked: frozenset[str]


@dataclass(frozen=True)
class Withdraw:
    by: str


@dataclass(frozen=True)
class Expire:
    pass


Command = Decide | Withdraw | Expire
names = st.sampled_from((*LINES, "E9"))
chosen = st.none() | st.lists(names, max_size=4).map(tuple)
some = st.frozensets(st.sampled_from(LINES), max_size=2)
decisions = st.builds(Decide, st.builds(Decision, people, st.sampled_from(Verdict), chosen), some, some)
commands = st.lists(decisions | decisions | decisions | st.builds(Withdraw, people) | st.just(Expire()), max_size=12)


@dataclass(frozen=True)
class World:
    request: Request
    approvers: frozenset[str]
    acts_for: Mapping[str, frozenset[str]]

    def authority(self, person: str) -> Authority:
        return Authority(person in self.approvers, self.acts_for.get(person, frozenset()))

    def may_decide(self, person: str) -> bool:
        """Section 7, in words of its own: an approver who is no party and acts for none, unless the policy allows it."""
        parties = {self.request.requester, *(line.owner for line in self.request.lines.values())}
        party = bool(({person} | self.acts_for.get(person, frozenset())) & parties)
        return person in self.approvers and (self.request.policy.allow_self_decision or not party)


def lines_of(owners: list[str]) -> dict[str, Line]:
    return {name: Line(name, owner, f"plan of {name}") for name, owner in zip(LINES, owners, strict=False)}


requests = st.builds(
    Request, st.just("R1"), people, policies, st.lists(people, min_size=1, max_size=len(LINES)).map(lines_of)
)
worlds = st.builds(World, requests, groups, st.dictionaries(people, groups, max_size=2))


def play(world: World, request: Request, command: Command) -> tuple[tuple[Event, ...], tuple[Refusal, ...]]:
    """What a command leads to, through the same functions as in the service."""
    match command:
        case Decide():
            return settle(world, request, command)
        case Withdraw(by):
            outcome = decide_withdraw(request, by)
            return ((), (outcome,)) if isinstance(outcome, Refusal) else (outcome, ())
        case Expire():
            return decide_expire(request), ()


def settle(world: World, request: Request, command: Decide) -> tuple[tuple[Event, ...], tuple[Refusal, ...]]:
    authority = world.authority(command.decision.by)
    refusals = check_decision(request, command.decision, authority)
    if refusals:
        return (), refusals
    decided = decided_lines(request, command.decision)
    seen = {name: request.lines[name].plan_hash for name in decided}
    now = {name: at_decision(request.lines[name], command) for name in decided}
    settlement = decide_settle(request, command.decision, authority=authority, seen=seen, now=now)
    return settlement.events, settlement.refusals


def at_decision(line: Line, command: Decide) -> LineAtDecision:
    refusal = Refusal(Code.ON_DRAFT_INVOICE, line.subject, {"invoice": "INV-1"})
    plan_hash = line.plan_hash + "'" if line.subject in command.changed else line.plan_hash
    return LineAtDecision(refusal if line.subject in command.blocked else None, plan_hash)


@dataclass(frozen=True)
class Step:
    command: Command
    before: Request
    events: tuple[Event, ...]
    refusals: tuple[Refusal, ...]
    after: Request


def played(world: World, chosen_commands: list[Command]) -> list[Step]:
    steps = []
    request = world.request
    for command in chosen_commands:
        events, refusals = play(world, request, command)
        after = evolve(request, *events)
        steps.append(Step(command, request, events, refusals, after))
        request = after
    return steps


histories = st.tuples(worlds, commands).map(lambda drawn: (drawn[0], played(*drawn)))
History = tuple[World, list[Step]]
often = settings(max_examples=count(150, 5000), deadline=None)


@often
@given(histories)
def test_a_line_has_one_final_state_and_never_leaves_it(history: History) -> None:
    _, steps = history

    final = Counter(event.subject for step in steps for event in step.events if isinstance(event, FINAL_EVENTS))

    assert all(times == 1 for times in final.values())
    for step in steps:
        for name, line in step.before.lines.items():
            assert line.status in UNSETTLED or step.after.lines[name] == line


@often
@given(histories)
def test_the_status_of_a_request_agrees_with_its_lines(history: History) -> None:
    _, steps = history

    for step in steps:
        found = {line.status for line in step.after.lines.values()}
        assert (step.after.status is RequestStatus.AWAITING_DECISION) == bool(found & UNSETTLED)
        if found == {LineStatus.RECALLED}:
            assert step.after.status is RequestStatus.RECALLED
        if found == {LineStatus.REJECTED}:
            assert step.after.status is RequestStatus.REJECTED
        if step.after.status is not RequestStatus.AWAITING_DECISION:
            is_partly = LineStatus.RECALLED in found and len(found) > 1
            assert (step.after.status is RequestStatus.PARTLY_RECALLED) == is_partly
        if step.after.status is RequestStatus.WITHDRAWN:
            assert LineStatus.WITHDRAWN in found
        if step.after.status is RequestStatus.EXPIRED:
            assert LineStatus.EXPIRED in found
        for line in step.after.lines.values():
            assert (line.status is LineStatus.BLOCKED) == (line.blocked_by is not None)


@often
@given(histories)
def test_nothing_is_settled_without_a_decision_by_somebody_who_may(history: History) -> None:
    world, steps = history

    for step in steps:
        settled = [event for event in step.events if isinstance(event, DECIDED)]
        if not settled:
            continue
        assert isinstance(step.command, Decide)
        decision = step.command.decision
        assert world.may_decide(decision.by)
        for event in settled:
            assert decision.lines is None or event.subject in decision.lines
            assert isinstance(event, LineRejected) == (decision.verdict is Verdict.REJECT)
            stopped = event.subject in step.command.blocked | step.command.changed
            assert isinstance(event, LineBlocked) == (stopped and decision.verdict is Verdict.APPROVE)


@often
@given(histories)
def test_a_line_is_recalled_by_as_many_people_as_the_quorum_says(history: History) -> None:
    world, steps = history
    approvers: dict[str, set[str]] = {name: set() for name in world.request.lines}

    for step in steps:
        for event in step.events:
            if isinstance(event, LineApproved | LineRecalled):
                assert isinstance(step.command, Decide)
                approvers[event.subject].add(step.command.decision.by)
            if isinstance(event, LineApproved):
                assert len(approvers[event.subject]) < world.request.policy.quorum
            if isinstance(event, LineRecalled):
                assert len(approvers[event.subject]) >= world.request.policy.quorum


def test_approvals_of_different_rows_do_not_add_up() -> None:
    request = Request("R1", "bob", Policy(quorum=2), {"E1": Line("E1", "bob", "old rows")})
    approver = Authority(is_approver=True)

    for person, rows in (("ada", "old rows"), ("cid", "new rows")):
        decision = Decision(person, Verdict.APPROVE)
        at_that_time = {"E1": LineAtDecision(None, rows)}
        settlement = decide_settle(request, decision, authority=approver, seen={"E1": rows}, now=at_that_time)
        request = evolve(request, *settlement.events)

    assert request.status is RequestStatus.AWAITING_DECISION


def test_an_approver_and_their_delegate_count_once_for_a_quorum() -> None:
    own, lent = Authority(is_approver=True), Authority(is_approver=True, on_behalf_of="ada")
    approvals = [("ada", own), ("dan", lent)]

    for (first, its_right), (second, other_right) in (approvals, approvals[::-1]):
        request = Request("R1", "bob", Policy(quorum=2), {"E1": Line("E1", "bob", "rows")})
        now = {"E1": LineAtDecision(None, "rows")}
        decision = Decision(first, Verdict.APPROVE)
        settlement = decide_settle(request, decision, authority=its_right, seen={"E1": "rows"}, now=now)
        request = evolve(request, *settlement.events)

        refusals = check_decision(request, Decision(second, Verdict.APPROVE), other_right)

        assert [refusal.code for refusal in refusals] == [Code.ALREADY_DECIDED]
        assert request.status is RequestStatus.AWAITING_DECISION


def test_a_party_cannot_decide_through_a_delegate() -> None:
    request = Request("R1", "bob", Policy(), {"E1": Line("E1", "cid", "rows")})

    for party in ("bob", "cid"):
        lent = Authority(is_approver=True, on_behalf_of=party)

        refusals = check_decision(request, Decision("dan", Verdict.APPROVE), lent)

        assert [refusal.code for refusal in refusals] == [Code.OWN_REQUEST]


@often
@given(histories)
def test_a_refused_command_gives_no_events(history: History) -> None:
    _, steps = history

    for step in steps:
        whole = [refusal for refusal in step.refusals if refusal.subject == "R1"]
        assert not whole or not step.events
        if step.before.status is not RequestStatus.AWAITING_DECISION:
            assert step.events == ()
        if step.refusals and not any(isinstance(event, LineBlocked) for event in step.events):
            assert step.events == ()
            assert step.after == step.before


@often
@given(histories)
def test_somebody_without_the_right_is_told_so_before_anything_else(history: History) -> None:
    world, steps = history

    for step in steps:
        if isinstance(step.command, Decide) and not world.may_decide(step.command.decision.by):
            code = Code.OWN_REQUEST if step.command.decision.by in world.approvers else Code.NOT_APPROVER
            assert [refusal.code for refusal in step.refusals] == [code]


@often
@given(histories)
def test_history_alone_rebuilds_the_request(history: History) -> None:
    world, steps = history
    if not steps:
        return

    events = [event for step in steps for event in step.events]

    one_by_one = world.request
    for event in events:
        one_by_one = evolve(one_by_one, event)
    assert evolve(world.request, *events) == one_by_one == steps[-1].after
    assert sum(isinstance(event, RequestEnded) for event in events) <= 1
    assert not any(isinstance(event, RequestEnded) for event in events[:-1])


@often
@given(histories)
def test_the_same_command_on_the_same_request_gives_the_same(history: History) -> None:
    world, steps = history

    for step in steps:
        assert play(world, step.before, step.command) == (step.events, step.refusals)


@often
@given(histories)
def test_who_withdraws_is_a_party_and_the_policy_allows_it(history: History) -> None:
    world, steps = history
    parties = {world.request.requester, *(line.owner for line in world.request.lines.values())}

    for step in steps:
        if any(isinstance(event, LineWithdrawn) for event in step.events):
            assert isinstance(step.command, Withdraw)
            assert step.command.by in parties
            assert world.request.policy.withdraw_allowed
            assert step.after.status in {RequestStatus.WITHDRAWN, RequestStatus.PARTLY_RECALLED}


@often
@given(worlds, decisions)
def test_a_decision_on_no_line_or_on_a_line_twice_is_refused(world: World, command: Decide) -> None:
    decision = command.decision
    if not world.may_decide(decision.by) or decision.lines is None:
        return

    refusals = check_decision(world.request, decision, world.authority(decision.by))

    codes = {refusal.code for refusal in refusals}
    assert (Code.NOTHING_SELECTED in codes) == (decision.lines == ())
    assert (Code.DUPLICATE_LINE in codes) == (len(set(decision.lines)) < len(decision.lines))
