-- What an actual refers to is looked up once for each statement instead of by a foreign key for each row: three such lookups for
-- every row took as long as writing the rows of a long request. That entries and projects stay is a guard of its own; actuals do.

create function actual_refers_to_what_is_there() returns trigger language plpgsql as $$
declare wrong text;
begin
    select found.key into wrong from (
        select 'entry_id' as key from (select distinct entry_id as id from added where entry_id is not null) a
         where (select e.id from entry e where e.id = a.id) is null
        union all
        select 'project_id' from (select distinct project_id as id from added) a
         where (select p.id from project p where p.id = a.id) is null
        union all
        select 'reverses_id' from added a
         where a.reverses_id is not null and (select o.id from actual o where o.id = a.reverses_id) is null
    ) found limit 1;
    if found then
        raise exception 'an actual refers by % to what is not there', wrong
            using errcode = 'foreign_key_violation', constraint = 'actual_' || wrong || '_fkey';
    end if;
    return null;
end $$;
create trigger actual_refers_to_what_is_there after insert on actual
    referencing new table as added for each statement execute function actual_refers_to_what_is_there();

create function refuse_removal() returns trigger language plpgsql as $$
begin
    raise exception 'rows of % stay, because actuals refer to them', tg_table_name
        using errcode = 'restrict_violation', constraint = tg_table_name || '_stays';
end $$;
create trigger entry_stays before delete or update of id on entry for each row execute function refuse_removal();
create trigger entry_no_truncate before truncate on entry for each statement execute function refuse_removal();
create trigger project_stays before delete or update of id on project for each row execute function refuse_removal();
create trigger project_no_truncate before truncate on project for each statement execute function refuse_removal();

alter table actual drop constraint actual_entry_id_fkey, drop constraint actual_project_id_fkey,
    drop constraint actual_reverses_id_fkey;
comment on column actual.reverses_id is 'The row it reverses; triggers see to it that it is there, stays as it is and nets to zero.';
