-- Generations of actuals, invoices as documents, periods, delegation, quorum and escalation.

create table period_closing (
    id          bigint generated always as identity primary key,
    unit_id     text not null references unit,
    day         date not null,
    closed_by   text not null references person,
    closed_at   timestamptz not null default now(),
    reopened_by text references person,
    reopened_at timestamptz,
    check ((reopened_by is null) = (reopened_at is null))
);
create unique index period_closing_one_in_force on period_closing (unit_id, day) where reopened_at is null;

create table delegation (
    id         uuid primary key,
    giver_id   text not null references person,
    taker_id   text not null references person,
    since      date not null,
    until      date not null,
    purpose    text not null check (purpose in ('requests', 'decisions')),
    created_by text not null references person,
    created_at timestamptz not null default now(),
    check (since <= until),
    check (giver_id <> taker_id)
);
create index delegation_taker on delegation (taker_id, purpose);
create index delegation_giver on delegation (giver_id, purpose);

alter table project add column resourcing_cost numeric(18, 5), add column interorg_sales numeric(18, 5),
    add constraint project_intercompany check ((resourcing_cost is null) = (interorg_sales is null));

alter table invoice drop constraint invoice_status_check,
    add constraint invoice_status_check check (status in ('draft', 'confirmed', 'paid', 'deleted')),
    drop constraint invoice_kind_check,
    add constraint invoice_kind_check check (kind in ('proforma', 'external', 'corrective')),
    add column corrects_id uuid references invoice;
alter table invoice_line add column billed numeric(18, 5);
comment on column invoice_line.billed is 'The quantity to bill of a drafted row, or to keep of a billed one; null is all of it.';
drop index invoice_line_one_per_row;
create unique index invoice_line_one_per_row on invoice_line (actual_id) where not removed;

create sequence vendor_invoice_number;
create table vendor_invoice (
    id          uuid primary key,
    number      text not null unique,
    unit_id     text not null references unit,
    status      text not null check (status in ('confirmed', 'canceled')),
    created_by  text not null references person,
    created_at  timestamptz not null default now()
);
create table vendor_invoice_line (
    vendor_invoice_id uuid not null references vendor_invoice,
    entry_id          uuid not null references entry,
    canceled          boolean not null default false,
    primary key (vendor_invoice_id, entry_id)
);
create unique index vendor_invoice_line_one_per_entry on vendor_invoice_line (entry_id) where not canceled;

alter table actual drop constraint actual_posting_kind_check,
    add constraint actual_posting_kind_check check (posting_kind in
        ('approval', 'recall', 'invoice', 'milestone', 'cancel_approval', 'reprice', 'correction'));

alter table recall_request drop constraint recall_request_next_step_check,
    add constraint recall_request_next_step_check check (next_step in ('reminder', 'escalation', 'expiry')),
    add column escalated_to text references person;
alter table recall_line add column approved_by jsonb not null default '{}';
comment on column recall_line.approved_by is 'Who approved which plan of the line, while a quorum is not complete.';
alter table decision_line drop constraint decision_line_outcome_check,
    add constraint decision_line_outcome_check check (outcome in ('recalled', 'rejected', 'approved', 'blocked', 'refused'));

create table project_exchange_rate (
    project_id uuid not null references project,
    since      date not null,
    rate       numeric(18, 9) not null check (rate > 0),
    primary key (project_id, since)
);

create table recall_plan (
    id         bigint generated always as identity primary key,
    request_id uuid not null references recall_request,
    plan_hash  text not null,
    rows       jsonb not null,
    stored_at  timestamptz not null default now()
);
create index recall_plan_request on recall_plan (request_id, id);
comment on table recall_plan is 'Every plan a request ever stood for: its rows by line, to tell a decider what has changed.';

create trigger period_closing_no_delete before delete on period_closing for each row execute function refuse_ledger_change();

grant update on project_exchange_rate to tilbake_application;
grant select, insert on recall_plan, project_exchange_rate, period_closing, delegation, vendor_invoice, vendor_invoice_line to tilbake_application;
grant update (reopened_by, reopened_at) on period_closing to tilbake_application;
grant update on vendor_invoice, vendor_invoice_line to tilbake_application;
grant usage on all sequences in schema public to tilbake_application;
