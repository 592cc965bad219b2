-- Who sees what: those who have a part in a request, and rights, found by person. Who acted for a person is told beside them.

create table recall_party (
    person_id text not null,
    number    bigint not null references recall_request (number),
    concerned boolean not null,
    primary key (person_id, number)
);
comment on table recall_party is 'Who has a part in a request: its requester and the owners of its lines are concerned, others decided or were asked to.';
insert into recall_party (person_id, number, concerned)
select person_id, number, bool_or(concerned)
  from (select requester_id as person_id, number, true as concerned from recall_request
         union all
        select l.owner_id, r.number, true from recall_line l join recall_request r on r.id = l.request_id
         union all
        select r.escalated_to, r.number, false from recall_request r where r.escalated_to is not null
         union all
        select d.decided_by, r.number, false from decision d join recall_request r on r.id = d.request_id
         union all
        select d.on_behalf_of, r.number, false from decision d join recall_request r on r.id = d.request_id
         where d.on_behalf_of is not null) had
 group by person_id, number;
grant select, insert on recall_party to tilbake_application;

create index unit_role_person on unit_role (person_id, role, unit_id);
create index project_approver_person on project_approver (person_id, project_id);
create index recall_request_number_of_unit on recall_request (unit_id, number);
create index recall_request_escalated on recall_request (escalated_to, number) where escalated_to is not null;

alter table history add column client text default nullif(current_setting('tilbake.client', true), '');
comment on column history.client is 'The service account that acted for the person; null where people speak for themselves.';
alter table decision add column client text default nullif(current_setting('tilbake.client', true), '');
