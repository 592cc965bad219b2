"""Who sees what, as SQL, in one place: for single reads, lists and events (permissions.md, ADR 019).

What somebody sees of a kind of thing is a list of ways, each of which is enough. They speak of the thing by the alias that
is named with them and of the person as `:reader`, and each can be looked up by an index of its own.
"""

from __future__ import annotations

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

Ways = tuple[str, ...]
ALL: Final[Ways] = ("true",)


def ways_of(ways: Ways, by: str | None) -> tuple[Ways, dict[str, object]]:
    """The ways that are open to a person, with their parameter; all things to the administrator, and to the service (None)."""
    return (ALL, {}) if by in {None, ADMINISTRATOR} else (ways, {"reader": by})


def seen(ways: Ways, by: str | None) -> tuple[str, dict[str, object]]:
    """A condition that holds for what a person sees, with its parameter."""
    open_ways, parameters = ways_of(ways, by)
    return f"({' or '.join(open_ways)})", parameters


def _one_of(roles: tuple[Role, ...]) -> str:
    return f"k.person_id = :reader and k.role in ({', '.join(repr(role.value) for role in roles)})"


def units_with(*roles: Role) -> str:
    """The units in which the person has one of these roles, looked up once for a statement."""
    return f"array(select k.unit_id from unit_role k where {_one_of(roles)})"


# The day of a unit is that of its test clock, if it has one. A delegation for decisions counts by the day of the decision,
# one for requests by the date of the entry: domain.recall.delegation.
_TODAY: Final = "cast(coalesce(u.business_now, now()) at time zone 'UTC' as date) between g.since and g.until"
_TAKEN: Final = "g.taker_id = :reader and g.ended_at is null and g.purpose ="
_PROJECTS_DECIDED: Final = f"""
    select d.project_id from project_decider d where d.person_id = :reader
     union all
    select d.project_id from delegation g
      join project_decider d on d.person_id = g.giver_id
      join project p on p.id = d.project_id
      join unit u on u.id = p.unit_id
     where {_TAKEN} 'decisions' and {_TODAY}"""
_UNITS_DECIDED: Final = f"""
    select k.unit_id from unit_role k where {_one_of(SEES_REQUESTS_OF_PRODUCTION)}
     union all
    select k.unit_id from delegation g
      join unit_role k on k.person_id = g.giver_id and k.role = '{Role.APPROVER}'
      join unit u on u.id = k.unit_id
     where {_TAKEN} 'decisions' and {_TODAY}"""
_ESCALATED: Final = f"""
    (r.escalated_to = :reader or r.escalated_to in (
        select g.giver_id from delegation g join unit u on u.id = r.unit_id where {_TAKEN} 'decisions' and {_TODAY}))"""

ENTRIES: Final[Ways] = (
    "e.owner_id = :reader",
    f"""exists (select from delegation g where g.giver_id = e.owner_id and {_TAKEN} 'requests'
                   and e.work_date between g.since and g.until)""",
    f"e.project_id = any(array({_PROJECTS_DECIDED}))",
    f"""exists (select from recall_line l join recall_request r on r.id = l.request_id
                 where l.kind = 'project_entry' and l.subject_id = e.id and {_ESCALATED})""",
    f"e.unit_id = any({units_with(*SEES_UNIT)})",
)
"""Entries `e`: own, by delegation for their date, of projects one decides on, escalated to one, of the unit."""

RECALLS: Final[Ways] = (
    "exists (select from recall_party h where h.number = r.number and h.person_id = :reader)",
    f"""exists (select from delegation g join recall_party h on h.person_id = g.giver_id and h.concerned
                  join unit u on u.id = r.unit_id
                 where h.number = r.number and {_TAKEN} 'requests' and {_TODAY})""",
    f"""exists (select from delegation g join entry e on e.owner_id = g.giver_id and e.work_date between g.since and g.until
                  join recall_line l on l.subject_id = e.id
                 where l.request_id = r.id and {_TAKEN} 'requests')""",
    f"""r.subject = any(array(select o.project_id::text from ({_PROJECTS_DECIDED}) o
                               union all select o.unit_id from ({_UNITS_DECIDED}) o))""",
    _ESCALATED,
    f"r.unit_id = any({units_with(*SEES_UNIT)})",
)
"""Requests `r`, whole: those one has a part in, or acts for who has; those one may decide; all of the unit."""

