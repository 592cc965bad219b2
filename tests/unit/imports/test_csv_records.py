"""The reader agrees with Python's own on valid files, and knows what is wrong with the others."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.csv_records import Records, find_delimiter, read_records
from tests.unit.imports.exports import cell

FIELD = st.text(st.sampled_from('ab ø🫐,;"\n\r\t=') | st.characters(exclude_categories=["Cs"]), max_size=8)
TABLE = st.lists(st.lists(FIELD, min_size=2, max_size=5), min_size=1, max_size=6)


def read_all(content: bytes, *, delimiter: bytes = b",") -> Records:
    """All portions as one."""
    found = Records()
    for portion in read_records(content, delimiter=delimiter):
        found.rows.extend(portion.rows)
        found.lines.extend(portion.lines)
        found.numbers.extend(portion.numbers)
        found.problems.extend(portion.problems)
    return found


def quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'


@given(
    table=TABLE,
    delimiter=st.sampled_from([",", ";"]),
    ending=st.sampled_from(["\r\n", "\n"]),
    all_quoted=st.booleans(),
    marked=st.booleans(),
)
def test_valid_files_are_read_as_csv_reader_reads_them(
    table: list[list[str]], delimiter: str, ending: str, *, all_quoted: bool, marked: bool
) -> None:
    rows = [[quoted(v) if all_quoted else cell(v, delimiter=delimiter) for v in row] for row in table]
    text = "".join(delimiter.join(row) + ending for row in rows)
    content = b"\xef\xbb\xbf" * marked + text.encode()
    wanted = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))

    found = read_all(content, delimiter=delimiter.encode())

    assert not found.problems
    assert [[value.decode() for value in row] for row in found.rows] == wanted == table
    assert found.numbers == list(range(len(table)))
    breaks = [sum(value.count("\n") for value in row) + 1 for row in table]
    assert found.lines == [1 + sum(breaks[:index]) for index in range(len(table))]


@given(st.binary(max_size=200) | st.text(st.sampled_from('a,;"\r\n'), max_size=60).map(str.encode))
def test_every_record_is_either_read_or_named(content: bytes) -> None:
    found = read_all(content)

    numbers = sorted([*found.numbers, *(problem.record for problem in found.problems)])
    assert numbers == list(range(len(numbers)))
    assert found.lines == sorted(set(found.lines))


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (b'a,b\nc,"d\ne,f\n', [(2, 1, 2, "unterminated_quote")]),
        (b'a,b\n"c\nd","e\n', [(3, 1, 2, "unterminated_quote")]),
        (b'a,b\nc,d"e"\nf,g\n', [(2, 1, 2, "stray_quote")]),
        (b'a,b\n"c"d,e\nf,g\n', [(2, 1, 1, "stray_quote")]),
        (b'a,b\nc, "d"\nf,g\n', [(2, 1, 2, "stray_quote")]),
        (b"a,b\nc\rd,e\nf,g\n", [(2, 1, 1, "control_character")]),
    ],
)
def test_what_is_not_csv_is_named_by_its_place(content: bytes, wanted: list[tuple[int, int, int, str]]) -> None:
    found = read_all(content)

    assert [(p.line, p.record, p.column, p.code) for p in found.problems] == wanted


def test_reading_goes_on_at_the_line_after_a_problem() -> None:
    found = read_all(b'a,b\nc,d"e"\nf,g\n')

    assert found.rows == [[b"a", b"b"], [b"f", b"g"]]
    assert found.lines == [1, 3]
    assert found.numbers == [0, 2]


def test_the_last_record_needs_no_line_end_and_empty_lines_are_skipped() -> None:
    found = read_all(b"a,b\r\n\r\n\nc,\r")

    assert found.rows == [[b"a", b"b"], [b"c", b""]]
    assert found.lines == [1, 4]
    assert found.numbers == [0, 1]


@pytest.mark.parametrize(
    ("content", "wanted"), [(b'"a;b;c",d\n', b","), (b"a;b,c;d\n1,2,3,4", b";"), (b"", b","), (b"a", b",")]
)
def test_the_delimiter_is_the_one_seen_more_often_in_the_heading(content: bytes, wanted: bytes) -> None:
    assert find_delimiter(content) == wanted


@pytest.mark.parametrize(
    "content",
    [
        b'"' * 400_001,
        b'a,"' + b'""' * 200_000 + b"x",
        b'a"\n' * 150_000,
        b'","\n' * 100_000,
        (b'"' * 9 + b"x\n") * 40_000,
        b'\r"' * 200_000,
    ],
    ids=["quotes", "doubled", "odd lines", "shifted", "runs", "returns"],
)
def test_hostile_quotes_are_read_to_the_end(content: bytes) -> None:
    """Anything worse than linear time runs into the time limit every test has."""
    assert len(read_all(content))
