-- Production: items, work centers, orders; the item, capacity and value ledgers with their guards; stock kept with its item.

alter table unit_role drop constraint unit_role_role_check,
    add constraint unit_role_role_check check (role in ('finance', 'planner', 'member', 'approver'));
alter table history drop constraint history_subject_kind_check,
    add constraint history_subject_kind_check check (subject_kind in
        ('entry', 'recall', 'invoice', 'project', 'unit', 'delegation', 'item', 'work_center', 'production_order', 'item_entry'));

create table item (
    id             uuid primary key,
    unit_id        text not null references unit,
    number         text not null,
    description    text,
    base_unit      text not null,
    unit_cost      numeric(18, 5) not null check (unit_cost >= 0),
    tracking       text not null check (tracking in ('none', 'lot', 'serial')),
    negative_stock boolean not null,
    blocked        boolean not null default false,
    stock          numeric(18, 5) not null default 0,
    version        integer not null default 1,
    unique (unit_id, number),
    constraint item_stock_not_negative check (negative_stock or stock >= 0)
);
comment on column item.stock is 'All that is in stock, kept with every posting: the sum of its ledger entries.';

create table item_unit (
    item_id  uuid not null references item,
    unit     text not null,
    per_unit numeric(18, 5) not null check (per_unit > 0),
    primary key (item_id, unit)
);

create table work_center (
    id               uuid primary key,
    unit_id          text not null references unit,
    number           text not null,
    unit_cost        numeric(18, 5) not null check (unit_cost >= 0),
    overhead_rate    numeric(18, 5) not null check (overhead_rate >= 0),
    indirect_percent numeric(18, 5) not null check (indirect_percent >= 0),
    subcontractor    boolean not null,
    basis            text not null check (basis in ('time', 'units')),
    version          integer not null default 1,
    unique (unit_id, number),
    check (overhead_rate <= unit_cost)
);

create table routing (
    id      uuid primary key,
    unit_id text not null references unit,
    number  text not null,
    unique (unit_id, number)
);
create table routing_operation (
    routing_id    uuid not null references routing,
    position      integer not null,
    operation     text not null,
    center_id     uuid not null references work_center,
    setup_minutes numeric(18, 5) not null default 0,
    run_minutes   numeric(18, 5) not null default 0,
    primary key (routing_id, position),
    unique (routing_id, operation)
);
comment on column routing_operation.run_minutes is 'For each piece.';

create table production_order (
    id         uuid primary key,
    unit_id    text not null references unit,
    number     text not null,
    status     text not null check (status in ('planned', 'firm_planned', 'released', 'finished')),
    reopened   boolean not null default false,
    version    integer not null default 1,
    created_at timestamptz not null default now(),
    unique (unit_id, number)
);
create table production_line (
    id       uuid primary key,
    order_id uuid not null references production_order,
    line     integer not null,
    item_id  uuid not null references item,
    variant  text,
    location text,
    quantity numeric(18, 5) not null check (quantity > 0),
    finished numeric(18, 5) not null default 0,
    unique (order_id, line),
    constraint production_line_finished_not_negative check (finished >= 0)
);
create table production_operation (
    line_id   uuid not null references production_line,
    position  integer not null,
    operation text not null,
    center_id uuid not null references work_center,
    status    text not null default 'planned' check (status in ('planned', 'in_progress', 'finished')),
    setup     numeric(18, 5) not null default 0,
    run       numeric(18, 5) not null default 0,
    stop      numeric(18, 5) not null default 0,
    output    numeric(18, 5) not null default 0,
    scrap     numeric(18, 5) not null default 0,
    primary key (line_id, position),
    unique (line_id, operation)
);
comment on column production_operation.run is 'All that was posted on the operation, reversals taken off; as setup, stop, output and scrap.';
create table production_component (
    line_id      uuid not null references production_line,
    position     integer not null,
    item_id      uuid not null references item,
    quantity_per numeric(18, 5) not null check (quantity_per > 0),
    flushing     text not null check (flushing in ('manual', 'forward', 'backward')),
    operation    text,
    primary key (line_id, position)
);
create table production_consumption (
    line_id  uuid not null references production_line,
    item_id  uuid not null references item,
    quantity numeric(18, 5) not null,
    primary key (line_id, item_id)
);
comment on table production_consumption is 'What was consumed for a line, returns taken off: kept with every posting.';

