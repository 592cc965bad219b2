-- Approval channels: at most two live secrets, sealed; the people and projects a channel speaks for; switched off and on.
-- Secrets written before this are plain until they are rotated (docs/channels.md).

alter table channel
    add constraint channel_one_or_two_secrets check (cardinality(secrets) between 1 and 2),
    add column secret_since timestamptz not null default now(),
    add column old_since timestamptz,
    add column old_until timestamptz,
    add column people text[] not null default '{}',
    add column projects uuid[] not null default '{}',
    add column enabled boolean not null default true,
    add column version integer not null default 1;
update channel set secret_since = created_at, old_since = case when cardinality(secrets) = 2 then created_at end;
alter table channel
    add constraint channel_old_secret check ((cardinality(secrets) = 2) = (old_since is not null)),
    add constraint channel_old_until check (old_until is null or old_since is not null);
comment on column channel.secrets is 'Newest first, sealed by a key that is not in the database.';
comment on column channel.people is 'Whom it may speak for; nobody named means everybody.';
comment on column channel.projects is 'The projects it may speak for; none named means everything of its unit.';

alter table history drop constraint history_subject_kind_check,
    add constraint history_subject_kind_check check (subject_kind in
        ('entry', 'recall', 'invoice', 'project', 'unit', 'delegation', 'item', 'work_center', 'production_order', 'item_entry',
         'channel', 'subscription', 'person'));

alter table person add column email text, add column language text check (language in ('nb', 'en')),
    add constraint person_email check (email ~ '^[^@[:space:]]+@[^@[:space:]]+$' and length(email) <= 254);
comment on column person.email is 'Where mail to the person goes; null: nowhere.';
comment on column person.language is 'Of what is written to the person; null: that of the service.';
