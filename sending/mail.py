"""A letter as a mail: text and HTML of the same content, with headers that nothing typed by people can break out of.

There is no template language: a letter has one fixed form, written out by two short functions, and every value that goes into
the HTML passes through `_escaped`, because only these functions write tags (ADR 022).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry, MessageIDHeader
from email.message import EmailMessage, Message
from email.policy import SMTP, Policy
from email.utils import format_datetime
from typing import Final

from domain.outgoing.letters import Letter

LONGEST_SUBJECT: Final = 200
LONGEST_NAME: Final = 100
_UNPRINTABLE: Final = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_NOT_IN_A_NAME: Final = re.compile(r"[^\w .'\u2019-]")
_WIDTH: Final = "max-width:40em;font-family:sans-serif;line-height:1.4"


class _OnOneLine(MessageIDHeader, BaseHeader):  # type: ignore[misc] # the stubs of the two disagree about max_count
    """The id of a message, which some servers do not find on a second line."""

    def fold(self, *, policy: Policy[Message[str, str]]) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS: Final = HeaderRegistry()
_HEADERS.map_to_type("message-id", _OnOneLine)
_POLICY: Final = SMTP.clone(header_factory=_HEADERS)


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom to whom, when, and the id by which a mail that comes twice is known to be the same."""

    sender: str
    recipient: str
    name: str
    message_id: str
    date: datetime


def mail(letter: Letter, envelope: Envelope) -> EmailMessage:
    """The message. Its id is the same at every attempt; automatic answers are not asked for (RFC 3834)."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = Address("Tilbake", addr_spec=envelope.sender)
    message["To"] = Address(_plain_name(envelope.name), addr_spec=envelope.recipient)
    message["Subject"] = _one_line(letter.subject, LONGEST_SUBJECT)
    message["Date"] = format_datetime(envelope.date)
    message["Message-ID"] = f"<{envelope.message_id}@{envelope.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(as_text(letter))
    message.add_alternative(as_html(letter), subtype="html")
    message["Content-Language"] = letter.language.value
    return message


def as_text(letter: Letter) -> str:
    """The letter for those who read text."""
    facts = "\n".join(f"{name}: {_indented(value)}" for name, value in letter.facts)
    entries = "\n".join([f"{letter.entries_heading}:", *_entry_lines(letter)])
    link = "" if letter.link is None else f"{letter.link[0]}:\n{letter.link[1]}"
    parts = [letter.happened, facts, entries if letter.entries else "", link, f"-- \n{letter.closing}"]
    return "\n\n".join(part for part in parts if part) + "\n"


def _entry_lines(letter: Letter) -> Iterator[str]:
    for label, amount in letter.entries:
        yield f"  * {label}" + (f"  {amount}" if amount else "")
    if letter.more is not None:
        yield f"  {letter.more}"


def _indented(value: str) -> str:
    """What has several lines stands below its name, so that no line of it can be taken for one of ours."""
    lines = value.splitlines()
    return value if len(lines) < 2 else "\n" + "\n".join(f"  {line}" for line in lines)


def as_html(letter: Letter) -> str:
    """The letter for those who read HTML: no pictures, no scripts, nothing from anywhere else."""
    head = f'<meta charset="utf-8"><title>{_escaped(letter.subject)}</title>'
    return "\n".join(
        [
            f'<!DOCTYPE html><html lang="{letter.language.value}"><head>{head}</head>',
            f'<body style="{_WIDTH}"><p>{_escaped(letter.happened)}</p>',
            *_facts_table(letter),
            *_entries_table(letter),
            *_button(letter),
            f'<p style="color:#555">{_escaped(letter.closing)}</p></body></html>',
        ]
    )


def _facts_table(letter: Letter) -> Iterator[str]:
    yield "<table>"
    for name, value in letter.facts:
        heading = f'<th style="text-align:left;vertical-align:top;padding-right:1em">{_escaped(name)}</th>'
        yield f"<tr>{heading}<td>{_escaped(value)}</td></tr>"
    yield "</table>"


def _entries_table(letter: Letter) -> Iterator[str]:
    if not letter.entries:
        return
    yield f"<p>{_escaped(letter.entries_heading)}</p><table>"
    for label, amount in letter.entries:
        yield f'<tr><td>{_escaped(label)}</td><td style="text-align:right;padding-left:1em">{_escaped(amount)}</td></tr>'
    yield "</table>"
    if letter.more is not None:
        yield f"<p>{_escaped(letter.more)}</p>"


def _button(letter: Letter) -> Iterator[str]:
    if letter.link is not None:
        words, url = letter.link
        yield f'<p><a href="{_escaped(url)}">{_escaped(words)}</a></p>'


def _escaped(value: str) -> str:
    return html.escape(value, quote=True).replace("\n", "<br>")


def _plain_name(value: str) -> str:
    """A name before an address, of letters, digits and little else.

    A long name with quotes or brackets in it would lose its quoting when the header is folded (Python's email package), and
    what follows a bracket would be read as another address.
    """
    return " ".join(_NOT_IN_A_NAME.sub(" ", value).split())[:LONGEST_NAME].strip()


def _one_line(value: str, longest: int) -> str:
    """A header of one line; what would end it is a space."""
    return _UNPRINTABLE.sub(" ", value).strip()[:longest]
