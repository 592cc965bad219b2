"""Whether a policy means something: every fault of it, with its place and code. What it refers to comes as facts."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final

from domain.limits import amount_in, excess_of
from domain.recall.calendar import Calendar, WorkingHours, since_midnight
from domain.recall.policy import Policy
from domain.refusals import Code, Refusal
from domain.roles import ADMINISTRATOR

_MOST_WEEKS: Final = 104
"""Of working time: what takes longer is no deadline, and holidays are known for a few years only."""


@dataclass(frozen=True, slots=True)
class InReach:
    """How many people may decide in a project or, where it `produces`, on the production of a unit."""

    name: str
    deciders: int
    produces: bool = False


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    """What a policy may refer to: the currency of its unit, the people, countries and time zones there are.

    `scarcest` are the project with the fewest deciders and the production of the unit, the escalation person among them, as far
    as there are such.
    """

    currency: str
    countries: AbstractSet[str]
    time_zones: AbstractSet[str]
    unknown_people: AbstractSet[str] = field(default_factory=frozenset)
    scarcest: tuple[InReach, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyFault:
    """What is wrong with a policy; `pointer` is the JSON pointer of its place in the document."""

    pointer: str
    refusal: Refusal


def check_policy(policy: Policy, facts: PolicyFacts) -> tuple[PolicyFault, ...]:
    """All faults of a policy, in the order of its document; none where it may come into force."""
    return (
        *_check_people(policy, facts),
        *_check_limit(policy, facts),
        *_check_calendar(policy.calendar, facts),
        *_check_working_hours(policy),
        *_repeated([one.code for one in policy.reason_codes], place="/reason_codes", member="/code"),
    )


def _invalid(pointer: str, expected: str, **more: str) -> PolicyFault:
    facts = {"field": pointer.removeprefix("/"), "expected": expected, **more}
    return PolicyFault(pointer, Refusal(Code.INVALID_VALUE, facts=facts))


def _check_people(policy: Policy, facts: PolicyFacts) -> Iterator[PolicyFault]:
    if policy.escalate_to is not None and policy.escalate_to in facts.unknown_people:
        yield PolicyFault("/escalate_to", Refusal(Code.UNKNOWN_PERSON, policy.escalate_to))
    if policy.escalate_to == ADMINISTRATOR:
        yield _invalid("/escalate_to", "not_the_administrator")
    place = "/quorum" if policy.second_approver_above is None else "/second_approver_above"
    for one in facts.scarcest:
        if not policy.is_within_reach(one.deciders):
            yield PolicyFault(place, out_of_reach(policy, one))


def out_of_reach(policy: Policy, where: InReach) -> Refusal:
    """So many approvals can never come together there."""
    known = {"quorum": str(policy.most_approvals), "approvers": str(where.deciders)}
    place = {"unit": where.name, "why": "unit"} if where.produces else {"project": where.name}
    return Refusal(Code.QUORUM_OUT_OF_REACH, facts=known | place)


def _check_limit(policy: Policy, facts: PolicyFacts) -> Iterator[PolicyFault]:
    limit = policy.second_approver_above
    if limit is None:
        return
    if limit.currency != facts.currency:
        yield _invalid("/second_approver_above/currency", "unit_currency")
    elif (found := excess_of(limit.amount, amount_in(limit.currency))) is not None:
        yield _invalid("/second_approver_above/amount", found.expected, most=str(found.most))


def _check_calendar(calendar: Calendar, facts: PolicyFacts) -> Iterator[PolicyFault]:
    if calendar.country is not None and calendar.country not in facts.countries:
        yield _invalid("/calendar/country", "country")
    if calendar.time_zone not in facts.time_zones:
        yield _invalid("/calendar/time_zone", "time_zone")
    if not calendar.weekdays:
        yield _invalid("/calendar/weekdays", "not_empty")
    yield from _repeated(calendar.weekdays, place="/calendar/weekdays")
    yield from _check_hours(calendar)
    yield from _repeated(calendar.days_off, place="/calendar/days_off")


def _check_hours(calendar: Calendar) -> Iterator[PolicyFault]:
    begins, until = since_midnight(calendar.begins), since_midnight(calendar.until, is_end=True)
    if until <= begins:
        yield _invalid("/calendar/until", "after_begin")
    elif calendar.half_day_until is not None and not begins < since_midnight(calendar.half_day_until) <= until:
        yield _invalid("/calendar/half_day_until", "within_hours")


def _check_working_hours(policy: Policy) -> Iterator[PolicyFault]:
    """Hours of working time are over within two years of weeks without holidays, so that they end at all."""
    weekly = policy.calendar.weekly
    for name in ("escalate_after", "remind_after", "expire_after"):
        after = getattr(policy, name)
        if isinstance(after, WorkingHours) and weekly and after.as_time > _MOST_WEEKS * weekly:
            yield _invalid(f"/{name}", "two_years")


def _repeated(values: Sequence[Hashable], *, place: str, member: str = "") -> Iterator[PolicyFault]:
    for position, value in enumerate(values):
        if value in values[:position]:
            yield _invalid(f"{place}/{position}{member}", "once")
