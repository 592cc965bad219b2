"""The audit of who is asked about open requests, as SQL; store/audit.py puts the questions.

I11 the right person is asked, where no turn is due: the first approver, or delegate of these days, who is neither a party nor acts for
one, nor has approved all that is open (docs/project-recall.md).
"""

from __future__ import annotations

from typing import Final

QUESTIONS: Final[tuple[tuple[str, str, str], ...]] = (
    (
        "I11",
        "somebody else is asked than the approvers and their delegations say",
        """with open as (
               -- Requests whose first event does not name who was asked are from when an approver was asked although a party, or
               -- although the approval of that person stood.
               select r.*, cast(t.now at time zone coalesce(r.policy #>> '{calendar,time_zone}', 'Europe/Oslo') as date) as today,
                      coalesce((r.policy ->> 'allow_self_decision')::boolean, false) as own_allowed,
                      exists (select from history h where h.subject_kind = 'recall' and h.subject_id = r.id::text
                                 and h.event = 'requested' and h.facts ? 'asked') as passes_over
                 from recall_request r join unit u on u.id = r.unit_id
                cross join lateral (select coalesce(u.business_now, now()) as now) t
                where r.status = 'awaiting_decision' and coalesce(r.asked_until > t.now, true)
           ), approval as (
               select l.request_id as id, a.key as person, coalesce(nullif(split_part(a.value, ' ', 2), ''), a.key) as giver
                 from open o join recall_line l on l.request_id = o.id and l.status in ('open', 'blocked')
                cross join lateral jsonb_each_text(l.approved_by) a
                where split_part(a.value, ' ', 1) = l.plan_hash
           ), spent as (
               select s.id, s.whose, s.whom from (select id, 'person' as whose, person as whom from approval union all
                                                  select id, 'right', giver from approval) s
                group by s.id, s.whose, s.whom
               having count(*) = (select count(*) from recall_line l where l.request_id = s.id and l.status in ('open', 'blocked'))
           ), concerned as (
               select o.number, h.person_id, true as party from open o join recall_party h on h.number = o.number and h.concerned
                union all
               select o.number, g.taker_id, false from open o join recall_party h on h.number = o.number and h.concerned
                 join delegation g on g.giver_id = h.person_id and g.purpose = 'requests' and g.ended_at is null
                                      and o.today between g.since and g.until
           ), decider as (
               select o.*, d.person_id, case d.person_id when o.approver_id then -1 else d.position end as place
                 from open o join (select project_id::text as subject, person_id, position from project_decider union all
                                   select unit_id, person_id, 0 from unit_role where role = 'approver') d on d.subject = o.subject
           ), handed as (
               select distinct on (d.id, g.giver_id) d.id, g.giver_id, g.taker_id from decider d
                 join delegation g on g.giver_id = d.person_id and g.purpose = 'decisions' and g.ended_at is null
                                      and d.today between g.since and g.until
                where not exists (select from concerned c where c.number = d.number and c.person_id = g.taker_id
                                     and (c.party or not d.own_allowed))
                  and not exists (select from spent s where s.id = d.id and s.whom = g.taker_id
                                     and (s.whose = 'person' or g.taker_id in (select o.person_id from decider o where o.id = d.id)))
                order by d.id, g.giver_id, g.since desc, g.taker_id collate "C"
           ), turn as (
               select distinct on (d.id) d.id, coalesce(h.taker_id, d.person_id) as person
                 from decider d left join handed h on h.id = d.id and h.giver_id = d.person_id
                where (d.own_allowed
                       or not exists (select from concerned c where c.number = d.number and c.person_id = d.person_id
                                         and (c.party or h.taker_id is null)))
                  and not exists (select from spent s where s.id = d.id and s.whom = d.person_id
                                     and (s.whose = 'right' or h.taker_id is null))
                order by d.id, d.place, d.person_id collate "C"
           ), head as (
               select distinct on (d.id) d.id, d.person_id from decider d order by d.id, d.place, d.person_id collate "C"
           )
           select o.id from open o left join turn on turn.id = o.id left join head on head.id = o.id
            where o.asked_id is distinct from coalesce(turn.person, o.approver_id, head.person_id, o.asked_id)
              and (o.passes_over or o.asked_id is distinct from coalesce(
                      (select g.taker_id from delegation g
                        where g.giver_id = o.approver_id and g.purpose = 'decisions' and g.ended_at is null
                          and o.today between g.since and g.until
                          and not exists (select from concerned c where c.number = o.number and c.party and c.person_id = g.taker_id)
                        order by g.since desc, g.taker_id collate "C" limit 1),
                      o.approver_id))""",
    ),
    (
        "I11",
        "who is asked last and the events of a request disagree",
        """select r.id from recall_request r
             join lateral (select h.facts from history h where h.subject_kind = 'recall' and h.subject_id = r.id::text
                              and h.event = 'rerouted' order by h.sequence desc limit 1) last on true
            where r.status = 'awaiting_decision' and r.asked_id is distinct from last.facts ->> 'to'""",
    ),
)
