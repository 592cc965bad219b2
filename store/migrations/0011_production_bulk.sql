-- What rows of the production ledgers refer to is looked up once for each statement instead of by up to six foreign keys for each
-- row, as for actuals: the keys took longer than writing the rows. That what is referred to stays is a guard of its own; the ledgers
-- themselves and registers have had theirs from the beginning.

create function item_entry_refers_to_what_is_there() returns trigger language plpgsql as $$
declare wrong text;
begin
    select found.key into wrong from (
        select 'register_id' as key from (select distinct register_id as id from added) a
         where (select r.id from posting_register r where r.id = a.id) is null
        union all
        select 'item_id' from (select distinct item_id as id from added) a
         where (select i.id from item i where i.id = a.id) is null
        union all
        select 'order_id' from (select distinct order_id as id from added where order_id is not null) a
         where (select o.id from production_order o where o.id = a.id) is null
        union all
        select 'line_id' from (select distinct line_id as id from added where line_id is not null) a
         where (select l.id from production_line l where l.id = a.id) is null
        union all
        select case when a.applies_to is null then 'applies_from' else 'applies_to' end from added a
         where a.reverses_id is not null and (select o.id from item_entry o where o.id = a.reverses_id) is null
    ) found limit 1;
    if found then
        raise exception 'an entry of the item ledger refers by % to what is not there', wrong
            using errcode = 'foreign_key_violation', constraint = 'item_entry_' || wrong || '_fkey';
    end if;
    return null;
end $$;
create trigger item_entry_refers_to_what_is_there after insert on item_entry
    referencing new table as added for each statement execute function item_entry_refers_to_what_is_there();

create function capacity_entry_refers_to_what_is_there() returns trigger language plpgsql as $$
declare wrong text;
begin
    select found.key into wrong from (
        select 'register_id' as key from (select distinct register_id as id from added) a
         where (select r.id from posting_register r where r.id = a.id) is null
        union all
        select 'order_id' from (select distinct order_id as id from added) a
         where (select o.id from production_order o where o.id = a.id) is null
        union all
        select 'line_id' from (select distinct line_id as id from added) a
         where (select l.id from production_line l where l.id = a.id) is null
        union all
        select 'center_id' from (select distinct center_id as id from added) a
         where (select w.id from work_center w where w.id = a.id) is null
        union all
        select 'reverses_id' from added a
         where a.reverses_id is not null and (select o.id from capacity_entry o where o.id = a.reverses_id) is null
        union all
        select 'item_entry_id' from added a
         where a.item_entry_id is not null and (select e.id from item_entry e where e.id = a.item_entry_id) is null
    ) found limit 1;
    if found then
        raise exception 'an entry of the capacity ledger refers by % to what is not there', wrong
            using errcode = 'foreign_key_violation', constraint = 'capacity_entry_' || wrong || '_fkey';
    end if;
    return null;
end $$;
create trigger capacity_entry_refers_to_what_is_there after insert on capacity_entry
    referencing new table as added for each statement execute function capacity_entry_refers_to_what_is_there();

create function value_entry_refers_to_what_is_there() returns trigger language plpgsql as $$
declare wrong text;
begin
    select found.key into wrong from (
        select 'register_id' as key from (select distinct register_id as id from added) a
         where (select r.id from posting_register r where r.id = a.id) is null
        union all
        select 'item_entry_id' from added a
         where a.item_entry_id is not null and (select e.id from item_entry e where e.id = a.item_entry_id) is null
        union all
        select 'capacity_entry_id' from (select distinct capacity_entry_id as id from added where capacity_entry_id is not null) a
         where (select c.id from capacity_entry c where c.id = a.id) is null
    ) found limit 1;
    if found then
        raise exception 'a value entry refers by % to what is not there', wrong
            using errcode = 'foreign_key_violation', constraint = 'value_entry_' || wrong || '_fkey';
    end if;
    return null;
