-- Units, people, projects, entries, actuals, invoices, recalls, and the guards that keep the ledger true.

do $$ begin
    if not exists (select from pg_roles where rolname = 'tilbake_application') then
        create role tilbake_application nologin;
    end if;
exception when duplicate_object or unique_violation then null;  -- another database of the cluster made it at the same time
end $$;

create table unit (
    id          text primary key check (id ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
    name        text not null,
    currency    text not null check (currency ~ '^[A-Z]{3}$'),
    policy      jsonb not null default '{}',
    business_now timestamptz,
    created_at  timestamptz not null default now()
);
comment on column unit.business_now is 'The day a test clock has set; null is the system clock.';

create table person (
    id          text primary key check (id ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
    name        text not null,
    first_name  text,
    last_name   text,
    employee_id text,
    created_at  timestamptz not null default now()
);

create table unit_role (
    unit_id   text not null references unit,
    person_id text not null references person,
    role      text not null check (role in ('finance', 'planner', 'member')),
    primary key (unit_id, role, person_id)
);

create table project (
    id            uuid primary key,
    unit_id       text not null references unit,
    name          text not null,
    code          text,
    client        text,
    billing       text not null check (billing in ('time_and_materials', 'fixed_price', 'internal', 'presales')),
    currency      text not null check (currency ~ '^[A-Z]{3}$'),
    cost_currency text not null check (cost_currency ~ '^[A-Z]{3}$'),
    exchange_rate numeric(18, 9) not null default 1 check (exchange_rate > 0),
    cost_price    numeric(18, 5) not null default 0,
    sales_price   numeric(18, 5) not null default 0,
    import_key    text unique,
    version       integer not null default 1,
    created_at    timestamptz not null default now()
);
create index project_unit on project (unit_id, name, id);

create table project_approver (
    project_id uuid not null references project,
    person_id  text not null references person,
    position   integer not null,
    primary key (project_id, person_id)
);

create table project_customer (
    project_id uuid not null references project,
    customer   text not null,
    share      numeric(8, 5) not null check (share > 0 and share <= 100),
    rounding   boolean not null,
    position   integer not null,
    primary key (project_id, customer)
);
create unique index project_customer_rounding on project_customer (project_id) where rounding;

create table import_batch (
    id         uuid primary key,
    unit_id    text not null references unit,
    source     text not null,
    file_hash  text not null,
    rows       integer not null,
    created    integer not null,
    imported_by text not null references person,
    created_at timestamptz not null default now()
);

create table entry (
    id              uuid primary key,
    unit_id         text not null references unit,
    project_id      uuid not null references project,
    owner_id        text not null references person,
    kind            text not null check (kind in ('time', 'expense', 'material')),
    work_date       date not null,
    quantity        numeric(18, 5) not null check (quantity >= 0),
    status          text not null check (status in
                    ('draft', 'submitted', 'approved', 'returned', 'rejected', 'recall_requested', 'deleted')),
    billing_type    text not null check (billing_type in ('chargeable', 'non_chargeable', 'complimentary', 'not_available')),
    amount_method   text not null check (amount_method in ('multiply', 'fixed')),
    amount          numeric(28, 5),
    cost_price      numeric(18, 5),
    sales_price     numeric(18, 5),
    external        boolean not null default false,
    task            text,
    description     text,
    role            text,
    category        text,
    product         text,
    unit_of_measure text,
    import_identity text,
    import_batch_id uuid references import_batch,
    version         integer not null default 1,
    created_at      timestamptz not null default now(),
    check (amount_method = 'multiply' or amount is not null)
);
create unique index entry_import_identity on entry (unit_id, import_identity) where import_identity is not null;
create index entry_project on entry (project_id, work_date, id);
create index entry_owner on entry (owner_id, work_date, id);
create index entry_unit on entry (unit_id, work_date, id);

create table approval (
    id                 uuid primary key,
    entry_id           uuid not null references entry,
    stage              text not null check (stage in
                       ('submitted', 'approved', 'rejected', 'recall_requested', 'recall_rejected', 'closed')),
    submitted_by       text not null references person,
    submitted_at       timestamptz not null,
    submitted_quantity numeric(18, 5) not null,
    billable_quantity  numeric(18, 5),
    billing_type       text,
    approver_id        text references person,
    decided_at         timestamptz,
    comment            text,
    current            boolean not null default true
);
create unique index approval_one_current on approval (entry_id) where current;
create index approval_entry on approval (entry_id);

create sequence invoice_number;
create table invoice (
    id         uuid primary key,
    number     text not null unique,
    unit_id    text not null references unit,
    project_id uuid not null references project,
    status     text not null check (status in ('draft', 'confirmed', 'deleted')),
    kind       text not null check (kind in ('proforma', 'external')),
    version    integer not null default 1,
    created_by text not null references person,
    created_at timestamptz not null default now()
);
create index invoice_project on invoice (project_id, created_at, id);

create table actual (
    id                 bigint generated always as identity primary key,
    entry_id           uuid references entry,
    project_id         uuid not null references project,
    type               text not null check (type in
                       ('cost', 'unbilled_sales', 'billed_sales', 'resourcing_cost', 'interorg_sales', 'milestone')),
    class              text not null check (class in ('time', 'expense', 'material', 'milestone')),
    billing_type       text not null check (billing_type in ('chargeable', 'non_chargeable', 'complimentary', 'not_available')),
    quantity           numeric(18, 5) not null,
    price              numeric(18, 5) not null,
    amount             numeric(28, 5) not null,
    amount_method      text not null check (amount_method in ('multiply', 'fixed')),
    tax                numeric(28, 5) not null,
    extended_amount    numeric(28, 5) not null,
    currency           text not null,
    exchange_rate      numeric(18, 9) not null,
    exchange_rate_date date not null,
    base_amount        numeric(28, 5) not null,
    percent            numeric(8, 5) not null,
    basis_quantity     numeric(18, 5) not null,
    basis_amount       numeric(28, 5) not null,
    document_date      date not null,
    start_date         date not null,
    end_date           date not null,
    accounting_date    date not null,
    task               text,
    resource           text,
    role               text,
    category           text,
    product            text,
    unit_of_measure    text,
    contract           text,
    contract_line      text,
    customer           text,
    generation         integer not null,
    reverses_id        bigint unique references actual,
    posting_kind       text not null check (posting_kind in ('approval', 'recall', 'invoice', 'milestone')),
    posting_id         uuid not null,
    written_at         timestamptz not null default now(),
    adjustment_status  text not null check (adjustment_status in ('none', 'adjusted', 'unadjustable', 'in_process')),
    billing_status     text not null check (billing_status in ('unbilled', 'ready', 'on_draft', 'posted', 'canceled')),
    invoice_id         uuid references invoice,
    check ((reverses_id is null) or adjustment_status = 'unadjustable')
);
create index actual_entry on actual (entry_id, id);
create index actual_project_live on actual (project_id, type) where adjustment_status = 'none';
create index actual_invoice on actual (invoice_id) where invoice_id is not null;

create table invoice_line (
    invoice_id uuid not null references invoice,
    actual_id  bigint not null references actual,
    entry_id   uuid not null references entry,
    quantity   numeric(18, 5) not null,
    removed    boolean not null default false,
    primary key (invoice_id, actual_id)
);
create unique index invoice_line_one_per_row on invoice_line (actual_id) where not removed;
create index invoice_line_entry on invoice_line (entry_id);

create sequence recall_number start 1001;
create table recall_request (
    id            uuid primary key,
    number        bigint not null unique,
    batch_id      uuid not null,
    unit_id       text not null references unit,
    kind          text not null,
    subject       text not null,
    title         text not null,
    requester_id  text not null references person,
    approver_id   text references person,
    reason        text not null,
    reason_code   text,
    policy        jsonb not null,
    status        text not null check (status in
                  ('awaiting_decision', 'recalled', 'rejected', 'partly_recalled', 'withdrawn', 'expired')),
    plan_hash     text not null,
    amount        numeric(28, 5) not null,
    currency      text not null,
    created_at    timestamptz not null,
    business_at   timestamptz not null,
    next_step     text check (next_step in ('reminder', 'expiry')),
    next_step_at  timestamptz,
    reminders     integer not null default 0,
    expires_at    timestamptz,
    closed_at     timestamptz,
    version       integer not null default 1,
    check ((status = 'awaiting_decision') = (closed_at is null)),
    check ((status = 'awaiting_decision') = (next_step_at is not null))
);
create index recall_request_unit on recall_request (unit_id, status, number);
create index recall_request_subject on recall_request (subject, number);
create index recall_request_requester on recall_request (requester_id, number);
create index recall_request_open on recall_request (next_step_at) where status = 'awaiting_decision';

create table recall_line (
    request_id    uuid not null references recall_request,
    position      integer not null,
    kind          text not null,
    subject_id    uuid not null,
    owner_id      text not null references person,
    label         text not null,
    status        text not null check (status in ('open', 'blocked', 'recalled', 'rejected', 'withdrawn', 'expired')),
    blocked_code  text,
    blocked_facts jsonb,
    plan_hash     text not null,
    primary key (request_id, position),
    check ((status = 'blocked') = (blocked_code is not null))
);
create unique index recall_line_one_open on recall_line (kind, subject_id) where status in ('open', 'blocked');
create index recall_line_subject on recall_line (subject_id);

create table decision (
    id           uuid primary key,
    request_id   uuid not null references recall_request,
    source       text not null,
    event_id     text not null,
    body_hash    text not null,
    decided_by   text not null references person,
    on_behalf_of text references person,
    verdict      text not null check (verdict in ('approve', 'reject')),
    comment      text,
    received_at  timestamptz not null,
    business_at  timestamptz not null,
    outcome      text not null check (outcome in ('pending', 'applied', 'refused')),
    refused_code text,
    settled_at   timestamptz,
    sequence     bigint generated always as identity,
    unique (source, event_id)
);
create index decision_request on decision (request_id, sequence);

create table decision_line (
    decision_id uuid not null references decision,
    subject_id  uuid not null,
    plan_hash   text not null,
    outcome     text check (outcome in ('recalled', 'rejected', 'blocked', 'refused')),
    code        text,
    facts       jsonb,
    primary key (decision_id, subject_id)
);

create table history (
    sequence     bigint generated always as identity primary key,
    subject_kind text not null check (subject_kind in ('entry', 'recall', 'invoice', 'project', 'unit')),
    subject_id   text not null,
    event        text not null,
    from_status  text,
    to_status    text,
    actor        text not null,
    on_behalf_of text,
    at           timestamptz not null default clock_timestamp(),
    business_at  timestamptz not null,
    facts        jsonb not null default '{}'
);
create index history_subject on history (subject_kind, subject_id, sequence);

create table outgoing_event (
    id         bigint generated always as identity primary key,
    type       text not null,
    request_id uuid not null,
    facts      jsonb not null,
    at         timestamptz not null default clock_timestamp()
);
comment on table outgoing_event is 'What the world is told about a recall; delivery to subscribers reads it in order.';

create table outbox (
    id         bigint generated always as identity primary key,
    request_id uuid not null,
    kind       text not null check (kind in ('start', 'decision', 'changed')),
    workflow_id text not null,
    payload    jsonb not null,
    attempts   integer not null default 0,
    due_at     timestamptz not null default now() + interval '2 seconds'
);
create index outbox_due on outbox (due_at);

create table idempotency (
    principal  text not null,
    key        text not null,
    body_hash  text not null,
    status     integer not null,
    headers    jsonb not null,
    body       bytea not null,
    created_at timestamptz not null default now(),
    primary key (principal, key)
);
create index idempotency_age on idempotency (created_at);

create table channel (
    id         text primary key check (id ~ '^[a-z0-9][a-z0-9._-]{0,63}$'),
    unit_id    text not null references unit,
    secrets    text[] not null,
    created_at timestamptz not null default now()
);

-- Guards ------------------------------------------------------------------------------------------------------------

create function refuse_ledger_change() returns trigger language plpgsql as $$
begin
    raise exception 'ledger rows of % are only ever added', tg_table_name
        using errcode = 'restrict_violation', constraint = tg_table_name || '_insert_only';
end $$;

create trigger actual_insert_only before update of
    id, entry_id, project_id, type, class, billing_type, quantity, price, amount, amount_method, tax, extended_amount,
    currency, exchange_rate, exchange_rate_date, base_amount, percent, basis_quantity, basis_amount, document_date,
    start_date, end_date, accounting_date, task, resource, role, category, product, unit_of_measure, contract,
    contract_line, customer, generation, reverses_id, posting_kind, posting_id, written_at
    on actual for each row execute function refuse_ledger_change();
create trigger actual_no_delete before delete on actual for each row execute function refuse_ledger_change();
create trigger actual_no_truncate before truncate on actual for each statement execute function refuse_ledger_change();
create trigger history_insert_only before update or delete on history for each row execute function refuse_ledger_change();
create trigger history_no_truncate before truncate on history for each statement execute function refuse_ledger_change();

create function reversal_nets_to_zero() returns trigger language plpgsql as $$
declare wrong bigint;
begin
    select added.id into wrong
      from added join actual original on original.id = added.reverses_id
     where added.quantity + original.quantity <> 0 or added.amount + original.amount <> 0
        or added.base_amount + original.base_amount <> 0 or added.tax + original.tax <> 0
        or added.extended_amount + original.extended_amount <> 0
        or added.type <> original.type or added.billing_type <> original.billing_type
        or added.currency <> original.currency or added.price <> original.price
        or added.exchange_rate <> original.exchange_rate
        or added.customer is distinct from original.customer or added.entry_id is distinct from original.entry_id
     limit 1;
    if found then
        raise exception 'reversal % does not net to zero with its original', wrong
            using errcode = 'check_violation', constraint = 'reversal_nets_to_zero';
    end if;
    return null;
end $$;
create trigger reversal_nets_to_zero after insert on actual
    referencing new table as added for each statement execute function reversal_nets_to_zero();

create view actual_link as
    select a.id as actual_id, 'origin' as link, null::bigint as linked_actual_id, a.entry_id, 'source' as role, 'entry' as linked_role
      from actual a where a.entry_id is not null
    union all
    select a.id, 'connection', a.reverses_id, a.entry_id, 'reversing', 'original'
      from actual a where a.reverses_id is not null
    union all
    select sales.id, 'connection', cost.id, sales.entry_id, 'unbilled_sales', 'cost'
      from actual sales
      join actual cost on cost.entry_id = sales.entry_id and cost.posting_id = sales.posting_id
       and cost.type = 'cost' and (cost.reverses_id is null) = (sales.reverses_id is null)
     where sales.type = 'unbilled_sales';
comment on view actual_link is 'Origins and connections of actuals (ADR 003): derived from the rows, so they cannot disagree with them.';

-- Rights of the application: it owns nothing and changes no ledger row but the status columns ------------------------

grant usage on schema public to tilbake_application;
grant select on all tables in schema public to tilbake_application;
grant usage on all sequences in schema public to tilbake_application;
grant insert on all tables in schema public to tilbake_application;
grant update on unit, person, project, entry, approval, invoice, invoice_line, recall_request, recall_line, decision,
    decision_line, outbox, channel, idempotency to tilbake_application;
grant delete on unit_role, project_approver, project_customer, outbox, idempotency to tilbake_application;
grant update (adjustment_status, billing_status, invoice_id) on actual to tilbake_application;

insert into person (id, name) values ('admin', 'Administrator');
comment on column person.first_name is 'As an imported file had it; null for people who were not imported.';
