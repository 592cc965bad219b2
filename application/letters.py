"""What a mail tells of an event: gathered when it is sent, so that nothing of it lies anywhere but in the tables it comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from application import deliveries as delivering
from application.deliveries import Addresses
from application.work import Work
from domain.catalogue import render
from domain.language import Language
from domain.money import plain_amount
from domain.outgoing.letters import MOST_ENTRIES, Letter, Told, letter
from domain.outgoing.recipients import ASKING, MAILED, Circle
from domain.recall.request import Line
from domain.recall.words import effect, label_in, worth_of
from store import deliveries, people, recall_plans, recalls
from store.deliveries import Delivery
from store.people import StoredPerson
from store.recalls import StoredRequest

NO_ADDRESS: Final = "no_address"
NOTHING_TO_DECIDE: Final = "nothing_to_decide"


async def letter_for(
    work: Work, delivery: Delivery, *, addresses: Addresses, language: Language
) -> tuple[StoredPerson, Letter] | None:
    """The mail of a delivery and whom it goes to; None where it is canceled: they have no address any more, or nothing to decide.

    language: that of the service, for people who chose none.
    """
    assert delivery.person is not None
    assert delivery.request is not None
    person = await people.by_id(work.connection, delivery.person)
    stored = await recalls.load(work.connection, delivery.request)
    assert stored is not None
    if person is None or person.email is None:
        await deliveries.end(work.connection, delivery.id, status=delivering.CANCELED, problem=NO_ADDRESS)
        return None
    if delivery.event_type in ASKING and stored.closed_at is not None:
        await deliveries.end(work.connection, delivery.id, status=delivering.CANCELED, problem=NOTHING_TO_DECIDE)
        return None
    language = Language(person.language) if person.language else language
    told = await _told(work, delivery, stored, language=language, link=addresses.recall(stored.request.id))
    return person, letter(told, language)


async def _told(work: Work, delivery: Delivery, stored: StoredRequest, *, language: Language, link: str | None) -> Told:
    request = stored.request
    circle = _circle(delivery, stored)
    lines = _lines_of(stored, delivery.person or "", circle)
    shown = [line.subject for line in lines[:MOST_ENTRIES]]
    glance = await recall_plans.glance(work.connection, request.id, shown)
    names = await people.names(work.connection, [request.requester])
    amount = f"{plain_amount(stored.amount.amount, stored.amount.currency)} {stored.amount.currency}"
    open_lines = len(request.open_lines)
    is_asking = circle is not Circle.PARTIES and open_lines > 0
    return Told(
        type=delivery.event_type,
        circle=circle,
        number=f"R-{stored.number}",
        title=stored.title,
        requester=names[request.requester],
        reason=stored.reason,
        amount=amount if len(lines) == len(request.lines) else "",
        lines=len(lines),
        entries=[_entry(stored, subject, glance, language=language) for subject in shown],
        effect=effect(glance.rows, lines=open_lines, amount=amount, language=language) if is_asking else "",
        deadline=stored.expires_at if open_lines else None,
        counts=_counts(lines),
        in_the_way=_in_the_way(lines, language),
        link=link,
    )


def _circle(delivery: Delivery, stored: StoredRequest) -> Circle:
    """What the reader is to the request: a party, if it concerns them and the event is told to parties; else somebody who decides."""
    circles = MAILED[delivery.event_type]
    parties = {stored.request.requester, *(line.owner for line in stored.request.lines.values())}
    return Circle.PARTIES if Circle.PARTIES in circles and delivery.person in parties else Circle.ASKED


def _lines_of(stored: StoredRequest, reader: str, circle: Circle) -> list[Line]:
    """The lines a reader is told of: an owner who did not ask sees the own ones, all others see all."""
    lines = list(stored.request.lines.values())
    if circle is not Circle.PARTIES or reader == stored.request.requester:
        return lines
    return [line for line in lines if line.owner == reader]


def _entry(stored: StoredRequest, subject: str, glance: recall_plans.Glance, *, language: Language) -> tuple[str, str]:
    """A line by its label, and what it is worth if the plan says so."""
    worth = worth_of(glance.of_lines.get(subject, ()))
    amount = "" if worth is None else f"{plain_amount(worth.amount, worth.currency)} {worth.currency}"
    return label_in(stored.labels[subject], language), amount


def _counts(lines: Sequence[Line]) -> dict[str, int]:
    found = Counter(line.status.value for line in lines)
    return {name: found[name] for name in ("recalled", "rejected")}


def _in_the_way(lines: Sequence[Line], language: Language) -> list[str]:
    """What blocks, each thing once, in words."""
    found = dict.fromkeys(render(line.blocked_by, language) for line in lines if line.blocked_by is not None)
    return list(found)[:MOST_ENTRIES]