end $$;
create trigger value_entry_refers_to_what_is_there after insert on value_entry
    referencing new table as added for each statement execute function value_entry_refers_to_what_is_there();

create function item_application_refers_to_what_is_there() returns trigger language plpgsql as $$
declare wrong text;
begin
    select found.key into wrong from (
        select 'register_id' as key from (select distinct register_id as id from added) a
         where (select r.id from posting_register r where r.id = a.id) is null
        union all
        select 'inbound_id' from (select distinct inbound_id as id from added) a
         where (select e.id from item_entry e where e.id = a.id) is null
        union all
        select 'outbound_id' from (select distinct outbound_id as id from added) a
         where (select e.id from item_entry e where e.id = a.id) is null
    ) found limit 1;
    if found then
        raise exception 'an application refers by % to what is not there', wrong
            using errcode = 'foreign_key_violation', constraint = 'item_application_' || wrong || '_fkey';
    end if;
    return null;
end $$;
create trigger item_application_refers_to_what_is_there after insert on item_application
    referencing new table as added for each statement execute function item_application_refers_to_what_is_there();

create or replace function refuse_removal() returns trigger language plpgsql as $$
begin
    raise exception 'rows of % stay, because ledgers refer to them', tg_table_name
        using errcode = 'restrict_violation', constraint = tg_table_name || '_stays';
end $$;
create trigger item_stays before delete or update of id on item for each row execute function refuse_removal();
create trigger item_no_truncate before truncate on item for each statement execute function refuse_removal();
create trigger work_center_stays before delete or update of id on work_center for each row execute function refuse_removal();
create trigger work_center_no_truncate before truncate on work_center for each statement execute function refuse_removal();
create trigger production_order_stays before delete or update of id on production_order for each row execute function refuse_removal();
create trigger production_order_no_truncate before truncate on production_order for each statement execute function refuse_removal();
create trigger production_line_stays before delete or update of id on production_line for each row execute function refuse_removal();
create trigger production_line_no_truncate before truncate on production_line for each statement execute function refuse_removal();

alter table item_entry
    drop constraint item_entry_register_id_fkey, drop constraint item_entry_item_id_fkey, drop constraint item_entry_order_id_fkey,
    drop constraint item_entry_line_id_fkey, drop constraint item_entry_applies_to_fkey, drop constraint item_entry_applies_from_fkey;
alter table capacity_entry
    drop constraint capacity_entry_register_id_fkey, drop constraint capacity_entry_order_id_fkey,
    drop constraint capacity_entry_line_id_fkey, drop constraint capacity_entry_center_id_fkey,
    drop constraint capacity_entry_reverses_id_fkey, drop constraint capacity_entry_item_entry_id_fkey;
alter table value_entry
    drop constraint value_entry_register_id_fkey, drop constraint value_entry_item_entry_id_fkey,
    drop constraint value_entry_capacity_entry_id_fkey;
alter table item_application
    drop constraint item_application_register_id_fkey, drop constraint item_application_inbound_id_fkey,
    drop constraint item_application_outbound_id_fkey;

-- The same guard as before, looking up each entry by its key: joined, every posting read all closing reversals there ever were.

create or replace function closing_reversal_costs_nothing() returns trigger language plpgsql as $$
declare wrong uuid;
begin
    select c.reverses_id into wrong
      from (select distinct (select case when e.closes then e.reverses_id end from item_entry e where e.id = a.item_entry_id) as reverses_id
              from added a where a.item_entry_id is not null) c
     where c.reverses_id is not null
       and (select coalesce(sum(v.amount), 0) from value_entry v where v.item_entry_id = c.reverses_id)
           + (select coalesce(sum((select sum(v.amount) from value_entry v where v.item_entry_id = r.id)), 0)
                from item_entry r where r.reverses_id = c.reverses_id) <> 0
     limit 1;
    if found then
        raise exception 'entry % and its reversals do not cost nothing', wrong
            using errcode = 'check_violation', constraint = 'closing_reversal_costs_nothing';
    end if;
    return null;
end $$;
