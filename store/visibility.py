"""Who sees what, as SQL, in one place: for single reads, lists and events (permissions.md, ADR 019).

What somebody sees of a kind of thing is a list of ways, each of which is enough. They speak of the thing by the alias that
is named with them and of the person as `:reader`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from domain.roles import (
    ADMINISTRATOR,
    BOOKS,
    SEES_OUTLINES,
    SEES_PRODUCTION,
    SEES_PROJECTS,
    SEES_REQUESTS_OF_PRODUCTION,
    SEES_UNIT,
    Role,
)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to see something: it matches, or it matches one of some keys `s`.

    Of one thing it is asked whether there is such a key. A list goes through the keys instead and finds the beginning of
    its part for each by an index: otherwise the whole table would be read in order for somebody who sees little of it.
    """

    match: str
    keys: str | None = None

    @property
    def condition(self) -> str:
        """The way as a condition on one thing."""
        return self.match if self.keys is None else f"exists (select from ({self.keys}) s where {self.match})"


Ways = tuple[Way, ...]
ALL: Final[Ways] = (Way("true"),)


def ways_of(ways: Ways, by: str | None) -> tuple[Ways, dict[str, object]]:
    """The ways that are open to a person, with their parameter; all things to the administrator, and to the service (None)."""
    return (ALL, {}) if by in {None, ADMINISTRATOR} else (ways, {"reader": by})


def any_of(ways: Ways) -> str:
    """A condition that holds for what is seen in one of the ways."""
    return f"({' or '.join(way.condition for way in ways)})"


def seen(ways: Ways, by: str | None) -> tuple[str, dict[str, object]]:
    """A condition that holds for what a person sees, with its parameter."""
    open_ways, parameters = ways_of(ways, by)
    return any_of(open_ways), parameters


def _units_with(roles: tuple[Role, ...]) -> str:
    """The units in which the person has one of these roles."""
    names = ", ".join(repr(role.value) for role in roles)
    return f"select k.unit_id from unit_role k where k.person_id = :reader and k.role in ({names})"


# The day of a unit is that of its test clock, if it has one, by the clocks of its time zone (ADR 029). A delegation for decisions
# counts by the day of the decision, one for requests by the date of the entry: domain.recall.delegation.
_TODAY: Final = "cast(coalesce(u.business_now, now()) at time zone u.time_zone as date)"
_TAKEN: Final = "g.taker_id = :reader and g.ended_at is null and g.purpose ="
_PROJECTS_DECIDED: Final = f"""
    select d.project_id from project_decider d where d.person_id = :reader
     union all
    select d.project_id from delegation g
      join project_decider d on d.person_id = g.giver_id
      join project p on p.id = d.project_id
      join unit u on u.id = p.unit_id
     where {_TAKEN} 'decisions' and {_TODAY} between g.since and g.until"""
_SUBJECTS_DECIDED: Final = f"""
    select o.project_id::text as subject from ({_PROJECTS_DECIDED}) o
     union all
    {_units_with((Role.APPROVER,))}
     union all
    select k.unit_id from delegation g
      join unit_role k on k.person_id = g.giver_id and k.role = '{Role.APPROVER}'
      join unit u on u.id = k.unit_id
     where {_TAKEN} 'decisions' and {_TODAY} between g.since and g.until"""
_ESCALATED: Final = f"""
    select r.id from recall_request r where r.escalated_to = :reader
     union all
    select r.id from delegation g
      join recall_request r on r.escalated_to = g.giver_id
      join unit u on u.id = r.unit_id
     where {_TAKEN} 'decisions' and {_TODAY} between g.since and g.until"""

ENTRIES: Final[Ways] = (
    Way("e.owner_id = :reader"),
    Way(
        "e.owner_id = s.giver_id and e.work_date between s.since and s.until",
        f"select g.giver_id, g.since, g.until from delegation g where {_TAKEN} 'requests'",
    ),
    Way("e.project_id = s.project_id", _PROJECTS_DECIDED),
    Way(
        "e.id = s.subject_id",
        f"""select l.subject_id from ({_ESCALATED}) o join recall_line l on l.request_id = o.id
             where l.kind = 'project_entry'""",
    ),
    Way("e.unit_id = s.unit_id", _units_with(SEES_UNIT)),
)
"""Entries `e`: own, by delegation for their date, of projects one decides on, escalated to one, of the unit."""

CONCERNING: Final[Ways] = (
    Way("exists (select from recall_party h where h.number = r.number and h.person_id = :reader)"),
    Way("r.subject = s.subject", _SUBJECTS_DECIDED),
    Way("r.id = s.id", _ESCALATED),
)
"""Requests `r` that concern one: those one has a part in, and those one may decide as somebody who is no party may."""

RECALLS: Final[Ways] = (
    *CONCERNING,
    Way(
        "r.number = s.number",
        f"""select h.number from delegation g
              join recall_party h on h.person_id = g.giver_id and h.concerned
              join recall_request o on o.number = h.number
              join unit u on u.id = o.unit_id
             where {_TAKEN} 'requests' and {_TODAY} between g.since and g.until""",
    ),
    Way(
        "r.id = s.request_id",
        f"""select l.request_id from delegation g
              join entry e on e.owner_id = g.giver_id and e.work_date between g.since and g.until
              join recall_line l on l.subject_id = e.id
             where {_TAKEN} 'requests'""",
    ),
    Way("r.subject = s.unit_id", _units_with(SEES_REQUESTS_OF_PRODUCTION)),
    Way("r.unit_id = s.unit_id", _units_with(SEES_UNIT)),
)
"""Requests `r`, whole: those one has a part in, or acts for who has; those one may decide; all of the unit."""

