-- Delegations can be ended before their last day, and who ended one stands in the history. Milestones are billed and credited by invoices.

alter table delegation add column ended_by text references person, add column ended_at timestamptz,
    add constraint delegation_end check ((ended_by is null) = (ended_at is null));
comment on column delegation.ended_at is 'From this instant on it gives no right, whatever its dates.';
grant update (ended_by, ended_at) on delegation to tilbake_application;

alter table history drop constraint history_subject_kind_check,
    add constraint history_subject_kind_check check (subject_kind in ('entry', 'recall', 'invoice', 'project', 'unit', 'delegation'));

-- A billed milestone stands on an invoice of its own, without an entry; its credit is another line of the same row.

alter table invoice_line alter column entry_id drop not null;
drop index invoice_line_one_per_row;
create unique index invoice_line_one_per_row on invoice_line (actual_id) where not removed and entry_id is not null;