ONLY_OUTLINES: Final = f"r.unit_id = any({units_with(*SEES_OUTLINES)})"
OUTLINES: Final[Ways] = (*RECALLS, ONLY_OUTLINES)
"""Requests `r`, at least how they stand."""


def requests(by: str | None) -> tuple[str, str, dict[str, object]]:
    """Of requests `r`: whether a person sees one whole, a condition that they see it at all, and their parameter."""
    where, reader = seen(OUTLINES, by)
    # Who is shown the outlines of a unit may see a request of it for another reason; nobody else sees one without any.
    whole, _ = seen((f"not {ONLY_OUTLINES}", *RECALLS), by)
    return whole, where, reader


PROJECTS: Final[Ways] = (
    f"p.id = any(array({_PROJECTS_DECIDED}))",
    f"p.unit_id = any({units_with(*SEES_UNIT)})",
)
"""Projects `p` with their prices, sums and invoices."""

_OWN_ENTRY: Final = "exists (select from entry e where e.project_id = p.id and e.owner_id = :reader)"
KNOWN_PROJECTS: Final[Ways] = (*PROJECTS, f"p.unit_id = any({units_with(*SEES_PROJECTS)})", _OWN_ENTRY)
"""Projects `p` that one may know of."""

PROJECTS_TO_BOOK_ON: Final[Ways] = (
    f"p.unit_id = any({units_with(*BOOKS)})",
    f"p.id = any(array({_PROJECTS_DECIDED}))",
    _OWN_ENTRY,
)
"""Projects `p` that one may write entries on."""

VENDOR_INVOICES: Final[Ways] = (f"v.unit_id = any({units_with(*SEES_UNIT)})",)
"""Vendor invoices `v`: entries of several projects may stand on one."""

UNITS: Final[Ways] = (
    "exists (select from unit_role k where k.unit_id = n.id and k.person_id = :reader)",
    f"n.id in (select p.unit_id from project p where p.id = any(array({_PROJECTS_DECIDED})))",
    "exists (select from entry e where e.unit_id = n.id and e.owner_id = :reader)",
    "exists (select from recall_party h join recall_request r on r.number = h.number where h.person_id = :reader and r.unit_id = n.id)",
)
"""Units `n` one has to do with."""


def production(alias: str) -> Ways:
    """What has a `unit_id` and belongs to production: items, work centers, orders, registers."""
    return (f"{alias}.unit_id = any({units_with(*SEES_PRODUCTION)})",)


def _of_production(kind: str, sql: str) -> str:
    return f"when '{kind}' then exists (select from {sql} and {production('x')[0]})"


def events(by: str | None) -> tuple[str, dict[str, object]]:
    """A condition on rows `t` of the history: what they are about is seen. What has no way here only the administrator sees."""
    if by in {None, ADMINISTRATOR}:
        return "true", {}
    kinds = {
        "entry": f"entry e where e.id = cast(t.subject_id as uuid) and ({' or '.join(ENTRIES)})",
        "recall": f"recall_request r where r.id = cast(t.subject_id as uuid) and ({' or '.join(OUTLINES)})",
        "invoice": f"""invoice i join project p on p.id = i.project_id
                        where i.id = cast(t.subject_id as uuid) and ({" or ".join(PROJECTS)})""",
        "project": f"project p where p.id = cast(t.subject_id as uuid) and ({' or '.join(KNOWN_PROJECTS)})",
        "unit": f"unit n where n.id = t.subject_id and ({' or '.join(UNITS)})",
        "delegation": "delegation g where g.id = cast(t.subject_id as uuid) and :reader in (g.giver_id, g.taker_id)",
    }
    made = [f"when '{kind}' then exists (select from {sql})" for kind, sql in kinds.items()]
    made += [
        _of_production("item", "item x where x.id = cast(t.subject_id as uuid)"),
        _of_production("work_center", "work_center x where x.id = cast(t.subject_id as uuid)"),
        _of_production("production_order", "production_order x where x.id = cast(t.subject_id as uuid)"),
        _of_production(
            "item_entry",
            "item_entry y join posting_register x on x.id = y.register_id where y.id = cast(t.subject_id as uuid)",
        ),
    ]
    return f"case t.subject_kind {' '.join(made)} else false end", {"reader": by}
