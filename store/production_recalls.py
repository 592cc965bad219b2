"""What requests on posted production ask of Postgres: choices, registers, capacity with what reversals took, open requests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

from domain.production.model import FIGURES, Basis, Capacity, CapacityCost, Center, Figures
from domain.production.recall_facts import Choice, Heading
from store.database import Connection, Row, columns, execute, fetch
from store.production_books import hold_items, hold_orders
from store.turns import aside, parts

KIND: Final = "production"


@dataclass(frozen=True, slots=True)
class RegisterHead:
    """Who posted what, where: the register an entry belongs to."""

    id: str
    number: int
    unit: str
    unit_name: str
    currency: str
    poster: str


async def hold(connection: Connection, subjects: Sequence[str]) -> None:
    """Hold the orders and items of entries, and of all entries of registers: nobody posts on them meanwhile."""
    rows = await fetch(
        connection,
        """select order_id::text as order_id, item_id::text as item_id from item_entry where id = any(cast(:ids as uuid[]))
           union
           select order_id::text, item_id::text from item_entry where register_id = any(cast(:ids as uuid[]))
           union
           select order_id::text, null from capacity_entry where id = any(cast(:ids as uuid[]))
           union
           select order_id::text, null from capacity_entry where register_id = any(cast(:ids as uuid[]))""",
        ids=list(subjects),
    )
    await hold_orders(connection, {row.order_id for row in rows if row.order_id})
    await hold_items(connection, {row.item_id for row in rows if row.item_id})


async def registers(connection: Connection, ids: Iterable[str]) -> dict[str, RegisterHead]:
    """Registers by id."""
    rows = await fetch(
        connection,
        """select r.id::text as id, r.number, r.unit_id, u.name, u.currency, r.created_by
             from posting_register r join unit u on u.id = r.unit_id where r.id = any(cast(:ids as uuid[]))""",
        ids=sorted(set(ids)),
    )
    return {
        row.id: RegisterHead(row.id, row.number, row.unit_id, row.name, row.currency, row.created_by) for row in rows
    }


@dataclass(frozen=True, slots=True)
class Members:
    """The entries a register wrote, by their ids, in order."""

    entries: tuple[str, ...]
    capacities: tuple[str, ...]


async def members(connection: Connection, ids: Sequence[str]) -> dict[str, Members]:
    """What each register wrote."""
    rows = await fetch(
        connection,
        """select r.id::text as id,
                  (select array_agg(e.id::text order by e.number) from item_entry e where e.register_id = r.id) as entries,
                  (select array_agg(c.id::text order by c.number) from capacity_entry c where c.register_id = r.id) as capacities
             from posting_register r where r.id = any(cast(:ids as uuid[]))""",
        ids=list(ids),
    )
    return {row.id: Members(tuple(row.entries or ()), tuple(row.capacities or ())) for row in rows}


_CENTER: Final = "w.number as center, w.unit_cost, w.overhead_rate, w.indirect_percent, w.subcontractor, w.basis"
_COST: Final = """coalesce(sum(v.amount) filter (where v.kind = 'direct'), 0) as direct,
       coalesce(sum(v.amount) filter (where v.kind = 'indirect'), 0) as indirect"""


def _taken(figure: str, *, of: str) -> str:
    """What a typed line takes of a figure of its original; what it adds is its own."""
    return f"case when {of} < 0 then greatest({figure}, 0) else least({figure}, 0) end"


CAPACITY: Final = f"""
select c.id::text as id, c.number, c.order_id::text as order_id, c.line_id::text as line_id, c.operation, c.setup, c.run, c.stop,
       c.output, c.scrap, c.reversed, c.reverses_id::text as reverses_id, c.posting_date, c.document,
       c.register_id::text as register_id, c.item_entry_id::text as item_entry_id, i.number as item_entry_number, {_CENTER},
       cost.direct, cost.indirect, back.*
  from capacity_entry c
  join work_center w on w.id = c.center_id
  left join item_entry i on i.id = c.item_entry_id
 cross join lateral (select {_COST} from value_entry v where v.capacity_entry_id = c.id) cost
 cross join lateral (
      select {", ".join(f"coalesce(-sum(x.{name}), 0) as taken_{name}" for name in FIGURES)},
             coalesce(-sum(case when x.typed then {_taken("xc.direct", of="cost.direct")} else xc.direct end), 0) as taken_direct,
             coalesce(-sum(case when x.typed then {_taken("xc.indirect", of="cost.indirect")} else xc.indirect end), 0) as taken_indirect
        from (select x.id, false as typed, {", ".join(f"x.{name}" for name in FIGURES)} from capacity_entry x where x.reverses_id = c.id
              union all
              select x.id, true, {", ".join(_taken(f"x.{name}", of=f"c.{name}") for name in FIGURES)}
                from item_entry n join capacity_entry x on x.item_entry_id = n.id
               where n.reverses_id = c.item_entry_id and x.reverses_id is null and (x.stop <> 0) = (c.stop <> 0)) x
       cross join lateral (select {_COST} from value_entry v where v.capacity_entry_id = x.id) xc) back
