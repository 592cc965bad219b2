"""Turning events into deliveries: who has subscribed, and who is told by mail.

One transaction looks at some events in their order; of several processes one looks at a time. When nobody listens, the events
are passed over without being read.
"""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from typing import Final

import structlog

from application.deciding import right_to_decide, today_of
from application.work import Work
from domain.outgoing.recipients import ASKING, MAILED, Circle
from domain.recall.deciding import Decision, check_decision, check_right
from domain.recall.request import Verdict
from store import announcements, concerned, deliveries, people, recalls
from store.database import part
from store.deliveries import Event
from store.faults import is_unavailable
from store.recalls import StoredRequest

_log = structlog.get_logger()
EVENTS_AT_A_TIME: Final = 100
MOST_ASKED: Final = 25
MOST_PARTIES: Final = 25
"""More people than this are not written to about one event, whoever owns the lines of a long request."""


async def announce(work: Work, *, mailing: bool) -> int:
    """Look at the next events; how many there were. 0 where there are none, or somebody else looks at them now."""
    if not await announcements.hold_progress(work.connection):
        return 0
    events = await announcements.take(work.connection, limit=EVENTS_AT_A_TIME)
    if events:
        await announcements.add_for_subscribers(work.connection, events)
    if mailing:
        for event in _worth_a_mail(events):
            await _mail(work, event)
    return len(events)


async def pass_over(work: Work) -> None:
    """Nobody listens: what has happened so far is told to nobody."""
    if await announcements.hold_progress(work.connection):
        await announcements.pass_over(work.connection)


def _worth_a_mail(events: Sequence[Event]) -> list[Event]:
    """Events that are mailed. Of a long decision whose chunks were blocked one after another, the last is enough."""
    last = {(event.request, event.type): event.id for event in events}
    return [
        event
        for event in events
        if event.type in MAILED and (event.type != "recall.blocked" or last[event.request, event.type] == event.id)
    ]


async def _mail(work: Work, event: Event) -> None:
    """A fault of ours about one event must not hold up those behind it; a database that is away must."""
    try:
        async with part(work.connection):
            recipients = await _recipients(work, event)
            await deliveries.insert_mails(work.connection, event, recipients)
    except Exception as error:
        if is_unavailable(error):
            raise
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{last.filename}:{last.lineno}"
        _log.error("event.not_mailed", event_id=event.id, error=type(error).__name__, at=place)


async def _recipients(work: Work, event: Event) -> list[str]:
    """Whom mail about an event can reach; who made it happen knows already."""
    stored = await recalls.load(work.connection, event.request)
    assert stored is not None
    circles = MAILED[event.type]
    found: list[str] = []
    if event.type in ASKING and stored.closed_at is not None:
        return []
    if Circle.ASKED in circles:
        found += await _asked(work, stored)
    if Circle.HANDED in circles:
        found += await _asked_by_name(work, stored) or await _asked(work, stored)
    if Circle.ESCALATED in circles:
        found += await _escalated(work, stored)
    if Circle.PARTIES in circles:
        owners = (line.owner for line in stored.request.lines.values())
        found += list(dict.fromkeys([stored.request.requester, *owners]))[:MOST_PARTIES]
    actor = await concerned.actor_of(work.connection, event.request, event.type)
    reachable = await people.with_address(work.connection, [person for person in found if person != actor])
    return [person.id for person in reachable]


async def _asked(work: Work, stored: StoredRequest) -> list[str]:
    """Who is asked to decide: who is asked now, and the escalation person with their delegates of today, as far as they may.

    Where several have to approve, or nobody is asked who may, everybody who may.
    """
    asked = await _asked_by_name(work, stored)
    found = asked + [person for person in await _escalated(work, stored) if person not in asked]
    if asked and stored.request.approvals_needed == 1:
        return found
    everybody = await concerned.deciders(work.connection, stored.subject, most=MOST_ASKED)
    others = await _with_delegates(work, stored, [person for person in everybody if person not in found])
    return list(dict.fromkeys([*found, *await _may_decide(work, stored, others)]))


async def _asked_by_name(work: Work, stored: StoredRequest) -> list[str]:
    return [] if stored.asked is None else await _may_decide(work, stored, [stored.asked.person])


async def _escalated(work: Work, stored: StoredRequest) -> list[str]:
    named = [] if stored.escalated_to is None else await _with_delegates(work, stored, [stored.escalated_to])
    return await _may_decide(work, stored, named)


async def _with_delegates(work: Work, stored: StoredRequest, named: Sequence[str]) -> list[str]:
    today = today_of(work, stored)
    takers = await concerned.delegates(work.connection, named, today=today, most=MOST_ASKED)
    return list(dict.fromkeys([*named, *takers]))


async def _may_decide(work: Work, stored: StoredRequest, named: Sequence[str]) -> list[str]:
    """Those of them whose approval would be taken today, by the same rule that takes it; of a request that has ended, who had the right."""
    found = []
    for person in named:
        authority = await right_to_decide(work, stored, person)
        if stored.closed_at is not None:
            refused = check_right(stored.request, person, authority) is not None
        else:
            refused = bool(check_decision(stored.request, Decision(person, Verdict.APPROVE), authority))
        if not refused:
            found.append(person)
    return found
