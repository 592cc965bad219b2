-- Of production something had been taken back before also where the earlier request named another row of the same posting: its register,
-- the stop beside an output, or the output beside a stop. `offset 0` keeps the order of a search: from the lines of the request to what is
-- of them. Without it whole tables were read, of actuals or of the lines of all earlier requests, where a request has thousands of lines.

alter table recall_figure add column repeated_by_posting boolean not null default false;
alter table recall_figure alter column repeated_by_posting set default true;
comment on column recall_figure.repeated_by_posting is
    'False in what was written before: there only an earlier request that named the very same counted. It stays so.';
comment on column recall_figure.repeated is
    'Something of it had been taken back by an earlier request; of production also as another row of the posting that goes along.';

create or replace view recall_figure_now as
select r.id as request_id, r.unit_id, cast(r.closed_at at time zone u.time_zone as date) as ended_on, r.kind, r.subject, r.status,
       d.decided_by, d.lead_seconds, r.reason_code, b.codes as blocked_by, p.repeated, v.sales, v.cost + m.cost as cost
  from recall_request r
  join unit u on u.id = r.unit_id
  left join lateral (
       select d.decided_by, greatest(cast(extract(epoch from d.received_at - r.created_at) as integer), 0) as lead_seconds
         from decision d
        where d.request_id = r.id and d.outcome = 'applied' and r.status in ('recalled', 'partly_recalled', 'rejected')
        order by d.sequence desc limit 1) d on true
 cross join lateral (
       select coalesce(array_agg(distinct h.facts ->> 'code') filter (where h.facts ->> 'code' is not null), '{}') as codes
         from history h
        where h.subject_kind = 'recall' and h.subject_id = cast(r.id as text) and h.event in ('blocked', 'parked')) b
 cross join lateral (
       select case when r.kind <> 'production' then exists (
                   select from (select l.subject_id from recall_line l where l.request_id = r.id offset 0) mine
                    cross join lateral (select o.request_id from recall_line o
                                         where o.subject_id = mine.subject_id and o.status = 'recalled' and o.request_id <> r.id offset 0) o
                     join recall_request q on q.id = o.request_id and q.number < r.number)
              else exists (
                   select from (select l.subject_id from recall_line l where l.request_id = r.id offset 0) mine
                    cross join lateral (
                          select mine.subject_id as id
                           union all
                          select e.register_id from item_entry e where e.id = mine.subject_id
                           union all
                          select e.id from item_entry e where e.register_id = mine.subject_id
                           union all
                          select unnest(array[c.register_id, c.item_entry_id]) from capacity_entry c where c.id = mine.subject_id
                           union all
                          select c.id from capacity_entry c where mine.subject_id in (c.register_id, c.item_entry_id)) same
                    cross join lateral (select o.request_id from recall_line o
                                         where o.subject_id = same.id and o.status = 'recalled' and o.request_id <> r.id offset 0) o
                     join recall_request q on q.id = o.request_id and q.number < r.number) end as repeated) p
 cross join lateral (
       select coalesce(-sum(a.base_amount) filter (where a.type = 'unbilled_sales'), 0) as sales,
              coalesce(-sum(a.base_amount) filter (where a.type = 'cost'), 0) as cost
         from (select l.subject_id from recall_line l where l.request_id = r.id and l.status = 'recalled' offset 0) mine
        cross join lateral (select a.type, a.base_amount from actual a
                             where a.entry_id = mine.subject_id and a.posting_kind = 'recall' and a.posting_id = r.id offset 0) a) v
 cross join lateral (
       select coalesce(sum(line.cost), 0) as cost from (
              select greatest(sum(x.amount) filter (where x.made), sum(x.amount) filter (where not x.made)) as cost
                from posting_register g
               cross join lateral (
                     select abs(money.amount) as amount, e.type = 'output' as made, o.id as original, null as output, o.register_id as wrote
                       from item_entry e
                       join item_entry o on o.id = e.reverses_id
                      cross join lateral (select sum(w.amount) as amount from value_entry w where w.item_entry_id = e.id) money
                      where e.register_id = g.id
                      union all
                     select abs(money.amount), false, o.id, o.item_entry_id, o.register_id
                       from capacity_entry c
                       join capacity_entry o on o.id = c.reverses_id
                      cross join lateral (select sum(w.amount) as amount from value_entry w where w.capacity_entry_id = c.id) money
                      where c.register_id = g.id) x
               cross join lateral (select l.subject_id from recall_line l
                                    where l.subject_id in (x.original, x.output, x.wrote) and l.request_id is not distinct from r.id limit 1) l
               where g.recall_request_id = r.id
               group by l.subject_id) line) m
 where r.status <> 'awaiting_decision';
