"""The invariants of requests, decisions and what follows from them as questions to any database: what they find must not exist.

What went out may be forgotten after a week, so only of what is younger it is asked whether it is there.

One reminder may stand for several that were missed, so numbers of the history may be left out: those that were due when it was given.
A reminder that is not early was due, and whatever has a lower number was due before it; so it is enough to ask that numbers rise,
that none is early, and that each says how many it stands for beside itself. Those of releases before that do not say it: of them it
is asked whether one is gone of which the world was told, for as long as that is kept.

I4 nobody decides by the right of a party, nor who acts for one; I7 one event is one decision; I8 what happened is told, once to
each receiver; I10 what Postgres and Temporal say differently is gone within a minute; I11 an open request has a next step; I12 a
deadline has its effect once, and not early; I9 of reminders.
"""

from __future__ import annotations

from typing import Final

QUESTIONS: Final[tuple[tuple[str, str, str], ...]] = (
    (
        "I4",
        "decided by the right of a party to the request",
        """select d.id from decision d join recall_request r on r.id = d.request_id
            where d.outcome = 'applied' and coalesce((r.policy ->> 'allow_self_decision')::boolean, false) is false
              and (d.on_behalf_of = r.requester_id
                   or exists (select from recall_line l where l.request_id = r.id and l.owner_id = d.on_behalf_of))""",
    ),
    (
        "I4",
        "decided by somebody who acts for a party to the request",
        # In force all the while, from before it was stored until after it was settled: a minute is more than any transaction takes.
        """select d.id from decision d
             join recall_request r on r.id = d.request_id
             join delegation g on g.taker_id = d.decided_by and g.purpose = 'requests'
            where d.outcome = 'applied' and coalesce((r.policy ->> 'allow_self_decision')::boolean, false) is false
              and g.created_at < d.received_at - interval '1 minute'
              and coalesce(g.ended_at > d.settled_at + interval '1 minute', true)
              and cast(d.business_at at time zone coalesce(r.policy #>> '{calendar,time_zone}', 'Europe/Oslo') as date)
                  between g.since and g.until
              and (g.giver_id = r.requester_id
                   or exists (select from recall_line l where l.request_id = r.id and l.owner_id = g.giver_id))""",
    ),
    (
        "I7",
        "one event of a source is several decisions",
        "select min(id::text) from decision group by source, event_id having count(*) > 1",
    ),
    (
        "I8",
        "what happened to a request and what the world is told differ",
        """select coalesce(h.id, o.id) from
             (select subject_id as id, 'recall.' || event as type, count(*) as number,
                     count(*) filter (where at > now() - interval '6 days') as fresh
                from history where subject_kind = 'recall' and event not in ('blocked', 'parked') group by 1, 2) h
             full join (select request_id::text as id, type, count(*) as number from outgoing_event
                         where type not in ('recall.blocked', 'recall.parked', 'recall.decision_needed') group by 1, 2) o
               on (o.id, o.type) = (h.id, h.type)
            where coalesce(o.number, 0) > coalesce(h.number, 0) or coalesce(o.number, 0) < coalesce(h.fresh, 0)""",
    ),
    (
        "I8",
        "one receiver is told of one event by several deliveries",
        """select min(id::text) from delivery where event_id is not null
            group by event_id, subscription_id, person_id, round having count(*) > 1""",
    ),
    (
        "I10",
        "Postgres and Temporal differ for more than a minute",
        """select workflow_id from difference
            where gone_at is null and found_at < now() - interval '1 minute' and seen_at > now() - interval '1 minute'""",
    ),
    (
        "I11",
        "open request without a next step",
        "select id from recall_request where status = 'awaiting_decision' and (next_step is null or next_step_at is null)",
    ),
    (
        "I12",
        "a step of the clock was taken twice",
        """select min(subject_id) from history
            where subject_kind = 'recall' and event in ('reminded', 'escalated', 'expired')
            group by subject_id, event, case event when 'reminded' then facts ->> 'count' end having count(*) > 1""",
    ),
    (
        "I12",
        "a reminder has no higher number than the one before it",
        """select h.subject_id from (select subject_id, cast(facts ->> 'count' as integer) as number,
                                         lag(cast(facts ->> 'count' as integer), 1, 0) over (partition by subject_id order by sequence)
                                           as before
                                    from history where subject_kind = 'recall' and event = 'reminded') h
            where (h.number > h.before) is not true""",
    ),
    (
        "I9",
        "between two reminders of the history others are gone",
        """select h.subject_id from (select subject_id, cast(facts ->> 'count' as integer) as number,
                                         cast(facts ->> 'missed' as integer) as missed,
                                         lag(cast(facts ->> 'count' as integer), 1, 0) over (partition by subject_id order by sequence)
                                           as before
                                    from history where subject_kind = 'recall' and event = 'reminded') h
            where h.number <> h.before + h.missed + 1""",
    ),
    (
        "I9",
        "a reminder that the world was told of is not in the history",
        """select e.request_id from outgoing_event e
            where e.type = 'recall.reminded'
              and not exists (select from history h where h.subject_kind = 'recall' and h.subject_id = e.request_id::text
                                 and h.event = 'reminded' and h.facts ->> 'count' = e.facts ->> 'count')""",
    ),
)
"""Each is the invariant, what is wrong, and a query for the rows with which it is."""
TIMES: Final[tuple[tuple[str, str, str], ...]] = (
    (
        "I12",
        "expired before its time",
        """select r.id from recall_request r
             join history h on h.subject_kind = 'recall' and h.subject_id = r.id::text and h.event = 'expired'
            where h.business_at < r.expires_at - interval '1 second'""",
    ),
    (
        "I12",
        "reminded before its time",
        # Hours of working time (16wh) are over after as many hours at the soonest; the calendar is not asked here.
        """select r.id from recall_request r
             join history h on h.subject_kind = 'recall' and h.subject_id = r.id::text and h.event = 'reminded'
            where h.business_at < r.business_at - interval '1 second'
                                + cast(h.facts ->> 'count' as integer) * cast(replace(r.policy ->> 'remind_after', 'w', '') as interval)""",
    ),
)
"""Asked where the clocks of Temporal and of the unit were not set apart on purpose."""
