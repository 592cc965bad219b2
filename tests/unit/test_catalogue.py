"""The catalogue says every code in both languages, and never fails to."""

from string import Formatter

import pytest

from domain.catalogue import CATALOGUE, Kind, advise, common_code, common_kind, render
from domain.language import Language
from domain.refusals import Code, Refusal


@pytest.mark.parametrize("code", list(Code))
def test_every_code_has_a_text_and_an_advice_in_both_languages(code: Code) -> None:
    meaning = CATALOGUE[code]

    assert all((meaning.text.nb, meaning.text.en, meaning.advice.nb, meaning.advice.en))


@pytest.mark.parametrize("code", list(Code))
def test_both_languages_name_the_same_facts(code: Code) -> None:
    text = CATALOGUE[code].text

    def facts(sentence: str) -> set[str | None]:
        return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}

    assert facts(text.nb) == facts(text.en)


@pytest.mark.parametrize("code", list(Code))
def test_an_advice_needs_no_facts(code: Code) -> None:
    assert not any("{" in advise(code, language) for language in Language)


def test_a_status_is_shown_by_its_display_name() -> None:
    refusal = Refusal(Code.NOT_RECALLABLE, facts={"status": "recall_requested"})

    assert render(refusal, Language.NB) == "En oppføring med status Tilbakekalling forespurt kan ikke tilbakekalles."
    assert render(refusal, Language.EN) == "An entry in status Recall requested cannot be recalled."


def test_a_missing_fact_is_shown_as_missing() -> None:
    refusal = Refusal(Code.INVOICE_CONFIRMED)

    assert render(refusal, Language.EN) == "Invoice (unknown) is confirmed and cannot be changed."
    assert render(refusal, Language.NB) == "Faktura (ukjent) er bekreftet og kan ikke endres."


def test_braces_in_a_fact_stay_what_they_are() -> None:
    refusal = Refusal(Code.INVOICE_CONFIRMED, facts={"invoice": "{0.__class__}"})

    assert "{0.__class__}" in render(refusal, Language.EN)


@pytest.mark.parametrize(
    ("codes", "kind"),
    [
        ([Code.NOT_APPROVER, Code.NOT_APPROVER], Kind.FORBIDDEN),
        ([Code.RECALL_PENDING], Kind.CONFLICT),
        ([Code.STALE_VERSION], Kind.STALE),
        ([Code.ALREADY_INVOICED, Code.ON_DRAFT_INVOICE], Kind.REFUSED),
        ([Code.NOT_APPROVER, Code.OWN_REQUEST], Kind.REFUSED),
        ([Code.UNKNOWN_FIELD, Code.INVALID_VALUE], Kind.MALFORMED),
    ],
)
def test_the_kind_of_an_answer_follows_from_its_codes(codes: list[Code], kind: Kind) -> None:
    assert common_kind(codes) is kind


def test_several_different_codes_have_a_code_of_their_own() -> None:
    assert common_code([Code.LOCKED, Code.LOCKED]) is Code.LOCKED
    assert common_code([Code.LOCKED, Code.WRONG_STATUS]) is Code.SEVERAL_REFUSALS
