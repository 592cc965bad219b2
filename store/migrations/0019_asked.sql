-- Who is asked about an open request: the person who approved, or whom that person handed decisions over to for these days.

alter table recall_request
    add column asked_id      text references person,
    add column asked_through uuid references delegation,
    add column asked_until   timestamptz,
    drop constraint recall_request_next_step_check,
    add constraint recall_request_next_step_check check (next_step in ('reminder', 'escalation', 'rerouting', 'expiry'));
comment on column recall_request.asked_id is 'Who is asked now, or was asked last; null where nobody approved what is asked for, and where it had ended before this was kept.';
comment on column recall_request.asked_through is 'The delegation by which somebody else than the approver is asked.';
comment on column recall_request.asked_until is 'When somebody else is asked; null is never.';

update recall_request set asked_id = approver_id where status = 'awaiting_decision';
alter table recall_request
    add constraint recall_request_asked check (status <> 'awaiting_decision' or (approver_id is null) = (asked_id is null)),
    add constraint recall_request_routed check (asked_id is not null or (asked_through is null and asked_until is null));

-- Delegations that are there already: the workflows of the requests concerned look at once who is asked.
with concerned as (
    update recall_request r
       set next_step = 'rerouting', next_step_at = coalesce(u.business_now, now()), asked_until = coalesce(u.business_now, now()),
           version = r.version + 1
      from unit u
     where u.id = r.unit_id and r.status = 'awaiting_decision'
       and exists (select from delegation d where d.giver_id = r.approver_id and d.purpose = 'decisions' and d.ended_at is null)
    returning r.id, r.number
)
insert into outbox (request_id, kind, workflow_id, payload)
select id, 'changed', 'recall-' || number || '-' || left(cast(id as text), 8), '{}' from concerned order by number;
