-- What went out may be forgotten after its time: only what has ended, a few rows at a time, and never sooner than after a week (ADR 037).

create index delivery_ended on delivery (ended_at) where ended_at is not null;
create index delivery_of_event on delivery (event_id);

create function refuse_short_memory(older_than interval) returns void language plpgsql as $$
begin
    if older_than < interval '7 days' then
        raise exception 'what went out is kept for a week at least' using errcode = 'check_violation';
    end if;
end $$;

create function forget_deliveries(older_than interval, most integer) returns integer
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    doomed uuid[];
begin
    perform refuse_short_memory(older_than);
    select array_agg(id) into doomed
      from (select id from delivery where ended_at < now() - older_than and status <> 'waiting'
             order by ended_at limit most for update skip locked) old;
    delete from delivery_attempt where delivery_id = any(doomed);
    delete from delivery where id = any(doomed);
    return coalesce(cardinality(doomed), 0);
end $$;
comment on function forget_deliveries is 'Removes deliveries that ended so long ago, with their attempts; how many there were.';

create function forget_events(older_than interval, most integer) returns integer
    language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
    doomed bigint[];
begin
    perform refuse_short_memory(older_than);
    select array_agg(id) into doomed
      from (select e.id from outgoing_event e, delivery_progress p
             where e.at < now() - older_than and (e.turn, e.id) <= (p.turn, p.event_id)
               and not exists (select from delivery d where d.event_id = e.id)
             order by e.id limit most for update of e skip locked) old;
    delete from outgoing_event where id = any(doomed);
    return coalesce(cardinality(doomed), 0);
end $$;
comment on function forget_events is
    'Removes events that were looked at and have no delivery any more; how many there were. Their history stays.';

revoke execute on function forget_deliveries, forget_events, refuse_short_memory from public;
grant execute on function forget_deliveries, forget_events to tilbake_application;
