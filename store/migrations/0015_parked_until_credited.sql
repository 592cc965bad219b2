-- An approval of a line that is invoiced may wait until the invoice is credited: the decision says so, the line keeps it by who gave it.

alter table decision add column park boolean not null default false;
alter table recall_line add column parked_by jsonb not null default '{}',
    add constraint recall_line_parked check (parked_by = '{}' or status = 'blocked');
comment on column recall_line.parked_by is 'Approvals that wait for a credit, by person: what they come to, and the giver of the right if not their own.';
create index recall_line_parked on recall_line (kind, subject_id) where parked_by <> '{}';
alter table decision_line drop constraint decision_line_outcome_check,
    add constraint decision_line_outcome_check
        check (outcome in ('recalled', 'rejected', 'approved', 'blocked', 'parked', 'refused'));
