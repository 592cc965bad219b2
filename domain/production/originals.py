"""Route 1: the entry a negative journal line takes back, and what is in the way (output-reversal 3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from domain.money import ZERO, plain
from domain.production.model import Entry, EntryType, Traits
from domain.refusals import Code, Refusal


def find_output(entries: Mapping[str, Entry], named: str | None, traits: Traits, quantity: Decimal) -> Entry | Refusal:
    """The output a line of `quantity` (positive) takes back: the one named, or the only open one with its lot or serial."""
    if named is not None:
        return entries.get(named) or Refusal(Code.APPLIES_TO_MISMATCH)
    if traits.lot is None and traits.serial is None:
        return Refusal(Code.APPLIES_TO_REQUIRED)
    fitting = [
        entry
        for entry in entries.values()
        if entry.type is EntryType.OUTPUT
        and _place(entry.traits) == _place(traits)
        and _tracking(entry.traits) == _tracking(traits)
        and entry.remaining >= quantity
    ]
    if len(fitting) > 1:
        return Refusal(Code.AMBIGUOUS_APPLIES_TO, facts={"entries": _numbers(fitting)})
    return fitting[0] if fitting else Refusal(Code.APPLIES_TO_REQUIRED)


def check_output(original: Entry, traits: Traits, quantity: Decimal) -> Iterator[Refusal]:
    """What is in the way of taking `quantity` (positive) of an output back, in the order of the rules."""
    if original.type is not EntryType.OUTPUT or _place(original.traits) != _place(traits):
        yield Refusal(Code.APPLIES_TO_MISMATCH)
    if original.quantity < ZERO:
        yield Refusal(Code.WRONG_SIGN)
    if _tracking(original.traits) != _tracking(traits):
        yield Refusal(Code.TRACKING_MISMATCH)
    if original.reversed:
        yield already_reversed(original.number)
    yield from check_free(original, quantity)


def check_free(original: Entry, quantity: Decimal) -> Iterator[Refusal]:
    """So much must remain of an output, and must not be reserved."""
    if original.remaining < quantity:
        yield remaining_too_low(original, original.remaining)
    if original.remaining - original.reserved < quantity:
        free = plain(original.remaining - original.reserved)
        facts = {"entry": str(original.number), "quantity": free, "demand": ", ".join(original.demands)}
        yield Refusal(Code.RESERVED, facts=facts)


def check_consumption(original: Entry, traits: Traits, quantity: Decimal) -> Iterator[Refusal]:
    """What is in the way of giving `quantity` (positive) of a consumption back."""
    if original.type is not EntryType.CONSUMPTION or _owner(original.traits) != _owner(traits):
        yield Refusal(Code.APPLIES_TO_MISMATCH)
    if original.quantity > ZERO:
        yield Refusal(Code.WRONG_SIGN)
    if _tracking(original.traits) != _tracking(traits):
        yield Refusal(Code.TRACKING_MISMATCH)
    if original.reversed:
        yield already_reversed(original.number)
    if -original.left < quantity:
        yield remaining_too_low(original, -original.left)


def remaining_too_low(original: Entry, left: Decimal) -> Refusal:
    """Too little of an entry is left: others used it, it was taken back, or it never was more."""
    facts = {"entry": str(original.number), "quantity": plain(left), "entries": ", ".join(original.used_by)}
    if not original.used_by:
        facts["why"] = "taken_back" if original.taken_back else "never_more"
    return Refusal(Code.REMAINING_TOO_LOW, facts=facts)


def already_reversed(number: int) -> Refusal:
    """An entry, by its number, of which nothing is left to take back."""
    return Refusal(Code.ALREADY_REVERSED, facts={"entry": str(number)})


def _place(traits: Traits) -> tuple[str | None, ...]:
    return (traits.order, traits.line, traits.item, traits.variant, traits.location)


def _owner(traits: Traits) -> tuple[str | None, ...]:
    return (traits.order, traits.line, traits.item)


def _tracking(traits: Traits) -> tuple[str | None, ...]:
    return (traits.lot, traits.serial)


def _numbers(entries: Sequence[Entry]) -> str:
    return ", ".join(str(entry.number) for entry in entries)
