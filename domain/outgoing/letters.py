"""What a mail says, in words and in both languages: a value, which sending/ writes as text and as HTML.

A mail tells and asks; it decides nothing. Names, reasons and labels are what people typed: they stand in a letter as they are,
and whoever writes it out makes them harmless there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from domain.language import Language, Text
from domain.outgoing.recipients import Circle

MOST_ENTRIES: Final = 20


@dataclass(frozen=True, slots=True)
class Told:
    """What a letter tells of: the request as it stands now, in the reader's language where it is made of words."""

    type: str
    circle: Circle
    number: str
    title: str
    requester: str
    reason: str
    amount: str
    lines: int
    entries: Sequence[tuple[str, str]]
    effect: str = ""
    deadline: datetime | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    in_the_way: Sequence[str] = ()
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail before it is text or HTML: headline, what happened, facts by their names, entries, and where to go."""

    language: Language
    subject: str
    happened: str
    facts: tuple[tuple[str, str], ...]
    entries_heading: str
    entries: tuple[tuple[str, str], ...]
    more: str | None
    link: tuple[str, str] | None
    closing: str


_HAPPENED: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "recall.decision_needed": Text(
            "{requester} ber om å få tilbakekalt {lines} på {title}. Du er bedt om å avgjøre.",
            "{requester} asks to take back {lines} on {title}. You are asked to decide.",
        ),
        "recall.reminded": Text(
            "{requester} venter fortsatt på at noen avgjør tilbakekallingen av {lines} på {title}.",
            "{requester} is still waiting for somebody to decide the recall of {lines} on {title}.",
        ),
        "recall.rerouted": Text(
            "Tilbakekallingen av {lines} på {title} er gitt videre. Du er bedt om å avgjøre.",
            "The recall of {lines} on {title} was handed on. You are asked to decide.",
        ),
        "recall.escalated": Text(
            "Ingen har avgjort tilbakekallingen av {lines} på {title} ennå. Fra nå av kan også du avgjøre.",
            "Nobody has decided the recall of {lines} on {title} yet. From now on you may decide, too.",
        ),
        "recall.blocked": Text(
            "Tilbakekallingen på {title} er godkjent, men noe står i veien. Linjene står åpne.",
            "The recall on {title} was approved, but something is in the way. The lines stay open.",
        ),
        "recall.recalled": Text("{lines} på {title} er tilbakekalt.", "{lines} on {title} were taken back."),
        "recall.partly_recalled": Text(
            "Tilbakekallingen på {title} er avgjort: {recalled} tilbakekalt, {rejected} avvist.",
            "The recall on {title} was decided: {recalled} taken back, {rejected} rejected.",
        ),
        "recall.rejected": Text(
            "Tilbakekallingen av {lines} på {title} er avvist.", "The recall of {lines} on {title} was rejected."
        ),
        "recall.withdrawn": Text(
            "Tilbakekallingen av {lines} på {title} er trukket. Ingen trenger å avgjøre den.",
            "The recall of {lines} on {title} was withdrawn. Nobody has to decide it.",
        ),
        "recall.expired": Text(
            "Tilbakekallingen av {lines} på {title} er utløpt uten avgjørelse.",
            "The recall of {lines} on {title} expired without a decision.",
        ),
    }
)
_SUBJECT: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "recall.decision_needed": Text("Avgjørelse trengs", "Decision needed"),
        "recall.reminded": Text("Påminnelse: avgjørelse trengs", "Reminder: decision needed"),
        "recall.rerouted": Text("Avgjørelse trengs", "Decision needed"),
        "recall.escalated": Text("Eskalert: avgjørelse trengs", "Escalated: decision needed"),
        "recall.blocked": Text("Noe står i veien", "Something is in the way"),
        "recall.recalled": Text("Tilbakekalt", "Taken back"),
        "recall.partly_recalled": Text("Delvis tilbakekalt", "Partly taken back"),
        "recall.rejected": Text("Avvist", "Rejected"),
        "recall.withdrawn": Text("Trukket", "Withdrawn"),
        "recall.expired": Text("Utløpt", "Expired"),
    }
)
_WORDS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "recall": Text("tilbakekalling {number}, {title}", "recall {number}, {title}"),
        "one": Text("1 oppføring", "1 entry"),
        "many": Text("{n} oppføringer", "{n} entries"),
        "requester": Text("Bedt om av", "Asked for by"),
        "reason": Text("Årsak", "Reason"),
        "amount": Text("Beløp", "Amount"),
        "effect": Text("Virkning", "Effect"),
        "deadline": Text("Utløper", "Expires"),
        "in_the_way": Text("I veien", "In the way"),
        "entries": Text("Oppføringer", "Entries"),
        "more": Text("og {n} til", "and {n} more"),
        "open": Text("Åpne forespørselen", "Open the request"),
        "closing_asked": Text(
            "Du får denne meldingen fordi du kan avgjøre forespørselen.",
            "You get this message because you may decide the request.",
        ),
        "only_shows": Text(
            "Lenken viser den bare; den avgjør ingenting.", "The link only shows it; it decides nothing."
        ),
        "closing_parties": Text(
            "Du får denne meldingen fordi forespørselen gjelder deg.",
            "You get this message because the request concerns you.",
        ),
    }
)


def letter(told: Told, language: Language) -> Letter:
    """The letter about an event in a language. Raises KeyError for an event that is not mailed."""
    words = _Words(language)
    names = {"number": told.number, "title": _one_line(told.title), "requester": _one_line(told.requester)}
    counts = {"lines": words.lines(told.lines), **{name: str(count) for name, count in told.counts.items()}}
    shown = tuple((_one_line(label), amount) for label, amount in told.entries[:MOST_ENTRIES])
    rest = told.lines - len(shown)
    closing = ["closing_parties"] if told.circle is Circle.PARTIES else ["closing_asked"]
    if told.link is not None and told.circle is not Circle.PARTIES:
        closing.append("only_shows")
    return Letter(
        language=language,
        subject=f"{_SUBJECT[told.type].in_language(language)}: {words.say('recall', **names)}",
        happened=_HAPPENED[told.type].in_language(language).format_map(names | counts),
        facts=tuple(_facts(told, words)),
        entries_heading=words.say("entries"),
        entries=shown,
        more=words.say("more", n=str(rest)) if rest > 0 else None,
        link=None if told.link is None else (words.say("open"), told.link),
        closing=" ".join(words.say(one) for one in closing),
    )


def _facts(told: Told, words: _Words) -> list[tuple[str, str]]:
    """Names and values; what there is nothing to say of is left out."""
    deadline = "" if told.deadline is None else told.deadline.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    found = [
        ("requester", _one_line(told.requester)),
        ("reason", told.reason),
        ("amount", told.amount),
        ("effect", told.effect),
        ("deadline", deadline),
        *(("in_the_way", one) for one in told.in_the_way),
    ]
    return [(words.say(name), value) for name, value in found if value]


def _one_line(value: str) -> str:
    """A name or label as one line, whatever it was typed with."""
    return " ".join(value.split())


class _Words:
    """The words of a letter in one language."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def say(self, key: str, **values: str) -> str:
        return _WORDS[key].in_language(self._language).format_map(values)

    def lines(self, count: int) -> str:
        return self.say("one") if count == 1 else self.say("many", n=str(count))
