"""The events of a recall that go out, what each of them says in a sentence, and how the request stands by it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from domain.language import Language, Text
from domain.recall.request import RequestStatus

PING: Final = "ping"
"""A test: it tells of nothing."""

SENTENCES: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "recall.requested": Text("Det er bedt om en tilbakekalling.", "A recall has been asked for."),
        "recall.decision_needed": Text("En avgjørelse trengs.", "A decision is needed."),
        "recall.reminded": Text("En avgjørelse trengs fortsatt.", "A decision is still needed."),
        "recall.escalated": Text("Eskaleringspersonen kan også avgjøre.", "The escalation person may decide, too."),
        "recall.rerouted": Text("En annen er bedt om å avgjøre.", "Somebody else has been asked to decide."),
        "recall.blocked": Text(
            "Noe står i veien for linjer som er godkjent.", "Something is in the way of lines that were approved."
        ),
        "recall.parked": Text("Godkjente linjer venter på en kreditering.", "Approved lines wait for a credit."),
        "recall.resumed": Text(
            "Linjer som ventet på en kreditering, går videre.", "Lines that waited for a credit go on."
        ),
        "recall.recalled": Text("Tilbakekalt.", "Recalled."),
        "recall.partly_recalled": Text("Delvis tilbakekalt.", "Partly recalled."),
        "recall.rejected": Text("Avvist.", "Rejected."),
        "recall.withdrawn": Text("Trukket.", "Withdrawn."),
        "recall.expired": Text("Utløpt uten avgjørelse.", "Expired without a decision."),
    }
)
EVENT_TYPES: Final = tuple(SENTENCES)


def sentence(type: str, *, number: str, title: str, language: Language) -> str:
    """An event in a sentence, such as "R-1042, Alfa: A decision is needed."."""
    return f"{number}, {title}: {SENTENCES[type].in_language(language)}"


def status_by(type: str) -> RequestStatus:
    """How a request stands by an event of its own, whatever came later: its end, or that it waits for a decision."""
    ended = type.removeprefix("recall.")
    return RequestStatus(ended) if ended in set(RequestStatus) else RequestStatus.AWAITING_DECISION
