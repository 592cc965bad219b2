"""The tables of project-recall, sections 1 and 2, written out: every action in every status, and what follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from domain.project.entries import Entry, EntryAction, EntryEvent, EntryFacts, EntryKind, EntryStatus, decide, evolve
from domain.refusals import Code, Refusal

pytestmark = pytest.mark.unit

STATUSES = ("draft", "submitted", "approved", "returned", "rejected", "recall_requested", "deleted")
OWNER = EntryFacts(acts_for_owner=True, approves=False)
APPROVER = EntryFacts(acts_for_owner=False, approves=True)
NOBODY = EntryFacts(acts_for_owner=False, approves=False)

# action: who, from which statuses, the status after for time and for the other kinds, the code elsewhere
ACTIONS = {
    "edit": (OWNER, {"draft", "returned", "rejected"}, "same", "same", "locked"),
    "delete": (OWNER, {"draft", "returned", "rejected"}, "deleted", "deleted", "locked"),
    "submit": (OWNER, {"draft", "returned", "rejected"}, "submitted", "submitted", "wrong_status"),
    "recall": (OWNER, {"submitted"}, "draft", "draft", "not_recallable"),
    "approve": (APPROVER, {"submitted"}, "approved", "approved", "wrong_status"),
    "reject": (APPROVER, {"submitted"}, "returned", "rejected", "wrong_status"),
    "cancel_approval": (APPROVER, {"approved"}, "submitted", "submitted", "wrong_status"),
}
# what a recall request does: from, the status after for time and for the other kinds
REQUEST_EVENTS = {
    "recall_requested": ("approved", "recall_requested", "recall_requested"),
    "recalled": ("recall_requested", "returned", "rejected"),
    "recall_rejected": ("recall_requested", "approved", "approved"),
    "recall_withdrawn": ("recall_requested", "approved", "approved"),
    "recall_expired": ("recall_requested", "approved", "approved"),
}
STAGES = {
    "submitted": "submitted",
    "approved": "approved",
    "rejected": "rejected",
    "taken_back": "closed",
    "recall_requested": "recall_requested",
    "recalled": "rejected",
    "recall_rejected": "recall_rejected",
    "recall_withdrawn": "approved",
    "recall_expired": "approved",
    "approval_canceled": "submitted",
}


def entry(kind: str, status: str) -> Entry:
    drawn = Entry("E1", "P1", "bob", EntryKind(kind), date(2026, 2, 2), Decimal(8))
    return replace(drawn, status=EntryStatus(status))


@pytest.mark.parametrize("kind", ["time", "expense", "material"])
@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_follows_the_table(kind: str, status: str, action: str) -> None:
    who, possible_from, after_time, after_other, code = ACTIONS[action]
    before = entry(kind, status)

    outcome = decide(before, EntryAction(action), who)

    if status not in possible_from:
        assert isinstance(outcome, Refusal)
        assert (outcome.code, outcome.subject, outcome.facts) == (code, "E1", {"status": status})
    else:
        assert isinstance(outcome, EntryEvent)
        expected = after_time if kind == "time" else after_other
        assert evolve(before, outcome).status == (status if expected == "same" else expected)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("action", ACTIONS)
def test_a_right_that_is_missing_comes_before_the_status(status: str, action: str) -> None:
    wrong = OWNER if ACTIONS[action][0] is APPROVER else APPROVER
    code = "not_approver" if ACTIONS[action][0] is APPROVER else "not_yours"
    facts = {"why": "entry_of_another"} if action in {"edit", "delete", "submit"} else {}

    for person in (wrong, NOBODY):
        outcome = decide(entry("time", status), EntryAction(action), person)
        assert outcome == Refusal(Code(code), "E1", facts)


@pytest.mark.parametrize("status", STATUSES)
def test_nobody_cancels_the_approval_of_what_is_their_own_unless_the_policy_lets_them(status: str) -> None:
    both = EntryFacts(acts_for_owner=True, approves=True)

    assert decide(entry("time", status), EntryAction.CANCEL_APPROVAL, both) == Refusal(
        Code.OWN_REQUEST, "E1", {"why": "own_entry"}
    )
    assert isinstance(decide(entry("time", "submitted"), EntryAction.APPROVE, both), EntryEvent)
    let = replace(both, decides_own=True)
    assert isinstance(decide(entry("time", "approved"), EntryAction.CANCEL_APPROVAL, let), EntryEvent)


@pytest.mark.parametrize("kind", ["time", "expense", "material"])
@pytest.mark.parametrize("event", REQUEST_EVENTS)
def test_what_becomes_of_a_request_becomes_of_the_entry(kind: str, event: str) -> None:
    before, after_time, after_other = REQUEST_EVENTS[event]

    assert evolve(entry(kind, before), EntryEvent(event)).status == (after_time if kind == "time" else after_other)


@pytest.mark.parametrize("event", list(EntryEvent))
def test_the_approval_record_follows_the_table(event: EntryEvent) -> None:
    stage = evolve(entry("time", "draft"), event).stage

    assert (stage.value if stage else None) == STAGES.get(event.value)


def test_every_action_and_every_event_is_in_a_table() -> None:
    assert set(ACTIONS) == {action.value for action in EntryAction}
    assert set(EntryEvent) >= {EntryEvent(name) for name in (*REQUEST_EVENTS, *STAGES)}
