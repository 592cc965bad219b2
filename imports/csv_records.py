"""Splits the bytes of a CSV file into records, strictly by RFC 4180, and knows where each record stands.

Works on bytes, so one wrong byte spoils one record and never the file; decoding is left to whoever knows what a
column means. Never raises on content: what breaks the rules comes back as a `Problem`, and reading goes on at the next
physical line. Rule: time-exports, section 1 (line ends, quotes) and section 6 (lines and records drift apart).

A physical line ends at a line feed, as in text editors; a lone carriage return may stand only inside quotes.
"""

import re
from dataclasses import dataclass
from typing import Final

BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
EXCERPT_BYTES: Final = 60
WIDEST: Final = 100
"""No record is read wider than this and one more value, so a file of delimiters stays small in memory."""

_QUOTED: Final = rb'"([^"]*+(?:""[^"]*+)*+)"'
_FIELDS: Final = {
    mark: re.compile(rb"(?:" + _QUOTED + rb'|([^"\r\n' + mark + rb"]*+))(" + mark + rb"|\r?\n|\r?\Z)")
    for mark in (b",", b";")
}
_PLAIN: Final = {mark: re.compile(rb'[^"\r\n' + mark + rb"]*+") for mark in (b",", b";")}
_CLOSED: Final = re.compile(_QUOTED)


@dataclass(frozen=True, slots=True)
class Problem:
    """A record that is not CSV. Codes: unterminated_quote, stray_quote, control_character (a lone carriage return)."""

    line: int
    record: int
    column: int
    code: str
    excerpt: bytes


@dataclass(frozen=True, slots=True)
class Records:
    """What was read. `rows[i]` is record `numbers[i]` (heading = 0) and begins on physical line `lines[i]` (from 1)."""

    rows: list[list[bytes]]
    lines: list[int]
    numbers: list[int]
    problems: list[Problem]


@dataclass(frozen=True, slots=True)
class _Scanned:
    """One record read field by field: where the next one begins, and what was wrong with this one."""

    values: list[bytes]
    end: int
    problem: Problem | None = None


def find_delimiter(content: bytes) -> bytes:
    """The delimiter of the file, comma or semicolon: the one seen more often in the first line outside quotes."""
    heading = _CLOSED.sub(b"", content[: content.find(b"\n") + 1 or None])
    return b";" if heading.count(b";") > heading.count(b",") else b","


def read_records(content: bytes, *, delimiter: bytes = b",", limit: int | None = None) -> Records:
    """Reads all records of `content`, or the first `limit`.

    Empty lines between records are skipped and have no number. Equal values share one object, which keeps large files
    small in memory and makes comparing them cheap.
    """
    found = Records([], [], [], [])
    share: dict[bytes, bytes] = {}
    position = len(BYTE_ORDER_MARK) if content.startswith(BYTE_ORDER_MARK) else 0
    line, number = 1, 0
    while position < len(content) and (limit is None or number < limit):
        end = content.find(b"\n", position)
        raw = content[position:end] if end >= 0 else content[position:]
        text = raw.removesuffix(b"\r")
        if not text:
            line, position = line + 1, position + len(raw) + 1
            continue
        if b'"' in text or b"\r" in text:
            scanned = _scan(content, position, line=line, record=number, delimiter=delimiter)
        else:
            scanned = _Scanned(text.split(delimiter, WIDEST), position + len(raw) + 1)
        if scanned.problem:
            found.problems.append(scanned.problem)
        else:
            found.rows.append(list(map(share.setdefault, scanned.values, scanned.values)))
            found.lines.append(line)
            found.numbers.append(number)
        line += content.count(b"\n", position, scanned.end)
        position, number = scanned.end, number + 1
    return found


def _scan(content: bytes, start: int, *, line: int, record: int, delimiter: bytes) -> _Scanned:
    """Reads one record with quotes in it, field by field, from `start`."""
    values: list[bytes] = []
    position = start
    read_field = _FIELDS[delimiter].match
    while match := read_field(content, position):
        quoted, plain, separator = match.groups()
        if len(values) <= WIDEST:
            values.append(plain if quoted is None else quoted.replace(b'""', b'"'))
        position = match.end()
        if separator != delimiter:
            return _Scanned(values, position)
    code, wrong, shown = _diagnose(content, position, delimiter=delimiter)
    begins = line + content.count(b"\n", start, position) if code == "unterminated_quote" else line
    end = content.find(b"\n", wrong)
    excerpt = content[shown : shown + EXCERPT_BYTES]
    problem = Problem(begins, record, len(values) + 1, code, excerpt)
    return _Scanned([], end + 1 if end >= 0 else len(content), problem)


def _diagnose(content: bytes, position: int, *, delimiter: bytes) -> tuple[str, int, int]:
    """Why no field can be read at `position`: code, where it goes wrong, and from where to show the text."""
    if content[position : position + 1] != b'"':
        plain = _PLAIN[delimiter].match(content, position)
        wrong = plain.end() if plain else position
        code = "control_character" if content[wrong : wrong + 1] == b"\r" else "stray_quote"
        return code, wrong, position
    closed = _CLOSED.match(content, position)
    if closed is None:
        return "unterminated_quote", len(content), position
    return "stray_quote", closed.end(), position