create table posting_register (
    id                uuid primary key,
    number            bigint generated always as identity unique,
    unit_id           text not null references unit,
    kind              text not null check (kind in ('output', 'consumption', 'shipment', 'receipt', 'recall')),
    recall_request_id uuid references recall_request,
    created_by        text not null references person,
    on_behalf_of      text references person,
    posted_at         timestamptz not null default now(),
    business_at       timestamptz not null,
    check ((kind = 'recall') = (recall_request_id is not null))
);
create index posting_register_recall on posting_register (recall_request_id) where recall_request_id is not null;

create table item_entry (
    id           uuid primary key,
    number       bigint generated always as identity unique,
    register_id  uuid not null references posting_register,
    type         text not null check (type in ('output', 'consumption', 'sale', 'positive_adjustment')),
    item_id      uuid not null references item,
    variant      text,
    location     text,
    lot          text,
    serial       text,
    quantity     numeric(18, 5) not null check (quantity <> 0),
    remaining    numeric(18, 5) not null,
    open         boolean generated always as (remaining <> 0) stored,
    reversed     boolean not null default false,
    applies_to   uuid references item_entry,
    applies_from uuid references item_entry,
    reverses_id  uuid generated always as (coalesce(applies_to, applies_from)) stored,
    closes       boolean not null default false,
    order_id     uuid references production_order,
    line_id      uuid references production_line,
    posting_date date not null,
    document     text,
    unit         text not null,
    per_unit     numeric(18, 5) not null,
    unit_quantity numeric(18, 5) not null,
    constraint item_entry_remaining_within check (remaining * quantity >= 0 and abs(remaining) <= abs(quantity)),
    check (applies_to is null or (applies_from is null and type = 'output' and quantity < 0 and remaining = 0)),
    check (applies_from is null or (type = 'consumption' and quantity > 0)),
    check ((order_id is null) = (line_id is null)),
    check (type not in ('output', 'consumption') or order_id is not null)
);
create unique index item_entry_one_closing on item_entry (reverses_id) where closes;
create index item_entry_reverses on item_entry (reverses_id) where reverses_id is not null;
create index item_entry_open on item_entry (item_id, number) where remaining > 0;
create index item_entry_order on item_entry (order_id, number) where order_id is not null;
create index item_entry_line on item_entry (line_id, number) where line_id is not null;
create index item_entry_item on item_entry (item_id, number);
create index item_entry_register on item_entry (register_id);

create table capacity_entry (
    id            uuid primary key,
    number        bigint generated always as identity unique,
    register_id   uuid not null references posting_register,
    order_id      uuid not null references production_order,
    line_id       uuid not null references production_line,
    operation     text not null,
    center_id     uuid not null references work_center,
    setup         numeric(18, 5) not null,
    run           numeric(18, 5) not null,
    stop          numeric(18, 5) not null,
    output        numeric(18, 5) not null,
    scrap         numeric(18, 5) not null,
    reversed      boolean not null default false,
    reverses_id   uuid references capacity_entry,
    closes        boolean not null default false,
    item_entry_id uuid references item_entry,
    posting_date  date not null,
    document      text,
    check (not closes or reverses_id is not null)
);
create unique index capacity_entry_one_closing on capacity_entry (reverses_id) where closes;
create index capacity_entry_reverses on capacity_entry (reverses_id) where reverses_id is not null;
create index capacity_entry_order on capacity_entry (order_id, number);
create index capacity_entry_item_entry on capacity_entry (item_entry_id) where item_entry_id is not null;
create index capacity_entry_register on capacity_entry (register_id);

