"""A row is recognised in the next export of the same entry (time-exports, rule 3)."""

import random

from hypothesis import given
from hypothesis import strategies as st

from imports.reading import ImportOptions
from tests.unit.imports.exports import SAMPLES, export, read_good, read_row

EQUAL = ImportOptions(accept_equal_rows=True)
FLAGS = st.tuples(st.sampled_from(["Yes", "No"]), st.sampled_from(["Yes", "No"]), st.sampled_from(["a", "b"]))


def identities(*rows: tuple[str, str, str]) -> list[str]:
    changes = [{"Approved?": approved, "Invoiced?": invoiced, "Notes": notes} for approved, invoiced, notes in rows]
    return [row.identity for row in read_good(export(*changes), EQUAL).rows]


@given(rows=st.lists(FLAGS, min_size=1, max_size=8), seed=st.integers())
def test_identity_does_not_depend_on_the_order_of_the_rows(rows: list[tuple[str, str, str]], seed: int) -> None:
    shuffled = random.Random(seed).sample(rows, len(rows))

    before = zip(identities(*rows), rows, strict=True)
    after = zip(identities(*shuffled), shuffled, strict=True)

    assert set(before) == set(after)


@given(rows=st.lists(FLAGS, min_size=1, max_size=8), progress=st.lists(FLAGS, min_size=8, max_size=8))
def test_identity_survives_later_approvals_and_invoices(
    rows: list[tuple[str, str, str]], progress: list[tuple[str, str, str]]
) -> None:
    later = [(approved, invoiced, row[2]) for row, (approved, invoiced, _) in zip(rows, progress, strict=False)]

    assert set(identities(*rows)) == set(identities(*later))


@given(rows=st.lists(FLAGS, min_size=1, max_size=8))
def test_no_two_rows_share_an_identity(rows: list[tuple[str, str, str]]) -> None:
    assert len(set(identities(*rows))) == len(rows)


def test_an_approval_of_one_of_two_equal_rows_moves_no_number() -> None:
    billed, open_ = identities(("Yes", "Yes", "a"), ("No", "No", "a"))

    later_open, later_billed = identities(("Yes", "No", "a"), ("Yes", "Yes", "a"))

    assert (later_billed, later_open) == (billed, open_)


def test_a_comma_account_and_a_dot_account_agree() -> None:
    dots = {"Hours": "1.50", "Date": "2026-02-10"}
    commas = {
        "Hours": "1,5",
        "Date": "10.02.2026",
        "Billable Rate": "1.250,0",
        "Billable Amount": "1.875,00",
        "Cost Rate": "655,0",
        "Cost Amount": "982,50",
    }

    assert read_row(export(dots)).identity == read_row(export({**commas, "Notes": "Fixed the login page"})).identity


def test_what_describes_the_person_today_is_no_part_of_the_entry() -> None:
    assert read_row(export({"Roles": "Boss", "Employee?": "No"})).identity == read_row(export({})).identity


def test_another_value_is_another_entry() -> None:
    changes = [
        {"Date": "2026-02-11"},
        {"Client": "B"},
        {"Project": "B"},
        {"Task": "B"},
        {"Notes": "B"},
        {"First Name": "B"},
    ]
    more = [{"Billable?": "No"}, {"Employee Id": "1"}, {"Currency": "SEK"}, {"Hours": "3.0", "Billable Rate": "625.0",
            "Cost Rate": "327.5"}]  # fmt: skip
    rows = [read_row(export(change)) for change in [{}, *changes, *more]]

    assert len({row.identity for row in rows}) == len(rows)


def test_fields_cannot_run_into_each_other() -> None:
    first = read_row(export({"Client": "a", "Project": "bc"}))
    second = read_row(export({"Client": "ab", "Project": "c"}))

    assert first.identity != second.identity


def test_the_identity_of_a_known_row_never_changes() -> None:
    report = read_good((SAMPLES / "harvest-detailed-time.csv").read_bytes())

    assert next(report.rows).identity == "0d62a650766e93c531d9ac251dc5d5c450e3145075cd6be64469fe2051b6163f"
    assert len({row.identity for row in report.rows}) == 150
