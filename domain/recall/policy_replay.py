"""What another policy would have changed for a past request, asked of the rules that were asked then. Writes and promises nothing.

A request that was refused at the time left nothing behind, so only what was accepted can be looked at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from domain.recall.asking import check_reason
from domain.recall.authority import Authority
from domain.recall.calendar import day_of
from domain.recall.deciding import check_right
from domain.recall.delegation import Delegation, acts_for
from domain.recall.ending import decide_withdraw
from domain.recall.next_step import Birth, escalation_of, expiry_of, reminder_of
from domain.recall.policy import Policy
from domain.recall.request import LineStatus, Request, RequestStatus
from domain.refusals import Code, Refusal

_MOST_REMINDERS: Final = 200
_TO_BE_NAMED: Final = frozenset({Code.REASON_CODE_REQUIRED, Code.UNKNOWN_REASON_CODE})


class Difference(StrEnum):
    """What would have been otherwise."""

    REFUSED = "refused"
    WOULD_HAVE_EXPIRED = "would_have_expired"
    EXPIRES_EARLIER = "expires_earlier"
    EXPIRES_LATER = "expires_later"
    ESCALATED_EARLIER = "escalated_earlier"
    ESCALATED_LATER = "escalated_later"
    REMINDED_EARLIER = "reminded_earlier"
    REMINDED_LATER = "reminded_later"
    REMINDED_MORE = "reminded_more"
    REMINDED_LESS = "reminded_less"
    NEEDS_MORE_APPROVERS = "needs_more_approvers"
    NEEDS_FEWER_APPROVERS = "needs_fewer_approvers"
    WORTH_UNKNOWN = "worth_unknown"
    OWN_REQUEST = "own_request"
    NOT_WITHDRAWN = "not_withdrawn"


Fact = str | int | datetime | None


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that would have been otherwise; `refusal` where a rule would have refused something, and of how many lines."""

    difference: Difference
    facts: Mapping[str, Fact]
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class PastLine:
    """A line as it was asked for: the day of its entry (None where no window counts), and what it was warned of."""

    subject: str
    day: date | None = None
    warned: Code | None = None


@dataclass(frozen=True, slots=True)
class PastDecision:
    """A decision that counted for some lines: by whom, by whose right, when, and whom the person acted for that day."""

    by: str
    right_of: str
    at: datetime
    approved: tuple[str, ...]
    delegations: tuple[Delegation, ...] = ()


@dataclass(frozen=True, slots=True)
class PastRequest:
    """A request as it went: with the policy it was born under, its end (None: it is open) and who ended it.

    Its worth is None where nobody computed it in the currency of the unit. Instants are of the unit's clock.
    """

    request: Request
    number: int
    title: str
    born: datetime
    ended: datetime | None
    ended_by: str | None
    reason_code: str | None
    worth: Decimal | None
    lines: Sequence[PastLine]
    decisions: Sequence[PastDecision]


def replay(past: PastRequest, *, was: Birth, would_be: Birth, now: datetime) -> tuple[Change, ...]:
    """What would have been otherwise under another policy; nothing where all would have been the same.

    was, would_be: the birth of the request under the policy it had, and under the other one. now: until when an open one is
    looked at. A request that would have been refused for what it asked is only that: nothing after it would have come. A reason
    code that is missing would have been named.
    """
    refused = (*_refused(past, would_be), *_reason(past, would_be.policy))
    if any(one.refusal is not None and one.refusal.code not in _TO_BE_NAMED for one in refused):
        return refused
    steps = _Steps(past, was, would_be, until=past.ended or now)
    return (
        *refused,
        *_approvals(past, would_be.policy),
        *_own(past, would_be),
        *_withdrawal(past, would_be.policy),
        *_expiry(steps),
        *_escalation(steps),
        *_reminders(steps),
    )


def _refused(past: PastRequest, would_be: Birth) -> Iterator[Change]:
    policy, today = would_be.policy, day_of(past.born, facts=would_be.facts)
    window = {"days": str(policy.recall_window_days)}
    lines = [
        one.subject for one in past.lines if one.day is not None and policy.is_outside_window(one.day, today=today)
    ]
    if lines:
        yield _refusal(Refusal(Code.OUTSIDE_RECALL_WINDOW, facts=window), lines=len(lines))
    drafted = [one for one in past.lines if one.warned is Code.ON_DRAFT_INVOICE]
    if drafted and policy.block_request_on_draft_invoice:
        yield _refusal(Refusal(Code.ON_DRAFT_INVOICE), lines=len(drafted))


def _reason(past: PastRequest, policy: Policy) -> Iterator[Change]:
    unknown = check_reason(past.reason_code, policy)
    if unknown is not None:
        yield _refusal(unknown, lines=len(past.lines))


def _refusal(refusal: Refusal, *, lines: int) -> Change:
    return Change(Difference.REFUSED, {"code": refusal.code.value, "lines": lines}, refusal)


def _approvals(past: PastRequest, policy: Policy) -> Iterator[Change]:
    if policy.second_approver_above is not None and past.worth is None:
        yield Change(Difference.WORTH_UNKNOWN, {})
        return
    had = _rights(past)
    if not had:
        return
    needed = replace(past.request, policy=policy, base_worth=past.worth or past.request.base_worth).approvals_needed
    facts = {"needed": needed, "was": past.request.approvals_needed}
    if any(needed > rights for subject, rights in had.items() if _status(past, subject) is LineStatus.RECALLED):
        yield Change(Difference.NEEDS_MORE_APPROVERS, facts)
    elif needed < past.request.approvals_needed and max(had.values()) >= needed:
        yield Change(Difference.NEEDS_FEWER_APPROVERS, facts)