"""


async def capacities(
    connection: Connection, ids: Iterable[str], *, of_entries: Iterable[str] = ()
) -> dict[str, Capacity]:
    """Capacity entries by id, and those that stand with these item entries, with what reversals by either route took."""
    wanted = """select unnest(cast(:ids as uuid[]))
                 union select b.id from capacity_entry b where b.item_entry_id = any(cast(:entries as uuid[]))"""
    sql = f"{CAPACITY} where c.id in ({wanted}) order by c.number"
    asked: Iterator[tuple[list[str], list[str]]]
    asked = zip_longest(parts(sorted(set(ids))), parts(sorted(set(of_entries))), fillvalue=[])
    rows = [row for some, entries in asked for row in await fetch(connection, sql, ids=some, entries=entries)]
    found = await aside(len(rows), lambda: {row.id: capacity_of(row) for row in rows})
    return dict(sorted(found.items(), key=lambda one: one[1].number))


def capacity_of(row: Row) -> Capacity:
    """A row of CAPACITY."""
    center = Center(
        row.center,
        row.unit_cost,
        row.overhead_rate,
        row.indirect_percent,
        row.subcontractor,
        Basis(row.basis),
    )
    return Capacity(
        id=row.id,
        number=row.number,
        order=row.order_id,
        line=row.line_id,
        operation=row.operation,
        center=center,
        figures=Figures(row.setup, row.run, row.stop, row.output, row.scrap),
        cost=CapacityCost(row.direct, row.indirect),
        date=row.posting_date,
        document=row.document,
        register=row.register_id,
        reversed=row.reversed,
        is_reversal=row.reverses_id is not None,
        taken=Figures(row.taken_setup, row.taken_run, row.taken_stop, row.taken_output, row.taken_scrap),
        cost_taken=CapacityCost(row.taken_direct, row.taken_indirect),
        item_entry=row.item_entry_id,
        item_entry_number=row.item_entry_number,
    )


async def open_requests(connection: Connection, subjects: Iterable[str]) -> dict[str, str]:
    """Of these entries and registers, those that an open request names, with its number."""
    rows = await fetch(
        connection,
        """select l.subject_id::text as subject, 'R-' || r.number as number
             from recall_line l join recall_request r on r.id = l.request_id
            where l.kind = :kind and l.subject_id = any(cast(:subjects as uuid[])) and l.status in ('open', 'blocked')""",
        kind=KIND,
        subjects=sorted(set(subjects)),
    )
    return {row.subject: row.number for row in rows}


_CHOICE: Final[Mapping[str, str]] = {
    "subject_id": "uuid",
    "heading": "text",
    "quantity": "numeric",
    "run": "numeric",
    "setup": "numeric",
    "scrap": "numeric",
}


async def keep_choices(connection: Connection, choices: Sequence[Choice]) -> None:
    """Keep what the lines of a request just written chose."""
    rows = [
        {
            "subject_id": one.subject,
            "heading": one.heading.value,
            "quantity": one.quantity,
            "run": one.run,
            "setup": one.setup,
            "scrap": one.scrap,
        }
        for one in choices
    ]
    arrays = ", ".join(f"cast(:{name} as {type}[])" for name, type in _CHOICE.items())
    await execute(
        connection,
        f"""insert into production_choice (request_id, {", ".join(_CHOICE)})
            select l.request_id, {", ".join(f"t.{name}" for name in _CHOICE)}
              from unnest({arrays}) as t({", ".join(_CHOICE)})
             cross join lateral (select l.request_id from recall_line l
                                  where l.kind = :kind and l.subject_id = t.subject_id and l.status = 'open' limit 1) l""",
        kind=KIND,
        **columns(rows),
    )


async def choices(connection: Connection, subjects: Sequence[str]) -> dict[str, Choice]:
    """What the open lines about these subjects chose, by subject: one entry stands in one open request."""
    rows = await fetch(
        connection,
        """select c.*, c.subject_id::text as subject
             from unnest(cast(:subjects as uuid[])) as s(id)
            cross join lateral (select l.request_id from recall_line l
                                 where l.kind = :kind and l.subject_id = s.id and l.status in ('open', 'blocked') limit 1) l
             join production_choice c on c.request_id = l.request_id and c.subject_id = s.id""",
        kind=KIND,
        subjects=list(subjects),
    )
    return {
        row.subject: Choice(row.subject, Heading(row.heading), row.quantity, row.run, row.setup, row.scrap)
        for row in rows
    }


@dataclass(frozen=True, slots=True)
class WrittenBy:
    """The entries that a request's postings wrote, by id, in order, each with the original it takes back."""

    entries: Mapping[str, str]
    capacities: Mapping[str, str]


async def written_by(connection: Connection, request: str) -> WrittenBy:
    """What a request has written."""
    entries = await fetch(
        connection,
        """select e.id::text as id, e.reverses_id::text as original from posting_register r join item_entry e on e.register_id = r.id
            where r.recall_request_id = cast(:request as uuid) order by e.number""",
        request=request,
    )
    capacities = await fetch(
        connection,
        """select c.id::text as id, c.reverses_id::text as original from posting_register r
             join capacity_entry c on c.register_id = r.id
            where r.recall_request_id = cast(:request as uuid) order by c.number""",
        request=request,
    )
    return WrittenBy({row.id: row.original for row in entries}, {row.id: row.original for row in capacities})


async def approvers(connection: Connection, unit: str) -> list[str]:
    """Who may decide about requests on the production of a unit."""
    sql = "select person_id from unit_role where unit_id = :unit and role = 'approver' order by person_id"
    return [row.person_id for row in await fetch(connection, sql, unit=unit)]


async def currency_of(connection: Connection, request: str) -> str:
    """The currency of the costs a request takes back: that of its unit."""
    sql = "select u.currency from recall_request r join unit u on u.id = r.unit_id where r.id = cast(:request as uuid)"
    return str((await fetch(connection, sql, request=request))[0].currency)


async def unit_of(connection: Connection, request: str) -> str:
    """The unit of a request."""
    sql = "select unit_id from recall_request where id = cast(:request as uuid)"
    return str((await fetch(connection, sql, request=request))[0].unit_id)
