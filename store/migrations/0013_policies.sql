-- Policies are documents: versions of a unit, whole, only ever added. What units had, and what their requests were born under, become versions.

create table policy_version (
    unit_id  text not null references unit,
    version  integer not null check (version >= 1),
    document jsonb not null,
    comment  text not null check (comment ~ '\S'),
    set_by   text not null references person,
    set_at   timestamptz not null default now(),
    primary key (unit_id, version)
);
comment on table policy_version is 'Every policy a unit ever had; the newest is in force. A version says all its values, so a later default changes none.';

create function pg_temp.as_after(seconds jsonb) returns jsonb language sql immutable as $$
    select case when coalesce(seconds, 'null') = 'null' then jsonb 'null'
                when seconds::text::numeric % 3600 = 0 then to_jsonb(trim_scale(seconds::text::numeric / 3600) || 'h')
                else to_jsonb(trim_scale(round(seconds::text::numeric / 60)) || 'm') end
$$;
create function pg_temp.as_document(kept jsonb) returns jsonb language sql immutable as $$
    select jsonb '{"block_request_on_draft_invoice": false, "allow_self_decision": false, "recall_window_days": null,
                   "reversal_date": "original", "quorum": 1, "second_approver_above": null, "escalate_to": null, "withdraw_allowed": true,
                   "output_reversal_needs_approval": true, "reason_codes": [],
                   "calendar": {"country": "NO", "time_zone": "Europe/Oslo", "weekdays": ["mon", "tue", "wed", "thu", "fri"],
                                "from": "08:00", "until": "16:00", "half_day_until": null, "days_off": []}}'
        || kept
        || jsonb_build_object('escalate_after', pg_temp.as_after(coalesce(kept -> 'escalate_after', '259200')),
                              'remind_after', pg_temp.as_after(coalesce(kept -> 'remind_after', '86400')),
                              'expire_after', pg_temp.as_after(kept -> 'expire_after'))
$$;

insert into policy_version (unit_id, version, document, comment, set_by, set_at)
select unit_id, row_number() over (partition by unit_id order by in_force, since), document,
       'Carried over from before policies had versions.', 'admin', since
  from (select r.unit_id, pg_temp.as_document(r.policy) as document, false as in_force, min(r.created_at) as since
          from recall_request r join unit u on u.id = r.unit_id
         where pg_temp.as_document(r.policy) <> pg_temp.as_document(u.policy)
         group by 1, 2
        union all
        select u.id, pg_temp.as_document(u.policy), true,
               greatest(u.created_at, (select max(h.at) from history h where h.subject_kind = 'unit' and h.subject_id = u.id
                                          and h.event = 'policy_changed'))
          from unit u) found;

alter table recall_request add column policy_version integer;
update recall_request r set policy_version = v.version
  from policy_version v where v.unit_id = r.unit_id and v.document = pg_temp.as_document(r.policy);
alter table recall_request alter column policy_version set not null,
    add constraint recall_request_policy_version foreign key (unit_id, policy_version) references policy_version;
alter table unit drop column policy;

-- A unit has a policy from its first moment: whoever adds one without saying which gets the defaults.
create function give_first_policy() returns trigger language plpgsql as $$
begin
    insert into policy_version (unit_id, version, document, comment, set_by)
    values (new.id, 1, '{}', 'Set up with the unit.', 'admin') on conflict do nothing;
    return null;
end $$;
create trigger unit_has_a_policy after insert on unit for each row execute function give_first_policy();

create trigger policy_version_insert_only before update or delete on policy_version
    for each row execute function refuse_ledger_change();
create trigger policy_version_no_truncate before truncate on policy_version
    for each statement execute function refuse_ledger_change();
grant select, insert on policy_version to tilbake_application;
