-- A delegation can be ended before its last day, and who ended it stands in the history.

alter table delegation add column ended_by text references person, add column ended_at timestamptz,
    add constraint delegation_end check ((ended_by is null) = (ended_at is null));
comment on column delegation.ended_at is 'From this instant on it gives no right, whatever its dates.';
grant update (ended_by, ended_at) on delegation to tilbake_application;

alter table history drop constraint history_subject_kind_check,
    add constraint history_subject_kind_check check (subject_kind in ('entry', 'recall', 'invoice', 'project', 'unit', 'delegation'));
