"""History: every change of state, in order, with the real person who acted. Rows are only ever added."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from store.database import Connection, Row, execute
from store.paging import Listed, Order, Span, listed


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened to one subject (an entry, a recall, an invoice)."""

    subject_kind: str
    subject: str
    event: str
    from_status: str | None = None
    to_status: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Act:
    """Who acts, for whom, and when in the time of the unit."""

    by: str
    at: datetime
    on_behalf_of: str | None = None


def acting_for(person: str, owners: Iterable[str]) -> str | None:
    """The one owner whom a person acts for; None for the own, or where the lines have several owners."""
    all_owners = set(owners)
    return next(iter(all_owners - {person}), None) if len(all_owners) == 1 else None


async def append(connection: Connection, happened: Sequence[Happened], *, act: Act) -> None:
    """Add what happened to the history, in the order given."""
    if not happened:
        return
    await execute(
        connection,
        """insert into history (subject_kind, subject_id, event, from_status, to_status, facts, actor, on_behalf_of, business_at)
           select t.kind, t.subject, t.event, t.from_status, t.to_status, t.facts, :actor, :on_behalf_of, :at
             from unnest(cast(:kinds as text[]), cast(:subjects as text[]), cast(:events as text[]), cast(:froms as text[]),
                         cast(:tos as text[]), cast(:facts as jsonb[])) with ordinality
                  as t(kind, subject, event, from_status, to_status, facts, position)
            order by t.position""",
        kinds=[h.subject_kind for h in happened],
        subjects=[h.subject for h in happened],
        events=[h.event for h in happened],
        froms=[h.from_status for h in happened],
        tos=[h.to_status for h in happened],
        facts=[json.dumps(dict(h.facts)) for h in happened],
        actor=act.by,
        on_behalf_of=act.on_behalf_of,
        at=act.at,
    )


async def name_client(connection: Connection, client: str) -> None:
    """From now on, in this transaction: a service account acts for the person. The database writes it beside what happens."""
    await execute(connection, "select set_config('tilbake.client', :client, true)", client=client)


ORDERS: Final = {
    kind: Order(f"history of {kind}", {"sequence": int})
    for kind in ("entry", "recall", "delegation", "production_order")
}


async def of_subject(connection: Connection, kind: str, subject: str, span: Span) -> Listed[Row]:
    """A part of what happened to a subject, oldest first."""
    sql = "select * from history where subject_kind = :kind and subject_id = :subject"
    return await listed(connection, sql, span, kind=kind, subject=subject)
