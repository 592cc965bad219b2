"""What the reader of case files accepts, and how it names what it does not."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.conformance.cases import WORLD, parsed, text
from tilbake.conformance.format import NotInFormat, parse_files
from tilbake.conformance.format_steps import PostOutput, RequestRecall

pytestmark = pytest.mark.unit

COMMITTED = sorted((Path(__file__).parents[2] / "conformance" / "cases").glob("*.yaml"))


def faults_of(directory: Path, *, content: str) -> list[tuple[str, str, str]]:
    with pytest.raises(NotInFormat) as caught:
        parsed(directory, content=content)
    return [(fault.case, fault.key, fault.message) for fault in caught.value.faults]


def test_all_committed_cases_of_both_sides_follow_the_format() -> None:
    cases = parse_files(COMMITTED)

    assert len(cases) == 127


def test_figures_are_decimals_from_their_text_and_days_are_days(tmp_path: Path) -> None:
    world = "exchange_rate: 11.40\ntoday: 2026-03-17\n" + WORLD.replace("8", "7.333")

    (case,) = parsed(tmp_path, content=text("[]", world=world))

    assert case.world.exchange_rate.as_tuple() == Decimal("11.40").as_tuple()
    assert case.world.entries[0].quantity == Decimal("7.333")
    assert case.world.today == date(2026, 3, 17)


def test_a_step_keeps_its_verb_its_frame_and_its_codes(tmp_path: Path) -> None:
    steps = "- request_recall: [E1, E2]\n  reason: x\n  by: sid\n  refused: [not_yours, unknown_entry]\n"

    (case,) = parsed(tmp_path, content=text(steps))

    (step,) = case.steps
    assert step.do == RequestRecall(entries=("E1", "E2"), reason="x")
    assert (step.by, step.refused) == ("sid", ("not_yours", "unknown_entry"))


def test_a_production_step_is_read_with_everything_it_says(tmp_path: Path) -> None:
    steps = '- {post_output: RPO-1, operation: "30", output: -15, applies_to: O1, date: 2026-02-17, as: N1}'

    (case,) = parsed(tmp_path, content=text(steps))

    expected = PostOutput("RPO-1", operation="30", output=Decimal(-15), applies_to="O1", date=date(2026, 2, 17))
    assert case.steps[0].do == expected


@pytest.mark.parametrize(
    ("steps", "key"),
    [
        ("- submit: [E1]\n  colour: red", "step 1.colour"),
        ("- submit: [E1]\n- approve: [E1]\n  billable: six", "step 2.billable"),
        ("- approve: E1", "step 1.approve"),
        ("- submit: [E1]\n  approve: [E1]", "step 1.approve"),
        ("- sumbit: [E1]", "step 1.sumbit"),
        ("- submit: [E1]\n  refused: too_late", "step 1.refused.1"),
        ("- submit: [E1]\n  refused: []", "step 1.refused"),
        ("- request_recall: [E1]\n  entries: [E1]", "step 1.entries"),
        ("- expect: {totals: {cots: 0}}", "step 1.expect.totals.cots"),
        ("- expect: {entries: {E1: open}}", "step 1.expect.entries.E1"),
        ("- expect: {}\n  by: bob", "step 1.by"),
        ("- remove_from_invoice: I1", "step 1.entries"),
        ("- edit: E1\n  fields: {quantty: 6}", "step 1.fields.quantty"),
        ("- advance: three days", "step 1.advance"),
        ("- expect: {actuals: {E1: [{price: 1e2}]}}", "step 1.expect.actuals.E1.1.price"),
        ("- post_output: RPO-1\n  operation: 30", "step 1.operation"),
        ("- close_period: yesterday", "step 1.close_period"),
    ],
)
def test_a_fault_in_a_step_is_named_by_its_key(tmp_path: Path, steps: str, key: str) -> None:
    faults = faults_of(tmp_path, content=text(steps))

    assert [(case, at) for case, at, _ in faults] == [("T-1", key)]


@pytest.mark.parametrize(
    ("world", "key"),
    [
        ("colour: red", "world.colour"),
        ("policy: {block_request: true}", "world.policy.block_request"),
        ("policy: {quorum: two}", "world.policy.quorum"),
        ("policy: {expire_after: soon}", "world.policy.expire_after"),
        ("entries: [{id: E1, kind: time, date: 2026-02-02}]", "world.entries.1.quantity"),
        ("entries: [{id: E1, kind: travel, date: 2026-02-02, quantity: 1}]", "world.entries.1.kind"),
        ("entries: [{id: E1, kind: time, date: 2026-02-02, quantity: true}]", "world.entries.1.quantity"),
        ("customers: [{id: C1, share: 50}, {id: C1, share: 50}]", "world.customers"),
        ("centers: {100: {unit_cost: 1}}", "world.centers.100"),
        ("people: {approver: []}", "world.people.approver"),
        ("project: {billing: free}", "world.project.billing"),
    ],
)
def test_a_fault_in_the_world_is_named_by_its_key(tmp_path: Path, world: str, key: str) -> None:
    faults = faults_of(tmp_path, content=text("[]", world=world))

    assert [at for _, at, _ in faults] == [key]


def test_a_key_that_stands_twice_is_a_fault_with_its_line(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, content=text("- submit: [E1]\n  by: bob\n  by: mia"))

    assert faults == [("", "", 'line 9, column 7: the key "by" stands twice')]


def test_a_case_id_that_is_used_twice_is_a_fault(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, content=text("[]") + text("[]"))

    assert faults == [("T-1", "id", "this id is used by an earlier case")]


def test_every_case_with_a_fault_is_reported(tmp_path: Path) -> None:
    bad = "- fly: [E1]"

    faults = faults_of(tmp_path, content=text(bad, case="T-1") + text("[]", case="T-2") + text(bad, case="T-3"))

    assert [case for case, _, _ in faults] == ["T-1", "T-3"]


def test_a_fault_is_shown_with_file_case_and_key(tmp_path: Path) -> None:
    with pytest.raises(NotInFormat) as caught:
        parsed(tmp_path, content=text("- submit: [E1]\n  colour: red"))

    assert str(caught.value).startswith(f"{tmp_path / 'cases.yaml'}: T-1: step 1.colour: unknown key")


@pytest.mark.parametrize("content", ["", "id: T-1", "[]", "- [", "- 2026-02-30", "- 3"])
def test_a_file_that_is_no_list_of_cases_is_a_fault(tmp_path: Path, content: str) -> None:
    assert faults_of(tmp_path, content=content)


@pytest.mark.parametrize("missing", ["id", "title", "source", "world", "steps"])
def test_a_case_without_one_of_its_parts_is_a_fault(tmp_path: Path, missing: str) -> None:
    parts = {"id": "T-1", "title": "t", "source": "s", "world": "{}", "steps": "[]"}
    content = "- {" + ", ".join(f"{key}: {value}" for key, value in parts.items() if key != missing) + "}"

    assert [key for _, key, _ in faults_of(tmp_path, content=content)] == [missing]


def test_a_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(NotInFormat, match="No such file"):
        parse_files([tmp_path / "nowhere.yaml"])
