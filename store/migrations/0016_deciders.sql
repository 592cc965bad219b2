-- Entries without a project stand in one project of their unit that managers decide; who is asked now is told apart from who was asked first.

alter table unit_role drop constraint unit_role_role_check,
    add constraint unit_role_role_check
        check (role in ('member', 'approver', 'manager', 'finance', 'planner', 'operator', 'auditor'));

alter table project add column without_project boolean not null default false,
    add constraint project_without_project check (not without_project or billing = 'internal');
comment on column project.without_project is 'Holds the entries of its unit that name no project: cost only, decided by the managers of the unit.';
create unique index project_one_without_project on project (unit_id) where without_project;

create view project_decider as
select project_id, person_id, position from project_approver
 union all
select p.id, r.person_id, 0 from project p join unit_role r on r.unit_id = p.unit_id and r.role = 'manager' where p.without_project;
comment on view project_decider is 'Who decides on entries of a project: its approvers, or for entries without a project the managers of the unit.';
grant select on project_decider to tilbake_application;
