-- What each request came to, in one narrow row that is written when it ends: for figures over many of them (docs/api.md).

set local statement_timeout = '60min';

create table recall_figure (
    request_id   uuid primary key references recall_request,
    unit_id      text not null references unit,
    ended_on     date not null,
    kind         text not null,
    subject      text not null,
    status       text not null check (status <> 'awaiting_decision'),
    decided_by   text references person,
    lead_seconds integer check (lead_seconds >= 0),
    reason_code  text,
    blocked_by   text[] not null,
    repeated     boolean not null,
    sales        numeric(34, 5) not null,
    cost         numeric(34, 5) not null,
    check ((decided_by is null) = (lead_seconds is null))
);
comment on table recall_figure is 'Requests that have ended, as managers count them. Everything in it stands elsewhere; the audit compares them.';
comment on column recall_figure.ended_on is 'By the clocks of its unit.';
comment on column recall_figure.lead_seconds is 'From the request to the decision by which it ended; null where it was withdrawn or nobody decided.';
comment on column recall_figure.blocked_by is 'The codes of all that ever blocked one of its lines.';
comment on column recall_figure.repeated is 'Something of it had been taken back by an earlier request.';
comment on column recall_figure.sales is 'Unbilled sales taken back, in the currency of the unit.';
comment on column recall_figure.cost is 'Cost taken back, in the currency of the unit; of production that of output where there is some, else of time and material.';
create index recall_figure_unit on recall_figure (unit_id, ended_on)
    include (kind, subject, status, decided_by, lead_seconds, reason_code, blocked_by, repeated, sales, cost);

create view recall_figure_now as
select r.id as request_id, r.unit_id, cast(r.closed_at at time zone u.time_zone as date) as ended_on, r.kind, r.subject, r.status,
       d.decided_by, d.lead_seconds, r.reason_code, b.codes as blocked_by, p.repeated, v.sales + m.sales as sales, v.cost + m.cost as cost
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
       select exists (select from recall_line l
                        join recall_line o on o.subject_id = l.subject_id and o.status = 'recalled' and o.request_id <> r.id
                        join recall_request q on q.id = o.request_id and q.number < r.number
                       where l.request_id = r.id) as repeated) p
 cross join lateral (
       select coalesce(-sum(a.base_amount) filter (where a.type = 'unbilled_sales'), 0) as sales,
              coalesce(-sum(a.base_amount) filter (where a.type = 'cost'), 0) as cost
         from recall_line l join actual a on a.entry_id = l.subject_id and a.posting_kind = 'recall' and a.posting_id = r.id
        where l.request_id = r.id and l.status = 'recalled') v
 cross join lateral (
       select cast(0 as numeric) as sales,
              coalesce(nullif(abs(sum(e.amount) filter (where i.type = 'output')), 0), sum(abs(e.amount)), 0) as cost
         from posting_register g
         join value_entry e on e.register_id = g.id
         left join item_entry i on i.id = e.item_entry_id
        where g.recall_request_id = r.id) m
 where r.status <> 'awaiting_decision';
comment on view recall_figure_now is 'What recall_figure holds of each request, worked out anew.';

create function note_recall_figure() returns trigger language plpgsql as $$
begin
    insert into recall_figure select * from recall_figure_now where request_id = new.id;
    return null;
end $$;
-- At the end of the transaction, when its lines, its rows and its decision are as they stay.
create constraint trigger recall_request_has_its_figure after update of status on recall_request deferrable initially deferred
    for each row when (old.status = 'awaiting_decision' and new.status <> 'awaiting_decision') execute function note_recall_figure();

insert into recall_figure select * from recall_figure_now;

create trigger recall_figure_insert_only before update or delete on recall_figure for each row execute function refuse_ledger_change();
create trigger recall_figure_no_truncate before truncate on recall_figure for each statement execute function refuse_ledger_change();
grant select, insert on recall_figure to tilbake_application;
grant select on recall_figure_now to tilbake_application;
