-- Events that go out: who has subscribed, what has to be delivered to whom, and every attempt at it (ADR 022).

alter table outgoing_event add column turn bigint not null default 0;
alter table outgoing_event alter column turn set default event_turn();
comment on column outgoing_event.turn is 'The transaction that wrote the row (ADR 011); 0 for rows older than the column.';
create index outgoing_event_turn on outgoing_event (turn, id);

create table delivery_progress (
    only_one boolean primary key default true check (only_one),
    turn     bigint not null,
    event_id bigint not null
);
comment on table delivery_progress is 'The last event, in the order of turns, of which it is known whom it goes to.';
insert into delivery_progress (turn, event_id) select 0, coalesce(max(id), 0) from outgoing_event;

create table subscription (
    id              uuid primary key,
    unit_id         text not null references unit,
    url             text not null check (length(url) <= 2000),
    events          text[] not null check (cardinality(events) between 1 and 50),
    language        text not null check (language in ('nb', 'en')),
    secrets         text[] not null constraint subscription_one_or_two_secrets check (cardinality(secrets) between 1 and 2),
    secret_since    timestamptz not null default now(),
    old_since       timestamptz,
    old_until       timestamptz,
    enabled         boolean not null default true,
    disabled_reason text check (disabled_reason in ('gone', 'switched_off')),
    created_by      text not null references person,
    created_at      timestamptz not null default now(),
    deleted_at      timestamptz,
    version         integer not null default 1,
    constraint subscription_old_secret check ((cardinality(secrets) = 2) = (old_since is not null)),
    constraint subscription_old_until check (old_until is null or old_since is not null),
    check (enabled = (disabled_reason is null))
);
comment on column subscription.secrets is 'Newest first, sealed by a key that is not in the database.';
create unique index subscription_one_per_url on subscription (unit_id, url) where deleted_at is null;
create index subscription_listening on subscription (unit_id) where enabled and deleted_at is null;

create table delivery (
    id              uuid primary key default gen_random_uuid(),
    sequence        bigint generated always as identity,
    event_id        bigint references outgoing_event,
    event_type      text not null,
    request_id      uuid,
    subscription_id uuid references subscription,
    person_id       text references person,
    round           integer not null default 0,
    message_id      text not null,
    body            text,
    status          text not null default 'waiting' check (status in ('waiting', 'delivered', 'failed', 'canceled')),
    problem         text,
    due_at          timestamptz not null default now(),
    postponed       integer not null default 0,
    started_at      timestamptz,
    created_at      timestamptz not null default now(),
    ended_at        timestamptz,
    check ((subscription_id is null) <> (person_id is null)),
    check ((event_id is null) = (request_id is null)),
    check ((status = 'waiting') = (ended_at is null))
);
comment on column delivery.event_id is 'Null: a test ping, which tells of no event.';
comment on column delivery.round is '0 by itself; then counted up each time somebody has it delivered again.';
comment on column delivery.message_id is 'By which a receiver tells a repetition; the same at every attempt and in every round.';
comment on column delivery.body is 'What its message id stands for, from the first attempt on; a mail is written anew each time.';
create unique index delivery_once_to_subscription on delivery (event_id, subscription_id, round) where subscription_id is not null;
create unique index delivery_once_to_person on delivery (event_id, person_id, round) where person_id is not null;
create index delivery_to_start on delivery (due_at) where started_at is null;
create index delivery_of_subscription on delivery (subscription_id, sequence);
create index delivery_of_request on delivery (request_id, sequence);

create table delivery_attempt (
    delivery_id  uuid not null references delivery,
    number       integer not null,
    at           timestamptz not null,
    outcome      text not null check (outcome in ('delivered', 'refused', 'try_again')),
    status_code  integer,
    problem      text,
    milliseconds integer not null,
    primary key (delivery_id, number)
);

grant select on delivery_progress to tilbake_application;
grant select, insert on subscription, delivery, delivery_attempt to tilbake_application;
grant update on delivery_progress, subscription to tilbake_application;
grant update (body, status, problem, due_at, postponed, started_at, ended_at) on delivery to tilbake_application;
grant usage on all sequences in schema public to tilbake_application;
