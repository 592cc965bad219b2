"""Splits the bytes of a CSV file into records, strictly by RFC 4180, and knows where each record stands.

Works on bytes, so one wrong byte spoils one record and never the file; decoding is left to whoever knows what a
column means. Never raises on content: what breaks the rules comes back as a `Problem`, and reading goes on at the next
physical line. Rule: time-exports, section 1 (line ends, quotes) and section 6 (lines and records drift apart).

A physical line ends at a line feed, as in text editors; a lone carriage return may stand only inside quotes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from mmap import mmap
from typing import Final

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
EXCERPT_BYTES: Final = 60
LONGEST: Final = 256 * 1024
"""No record is read further than so many bytes, so a quote that is never closed costs no more."""
PORTION: Final = 100
"""So many records are read at a time: no caller is kept for long, and a large file takes no more memory than a small one."""
WIDEST: Final = 100
"""No record is read wider than this and one more value, so a file of delimiters stays small in memory."""

_QUOTED: Final = rb'"([^"]*+(?:""[^"]*+)*+)"'
_FIELDS: Final = {
    mark: re.compile(rb"(?:" + _QUOTED + rb'|([^"\r\n' + mark + rb"]*+))(" + mark + rb"|\r?\n|\r?\Z)")
    for mark in (b",", b";")
}
_PLAIN: Final = re.compile(rb'[^"\r\n]*+')
_CLOSED: Final = re.compile(_QUOTED)
_EMPTY: Final = re.compile(rb"\n{1,1000000}+|(?:\r\n){1,10000}+|\r\Z")

Bytes = bytes | mmap
"""The bytes of a file, in memory or where they are stored."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A record that is not CSV.

    Codes: unterminated_quote, stray_quote, record_too_long, and control_character (a lone carriage return).
    """

    line: int
    record: int
    column: int
    code: str
    excerpt: bytes


@dataclass(frozen=True, slots=True)
class Records:
    """What was read. `rows[i]` is record `numbers[i]` (heading = 0) and begins on physical line `lines[i]` (from 1)."""

    rows: list[list[bytes]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.rows) + len(self.problems)


@dataclass(frozen=True, slots=True)
class _Scanned:
    """One record: where the next one begins, how many line ends lie before that, and what was wrong with this one."""

    values: list[bytes]
    end: int
    breaks: int
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a record begins: its first byte, its physical line and its number."""

    start: int
    line: int
    number: int


def find_delimiter(content: Bytes) -> bytes:
    """The delimiter of the file, comma or semicolon: the one seen more often in the first line outside quotes."""
    heading = _CLOSED.sub(b"", content[: content.find(b"\n", 0, LONGEST) + 1 or LONGEST])
    return b";" if heading.count(b";") > heading.count(b",") else b","


def read_records(content: Bytes, *, delimiter: bytes = b",") -> Iterator[Records]:
    """Reads all records of `content`, in portions.

    Empty lines between records are skipped and have no number; a portion may hold nothing but them. Equal values of a
    portion share one object, which makes comparing them cheap.
    """
    place = _Place(len(BYTE_ORDER_MARK) if content[:3] == BYTE_ORDER_MARK else 0, 1, 0)
    while place.start < len(content):
        found, place = _read_portion(content, place, delimiter=delimiter)
        yield found


def _read_portion(content: Bytes, place: _Place, *, delimiter: bytes) -> tuple[Records, _Place]:
    found, share = Records(), dict[bytes, bytes]()
    position, line, number = place.start, place.line, place.number
    last = min(len(content), position + LONGEST)
    while position < last and len(found) < PORTION:
        if empty := _EMPTY.match(content, position):
            line += empty[0].count(b"\n")
            position = empty.end()
            continue
        scanned = _read_record(content, _Place(position, line, number), delimiter=delimiter)
        if scanned.problem:
            found.problems.append(scanned.problem)
        else:
            found.rows.append(list(map(share.setdefault, scanned.values, scanned.values)))
            found.lines.append(line)
            found.numbers.append(number)
        position, line, number = scanned.end, line + scanned.breaks, number + 1
    return found, _Place(position, line, number)


def _read_record(content: Bytes, place: _Place, *, delimiter: bytes) -> _Scanned:
    """Reads the record at a place; most have no quotes and are split at once."""
    limit = place.start + LONGEST
    end = content.find(b"\n", place.start, limit)
    if end < 0 and limit < len(content):
        end = limit
    raw = content[place.start : end] if end >= 0 else content[place.start :]
    text = raw.removesuffix(b"\r")
    if b'"' in text or b"\r" in text:
        return _scan(content, place, delimiter=delimiter)
    if end == limit:
        return _too_long(content, place, column=1)
    return _Scanned(text.split(delimiter, WIDEST), place.start + len(raw) + 1, 1)


def _scan(content: Bytes, place: _Place, *, delimiter: bytes) -> _Scanned:
    """Reads one record with quotes in it, field by field."""
    values: list[bytes] = []
    position, limit = place.start, min(len(content), place.start + LONGEST)
    read_field = _FIELDS[delimiter].match
    while match := read_field(content, position, limit):
        if limit == match.end() < len(content):
            return _too_long(content, place, column=len(values) + 1)
        quoted, plain, separator = match.groups()
        if len(values) <= WIDEST:
            values.append(plain if quoted is None else quoted.replace(b'""', b'"'))
        position = match.end()
        if separator != delimiter:
            return _Scanned(values, position, content[place.start : position].count(b"\n"))
    return _diagnose(content, place, position, column=len(values) + 1)


def _diagnose(content: Bytes, place: _Place, position: int, *, column: int) -> _Scanned:
    """Why no field can be read at `position`, and from where reading goes on."""
    limit = min(len(content), place.start + LONGEST)
    code, wrong = _what_is_wrong(content, position, limit)
    if wrong >= limit < len(content):
        return _too_long(content, place, column=column)
    line = place.line
    if code == "unterminated_quote":
        line += content[place.start : position].count(b"\n")
    end = content.find(b"\n", wrong) + 1 or len(content)
    problem = Problem(line, place.number, column, code, content[position : position + EXCERPT_BYTES])
    return _Scanned([], end, content[place.start : end].count(b"\n"), problem)


def _what_is_wrong(content: Bytes, position: int, limit: int) -> tuple[str, int]:
    """What stands where no field can be read, and how far that was looked for."""
    if content[position : position + 1] != b'"':
        plain = _PLAIN.match(content, position, limit)
        wrong = plain.end() if plain else position
        return "control_character" if content[wrong : wrong + 1] == b"\r" else "stray_quote", wrong
    closed = _CLOSED.match(content, position, limit)
    return ("unterminated_quote", limit) if closed is None else ("stray_quote", closed.end())


def _too_long(content: Bytes, place: _Place, *, column: int) -> _Scanned:
    """Reading goes on at the line after what was read of the record."""
    limit = place.start + LONGEST
    end = content.find(b"\n", limit) + 1 or len(content)
    excerpt = content[place.start : place.start + EXCERPT_BYTES]
    breaks = content[place.start : limit].count(b"\n") + (content[end - 1 : end] == b"\n")
    return _Scanned([], end, breaks, Problem(place.line, place.number, column, "record_too_long", excerpt))