def _rights(past: PastRequest) -> dict[str, int]:
    """How many different rights approved each line."""
    rights: dict[str, set[str]] = {}
    for decision in past.decisions:
        for subject in decision.approved:
            rights.setdefault(subject, set()).add(decision.right_of)
    return {subject: len(found) for subject, found in rights.items()}


def _status(past: PastRequest, subject: str) -> LineStatus:
    return past.request.lines[subject].status


def _own(past: PastRequest, would_be: Birth) -> Iterator[Change]:
    """Who decided and could not have, each once."""
    request = replace(past.request, policy=would_be.policy)
    found = dict.fromkeys(
        one.by for one in past.decisions if _decides_own(request, one, day=day_of(one.at, facts=would_be.facts))
    )
    yield from (Change(Difference.OWN_REQUEST, {"by": by}, Refusal(Code.OWN_REQUEST)) for by in found)


def _decides_own(request: Request, decision: PastDecision, *, day: date) -> bool:
    known = [_as_of(one, day) for one in decision.delegations]
    authority = Authority(
        is_approver=True,
        acts_for=acts_for(decision.by, today=day, delegations=known),
        on_behalf_of=None if decision.right_of == decision.by else decision.right_of,
    )
    return check_right(request, decision.by, authority) is not None


def _as_of(delegation: Delegation, day: date) -> Delegation:
    """A delegation as it was on a day: one that was ended later was in force."""
    ended = delegation.ended_on
    return replace(delegation, ended_on=None) if ended is not None and ended > day else delegation


def _withdrawal(past: PastRequest, policy: Policy) -> Iterator[Change]:
    if past.request.status is not RequestStatus.WITHDRAWN or past.ended_by is None:
        return
    request = replace(past.request, policy=policy, status=RequestStatus.AWAITING_DECISION)
    outcome = decide_withdraw(request, past.ended_by)
    if isinstance(outcome, Refusal) and outcome.code is Code.NOT_ALLOWED:
        yield Change(Difference.NOT_WITHDRAWN, {"by": past.ended_by}, outcome)


@dataclass(frozen=True, slots=True)
class _Steps:
    """The steps of the clock under both policies, until the request ended or, if it is open, until now."""

    past: PastRequest
    was: Birth
    would_be: Birth
    until: datetime

    def open_until(self, birth: Birth) -> datetime:
        """Until when it was open, or would have been: an expiry comes before a later end."""
        expiry = expiry_of(birth)
        return self.until if expiry is None else min(self.until, expiry)


def _expiry(steps: _Steps) -> Iterator[Change]:
    was, would_be = expiry_of(steps.was), expiry_of(steps.would_be)
    status = steps.past.request.status
    if status not in (RequestStatus.EXPIRED, RequestStatus.AWAITING_DECISION):
        if would_be is not None and would_be < steps.until:
            yield Change(Difference.WOULD_HAVE_EXPIRED, {"at": would_be, "ended": steps.until})
    elif was != would_be:
        earlier = would_be is not None and (was is None or would_be < was)
        difference = Difference.EXPIRES_EARLIER if earlier else Difference.EXPIRES_LATER
        yield Change(difference, {"at": would_be, "was": was})


def _escalation(steps: _Steps) -> Iterator[Change]:
    """Only where it came, or would have come, while the request was open."""
    was = _until(escalation_of(steps.was), steps.open_until(steps.was))
    would_be = _until(escalation_of(steps.would_be), steps.open_until(steps.would_be))
    yield from _moved(was, would_be, (Difference.ESCALATED_EARLIER, Difference.ESCALATED_LATER))


def _until(at: datetime | None, end: datetime) -> datetime | None:
    return at if at is not None and at < end else None


def _moved(was: datetime | None, would_be: datetime | None, names: tuple[Difference, Difference]) -> Iterator[Change]:
    if was != would_be:
        earlier = would_be is not None and (was is None or would_be < was)
        yield Change(names[0] if earlier else names[1], {"at": would_be, "was": was})


def _reminders(steps: _Steps) -> Iterator[Change]:
    was = _reminded(steps.was, steps.open_until(steps.was))
    would_be = _reminded(steps.would_be, steps.open_until(steps.would_be))
    first, first_would_be = next(iter(was), None), next(iter(would_be), None)
    yield from _moved(first, first_would_be, (Difference.REMINDED_EARLIER, Difference.REMINDED_LATER))
    if first == first_would_be and len(was) != len(would_be):
        more = len(would_be) > len(was)
        difference = Difference.REMINDED_MORE if more else Difference.REMINDED_LESS
        yield Change(difference, {"times": len(would_be), "was": len(was)})


def _reminded(birth: Birth, end: datetime) -> list[datetime]:
    """The reminders that fall due before an end, each an interval after the one before it; of very many the first ones."""
    found: list[datetime] = []
    at = reminder_of(birth, 1)
    while at < end and len(found) < _MOST_REMINDERS:
        found.append(at)
        at = reminder_of(replace(birth, at=at), 1)
    return found
