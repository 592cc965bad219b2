"""What Postgres keeps of workflows, to be compared with Temporal, and the disagreements that were found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

from domain.recall.reconciliation import Difference, Kept
from store.database import Connection, Row, execute, fetch

_PAGE: Final = 2000


async def kept(
    connection: Connection, *, numbers: Sequence[int], calm: timedelta, workflow: Callable[[int, str], str]
) -> list[Kept]:
    """Every open request, and those with these numbers, by number; what changed within `calm` may still be on its way.

    workflow: the id of the workflow of a request, from its number and id.
    """
    found: list[Kept] = []
    after = 0
    while rows := await _page(connection, numbers=numbers, after=after, calm=calm):
        found += [
            Kept(r.id, workflow(r.number, r.id), r.is_open, r.undecided, r.is_calm, is_started=r.is_started)
            for r in rows
        ]
        after = rows[-1].number
    return found


async def _page(connection: Connection, *, numbers: Sequence[int], after: int, calm: timedelta) -> Sequence[Row]:
    return await fetch(
        connection,
        """with asked as materialized (
               (select number from recall_request where status = 'awaiting_decision' and number > :after
                 order by number limit :limit)
               union
               select number from unnest(cast(:numbers as bigint[])) as named(number) where number > :after
           )
           select r.number, r.id::text as id, r.status = 'awaiting_decision' as is_open,
                  r.created_at < now() - cast(:calm as interval) and not exists (
                      select from outbox o where o.request_id = r.id and o.kind in ('start', 'take_over')) as is_started,
                  exists (select from decision d where d.request_id = r.id and d.outcome = 'pending'
                             and d.received_at < now() - cast(:calm as interval)) as undecided,
                  greatest(r.created_at, r.closed_at) < now() - cast(:calm as interval)
                      and not exists (select from outbox o where o.request_id = r.id) as is_calm
             from asked join recall_request r on r.number = asked.number
            order by r.number limit :limit""",
        numbers=list(numbers),
        after=after,
        limit=_PAGE,
        calm=calm,
    )


async def note(connection: Connection, differences: Sequence[Difference]) -> list[Difference]:
    """Remember these, and that no others are left; returns those about which something is to be done now.

    After each time the next one is twice as far away, at most an hour: what does not help is not repeated for ever.
    """
    given = {
        "kinds": [one.kind.value for one in differences],
        "workflows": [one.workflow for one in differences],
        "subjects": [one.request for one in differences],
    }
    rows = await fetch(
        connection,
        """with given as (
               select * from unnest(cast(:kinds as text[]), cast(:workflows as text[]), cast(:subjects as uuid[]))
                          as g(kind, workflow_id, subject_id)
           ), gone as (
               update difference d set gone_at = now() where gone_at is null
                  and not exists (select from given g where g.workflow_id = d.workflow_id and g.kind = d.kind)
           ), noted as (
               insert into difference (kind, workflow_id, subject_id) select kind, workflow_id, subject_id from given
               on conflict (workflow_id, kind) where gone_at is null do update set seen_at = now()
               returning kind, workflow_id, due_at <= now() as is_due
           )
           select kind, workflow_id from noted where is_due""",
        **given,
    )
    due = {(row.kind, row.workflow_id) for row in rows}
    return [one for one in differences if (one.kind.value, one.workflow) in due]


async def repaired(connection: Connection, difference: Difference) -> None:
    """Something was done about this one now."""
    await execute(
        connection,
        """update difference set repairs = repairs + 1,
                  due_at = now() + least(3600, 20 * power(2, least(repairs, 10))) * interval '1 second'
            where workflow_id = :workflow and kind = :kind and gone_at is null""",
        workflow=difference.workflow,
        kind=difference.kind.value,
    )


async def drop_signals(connection: Connection, request: str) -> None:
    """Forget what a workflow that is lost was to be told: it would hold up the one that takes over, which is told it anew."""
    await execute(
        connection,
        "delete from outbox where request_id = cast(:request as uuid) and kind in ('decision', 'changed')",
        request=request,
    )


async def drop_vain_signals(connection: Connection, *, running: Sequence[str], calm: timedelta) -> None:
    """Forget what could not be told, and never will be: the request has ended, and its workflow is not among those `running`.

    Lists of Temporal are a moment behind: a workflow that runs all the same is found as one left running, and told anew.
    """
    await execute(
        connection,
        """delete from outbox o using recall_request r
            where r.id = o.request_id and o.attempts > 0 and o.kind in ('decision', 'changed')
              and r.status <> 'awaiting_decision' and r.closed_at < now() - cast(:calm as interval)
              and o.workflow_id <> all(cast(:running as text[]))""",
        running=list(running),
        calm=calm,
    )


async def undecided(connection: Connection, request: str) -> list[str]:
    """The ids of decisions on a request that are stored and not settled, in their order."""
    rows = await fetch(
        connection,
        """select id::text as id from decision where request_id = cast(:request as uuid) and outcome = 'pending'
            order by sequence""",
        request=request,
    )
    return [row.id for row in rows]


async def start_again(connection: Connection, delivery: str) -> None:
    """Start a delivery whose workflow is lost, as another round: the same message, under an id that was not used yet."""
    await execute(
        connection,
        """update delivery d set started_at = null, due_at = now(),
                  round = (select max(o.round) + 1 from delivery o where o.event_id is not distinct from d.event_id
                              and o.subscription_id is not distinct from d.subscription_id
                              and o.person_id is not distinct from d.person_id)
            where id = cast(:id as uuid) and status = 'waiting'""",
        id=delivery,
    )
