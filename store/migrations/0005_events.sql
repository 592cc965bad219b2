-- Events are the history, read in an order in which nothing that is committed later comes before what was read (ADR 011).

create table event_count (
    only_one boolean primary key default true check (only_one),
    base     bigint not null default 0
);
insert into event_count default values;
comment on column event_count.base is
    'Added to transaction ids. Not 0 where the data came from another cluster, whose transactions were counted further.';

create function event_turn() returns bigint language sql volatile as $$
    select pg_current_xact_id()::text::bigint + base from event_count
$$;
create function event_horizon() returns bigint language sql stable as $$
    select pg_snapshot_xmin(pg_current_snapshot())::text::bigint + base from event_count
$$;
comment on function event_horizon is 'Every transaction with a lower turn has ended: its rows are visible now, or never.';

alter table history add column turn bigint not null default 0;
alter table history alter column turn set default event_turn();
comment on column history.turn is 'The transaction that wrote the row; 0 for rows older than the column.';
create index history_turn on history (turn, sequence);

grant select on event_count to tilbake_application;
