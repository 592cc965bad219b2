"""Route 1: the entry a negative line takes back, and what is in the way of it (output-reversal, section 3)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from domain.catalogue import render
from domain.language import Language
from domain.money import ZERO
from domain.production.model import Entry, EntryType, Traits
from domain.production.originals import already_reversed, check_consumption, check_free, check_output, find_output
from domain.refusals import Code, Refusal
from tests.production_examples import CONSUMPTION, OF_LINE, OUTPUT, SALE, changed, codes

pytestmark = pytest.mark.unit

D = Decimal
TYPED = replace(OF_LINE, document="ANOTHER")
OF_LOT = replace(OUTPUT, traits=replace(OF_LINE, lot="L1"))
PLACE = ("order", "line", "item", "variant", "location")


def elsewhere(name: str, traits: Traits = TYPED) -> Traits:
    """Traits that name another order, line, item, variant or location."""
    return changed(traits, **{name: "elsewhere"})


def found(*entries: Entry, named: str | None = None, quantity: str = "15", **tracking: str) -> Entry | Refusal:
    """What a line finds among entries."""
    return find_output({one.id: one for one in entries}, named, changed(TYPED, **tracking), D(quantity))


def test_the_one_that_is_named_is_the_original() -> None:
    other = replace(OF_LOT, id="entry-9")

    assert found(other, OUTPUT, named=OUTPUT.id) == OUTPUT
    assert found(OUTPUT, other, named=OUTPUT.id, lot="L1") == OUTPUT
    assert found(OUTPUT, named="entry-99") == Refusal(Code.APPLIES_TO_MISMATCH)


def test_without_a_name_lot_or_serial_an_original_is_required() -> None:
    assert found(OUTPUT) == Refusal(Code.APPLIES_TO_REQUIRED)


@pytest.mark.parametrize("tracking", [{"lot": "L1"}, {"serial": "S1"}, {"lot": "L1", "serial": "S1"}])
def test_the_one_open_output_of_the_same_lot_and_serial_is_found(tracking: dict[str, str]) -> None:
    tracked = replace(OUTPUT, traits=changed(OF_LINE, **tracking))

    assert found(tracked, replace(OUTPUT, id="entry-9"), **tracking) == tracked
    assert found(OUTPUT, **tracking) == Refusal(Code.APPLIES_TO_REQUIRED)


@pytest.mark.parametrize("name", PLACE)
def test_an_output_of_another_place_is_not_found(name: str) -> None:
    other = replace(OF_LOT, traits=elsewhere(name, OF_LOT.traits))

    assert found(other, lot="L1") == Refusal(Code.APPLIES_TO_REQUIRED)


def test_what_is_no_output_or_has_too_little_left_is_not_found() -> None:
    consumed = replace(OF_LOT, id="entry-8", type=EntryType.CONSUMPTION)
    used = replace(OF_LOT, id="entry-9", remaining=D("14.99999"))
    enough = replace(OF_LOT, remaining=D(15))

    assert found(consumed, lot="L1") == Refusal(Code.APPLIES_TO_REQUIRED)
    assert found(used, lot="L1") == Refusal(Code.APPLIES_TO_REQUIRED)
    assert found(used, enough, consumed, lot="L1") == enough


def test_of_several_that_fit_one_must_be_named() -> None:
    twin = replace(OF_LOT, id="entry-9", number=9)

    assert found(OF_LOT, twin, lot="L1") == Refusal(Code.AMBIGUOUS_APPLIES_TO, facts={"entries": "7, 9"})
    assert found(OF_LOT, twin, named=twin.id, lot="L1") == twin


def in_the_way(original: Entry = OUTPUT, quantity: str = "15", traits: Traits = TYPED) -> list[Refusal]:
    return list(check_output(original, traits, D(quantity)))


def test_all_that_remains_free_may_be_taken_back() -> None:
    assert in_the_way() == []
    assert in_the_way(replace(OUTPUT, remaining=D(15))) == []
    assert in_the_way(replace(OUTPUT, remaining=D(20), reserved=D(5))) == []


@pytest.mark.parametrize("name", PLACE)
def test_an_original_of_another_place_does_not_match(name: str) -> None:
    assert in_the_way(traits=elsewhere(name)) == [Refusal(Code.APPLIES_TO_MISMATCH)]


@pytest.mark.parametrize("type", [one for one in EntryType if one is not EntryType.OUTPUT])
def test_only_an_output_is_taken_back(type: EntryType) -> None:
    assert in_the_way(replace(OUTPUT, type=type)) == [Refusal(Code.APPLIES_TO_MISMATCH)]


def test_line_and_original_have_opposite_signs() -> None:
    reversal = replace(OUTPUT, quantity=D(-15), is_reversal=True)

    assert in_the_way(reversal) == [Refusal(Code.WRONG_SIGN)]


@pytest.mark.parametrize("name", ["lot", "serial"])
def test_lot_and_serial_are_those_of_the_original_also_when_empty(name: str) -> None:
    named = changed(OF_LINE, **{name: "X1"})

    assert in_the_way(traits=named) == [Refusal(Code.TRACKING_MISMATCH)]
    assert in_the_way(replace(OUTPUT, traits=named)) == [Refusal(Code.TRACKING_MISMATCH)]
    assert in_the_way(replace(OUTPUT, traits=named), traits=named) == []


def test_what_was_reversed_as_a_whole_is_not_taken_back_again() -> None:
    assert in_the_way(replace(OUTPUT, reversed=True)) == [Refusal(Code.ALREADY_REVERSED, facts={"entry": "7"})]
    assert already_reversed(12) == Refusal(Code.ALREADY_REVERSED, facts={"entry": "12"})


def test_too_little_remaining_names_the_entries_that_used_it() -> None:
    used = replace(OUTPUT, remaining=D("14.50000"), used_by=("11", "12"))
    facts = {"entry": "7", "quantity": "14.5", "entries": "11, 12"}

    assert in_the_way(used)[0] == Refusal(Code.REMAINING_TOO_LOW, facts=facts)


def test_too_little_remaining_that_nothing_used_says_what_became_of_the_rest() -> None:
    part = replace(OUTPUT, remaining=D(1), taken_back=D(-39))
    few = replace(OUTPUT, quantity=D(1), remaining=D(1))
    given = replace(CONSUMPTION, taken_back=D("-12.5"))

    said = [next(iter(check_free(one, D(2)))) for one in (part, few)] + consumption_in_the_way(given, quantity="18")

    assert [render(one, Language.EN) for one in said] == [
        "Only 1 remains on entry 7; the rest is already taken back.",
        "Entry 7 has no more than 1.",
        "Only 17.5 remains on entry 8; the rest is already taken back.",
    ]
    assert render(said[0], Language.NB) == "Bare 1 gjenstår på post 7; resten er alt tatt tilbake."


def test_what_is_reserved_names_its_demand() -> None:
    kept = replace(OUTPUT, remaining=D(20), reserved=D("5.5"), demands=("SO-1", "SO-2"))

    (refusal,) = check_free(kept, D(15))

    assert refusal == Refusal(Code.RESERVED, facts={"entry": "7", "quantity": "14.5", "demand": "SO-1, SO-2"})


def test_the_rules_are_asked_in_their_order() -> None:
    all_wrong = replace(OUTPUT, quantity=D(-40), remaining=D(1), reserved=D(1), reversed=True)

    assert codes(check_output(all_wrong, elsewhere("item", replace(TYPED, lot="L1")), D(15))) == [
        "applies_to_mismatch",
        "wrong_sign",
        "tracking_mismatch",
        "already_reversed",
        "remaining_too_low",
        "reserved",
    ]


GIVEN_BACK = replace(CONSUMPTION.traits, document="ANOTHER", location=None, variant="ANY")


def consumption_in_the_way(
    original: Entry = CONSUMPTION, quantity: str = "10", *, traits: Traits = GIVEN_BACK
) -> list[Refusal]:
    return list(check_consumption(original, traits, D(quantity)))


def test_a_consumption_is_given_back_up_to_what_is_left_of_it() -> None:
    part = replace(CONSUMPTION, taken_back=D("-12.5"))

    assert consumption_in_the_way(quantity="30") == []
    assert consumption_in_the_way(part, quantity="17.5") == []


def test_a_consumption_that_was_given_back_as_a_whole_is_named() -> None:
    assert consumption_in_the_way(replace(CONSUMPTION, reversed=True)) == [already_reversed(8)]


def test_more_than_is_left_of_a_consumption_is_refused() -> None:
    part = replace(CONSUMPTION, taken_back=D("-12.5"), used_by=("13", "14"))
    facts = {"entry": "8", "quantity": "17.5", "entries": "13, 14"}

    assert consumption_in_the_way(part, quantity="17.50001") == [Refusal(Code.REMAINING_TOO_LOW, facts=facts)]


@pytest.mark.parametrize("name", ["order", "line", "item"])
def test_a_consumption_of_another_line_or_item_does_not_match(name: str) -> None:
    assert consumption_in_the_way(traits=elsewhere(name, GIVEN_BACK)) == [Refusal(Code.APPLIES_TO_MISMATCH)]


def test_only_a_consumption_is_given_back() -> None:
    sold = replace(SALE, traits=CONSUMPTION.traits)

    assert consumption_in_the_way(sold) == [Refusal(Code.APPLIES_TO_MISMATCH)]


@pytest.mark.parametrize("name", ["lot", "serial"])
def test_lot_and_serial_of_a_consumption_are_named_exactly(name: str) -> None:
    tracked = replace(CONSUMPTION, traits=changed(CONSUMPTION.traits, **{name: "X1"}))
    named = changed(GIVEN_BACK, **{name: "X1"})

    assert consumption_in_the_way(tracked) == [Refusal(Code.TRACKING_MISMATCH)]
    assert consumption_in_the_way(traits=named) == [Refusal(Code.TRACKING_MISMATCH)]
    assert consumption_in_the_way(tracked, traits=named) == []


def test_the_rules_of_a_consumption_are_asked_in_their_order() -> None:
    given_back = replace(CONSUMPTION, quantity=D(30), remaining=D(30), reversed=True)

    assert codes(check_consumption(given_back, elsewhere("line", replace(GIVEN_BACK, lot="L1")), D(10))) == [
        "applies_to_mismatch",
        "wrong_sign",
        "tracking_mismatch",
        "already_reversed",
        "remaining_too_low",
    ]
    assert consumption_in_the_way(replace(CONSUMPTION, quantity=ZERO), quantity="0") == []
