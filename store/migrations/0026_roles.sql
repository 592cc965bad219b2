-- Three roles with the rights they need and no more (ADR 034): the migrator owns the schema, the application works in it, the auditor reads.

do $$
declare role text;
begin
    foreach role in array array['tilbake_migrator', 'tilbake_auditor'] loop
        begin
            if not exists (select from pg_roles where rolname = role) then
                execute format('create role %I nologin', role);
            end if;
        exception when duplicate_object or unique_violation then null;  -- another database of the cluster made it at the same time
        end;
    end loop;
    if not pg_has_role(current_user, 'tilbake_migrator', 'usage') then
        execute format('grant tilbake_migrator to %I', current_user);
    end if;
exception when unique_violation or internal_error then null;  -- as above
end $$;

-- What everybody may do unless it is taken away: functions, temporary tables, and in clusters from before Postgres 15 tables.
do $$ begin
    execute format('revoke create, temporary on database %I from public', current_database());
end $$;
revoke create on schema public from public;
revoke execute on all functions in schema public from public;
grant usage, create on schema public to tilbake_migrator;

-- A temporary table is found before ours of the same name. Our guards look at ours, whoever sets off the trigger.
do $$
declare guard text;
begin
    for guard in select oid::regprocedure from pg_proc
                  where pronamespace = 'public'::regnamespace and prorettype = 'trigger'::regtype loop
        execute format('alter function %s set search_path = pg_catalog, public, pg_temp', guard);
    end loop;
end $$;
create or replace function event_turn() returns bigint language sql volatile
    return (select pg_current_xact_id()::text::bigint + base from public.event_count);
create or replace function event_horizon() returns bigint language sql stable
    return (select pg_snapshot_xmin(pg_current_snapshot())::text::bigint + base from public.event_count);
grant execute on function event_turn(), event_horizon() to tilbake_application;

-- Who asked for what, who decided how, and what was on an invoice stays as it was written; what becomes of it may change.
revoke insert on actual_link from tilbake_application;
revoke update on decision, decision_line, approval, recall_request, recall_line, invoice, invoice_line, vendor_invoice,
    vendor_invoice_line from tilbake_application;
grant update (outcome, refused_code, settled_at) on decision to tilbake_application;
grant update (outcome, code, facts) on decision_line to tilbake_application;
grant update (stage, billable_quantity, billing_type, approver_id, decided_at, comment, current) on approval to tilbake_application;
grant update (status, plan_hash, closed_at, next_step, next_step_at, reminders, escalated_to, asked_id, asked_through, asked_until,
              version) on recall_request to tilbake_application;
grant update (status, blocked_code, blocked_facts, plan_hash, basis, approved_by, parked_by) on recall_line to tilbake_application;
grant update (status, version) on invoice to tilbake_application;
grant update (removed, billed) on invoice_line to tilbake_application;
grant update (status) on vendor_invoice to tilbake_application;
grant update (canceled) on vendor_invoice_line to tilbake_application;

-- The auditor: no answers kept for repetitions, no secrets, no addresses of people, no messages.
grant usage on schema public to tilbake_auditor;
grant select on
    actual, actual_link, approval, capacity_entry, decision, decision_line, delegation, delivery_attempt, delivery_progress, difference,
    entry, event_count, history, import_batch, invoice, invoice_line, item, item_application, item_entry, item_unit, outbox,
    outgoing_event, period_closing, policy_version, posting_register, production_choice, production_component, production_consumption,
    production_line, production_operation, production_order, project, project_approver, project_customer, project_decider,
    project_exchange_rate, recall_figure, recall_figure_now, recall_line, recall_party, recall_plan, recall_request, reservation,
    routing, routing_operation, unit, unit_role, value_entry, vendor_invoice, vendor_invoice_line, work_center
    to tilbake_auditor;
grant select (id, name, first_name, last_name, employee_id, created_at, language) on person to tilbake_auditor;
grant select (id, unit_id, people, projects, enabled, created_at, secret_since, old_since, old_until, version) on channel to tilbake_auditor;
grant select (id, unit_id, events, language, enabled, disabled_reason, created_by, created_at, deleted_at, secret_since, old_since,
              old_until, version) on subscription to tilbake_auditor;
grant select (id, sequence, event_id, event_type, request_id, subscription_id, person_id, round, message_id, status, problem, due_at,
              postponed, started_at, created_at, ended_at) on delivery to tilbake_auditor;
