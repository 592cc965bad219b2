-- What went out may be forgotten after its time; the database says no to what is open, untold or younger than a week (ADR 037).

create index delivery_ended on delivery (ended_at) where ended_at is not null;
create index delivery_of_event on delivery (event_id);

-- Attempts go with their delivery, and with nothing else: nobody has the right to remove one.
alter table delivery_attempt drop constraint delivery_attempt_delivery_id_fkey,
    add constraint delivery_attempt_delivery_id_fkey foreign key (delivery_id) references delivery on delete cascade;

create function refuse_early_removal_of_delivery() returns trigger language plpgsql
    set search_path = pg_catalog, public, pg_temp as $$
begin
    if old.ended_at is null or old.ended_at > now() - interval '7 days' then
        raise exception 'a delivery is kept until a week after its end' using errcode = 'check_violation';
    end if;
    return old;
end $$;
create trigger delivery_is_kept before delete on delivery for each row execute function refuse_early_removal_of_delivery();

create function refuse_early_removal_of_event() returns trigger language plpgsql
    set search_path = pg_catalog, public, pg_temp as $$
begin
    if old.at > now() - interval '7 days'
       or (old.turn, old.id) > (select turn, event_id from delivery_progress) then
        raise exception 'an event is kept for a week, and until it was looked at' using errcode = 'check_violation';
    end if;
    return old;
end $$;
create trigger event_is_kept before delete on outgoing_event for each row execute function refuse_early_removal_of_event();

grant delete on delivery, outgoing_event to tilbake_application;
