"""What managers count as questions to any database: what they find must not exist.

A row of figures repeats what stands elsewhere, so each of its columns is compared with that; apart from the view that wrote it, so
that both are not wrong in the same way. Each is asked of all rows at once, by joins and sums.
I5 who ended has figures, and they say how; I9 they count what the history tells; I2 they are the sums of the reversals.
"""

from __future__ import annotations

from typing import Final

QUESTIONS: Final[tuple[tuple[str, str, str], ...]] = (
    (
        "I5",
        "has no figures although it ended, or the other way round",
        """select coalesce(r.id, f.request_id) from recall_request r full join recall_figure f on f.request_id = r.id
            where coalesce(r.status, 'awaiting_decision') is distinct from coalesce(f.status, 'awaiting_decision')""",
    ),
    (
        "I5",
        "figures and their request disagree",
        # A unit may have moved to another time zone since: it ended on a day by one that its policies ever named.
        """select f.request_id from recall_figure f join recall_request r on r.id = f.request_id join unit u on u.id = r.unit_id
            where (f.unit_id, f.kind, f.subject, f.reason_code) is distinct from (r.unit_id, r.kind, r.subject, r.reason_code)
               or f.ended_on <> cast(r.closed_at at time zone u.time_zone as date)
                  and not exists (
                      select from policy_version v where v.unit_id = r.unit_id
                         and f.ended_on = cast(r.closed_at at time zone coalesce(v.document #>> '{calendar,time_zone}', 'Europe/Oslo')
                                               as date))""",
    ),
    (
        "I5",
        "figures and the decision by which a request ended disagree",
        """select f.request_id from recall_figure f
             join recall_request r on r.id = f.request_id
             left join (select distinct on (request_id) request_id, decided_by, received_at from decision
                         where outcome = 'applied' order by request_id, sequence desc) d
               on d.request_id = f.request_id and f.status in ('recalled', 'partly_recalled', 'rejected')
            where f.decided_by is distinct from d.decided_by
               or f.lead_seconds <> greatest(cast(extract(epoch from d.received_at - r.created_at) as integer), 0)""",
    ),
    (
        "I9",
        "figures and what blocked a request disagree",
        """select f.request_id from recall_figure f
             left join (select subject_id, array_agg(distinct facts ->> 'code') as codes from history
                         where subject_kind = 'recall' and event in ('blocked', 'parked') and facts ->> 'code' is not null
                         group by subject_id) h on h.subject_id = f.request_id::text
            where f.blocked_by <> coalesce(h.codes, '{}')""",
    ),
    (
        "I5",
        "figures and earlier requests on the same disagree",
        """select f.request_id from recall_figure f
             left join (select distinct l.request_id from recall_line l
                          join recall_request r on r.id = l.request_id
                          join recall_line o on o.subject_id = l.subject_id and o.status = 'recalled'
                          join recall_request q on q.id = o.request_id and q.number < r.number) again on again.request_id = f.request_id
            where (f.kind <> 'production' or not f.repeated_by_posting) and f.repeated <> (again.request_id is not null)""",
    ),
    (
        "P4",
        "figures of production and earlier requests on the same posting disagree",
        """with along as (select id as part, register_id as whole from item_entry
                          union all select id, register_id from capacity_entry
                          union all select id, item_entry_id from capacity_entry where item_entry_id is not null),
                same as (select part as id, whole as other from along union all select whole, part from along
                          union all select distinct subject_id, subject_id from recall_line where kind = 'production')
           select f.request_id from recall_figure f
             left join (select distinct l.request_id from recall_line l
                          join recall_request r on r.id = l.request_id
                          join same on same.id = l.subject_id
                          join recall_line o on o.subject_id = same.other and o.status = 'recalled'
                          join recall_request q on q.id = o.request_id and q.number < r.number) again on again.request_id = f.request_id
            where f.kind = 'production' and f.repeated_by_posting and f.repeated <> (again.request_id is not null)""",
    ),
    (
        "I2",
        "figures and reversals disagree",
        """select f.request_id from recall_figure f
             left join (select posting_id, sum(case type when 'unbilled_sales' then base_amount else 0 end) as sales,
                               sum(case type when 'cost' then base_amount else 0 end) as cost
                          from actual where posting_kind = 'recall' group by posting_id) s on s.posting_id = f.request_id
            where f.kind = 'project_entry' and (f.sales, f.cost) <> (-coalesce(s.sales, 0), -coalesce(s.cost, 0))""",
    ),
    (
        "P4",
        "figures and the cost of what was taken back disagree",
        """with cost as (select item_entry_id, capacity_entry_id, abs(sum(amount)) as amount from value_entry group by 1, 2),
                back as (select r.register_id, r.reverses_id as original, o.register_id as wrote, null as output, r.type = 'output' as made,
                                cost.amount
                           from item_entry r join item_entry o on o.id = r.reverses_id join cost on cost.item_entry_id = r.id
                          union all
                         select r.register_id, r.reverses_id, o.register_id, o.item_entry_id, false, cost.amount
                           from capacity_entry r join capacity_entry o on o.id = r.reverses_id join cost on cost.capacity_entry_id = r.id),
                lines as (select g.recall_request_id as id, sum(case when back.made then back.amount else 0 end) as output,
                                 sum(case when back.made then 0 else back.amount end) as others
                            from back join posting_register g on g.id = back.register_id and g.recall_request_id is not null
                            left join recall_line a on (a.request_id, a.subject_id) = (g.recall_request_id, back.original)
                            left join recall_line b on (b.request_id, b.subject_id) = (g.recall_request_id, back.wrote)
                            left join recall_line c on (c.request_id, c.subject_id) = (g.recall_request_id, back.output)
                           group by g.recall_request_id, coalesce(a.position, b.position, c.position))
           select f.request_id from recall_figure f
             left join (select id, sum(greatest(output, others)) as cost from lines group by id) s on s.id = f.request_id
            where f.kind = 'production' and f.cost_by_line and (f.sales, f.cost) <> (0, coalesce(s.cost, 0))""",
    ),
    (
        "P4",
        "figures from before costs were counted by line and the cost of what was taken back disagree",
        """select f.request_id from recall_figure f
             left join (select g.recall_request_id as id, abs(sum(v.amount) filter (where e.type = 'output')) as output,
                               sum(abs(v.amount)) as whole
                          from posting_register g
                          join value_entry v on v.register_id = g.id
                          left join item_entry e on e.id = v.item_entry_id
                         where g.recall_request_id is not null group by g.recall_request_id) s on s.id = f.request_id
            where f.kind = 'production' and not f.cost_by_line
              and (f.sales, f.cost) <> (0, coalesce(nullif(s.output, 0), s.whole, 0))""",
    ),
)
