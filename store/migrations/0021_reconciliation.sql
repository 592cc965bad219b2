-- Where Postgres and Temporal disagree, and what was done about it (ADR 025).

alter table outbox drop constraint outbox_kind_check,
    add constraint outbox_kind_check check (kind in ('start', 'decision', 'changed', 'take_over'));
alter table outbox add column created_at timestamptz not null default now();
comment on column outbox.created_at is 'A workflow that is started late counts its deadlines from here.';

create table difference (
    id          bigint generated always as identity primary key,
    kind        text not null check (kind in ('lost', 'left_running', 'unknown', 'untold', 'delivery_lost')),
    workflow_id text not null,
    subject_id  uuid,
    found_at    timestamptz not null default now(),
    seen_at     timestamptz not null default now(),
    repairs     integer not null default 0,
    due_at      timestamptz not null default now(),
    gone_at     timestamptz
);
comment on table difference is 'What Postgres says of a workflow and Temporal does not, or the other way round.';
comment on column difference.repairs is 'How often something was done about it; between two of them the time doubles.';
create unique index difference_open on difference (workflow_id, kind) where gone_at is null;

grant select, insert on difference to tilbake_application;
grant update (seen_at, repairs, due_at, gone_at) on difference to tilbake_application;
grant update (round) on delivery to tilbake_application;
grant usage on all sequences in schema public to tilbake_application;