_ONLY_OUTLINES: Final = Way("r.unit_id = s.unit_id", _units_with(SEES_OUTLINES))
OUTLINES: Final[Ways] = (*RECALLS, _ONLY_OUTLINES)
"""Requests `r`, at least how they stand."""


def requests(by: str | None) -> tuple[str, str, dict[str, object]]:
    """Of requests `r`: whether a person sees one whole, a condition that they see it at all, and their parameter."""
    where, reader = seen(OUTLINES, by)
    # Who is shown the outlines of a unit may see a request of it for another reason; nobody else sees one without any.
    whole, _ = seen((Way(f"not {_ONLY_OUTLINES.condition}"), *RECALLS), by)
    return whole, where, reader


PROJECTS: Final[Ways] = (
    Way("p.id = s.project_id", _PROJECTS_DECIDED),
    Way("p.unit_id = s.unit_id", _units_with(SEES_UNIT)),
)
"""Projects `p` with their prices, sums and invoices."""

_OWN_ENTRY: Final = Way("exists (select from entry e where e.project_id = p.id and e.owner_id = :reader)")
KNOWN_PROJECTS: Final[Ways] = (*PROJECTS, Way("p.unit_id = s.unit_id", _units_with(SEES_PROJECTS)), _OWN_ENTRY)
"""Projects `p` that one may know of."""

PROJECTS_TO_BOOK_ON: Final[Ways] = (
    Way("p.unit_id = s.unit_id", _units_with(BOOKS)),
    Way("p.id = s.project_id", _PROJECTS_DECIDED),
    _OWN_ENTRY,
)
"""Projects `p` that one may write entries on."""

VENDOR_INVOICES: Final[Ways] = (Way("v.unit_id = s.unit_id", _units_with(SEES_UNIT)),)
"""Vendor invoices `v`: entries of several projects may stand on one."""

UNITS: Final[Ways] = (
    Way("exists (select from unit_role k where k.unit_id = n.id and k.person_id = :reader)"),
    Way("n.id = s.unit_id", f"select p.unit_id from ({_PROJECTS_DECIDED}) o join project p on p.id = o.project_id"),
    Way("exists (select from entry e where e.unit_id = n.id and e.owner_id = :reader)"),
    Way(
        "n.id = s.unit_id",
        """select r.unit_id from recall_party h join recall_request r on r.number = h.number
            where h.person_id = :reader""",
    ),
)
"""Units `n` one has to do with."""


def production(alias: str) -> Ways:
    """What has a `unit_id` and belongs to production: items, work centers, orders, registers."""
    return (Way(f"{alias}.unit_id = s.unit_id", _units_with(SEES_PRODUCTION)),)


# A vendor invoice has no events of its own: what becomes of it stands in the history of its unit.
_WHOLE_UNIT: Final = Way("n.id = s.unit_id", _units_with(SEES_UNIT))
_KINDS: Final = {
    "entry": f"entry e where e.id = cast(t.subject_id as uuid) and {any_of(ENTRIES)}",
    "recall": f"recall_request r where r.id = cast(t.subject_id as uuid) and {any_of(OUTLINES)}",
    "invoice": f"""invoice i join project p on p.id = i.project_id
                    where i.id = cast(t.subject_id as uuid) and {any_of(PROJECTS)}""",
    "project": f"project p where p.id = cast(t.subject_id as uuid) and {any_of(KNOWN_PROJECTS)}",
    "unit": f"""unit n where n.id = t.subject_id and {any_of(UNITS)}
                 and (not starts_with(t.event, 'vendor_invoice_') or {_WHOLE_UNIT.condition})""",
    "person": "person q where q.id = t.subject_id and q.id = :reader",
    "delegation": "delegation g where g.id = cast(t.subject_id as uuid) and :reader in (g.giver_id, g.taker_id)",
    **{
        kind: f"{kind} x where x.id = cast(t.subject_id as uuid) and {any_of(production('x'))}"
        for kind in ("item", "work_center", "production_order")
    },
    "item_entry": f"""item_entry y join posting_register x on x.id = y.register_id
                       where y.id = cast(t.subject_id as uuid) and {any_of(production("x"))}""",
}
_EVENTS: Final = " ".join(f"when '{kind}' then exists (select from {sql})" for kind, sql in _KINDS.items())


_OF_CONCERNING: Final = f"""case t.subject_kind when 'recall' then exists (
    select from recall_request r where r.id = cast(t.subject_id as uuid) and {any_of(CONCERNING)}) else false end"""


def events_of_inbox(by: str) -> tuple[str, dict[str, object]]:
    """A condition on rows `t` of the history: they are about a request that concerns a person, the administrator no more than others."""
    return _OF_CONCERNING, {"reader": by}


def events(by: str | None) -> tuple[str, dict[str, object]]:
    """A condition on rows `t` of the history: what they are about is seen. What has no way here only the administrator sees."""
    if by in {None, ADMINISTRATOR}:
        return "true", {}
    return f"case t.subject_kind {_EVENTS} else false end", {"reader": by}
