"""Policies, their versions and differences in JSON, and what another policy would have changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from api.render.values import Json, instant
from application.policies import Replayed
from domain.catalogue import render
from domain.language import Language, Text
from domain.recall.policy_diff import Changed
from domain.recall.policy_replay import Change, Difference, Fact
from domain.terms import counted
from store.policies import StoredPolicy

_NEVER: Final = Text("aldri", "never")
_WORDS: Final[Mapping[Difference, Text]] = {
    Difference.REFUSED: Text(
        "Den ville vært avvist for {lines}: {refusal}",
        "It would have been refused for {lines}: {refusal}",
    ),
    Difference.WOULD_HAVE_EXPIRED: Text(
        "Den ville ha utløpt {at}; den endte {ended}.", "It would have expired on {at}; it ended on {ended}."
    ),
    Difference.EXPIRES_EARLIER: Text(
        "Den utløper tidligere: {at}, ikke {was}.", "It expires earlier: {at}, not {was}."
    ),
    Difference.EXPIRES_LATER: Text("Den utløper senere: {at}, ikke {was}.", "It expires later: {at}, not {was}."),
    Difference.ESCALATED_EARLIER: Text(
        "Den ville vært eskalert tidligere: {at}, ikke {was}.", "It would have been escalated earlier: {at}, not {was}."
    ),
    Difference.ESCALATED_LATER: Text(
        "Den ville vært eskalert senere: {at}, ikke {was}.", "It would have been escalated later: {at}, not {was}."
    ),
    Difference.REMINDED_EARLIER: Text(
        "Første påminnelse tidligere: {at}, ikke {was}.", "The first reminder earlier: {at}, not {was}."
    ),
    Difference.REMINDED_LATER: Text(
        "Første påminnelse senere: {at}, ikke {was}.", "The first reminder later: {at}, not {was}."
    ),
    Difference.REMINDED_MORE: Text("Flere påminnelser: {times}, ikke {was}.", "More reminders: {times}, not {was}."),
    Difference.REMINDED_LESS: Text("Færre påminnelser: {times}, ikke {was}.", "Fewer reminders: {times}, not {was}."),
    Difference.NEEDS_MORE_APPROVERS: Text(
        "Den hadde trengt flere godkjennere: {needed}, ikke {was}.",
        "It would have needed more approvers: {needed}, not {was}.",
    ),
    Difference.NEEDS_FEWER_APPROVERS: Text(
        "Færre godkjennere hadde vært nok: {needed}, ikke {was}.",
        "Fewer approvers would have been enough: {needed}, not {was}.",
    ),
    Difference.WORTH_UNKNOWN: Text(
        "Verdien i enhetens valuta er ikke kjent; beløpsgrensen kan ikke prøves.",
        "Its worth in the currency of the unit is not known; the limit cannot be tried.",
    ),
    Difference.OWN_REQUEST: Text(
        "{by} kunne ikke ha avgjort den: {refusal}", "{by} could not have decided it: {refusal}"
    ),
    Difference.NOT_WITHDRAWN: Text("{by} kunne ikke ha trukket den.", "{by} could not have withdrawn it."),
}


def heading(stored: StoredPolicy) -> Json:
    """Who set a version, when and why."""
    return {
        "unit": stored.unit,
        "version": stored.version,
        "by": stored.by,
        "at": instant(stored.at),
        "comment": stored.comment,
    }


def version(stored: StoredPolicy) -> Json:
    """A version with its document."""
    return heading(stored) | {"policy": stored.document}


def changes(found: Sequence[Changed]) -> list[Json]:
    """What differs, value by value."""
    return [{"field": one.field, "before": one.before, "after": one.after} for one in found]


def replayed(found: Replayed, *, language: Language) -> Json:
    """A past request with what would have been otherwise."""
    past = found.past
    return {
        "id": past.request.id,
        "number": f"R-{past.number}",
        "title": past.title,
        "status": past.request.status.value,
        "requested_at": instant(past.born),
        "ended_at": instant(past.ended),
        "changes": [_change(one, language=language) for one in found.changes],
    }


def _change(change: Change, *, language: Language) -> Json:
    refusal = "" if change.refusal is None else render(change.refusal, language)
    shown = {name: _read(fact, language=language) for name, fact in change.facts.items()}
    if isinstance(lines := change.facts.get("lines"), int):
        shown["lines"] = counted(lines, "line", language)
    return {
        "difference": change.difference.value,
        "detail": _WORDS[change.difference].in_language(language).format(refusal=refusal, **shown),
        "facts": {name: instant(fact) if isinstance(fact, datetime) else fact for name, fact in change.facts.items()},
    }


def _read(fact: Fact, *, language: Language) -> str:
    """A fact as people read it."""
    if isinstance(fact, datetime):
        return fact.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return _NEVER.in_language(language) if fact is None else str(fact)
