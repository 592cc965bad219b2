-- A day of a unit is one by its own clocks (ADR 029): its time zone, copied from its policy in force, stands where rights and lists are asked.

alter table unit add column time_zone text not null default 'Europe/Oslo';
comment on column unit.time_zone is 'That of the calendar of the policy in force.';
update unit u set time_zone = p.zone
  from (select distinct on (unit_id) unit_id, document -> 'calendar' ->> 'time_zone' as zone
          from policy_version order by unit_id, version desc) p
 where p.unit_id = u.id and p.zone is not null;

create function keep_time_zone() returns trigger language plpgsql as $$
declare
    zone text := coalesce(new.document -> 'calendar' ->> 'time_zone', 'Europe/Oslo');
begin
    update unit set time_zone = zone where id = new.unit_id and time_zone <> zone;
    if found then
        perform now() at time zone zone;
    end if;
    return null;
exception when invalid_parameter_value then
    raise exception 'this server knows no time zone %', zone using errcode = 'check_violation', constraint = 'unit_time_zone_known';
end $$;
create trigger policy_version_tells_time_zone after insert on policy_version for each row execute function keep_time_zone();
