"""A letter as a value: what each part of it says, in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.language import Language
from domain.outgoing.letters import Letter, Told, letter
from domain.outgoing.recipients import Circle

pytestmark = pytest.mark.unit

TOLD = Told(
    type="recall.partly_recalled",
    circle=Circle.PARTIES,
    number="R-1042",
    title="Alfa\r\n  Bygg",
    requester="Bob\tBerg",
    reason="Wrong\nproject",
    amount="1600.00 USD",
    lines=3,
    entries=[("2026-02-02\n time 8", "1600.00 USD"), ("2026-02-03 time 7", "")],
    effect="Approving takes back 3 lines.",
    deadline=datetime(2026, 3, 5, 9, 30, tzinfo=UTC),
    counts={"recalled": 2, "rejected": 1},
    in_the_way=["E1 is invoiced.", "E2 is on a draft."],
    link="https://work.example.com/recalls/1",
)


def test_a_letter_in_english() -> None:
    assert letter(TOLD, Language.EN) == Letter(
        language=Language.EN,
        subject="Partly taken back: recall R-1042, Alfa Bygg",
        happened="The recall on Alfa Bygg was decided: 2 taken back, 1 rejected.",
        facts=(
            ("Asked for by", "Bob Berg"),
            ("Reason", "Wrong\nproject"),
            ("Amount", "1600.00 USD"),
            ("Effect", "Approving takes back 3 lines."),
            ("Expires", "2026-03-05 09:30 UTC"),
            ("In the way", "E1 is invoiced."),
            ("In the way", "E2 is on a draft."),
        ),
        entries_heading="Entries",
        entries=(("2026-02-02 time 8", "1600.00 USD"), ("2026-02-03 time 7", "")),
        more="and 1 more",
        link=("Open the request", "https://work.example.com/recalls/1"),
        closing="You get this message because the request concerns you.",
    )


def test_the_same_in_norwegian() -> None:
    written = letter(replace(TOLD, lines=2, link=None), Language.NB)

    assert written.subject == "Delvis tilbakekalt: tilbakekalling R-1042, Alfa Bygg"
    assert written.happened == "Tilbakekallingen på Alfa Bygg er avgjort: 2 tilbakekalt, 1 avvist."
    assert [name for name, _ in written.facts] == [
        "Bedt om av", "Årsak", "Beløp", "Virkning", "Utløper", "I veien", "I veien",
    ]  # fmt: skip
    assert (written.entries_heading, written.more, written.link) == ("Oppføringer", None, None)
    assert written.closing == "Du får denne meldingen fordi forespørselen gjelder deg."


@pytest.mark.parametrize(("lines", "counted"), [(0, "0 entries"), (1, "1 entry"), (2, "2 entries")])
def test_entries_are_counted_in_words(lines: int, counted: str) -> None:
    asked = replace(TOLD, type="recall.decision_needed", circle=Circle.ASKED, lines=lines)

    written = letter(asked, Language.EN)

    assert written.happened == f"Bob Berg asks to take back {counted} on Alfa Bygg. You are asked to decide."
    assert written.closing.startswith("You get this message because you may decide the request.")


def test_an_event_that_is_not_mailed_has_no_letter() -> None:
    with pytest.raises(KeyError):
        letter(replace(TOLD, type="recall.parked"), Language.EN)
