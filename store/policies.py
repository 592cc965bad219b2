"""Policies in Postgres: versions of a unit, only ever added; and policies as JSON documents, all values named."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from domain.language import Text
from domain.money import Money, plain
from domain.recall.calendar import Calendar, Weekday
from domain.recall.policy import After, Policy, ReasonCode, ReversalDate, after_text, read_after
from store import visibility
from store.database import Connection, Row, execute, fetch_one
from store.paging import Listed, Order, Span, listed

_TIMES: Final = ("remind_after", "escalate_after", "expire_after")


def policy_values(policy: Policy) -> dict[str, Any]:
    """A policy as its document: all values in the form in which people give them."""
    values = {name: getattr(policy, name) for name in Policy.__dataclass_fields__}
    limit = policy.second_approver_above
    return values | {
        **{name: None if values[name] is None else after_text(values[name]) for name in _TIMES},
        "reversal_date": policy.reversal_date.value,
        "second_approver_above": limit and {"amount": plain(limit.amount), "currency": limit.currency},
        "calendar": _calendar_values(policy.calendar),
        "reason_codes": [{"code": one.code, "nb": one.text.nb, "en": one.text.en} for one in policy.reason_codes],
    }


def _calendar_values(calendar: Calendar) -> dict[str, Any]:
    half = calendar.half_day_until
    return {
        "country": calendar.country,
        "time_zone": calendar.time_zone,
        "weekdays": [day.value for day in calendar.weekdays],
        "from": _clock(calendar.begins),
        "until": _clock(calendar.until),
        "half_day_until": None if half is None else _clock(half),
        "days_off": [day.isoformat() for day in calendar.days_off],
    }


def _clock(at: time) -> str:
    return at.isoformat(timespec="minutes")


def policy_of(document: Mapping[str, Any]) -> Policy:
    """The policy of a document; what it does not name has its default. Requests of old have durations in seconds."""
    known = {name: value for name, value in document.items() if name in Policy.__dataclass_fields__}
    given: dict[str, Any] = {name: _after(known[name]) for name in _TIMES if known.get(name) is not None}
    if "reversal_date" in known:
        given["reversal_date"] = ReversalDate(known["reversal_date"])
    if limit := known.get("second_approver_above"):
        given["second_approver_above"] = Money(Decimal(limit["amount"]), limit["currency"])
    if "calendar" in known:
        given["calendar"] = _calendar(known["calendar"])
    if "reason_codes" in known:
        codes = (ReasonCode(one["code"], Text(one["nb"], one["en"])) for one in known["reason_codes"])
        given["reason_codes"] = tuple(codes)
    return Policy(**(known | given))


def _after(value: str | float) -> After:
    if not isinstance(value, str):
        return timedelta(seconds=value)
    found = read_after(value)
    assert found is not None, "a stored policy was checked when it was set"
    return found


def _calendar(values: Mapping[str, Any]) -> Calendar:
    half = values["half_day_until"]
    return Calendar(
        country=values["country"],
        time_zone=values["time_zone"],
        weekdays=tuple(Weekday(day) for day in values["weekdays"]),
        begins=time.fromisoformat(values["from"]),
        until=time.fromisoformat(values["until"]),
        half_day_until=None if half is None else time.fromisoformat(half),
        days_off=tuple(date.fromisoformat(day) for day in values["days_off"]),
    )


@dataclass(frozen=True, slots=True)
class StoredPolicy:
    """A version of the policy of a unit, who set it, when and why."""

    unit: str
    version: int
    policy: Policy
    comment: str
    by: str
    at: datetime

    @property
    def document(self) -> dict[str, Any]:
        """The policy as its document, in its usual order: Postgres keeps another."""
        return policy_values(self.policy)


@dataclass(frozen=True, slots=True)
class NewPolicy:
    """A version about to be added."""

    unit: str
    version: int
    policy: Policy
    comment: str
    by: str
    at: datetime


VERSIONS: Final = Order("versions of a policy", {"version": int}, descending=True)
_SELECT: Final = "select * from policy_version where unit_id = :unit"


async def in_force(connection: Connection, unit: str, *, by: str) -> StoredPolicy | None:
    """The newest version of a unit, if `by` may see the unit."""
    where, reader = visibility.seen(visibility.UNITS, by)
    seen = f"and exists (select from unit n where n.id = :unit and {where})"
    row = await fetch_one(connection, f"{_SELECT} {seen} order by version desc limit 1", unit=unit, **reader)
    return None if row is None else _stored(row)


async def version(connection: Connection, unit: str, number: int) -> StoredPolicy | None:
    """One version of a unit."""
    row = await fetch_one(connection, f"{_SELECT} and version = :version", unit=unit, version=number)
    return None if row is None else _stored(row)


async def versions(connection: Connection, unit: str, span: Span) -> Listed[StoredPolicy]:
    """A part of the versions of a unit, newest first."""
    found = await listed(connection, _SELECT, span, unit=unit)
    return found.of([_stored(row) for row in found.items])


def _stored(row: Row) -> StoredPolicy:
    return StoredPolicy(row.unit_id, row.version, policy_of(row.document), row.comment, row.set_by, row.set_at)


async def add(connection: Connection, new: NewPolicy) -> None:
    """Add a version; the unit is held, and its newest version the one before."""
    await execute(
        connection,
        """insert into policy_version (unit_id, version, document, comment, set_by, set_at)
           values (:unit, :version, cast(:document as jsonb), :comment, :by, :at)""",
        unit=new.unit,
        version=new.version,
        document=json.dumps(policy_values(new.policy)),
        comment=new.comment,
        by=new.by,
        at=new.at,
    )
