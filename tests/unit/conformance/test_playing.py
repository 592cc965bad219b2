"""Cases played against a service in memory: what passes, and above all what must not."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.unit.conformance.cases import APPROVED, REQUESTED, played, text
from tests.unit.conformance.fake_api import FakeApi
from tilbake.conformance.expectations import CHECKS
from tilbake.conformance.steps import VERBS

pytestmark = pytest.mark.unit

ASKED_AGAIN = REQUESTED.replace("R1", "R2").removeprefix(APPROVED)
BOTH_WAYS = REQUESTED + "- reject_recall: R1\n" + ASKED_AGAIN + "- reject_recall: R2"
RECALLED = "{entries: {E1: returned}, approvals: {E1: rejected}, recalls: {R1: recalled}, net_zero: [E1]}"


def problem_of(directory: Path, *, content: str, fake: FakeApi | None = None) -> str:
    (outcome,) = played(directory, content=content, fake=fake)
    return outcome.problem


def test_a_whole_recall_passes(tmp_path: Path) -> None:
    expect = """{
      entries: {E1: returned}, approvals: {E1: rejected}, recalls: {R1: recalled}, lines: {R1: {E1: recalled}},
      totals: {cost: 0, backlog: 0, billed: 0}, net_zero: [E1],
      actuals: {E1: [{type: cost, quantity: 8}, {type: cost, quantity: -8, reverses: true},
                     {type: unbilled_sales, amount: 1600}, {type: unbilled_sales, amount: -1600}]},
      history: {E1: [submitted, approved, recall_requested, returned]},
      decisions: {R1: [{by: mia, decision: approve, outcome: applied}]}}"""

    assert problem_of(tmp_path, content=text(REQUESTED + "- approve_recall: R1", expect=expect)) == ""


@pytest.mark.parametrize(
    ("expect", "words"),
    [
        ("{entries: {E1: approved}}", "entries E1: expected approved, got returned"),
        ("{approvals: {E1: approved}}", "approvals E1: expected approved, got rejected"),
        ("{recalls: {R1: rejected}}", "recalls R1: expected rejected, got recalled"),
        ("{lines: {R1: {E1: open}}}", "lines R1 E1: expected open, got recalled"),
        ("{lines: {R1: {E2: open}}}", "got no such line"),
        ("{blocked_by: {R1: {E1: on_draft_invoice}}}", "expected on_draft_invoice, got nothing"),
        ("{actuals: {E1: []}}", "actuals E1: not expected"),
        ("{actuals: {E1: [{price: 99}]}}", "no actual is {price: 99}"),
        ("{totals: {backlog: 1600}}", "totals backlog: expected 1600, got 0.00 USD"),
        ("{history: {E1: [submitted, returned]}}", "history E1"),
        ("{decisions: {R1: []}}", "decisions R1"),
        ("{decisions: {R1: [{by: noor}]}}", "'by': 'mia'"),
        ("{entries: {E7: returned}}", "E7 is no entry of this case"),
        ("{recalls: {R7: recalled}}", "no request was made under the name R7"),
    ],
)
def test_a_wrong_expectation_fails_with_what_was_expected_and_seen(tmp_path: Path, expect: str, words: str) -> None:
    problem = problem_of(tmp_path, content=text(REQUESTED + "- approve_recall: R1", expect=expect))

    assert problem.startswith("expect: ")
    assert words in problem


def test_an_expectation_between_steps_fails_with_its_step(tmp_path: Path) -> None:
    problem = problem_of(tmp_path, content=text("- submit: [E1]\n- expect: {entries: {E1: draft}}"))

    assert problem == "step 2 expect: entries E1: expected draft, got submitted"


def test_net_zero_fails_for_a_half_reversal_and_for_an_entry_without_actuals(tmp_path: Path) -> None:
    half = FakeApi(faults=frozenset({"half_reversal"}))

    after_recall = problem_of(tmp_path, content=text(REQUESTED + "- approve_recall: R1", expect=RECALLED), fake=half)
    of_a_draft = problem_of(tmp_path, content=text("[]", expect="{net_zero: [E1]}"))

    assert "net_zero E1: cost chargeable None sums to quantity 8" in after_recall
    assert "the entry has no actuals" in of_a_draft


def test_a_refused_step_with_its_code_passes(tmp_path: Path) -> None:
    assert problem_of(tmp_path, content=text("- approve: [E1]\n  refused: wrong_status")) == ""


def test_a_refused_step_with_another_code_fails(tmp_path: Path) -> None:
    problem = problem_of(tmp_path, content=text("- approve: [E1]\n  refused: locked"))

    assert problem.startswith("step 1 approve: expected refused locked, got refused wrong_status (422")


def test_codes_are_compared_line_by_line(tmp_path: Path) -> None:
    twice = "- request_recall: [E1, E1]\n  reason: x\n  refused: not_recallable"

    problem = problem_of(tmp_path, content=text(twice))

    assert "expected refused not_recallable, got refused not_recallable, not_recallable" in problem


def test_a_step_that_should_be_refused_and_is_not_fails(tmp_path: Path) -> None:
    problem = problem_of(tmp_path, content=text("- submit: [E1]\n  refused: locked"))

    assert problem == "step 1 submit: expected refused locked, got success"


def test_a_step_that_is_refused_and_should_not_be_fails(tmp_path: Path) -> None:
    problem = problem_of(tmp_path, content=text("- approve: [E1]"))

    assert problem.startswith("step 1 approve: expected success, got refused wrong_status")


def test_a_refusal_that_changes_something_fails(tmp_path: Path) -> None:
    fake = FakeApi(faults=frozenset({"changes_on_refusal"}))

    problem = problem_of(tmp_path, content=text("- approve: [E1]\n  refused: wrong_status"), fake=fake)

    assert problem.endswith("but entry E1 changed (status: draft -> returned)")


BLOCKED = (
    REQUESTED
    + "- draft_invoice: [E1]\n  as: I1\n- approve_recall: R1\n  refused: on_draft_invoice\n"
    + "- expect: {lines: {R1: {E1: blocked}}, blocked_by: {R1: {E1: on_draft_invoice}}}\n"
)


@pytest.mark.parametrize("case", ["T-1", "T-2", "T-3", "T-4"])
def test_a_blocked_decision_is_a_refusal_by_either_way_and_can_be_repeated(tmp_path: Path, case: str) -> None:
    steps = BLOCKED + "- delete_invoice: I1\n- approve_recall: R1"

    assert problem_of(tmp_path, content=text(steps, case=case, expect=RECALLED)) == ""


@pytest.mark.parametrize("case", ["T-1", "T-2", "T-3", "T-4"])
def test_a_refused_decision_that_changes_the_ledger_fails(tmp_path: Path, case: str) -> None:
    fake = FakeApi(faults=frozenset({"changes_on_refusal"}))

    problem = problem_of(tmp_path, content=text(BLOCKED, case=case), fake=fake)

    assert "refused on_draft_invoice as expected, but actuals E1 changed" in problem


def test_where_only_some_lines_fail_the_decision_succeeds(tmp_path: Path) -> None:
    two = """\
        - submit: [E1, E2]
        - approve: [E1, E2]
        - request_recall: [E1, E2]
          reason: x
          as: R1
        - draft_invoice: [E2]
        - approve_recall: R1
        """
    entry = "{{id: E{0}, kind: time, date: 2026-02-02, quantity: 8}}"
    world = f"entries: [{entry.format(1)}, {entry.format(2)}]"
    expect = "{lines: {R1: {E1: recalled, E2: blocked}}, recalls: {R1: awaiting_decision}}"

    assert problem_of(tmp_path, content=text(two, world=world, expect=expect)) == ""


def test_decisions_go_by_webhook_and_by_api_in_turn_and_the_api_sends_the_etag_it_read(tmp_path: Path) -> None:
    fake = FakeApi()

    assert problem_of(tmp_path, content=text(BOTH_WAYS), fake=fake) == ""
    assert sorted(fake.sent_by) == ["api", "webhook"]
    assert fake.approvals_without_etag == 0


def test_who_may_not_decide_is_refused_at_the_door(tmp_path: Path) -> None:
    steps = REQUESTED + "- approve_recall: R1\n  by: sid\n  refused: not_approver\n- reject_recall: R1\n"

    assert problem_of(tmp_path, content=text(steps, expect="{approvals: {E1: recall_rejected}}")) == ""


def test_a_decision_that_never_settles_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tilbake.conformance.deciding.SETTLE_SECONDS", 0.05)
    fake = FakeApi(faults=frozenset({"never_settles"}))

    problem = problem_of(tmp_path, content=text(BOTH_WAYS), fake=fake)

    assert "not settled after" in problem


def test_a_warning_that_is_there_passes_and_one_that_is_not_fails(tmp_path: Path) -> None:
    request = "- request_recall: [E1]\n  reason: x\n  warns: on_draft_invoice\n"

    with_draft = problem_of(tmp_path, content=text(APPROVED + "- draft_invoice: [E1]\n" + request))
    without = problem_of(tmp_path, content=text(APPROVED + request))

    assert with_draft == ""
    assert without == "step 3 request_recall: expected the warning on_draft_invoice, got no warning"


@pytest.mark.parametrize(
    ("steps", "expect", "missing", "what"),
    [
        ("- submit: [E1]\n- finish_order: RPO-1", "{}", "finish_order", "step 2: finish_order"),
        ("[]", "{stock: {BOLT: 3}}", "stock", "expect stock"),
        ("- expect: {order: {RPO-1: {finished: 1}}}", "{}", "order", "expect order"),
    ],
)
def test_what_is_not_built_fails_its_case_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, steps: str, expect: str, missing: str, what: str
) -> None:
    monkeypatch.setattr("tilbake.conformance.steps.VERBS", without(VERBS, missing))
    monkeypatch.setattr("tilbake.conformance.expectations.CHECKS", without(CHECKS, missing))

    assert problem_of(tmp_path, content=text(steps, expect=expect)) == f"{what} is not built yet"


def without(table: Mapping[str, Any], missing: str) -> dict[str, Any]:
    return {name: one for name, one in table.items() if name != missing}


def test_a_world_that_cannot_be_set_up_is_named(tmp_path: Path) -> None:
    problem = problem_of(tmp_path, content=text("[]", world="items: {BOLT: {unit_cost: 1}}"))

    assert problem.startswith("setting the world up was refused with not_found")


def test_a_service_without_test_clock_is_named_as_such(tmp_path: Path) -> None:
    problem = problem_of(tmp_path, content=text("[]"), fake=FakeApi(faults=frozenset({"clock_off"})))

    assert "start it with the test clock switched on" in problem


def test_a_crash_fails_the_case_and_not_the_run(tmp_path: Path) -> None:
    problem = problem_of(tmp_path, content=text("[]"), fake=FakeApi(faults=frozenset({"broken"})))

    assert problem.startswith("an answer is not as the contract says")


def test_every_write_has_an_idempotency_key_of_its_own(tmp_path: Path) -> None:
    fake = FakeApi()

    played(tmp_path, content=text(REQUESTED + "- approve_recall: R1"), fake=fake)

    assert len(fake.keys) > 5
    assert len(set(fake.keys)) == len(fake.keys)


def test_cases_live_in_worlds_of_their_own(tmp_path: Path) -> None:
    fake = FakeApi()
    both = text("- submit: [E1]", case="T-1") + text("- submit: [E1]", case="T-2", expect="{totals: {cost: 0}}")

    ended = played(tmp_path, content=both, fake=fake)

    units = {one["unit"] for one in fake.projects.values()}
    owners = {one["owner"] for one in fake.entries.values()}
    assert [one.problem for one in ended] == ["", ""]
    assert len(units) == len(owners) == 2
    assert all(re.fullmatch(r"c-[0-9a-f]{6}-t-[12]", unit) for unit in units)
