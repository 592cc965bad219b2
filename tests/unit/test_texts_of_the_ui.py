"""The words an operator reads of a request: no code of ours stands for a word, and both languages say the same."""

from __future__ import annotations

from datetime import UTC, datetime
from string import Formatter

import pytest

from workflows import texts
from workflows.contracts import RecallInput, Standing

pytestmark = pytest.mark.unit
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
BLOCKED = Standing("awaiting_decision", ["on_draft_invoice"], 0, 0, 1, "refused", "mia", "approve")
PARTLY = Standing("partly_recalled", [], 1, 1, 0, "applied", "mia", "reject")


def given(language: str) -> RecallInput:
    return RecallInput(
        request_id="5f0c2a9e", number=1042, kind="project", subject="p", title="Alfa", requester="bob", approver="mia",
        lines=2, amount="1 600,00 NOK", amount_value=1600.0, batch_id="b", reason_code=None,
        remind_after_seconds=86400.0, expire_after_seconds=None, language=language,
    )  # fmt: skip


def shown(language: str, standing: Standing) -> str:
    rows = [texts.decision_row(language, NOON, standing)]
    return texts.details(given(language), texts.Progress(NOON, ("reminder", NOON), 0, standing, rows, "mia"))


@pytest.mark.parametrize(
    ("language", "blocked", "row"),
    [
        (
            "en",
            "**Blocked by a draft invoice (`on_draft_invoice`).**",
            "| mia | approved | refused, nothing was done |",
        ),
        (
            "nb",
            "**Blokkert av et fakturautkast (`on_draft_invoice`).**",
            "| mia | godkjent | avslått, ingenting ble gjort |",
        ),
    ],
)
def test_what_is_in_the_way_is_told_in_words_and_by_its_code(language: str, blocked: str, row: str) -> None:
    details = shown(language, BLOCKED)

    assert details.startswith(blocked)
    assert row in details


@pytest.mark.parametrize(
    ("language", "ended"), [("en", "Ended: partly recalled."), ("nb", "Avsluttet: delvis tilbakekalt.")]
)
def test_how_a_request_ended_is_told_in_the_language_of_the_service(language: str, ended: str) -> None:
    assert shown(language, PARTLY).startswith(f"**{ended}**")


def test_who_may_decide_too_is_told_once_it_is_escalated() -> None:
    waiting = texts.Progress(NOON, ("reminder", NOON), 1, None, [], "mia")
    escalated = texts.Progress(NOON, ("reminder", NOON), 1, None, [], "mia", "eva")

    assert "Escalated" not in texts.details(given("en"), waiting)
    assert "**Escalated:** eva may decide, too." in texts.details(given("en"), escalated)


def test_what_is_settled_of_an_open_request_is_told() -> None:
    partly = Standing("awaiting_decision", [], 0, 1, 2, "applied", "mia", "reject")

    assert shown("en", partly).startswith("So far: 0 recalled, 1 rejected, 2 open.")
    assert "So far" not in shown("en", BLOCKED)


def test_what_has_no_word_is_shown_as_it_is() -> None:
    unknown = Standing("awaiting_decision", ["some_code"], 0, 0, 1, "pending", "mia", "approve")

    assert "(`some_code`)" not in shown("nb", unknown)
    assert "`some_code`" in shown("nb", unknown)


def test_both_languages_have_the_same_words_with_the_same_facts() -> None:
    def facts(words: dict[str, str]) -> dict[str, set[str | None]]:
        return {key: {name for _, name, _, _ in Formatter().parse(text) if name} for key, text in words.items()}

    assert facts(texts._WORDS["nb"]) == facts(texts._WORDS["en"])


@pytest.mark.parametrize(
    ("plain", "en", "nb"),
    [
        ("12400.00 NOK", "12,400.00 NOK", "12\N{NO-BREAK SPACE}400,00 NOK"),
        ("-1234567.5 EUR", "-1,234,567.5 EUR", "-1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567,5 EUR"),
        ("-0.50 NOK", "-0.50 NOK", "-0,50 NOK"),
        ("900 JPY", "900 JPY", "900 JPY"),
        ("", "", ""),
    ],
)
def test_amounts_are_written_as_people_of_the_language_write_them(plain: str, en: str, nb: str) -> None:
    assert (texts.amount(plain, "en"), texts.amount(plain, "nb")) == (en, nb)