create table value_entry (
    id                bigint generated always as identity primary key,
    register_id       uuid not null references posting_register,
    item_entry_id     uuid references item_entry,
    capacity_entry_id uuid references capacity_entry,
    kind              text not null check (kind in ('direct', 'indirect')),
    amount            numeric(28, 5) not null,
    expected          boolean not null,
    valued_quantity   numeric(18, 5) not null,
    check ((item_entry_id is null) <> (capacity_entry_id is null))
);
create index value_entry_item on value_entry (item_entry_id) where item_entry_id is not null;
create index value_entry_capacity on value_entry (capacity_entry_id) where capacity_entry_id is not null;

create table item_application (
    id          bigint generated always as identity primary key,
    register_id uuid not null references posting_register,
    inbound_id  uuid not null references item_entry,
    outbound_id uuid not null references item_entry,
    quantity    numeric(18, 5) not null check (quantity > 0),
    cost_only   boolean not null
);
create index item_application_inbound on item_application (inbound_id);
create index item_application_outbound on item_application (outbound_id);

create table reservation (
    id          uuid primary key,
    entry_id    uuid not null references item_entry,
    quantity    numeric(18, 5) not null check (quantity > 0),
    demand      text not null,
    created_by  text not null references person,
    created_at  timestamptz not null default now(),
    released_by text references person,
    released_at timestamptz,
    check ((released_by is null) = (released_at is null))
);
create index reservation_in_force on reservation (entry_id) where released_at is null;

create table production_choice (
    request_id uuid not null references recall_request,
    subject_id uuid not null,
    heading    text not null check (heading in ('output', 'capacity', 'consumption', 'register')),
    quantity   numeric(18, 5) check (quantity > 0),
    run        numeric(18, 5) check (run >= 0),
    setup      numeric(18, 5) check (setup >= 0),
    scrap      numeric(18, 5) check (scrap >= 0),
    primary key (request_id, subject_id)
);
comment on table production_choice is 'What a line of a request chose of its subject; null follows from the rules.';

-- Guards ------------------------------------------------------------------------------------------------------------

create trigger item_entry_insert_only before update of
    id, number, register_id, type, item_id, variant, location, lot, serial, quantity, applies_to, applies_from, closes, order_id,
    line_id, posting_date, document, unit, per_unit, unit_quantity
    on item_entry for each row execute function refuse_ledger_change();
create trigger capacity_entry_insert_only before update of
    id, number, register_id, order_id, line_id, operation, center_id, setup, run, stop, output, scrap, reverses_id, closes,
    item_entry_id, posting_date, document
    on capacity_entry for each row execute function refuse_ledger_change();
create trigger value_entry_insert_only before update or delete on value_entry for each row execute function refuse_ledger_change();
create trigger item_application_insert_only before update or delete on item_application for each row execute function refuse_ledger_change();
create trigger posting_register_insert_only before update or delete on posting_register for each row execute function refuse_ledger_change();
create trigger item_entry_no_delete before delete on item_entry for each row execute function refuse_ledger_change();
create trigger capacity_entry_no_delete before delete on capacity_entry for each row execute function refuse_ledger_change();
create trigger item_entry_no_truncate before truncate on item_entry for each statement execute function refuse_ledger_change();
create trigger capacity_entry_no_truncate before truncate on capacity_entry for each statement execute function refuse_ledger_change();
create trigger value_entry_no_truncate before truncate on value_entry for each statement execute function refuse_ledger_change();
create trigger item_application_no_truncate before truncate on item_application for each statement execute function refuse_ledger_change();
create trigger posting_register_no_truncate before truncate on posting_register for each statement execute function refuse_ledger_change();

