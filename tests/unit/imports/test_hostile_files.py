"""Whatever the bytes are, the answer is a value, and it comes soon."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.language import Language
from imports.faults import FaultyFile, UnreadableFile
from imports.harvest import DETAILED_TIME
from imports.reading import ImportOptions, read_report
from imports.report import Report
from imports.source import Source
from imports.sources import SOURCES
from tests.unit.imports.exports import FILES, HEADINGS, SAMPLES, export

GOOD_BYTES = (SAMPLES / "harvest-detailed-time.csv").read_bytes()[:4000]
HEADING = export()
PIECES = st.sampled_from(
    ['"', '""', ",", ";", "\r\n", "\n", "\r", "\0", "=", "1.5", "1,5", "-", "2026-02-10", "Yes", "NOK", "ø"]
)


def read(content: bytes, *, source: Source = DETAILED_TIME) -> Report | FaultyFile | UnreadableFile:
    result = read_report(content, source=source, options=ImportOptions(accept_equal_rows=True))

    if isinstance(result, FaultyFile | UnreadableFile):
        assert result.faults
        for fault in result.faults:
            assert fault.describe(Language.NB)
            assert fault.advise(Language.EN)
            assert fault.excerpt.isprintable()
    else:
        assert isinstance(result, Report)
    return result


@given(st.binary(max_size=400))
def test_random_bytes(content: bytes) -> None:
    read(content)


@given(st.lists(PIECES, max_size=60))
def test_random_pieces_under_good_headings(pieces: list[str]) -> None:
    read(HEADING + "".join(pieces).encode())


@given(st.lists(st.lists(PIECES | st.text(max_size=4), min_size=21, max_size=21), max_size=4))
def test_random_values_in_good_records(rows: list[list[str]]) -> None:
    read(export(*(dict(zip(HEADINGS, row, strict=True)) for row in rows)))


@settings(max_examples=200)
@given(position=st.integers(0, len(GOOD_BYTES) - 1), piece=st.binary(max_size=3), length=st.integers(0, 3))
def test_a_good_file_with_a_few_bytes_changed(position: int, piece: bytes, length: int) -> None:
    read(GOOD_BYTES[:position] + piece + GOOD_BYTES[position + length :])


OTHERS = {
    "harvest-expenses": "harvest-detailed-expense.csv",
    "clockify": "clockify-detailed.csv",
    "toggl": "toggl-detailed.csv",
}


@pytest.mark.parametrize("slug", OTHERS)
@settings(max_examples=100)
@given(place=st.integers(0, 3999), piece=st.binary(max_size=3) | PIECES.map(str.encode), length=st.integers(0, 8))
def test_other_reports_with_a_few_bytes_changed(slug: str, place: int, piece: bytes, length: int) -> None:
    good = (SAMPLES / OTHERS[slug]).read_bytes()[:4000]

    read(good[:place] + piece + good[place + length :], source=SOURCES[slug])


@pytest.mark.parametrize("path", sorted(FILES.iterdir()), ids=lambda path: path.name)
def test_nasty_files_we_keep(path: object) -> None:
    assert hasattr(path, "read_bytes")

    read(path.read_bytes())


@pytest.mark.parametrize(
    "body",
    [
        b"," * 3_000_000,
        b",\n" * 99_000,
        b"," * 20 + b"\n",
        (b"," * 20 + b"\n") * 99_000,
        b'"' * 2_000_001,
        b'a"\n' * 99_000,
        (b'"' + b"x" * 200 + b'",' * 20 + b"\n") * 9_000,
        b"".join(b"2026-01-01,a,b,,c,%d,%d.5,Yes,No,Yes,M,,,,,1.0,x,,,NOK,\n" % (i, i) for i in range(40_000)),
        b"".join(b"%d/%d/2026,a,b,,c,,x\n" % (i % 12 + 1, i % 12 + 1) + b"1" * 500 + b"\n" for i in range(20_000)),
        random.Random(1).randbytes(4_000_000),
    ],
    ids=["wide", "short", "one", "empty", "quotes", "stray", "broken", "amounts", "dates", "noise"],
)
def test_big_hostile_files_are_answered(body: bytes) -> None:
    """Anything worse than linear time runs into the time limit every test has."""
    read(HEADING + body)
