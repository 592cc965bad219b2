"""A letter as a mail: whatever is typed into it, its headers, its addresses and its HTML stay what they are."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from domain.language import Language
from domain.outgoing.letters import MOST_ENTRIES, Letter, Told, letter
from domain.outgoing.recipients import MAILED, Circle
from sending.mail import Envelope, as_html, as_text, mail

pytestmark = pytest.mark.sending

TAGS = {"html", "head", "meta", "title", "body", "p", "table", "tr", "th", "td", "a", "br"}
HOSTILE = (
    "</td><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "x\r\nBcc: y@example.com", "=?utf-8?q?=3Cb=3E?=",
    '"quoted" <other@example.com>, third@example.com', "&lt;b&gt;", "{requester} {0.__class__}", "\u2028line", "x" * 500, "",
    "a@b.no", "\u00e5se \u00d8deg\u00e5rd", "-- \n", ".\r\n", "\udc80".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
)  # fmt: skip
typed = some.sampled_from(HOSTILE) | some.text(max_size=80)


class Seen(HTMLParser):
    """The tags and addresses of a page, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str | None] = []
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value for name, value in attrs if name in {"href", "src"}]
        self.text += "\n" if tag == "br" else ""

    def handle_data(self, data: str) -> None:
        self.text += data


def told(**more: Any) -> Told:
    given: dict[str, Any] = {
        "type": "recall.decision_needed",
        "circle": Circle.ASKED,
        "number": "R-1042",
        "title": "Alfa",
        "requester": "Bob Berg",
        "reason": "Wrong project",
        "amount": "1600.00 USD",
        "lines": 1,
        "entries": [("2026-02-02 time 8 Development", "1600.00 USD")],
        "link": "https://work.example.com/recalls/1",
    }
    return Told(**{**given, **more})


def envelope(name: str = "Mia Moen") -> Envelope:
    at = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
    return Envelope("tilbake@example.com", "mia@example.com", name, "evt_1.2", at)


def read(message: EmailMessage) -> EmailMessage:
    """The mail as it arrives."""
    found = email.message_from_bytes(message.as_bytes(), policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


@settings(deadline=None)
@given(name=typed, title=typed, requester=typed, reason=typed, label=typed)
@example(name=HOSTILE[0] * 3, title=HOSTILE[1] * 9, requester=HOSTILE[4] * 4, reason=HOSTILE[2], label=HOSTILE[3])
def test_whatever_is_typed_a_mail_has_one_recipient_known_headers_and_known_tags(
    name: str, title: str, requester: str, reason: str, label: str
) -> None:
    written = letter(told(title=title, requester=requester, reason=reason, entries=[(label, "")]), Language.NB)

    arrived = read(mail(written, envelope(name)))
    page = Seen()
    page.feed(as_html(written))

    assert [one.addr_spec for one in arrived["To"].addresses] == ["mia@example.com"]
    assert [one.addr_spec for one in arrived["From"].addresses] == ["tilbake@example.com"]
    assert {key.lower() for key in arrived} == {
        "from", "to", "subject", "date", "message-id", "auto-submitted", "content-language", "mime-version", "content-type",
    }  # fmt: skip
    assert page.tags <= TAGS
    assert page.attributes <= {"lang", "charset", "style", "href"}
    assert page.links == ["https://work.example.com/recalls/1"]


@settings(deadline=None)
@given(reason=typed)
def test_the_html_says_what_was_typed(reason: str) -> None:
    page = Seen()
    page.feed(as_html(letter(told(reason=reason), Language.EN)))

    assert " ".join(reason.split()) in " ".join(page.text.split())


def test_the_id_stands_on_one_line_however_long_the_name_of_the_sender_is() -> None:
    sender = "no-reply@" + "a-company-with-a-long-name." * 3 + "example.com"
    at = datetime(2026, 3, 2, 12, tzinfo=UTC)
    sent = mail(letter(told(), Language.EN), Envelope(sender, "tom@example.com", "Tom", "evt_12_1795734307563334", at))

    assert f"Message-ID: <evt_12_1795734307563334@{sender.partition('@')[2]}>" in sent.as_bytes().decode().splitlines()


def test_text_of_several_lines_cannot_be_taken_for_ours() -> None:
    text = as_text(letter(told(reason="Wrong\nOpen the request:\nhttps://evil.example.com"), Language.EN))

    assert "Reason: \n  Wrong\n  Open the request:\n  https://evil.example.com" in text
    assert text.count("\nOpen the request:\n") == 1


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("type", sorted(MAILED))
def test_every_mail_is_a_sentence_without_gaps(type: str, language: Language) -> None:
    written = letter(told(type=type, counts={"recalled": 2, "rejected": 1}), language)

    text = as_text(written)
    assert "{" not in text
    assert written.subject.endswith("R-1042, Alfa")
    assert "Alfa" in written.happened
    assert written.language is language


def test_norwegian_and_english_differ_in_every_word_of_ours() -> None:
    nb, en = (letter(told(effect="x", in_the_way=["y"], lines=30), language) for language in Language)

    assert {name for name, _ in nb.facts} & {name for name, _ in en.facts} == set()
    assert nb.closing != en.closing
    assert nb.entries_heading != en.entries_heading
    assert (nb.more, en.more) == ("og 29 til", "and 29 more")


@pytest.mark.parametrize(
    ("lines", "shown", "more"), [(1, 1, None), (20, 20, None), (21, 20, "and 1 more"), (9999, 20, "and 9979 more")]
)
def test_at_most_twenty_entries_are_named(lines: int, shown: int, more: str | None) -> None:
    written = letter(told(lines=lines, entries=[(f"entry {n}", "") for n in range(lines)]), Language.EN)

    assert len(written.entries) == shown <= MOST_ENTRIES
    assert written.more == more


def test_what_there_is_nothing_to_say_of_is_left_out() -> None:
    written: Letter = letter(told(amount="", reason=""), Language.EN)

    assert [name for name, _ in written.facts] == ["Asked for by"]
    assert "Amount" not in as_text(written)


def test_whom_it_concerns_is_not_told_that_they_may_decide() -> None:
    asked, concerned = (letter(told(circle=circle), Language.EN) for circle in (Circle.ASKED, Circle.PARTIES))

    assert "it decides nothing" in asked.closing
    assert "link" not in letter(told(circle=Circle.ASKED, link=None), Language.EN).closing
    assert concerned.closing == "You get this message because the request concerns you."


def test_the_deadline_is_told_in_utc() -> None:
    at = datetime.fromisoformat("2026-03-02T12:30:00+02:00")

    assert ("Expires", "2026-03-02 10:30 UTC") in letter(told(deadline=at), Language.EN).facts
