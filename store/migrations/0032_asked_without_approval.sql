-- A request about what nobody approved, made while there was no approver, is asked of one who is named later.

alter table recall_request
    drop constraint recall_request_asked,
    add constraint recall_request_asked check (status <> 'awaiting_decision' or approver_id is null or asked_id is not null) not valid;
alter table recall_request validate constraint recall_request_asked;
comment on column recall_request.asked_id is
    'Who is asked now, or was asked last; null where there was no approver, and where it had ended before this was kept.';
