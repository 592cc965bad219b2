"""The catalogue says every code in both languages, and never fails to."""

from string import Formatter

import pytest

from domain.catalogue import CATALOGUE, Kind, advise, common_code, common_kind, render
from domain.catalogue.meaning import EVERYWHERE
from domain.language import Language
from domain.refusals import Code, Refusal


@pytest.mark.parametrize("code", list(Code))
def test_every_code_has_a_text_and_an_advice_in_both_languages(code: Code) -> None:
    meaning = CATALOGUE[code]

    assert all((meaning.text.nb, meaning.text.en, meaning.advice.nb, meaning.advice.en))


def cases_of(code: Code) -> list[str]:
    """No case, and each that the code has."""
    return ["", *CATALOGUE[code].cases, *EVERYWHERE]


@pytest.mark.parametrize("code", list(Code))
def test_both_languages_name_the_same_facts(code: Code) -> None:
    def facts(sentence: str) -> set[str | None]:
        return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}

    for case in cases_of(code):
        text = CATALOGUE[code].text_in(case)
        assert facts(text.nb) == facts(text.en)


@pytest.mark.parametrize("code", list(Code))
def test_an_advice_needs_no_facts(code: Code) -> None:
    refusals = [Refusal(code, facts={"why": case}) for case in cases_of(code)]

    assert not any("{" in advise(refusal, language) for refusal in refusals for language in Language)


@pytest.mark.parametrize("code", list(Code))
def test_every_case_says_or_advises_something_else_in_both_languages(code: Code) -> None:
    usual = CATALOGUE[code]

    for case in usual.cases:
        text, advice = usual.text_in(case), usual.advice_in(case)
        assert all((text.nb, text.en, advice.nb, advice.en))
        assert (text, advice) != (usual.text, usual.advice)


@pytest.mark.parametrize("code", list(Code))
def test_texts_are_sentences(code: Code) -> None:
    for case in cases_of(code):
        for sentence in (CATALOGUE[code].text_in(case), CATALOGUE[code].advice_in(case)):
            for words in (sentence.nb, sentence.en):
                assert words.endswith(".")
                assert words[0].isupper() or words.startswith("{")


def test_a_case_is_found_by_why_first_and_else_by_the_status() -> None:
    asked = Refusal(Code.LOCKED, facts={"status": "recall_requested"})
    why = Refusal(Code.WRONG_STATUS, facts={"status": "canceled", "why": "no_rows"})

    assert advise(asked, Language.EN).startswith("Its recall is asked for.")
    assert advise(why, Language.EN).startswith("Only approved entries have rows")
    assert (
        advise(Refusal(Code.LOCKED, facts={"status": "nothing known"}), Language.EN) == CATALOGUE[Code.LOCKED].advice.en
    )


def test_a_refusal_names_its_subject() -> None:
    taken = Refusal(Code.ALREADY_EXISTS, "bob")

    assert render(taken, Language.EN) == "bob is already in use."
    assert render(taken, Language.NB) == "bob er alt i bruk."


def test_a_refusal_of_everything_has_no_subject() -> None:
    assert render(Refusal(Code.ALREADY_EXISTS), Language.EN) == "(unknown) is already in use."


def test_a_case_has_a_text_of_its_own() -> None:
    switched_off = Refusal(Code.NOT_SUPPORTED, facts={"why": "test_clock"})

    assert render(switched_off, Language.EN) == "The test clock is switched off."
    assert render(switched_off, Language.NB) == "Testklokken er slått av."


@pytest.mark.parametrize("code", list(Code))
def test_of_every_code_it_may_be_that_somebody_else_was_quicker(code: Code) -> None:
    refusal = Refusal(code, facts={"why": "meanwhile"})

    assert render(refusal, Language.EN) == "Somebody else was quicker; this is no longer possible."
    assert advise(refusal, Language.NB) == "Les det på nytt og se hva som er mulig nå."


def test_what_was_expected_may_name_how_much() -> None:
    refusal = Refusal(Code.INVALID_VALUE, facts={"field": "quantity", "expected": "decimal_places", "most": "5"})

    assert render(refusal, Language.EN) == (
        "The value of quantity is not accepted: the number has more than 5 decimals."
    )


def test_braces_in_what_was_expected_stay_what_they_are() -> None:
    refusal = Refusal(Code.INVALID_VALUE, facts={"field": "x", "expected": "{field.__class__}"})

    assert render(refusal, Language.EN) == "The value of x is not accepted: {field.__class__}."


def test_a_status_is_shown_by_its_display_name() -> None:
    refusal = Refusal(Code.NOT_RECALLABLE, facts={"status": "recall_requested"})

    assert render(refusal, Language.NB) == "En oppføring med status Tilbakekalling forespurt kan ikke tilbakekalles."
    assert render(refusal, Language.EN) == "An entry in status Recall requested cannot be recalled."


@pytest.mark.parametrize(
    ("language", "told"), [(Language.NB, 'Enheten "" finnes ikke.'), (Language.EN, 'The unit "" does not exist.')]
)
def test_an_empty_id_is_seen(language: Language, told: str) -> None:
    assert render(Refusal(Code.UNKNOWN_UNIT, ""), language) == told


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