create function reversals_within_original() returns trigger language plpgsql as $$
declare wrong uuid;
begin
    select o.id into wrong
      from (select distinct reverses_id from added where reverses_id is not null) t
      join item_entry o on o.id = t.reverses_id
     cross join lateral (select sum(r.quantity) as taken, bool_or(r.closes) as closed,
                                bool_and(r.item_id = o.item_id and r.lot is not distinct from o.lot and r.line_id = o.line_id
                                         and r.serial is not distinct from o.serial and r.type = o.type) as same
                           from item_entry r where r.reverses_id = o.id) r
     where o.reverses_id is not null or sign(r.taken) = sign(o.quantity) or abs(r.taken) > abs(o.quantity)
        or r.closed <> (r.taken + o.quantity = 0) or not r.same
     limit 1;
    if found then
        raise exception 'reversals of entry % do not agree with it', wrong
            using errcode = 'check_violation', constraint = 'reversals_within_original';
    end if;
    return null;
end $$;
create trigger reversals_within_original after insert on item_entry
    referencing new table as added for each statement execute function reversals_within_original();

create function closing_reversal_costs_nothing() returns trigger language plpgsql as $$
declare wrong uuid;
begin
    select c.reverses_id into wrong
      from (select distinct e.reverses_id from added a join item_entry e on e.id = a.item_entry_id where e.closes) c
     where (select coalesce(sum(v.amount), 0) from value_entry v where v.item_entry_id = c.reverses_id)
           + (select coalesce(sum((select sum(v.amount) from value_entry v where v.item_entry_id = r.id)), 0)
                from item_entry r where r.reverses_id = c.reverses_id) <> 0
     limit 1;
    if found then
        raise exception 'entry % and its reversals do not cost nothing', wrong
            using errcode = 'check_violation', constraint = 'closing_reversal_costs_nothing';
    end if;
    return null;
end $$;
create trigger closing_reversal_costs_nothing after insert on value_entry
    referencing new table as added for each statement execute function closing_reversal_costs_nothing();

create function reserved_remains() returns trigger language plpgsql as $$
declare wrong uuid;
begin
    select e.id into wrong
      from touched t join item_entry e on e.id = t.id
      join lateral (select sum(r.quantity) as quantity from reservation r
                     where r.entry_id = e.id and r.released_at is null) r on r.quantity > e.remaining
     limit 1;
    if found then
        raise exception 'less remains of entry % than is reserved', wrong
            using errcode = 'check_violation', constraint = 'reserved_remains';
    end if;
    return null;
end $$;
create trigger reserved_remains after update on item_entry
    referencing new table as touched for each statement execute function reserved_remains();

create function reservation_within_remaining() returns trigger language plpgsql as $$
begin
    if (select sum(r.quantity) from reservation r where r.entry_id = new.entry_id and r.released_at is null)
       > (select e.remaining from item_entry e where e.id = new.entry_id) then
        raise exception 'less remains of entry % than is reserved', new.entry_id
            using errcode = 'check_violation', constraint = 'reserved_remains';
    end if;
    return null;
end $$;
create trigger reservation_within_remaining after insert or update on reservation
    for each row execute function reservation_within_remaining();

grant select, insert on item, item_unit, work_center, routing, routing_operation, production_order, production_line,
    production_operation, production_component, production_consumption, posting_register, item_entry, capacity_entry,
    value_entry, item_application, reservation, production_choice to tilbake_application;
grant update (unit_cost, blocked, stock, version) on item to tilbake_application;
grant update (unit_cost, version) on work_center to tilbake_application;
grant update (status, reopened, version) on production_order to tilbake_application;
grant update (finished) on production_line to tilbake_application;
grant update (status, setup, run, stop, output, scrap) on production_operation to tilbake_application;
grant update (quantity) on production_consumption to tilbake_application;
grant update (remaining, reversed) on item_entry to tilbake_application;
grant update (reversed) on capacity_entry to tilbake_application;
grant update (released_by, released_at) on reservation to tilbake_application;
grant usage on all sequences in schema public to tilbake_application;
