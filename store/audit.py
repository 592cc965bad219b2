"""The invariants of the ledger as questions to any database: what they find must not exist.

Written as plain SQL over the tables, apart from the code under test, so that both are not wrong in the same way.
I1 an original is reversed at most once; I2 reversals net to zero and point to their originals; I3 nothing is reversed
without a decision for its line; I4 nobody decides on what is theirs; I5 a line has one final state; I9 every change of state is one
event of the history; I11 who has a part in a request is among its parties. The rest, on requests, is in audit_requests.py, that of
who is asked in audit_asked.py, that of amounts in audit_money.py, that of production in audit_production.py, that of figures in
audit_figures.py; docs/reliability.md says which invariant is asked where.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import asyncpg

from store import audit_asked, audit_figures, audit_money, audit_production, audit_requests


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that must not be: the invariant it breaks, what is wrong, and with which row."""

    invariant: str
    problem: str
    subject: str


_OF_PROJECTS: Final[tuple[tuple[str, str, str], ...]] = (
    (
        "I1",
        "original with several reversals",
        "select reverses_id from actual where reverses_id is not null group by reverses_id having count(*) > 1",
    ),
    (
        "I1",
        "reversals exceed their original",
        """select o.id from actual o join actual r on r.reverses_id = o.id group by o.id
           having abs(sum(r.quantity)) > abs(o.quantity) or abs(sum(r.amount)) > abs(o.amount)""",
    ),
    (
        "I1",
        "a reversal is reversed",
        "select r.id from actual r join actual o on o.id = r.reverses_id where o.reverses_id is not null",
    ),
    (
        "I1",
        "billed and taken back",
        """select distinct b.entry_id from actual b
            where b.type = 'billed_sales' and b.reverses_id is null and b.adjustment_status = 'none'
              and exists (select from actual r where r.entry_id = b.entry_id and r.generation = b.generation
                             and r.posting_kind = 'recall')""",
    ),
    (
        "I2",
        "does not net to zero with its original",
        """select r.id from actual r join actual o on o.id = r.reverses_id
            where (r.quantity, r.amount, r.tax, r.extended_amount, r.base_amount, r.basis_quantity, r.basis_amount)
               <> (-o.quantity, -o.amount, -o.tax, -o.extended_amount, -o.base_amount, -o.basis_quantity, -o.basis_amount)
               or (r.entry_id, r.project_id, r.type, r.class, r.billing_type, r.price, r.amount_method, r.currency, r.exchange_rate,
                   r.exchange_rate_date, r.percent, r.document_date, r.start_date, r.end_date, r.task, r.resource, r.role, r.category,
                   r.product, r.unit_of_measure, r.contract, r.contract_line, r.customer, r.generation)
                  is distinct from
                  (o.entry_id, o.project_id, o.type, o.class, o.billing_type, o.price, o.amount_method, o.currency, o.exchange_rate,
                   o.exchange_rate_date, o.percent, o.document_date, o.start_date, o.end_date, o.task, o.resource, o.role, o.category,
                   o.product, o.unit_of_measure, o.contract, o.contract_line, o.customer, o.generation)""",
    ),
    (
        "I2",
        "reversal on a day that is neither that of its original nor the first open one after it",
        # Under the policy today it is the day of the act; which policy a canceled approval went by is not kept.
        """select r.id from actual r
             join actual o on o.id = r.reverses_id
             join project p on p.id = r.project_id
             left join recall_request q on q.id = r.posting_id
            where r.accounting_date <> o.accounting_date
              and not exists (select from period_closing c where c.unit_id = p.unit_id and c.day = r.accounting_date - 1
                                 and c.day >= o.accounting_date)
              and not coalesce(q.policy ->> 'reversal_date' = 'today', false)
              and not (r.posting_kind = 'cancel_approval'
                       and exists (select from policy_version v where v.unit_id = p.unit_id
                                      and v.document ->> 'reversal_date' = 'today'))""",
    ),
    (
        "I2",
        "written by a recall and reverses nothing",
        "select id from actual where posting_kind = 'recall' and reverses_id is null",
    ),
    (
        "I2",
        "pair without the statuses that its posting gives",
        """select r.id from actual r join actual o on o.id = r.reverses_id
            where r.adjustment_status <> 'unadjustable'
               or o.adjustment_status <> 'adjusted'
                  and (r.posting_kind, o.type, o.adjustment_status) <> ('invoice', 'unbilled_sales', 'none')
               or not case when r.posting_kind in ('recall', 'cancel_approval')
                           then (r.billing_status, o.billing_status) = ('canceled', 'canceled')
                           when r.posting_kind = 'invoice' then (r.billing_status, o.billing_status) = ('posted', 'posted')
                           when r.posting_kind in ('reprice', 'correction')
                           then r.billing_status = 'canceled' and o.billing_status in ('unbilled', 'ready')
                           else false end""",
    ),
    (
        "I2",
        "no longer counts and is not reversed",
        """select o.id from actual o
            where o.reverses_id is null
              and (o.adjustment_status in ('adjusted', 'unadjustable') or o.billing_status = 'canceled'
                   or o.billing_status = 'posted' and o.type not in ('billed_sales', 'milestone'))
              and not exists (select from actual r where r.reverses_id = o.id)""",
    ),
    (
        "I2",
        "something is left of a recalled generation",
        """select a.entry_id from actual a
            where exists (select from actual r where r.entry_id = a.entry_id and r.generation = a.generation
                             and r.posting_kind = 'recall')
            group by a.entry_id, a.generation, a.type, a.customer having sum(a.quantity) <> 0 or sum(a.amount) <> 0""",
    ),
    (
        "I3",
        "reversal without a recalled line",
        """select r.id from actual r
            where r.posting_kind = 'recall'
              and not exists (select from recall_line l where l.request_id = r.posting_id and l.subject_id = r.entry_id
                                 and l.status = 'recalled')""",
    ),
    (
        "I3",
        "recalled or rejected line without exactly one decision that says so",
        """select l.subject_id from recall_line l
             left join (select d.request_id, s.subject_id, s.outcome, count(*) as number
                          from decision d join decision_line s on s.decision_id = d.id
                         where d.outcome <> 'refused' and (s.outcome, d.verdict) in (('recalled', 'approve'), ('rejected', 'reject'))
                         group by d.request_id, s.subject_id, s.outcome) f
               on f.request_id = l.request_id and f.subject_id = l.subject_id and f.outcome = l.status
            where l.status in ('recalled', 'rejected') and f.number is distinct from 1""",
    ),
    (
        "I3",
        "decision says a line is settled and the line does not",
        """select s.subject_id from decision_line s join decision d on d.id = s.decision_id
            where s.outcome in ('recalled', 'rejected')
              and not exists (select from recall_line l where l.request_id = d.request_id and l.subject_id = s.subject_id
                                 and l.status = s.outcome)""",
    ),
    (
        "I3",
        "recalled line without a reversal",
        """select l.subject_id from recall_line l
            where l.status = 'recalled' and l.kind = 'project_entry'
              and not exists (select from actual r where r.posting_id = l.request_id and r.entry_id = l.subject_id
                                 and r.posting_kind = 'recall')""",
    ),
    (
        "I3",
        "recalled line that fewer people, or fewer rights, approved than its policy asks for",
        """select l.subject_id from recall_line l join recall_request r on r.id = l.request_id
             left join (select d.request_id, s.subject_id,
                               least(count(distinct d.decided_by), count(distinct coalesce(d.on_behalf_of, d.decided_by))) as number
                          from decision d join decision_line s on s.decision_id = d.id
                         where s.outcome in ('approved', 'recalled') group by d.request_id, s.subject_id, s.plan_hash
                        having bool_or(s.outcome = 'recalled')) f
               on f.request_id = l.request_id and f.subject_id = l.subject_id
            where l.status = 'recalled'
              and coalesce(f.number, 0)
                  < coalesce((r.policy ->> 'quorum')::integer, 1)
                    + coalesce(r.base_worth > (r.policy #>> '{second_approver_above,amount}')::numeric, false)::integer""",
    ),
    (
        "I4",
        "decided by a party to the request",
        """select d.id from decision d join recall_request r on r.id = d.request_id
            where d.outcome = 'applied' and coalesce((r.policy ->> 'allow_self_decision')::boolean, false) is false
              and (d.decided_by = r.requester_id
                   or exists (select from recall_line l where l.request_id = r.id and l.owner_id = d.decided_by))""",
    ),
    (
        "I5",
        "request and lines disagree about the end",
        """select r.id from recall_request r join recall_line l on l.request_id = r.id group by r.id, r.status
           having (r.status = 'awaiting_decision') <> bool_or(l.status in ('open', 'blocked'))
               or (r.status = 'recalled' and not bool_and(l.status = 'recalled'))
               or (r.status = 'rejected' and not bool_and(l.status = 'rejected'))
               or (r.status = 'partly_recalled' and (bool_and(l.status = 'recalled') or not bool_or(l.status = 'recalled')))
               or (r.status in ('withdrawn', 'expired') and not bool_or(l.status = r.status))""",
    ),
    (
        "I5",
        "decision waits for a request that has ended",
        """select d.id from decision d join recall_request r on r.id = d.request_id
            where d.outcome = 'pending' and r.status <> 'awaiting_decision'""",
    ),
    (
        "I5",
        "applied decision without a settled line, or a refused one with one",
        # Up to 0.8.0 one that waited for a credit was called refused where its request ended between two of its chunks.
        """select d.id from decision d where d.outcome <> 'pending'
              and (d.outcome = 'applied') <> exists (
                      select from decision_line s where s.decision_id = d.id
                         and (s.outcome in ('recalled', 'rejected', 'approved')
                              or s.outcome = 'parked' and (d.outcome, d.refused_code) is distinct from ('refused', 'request_closed')))""",
    ),
    (
        "I3",
        "approval waits for a credit and no decision of that person says so",
        """select l.subject_id from recall_line l, jsonb_object_keys(l.parked_by) as person
            where not exists (select from decision d join decision_line s on s.decision_id = d.id
                               where d.request_id = l.request_id and s.subject_id = l.subject_id and s.outcome = 'parked'
                                 and d.decided_by = person)""",
    ),
    (
        "I5",
        "open line of an entry that does not wait",
        """select l.subject_id from recall_line l join entry e on e.id = l.subject_id
            where l.kind = 'project_entry' and l.status in ('open', 'blocked') and e.status <> 'recall_requested'""",
    ),
    (
        "I5",
        "entry waits and no request is open",
        """select e.id from entry e where e.status = 'recall_requested'
              and not exists (select from recall_line l where l.kind = 'project_entry' and l.subject_id = e.id
                                 and l.status in ('open', 'blocked'))""",
    ),
    (
        "I5",
        "entry and its live rows disagree",
        """select e.id from entry e
            where (e.status in ('approved', 'recall_requested')) <> exists (
                      select from actual a where a.entry_id = e.id and a.adjustment_status = 'none' and a.reverses_id is null
                         and not exists (select from actual r where r.reverses_id = a.id))""",
    ),
    (
        "I2",
        "row on a draft that no draft holds, or held and not on it",
        """select a.id from actual a
             left join (select distinct l.actual_id from invoice_line l join invoice i on i.id = l.invoice_id
                         where not l.removed and i.status = 'draft' and i.kind <> 'corrective') held on held.actual_id = a.id
            where (a.billing_status = 'on_draft') <> (held.actual_id is not null)""",
    ),
    (
        "I9",
        "status is not the last of the history",
        """select s.id from (select 'entry' as kind, id::text, status from entry
                             union all select 'recall', id::text, status from recall_request
                             union all select 'invoice', id::text, status from invoice
                             union all select 'production_order', id::text, status from production_order) s
            where s.status is distinct from
                  (select h.to_status from history h where h.subject_kind = s.kind and h.subject_id = s.id
                      and h.to_status is not null order by h.sequence desc limit 1)""",
    ),
    (
        "I9",
        "an event does not begin where the one before ended",
        """select h.sequence from (select sequence, from_status, to_status, subject_kind, lag(to_status) over
                                       (partition by subject_kind, subject_id order by sequence) as before
                                     from history where to_status is not null) h
            where h.from_status is distinct from h.before""",
    ),
    (
        "I9",
        "events of an entry are not those of its requests, or of somebody else",
        """with said as (
               select l.subject_id::text as id, 'recall_requested' as event, r.requester_id as actor,
                      nullif(l.owner_id, r.requester_id) as on_behalf_of
                 from recall_line l join recall_request r on r.id = l.request_id where l.kind = 'project_entry'
                union all
               select s.subject_id::text, case s.outcome when 'rejected' then 'recall_rejected' else 'recalled' end, d.decided_by,
                      d.on_behalf_of
                 from decision_line s join decision d on d.id = s.decision_id join recall_request r on r.id = d.request_id
                where r.kind = 'project_entry' and s.outcome in ('recalled', 'rejected')
                union all
               select l.subject_id::text, 'recall_' || l.status, h.actor, nullif(l.owner_id, h.actor)
                 from recall_line l
                 join history h on h.subject_kind = 'recall' and h.subject_id = l.request_id::text and h.from_status = 'awaiting_decision'
                where l.kind = 'project_entry' and l.status in ('withdrawn', 'expired')
           ), told as (
               -- Until 0.8.0 a withdrawal named no owner where there were several; the clock and operators never do.
               select h.subject_id, h.event, h.actor,
                      case when h.event in ('recall_withdrawn', 'recall_expired') then coalesce(h.on_behalf_of, nullif(e.owner_id, h.actor))
                           else h.on_behalf_of end
                 from history h left join entry e on e.id::text = h.subject_id
                where h.subject_kind = 'entry'
                  and h.event in ('recall_requested', 'recalled', 'recall_rejected', 'recall_withdrawn', 'recall_expired')
           )
           select distinct id from ((table said except all table told) union all (table told except all table said)) differing""",
    ),
    (
        "I9",
        "approval record at another stage than the history of its entry says",
        """select a.id from approval a
             left join lateral (select h.event from history h
                                 where h.subject_kind = 'entry' and h.subject_id = a.entry_id::text
                                   and h.event in ('submitted', 'taken_back', 'approved', 'rejected', 'approval_canceled',
                                                   'recall_requested', 'recalled', 'recall_rejected', 'recall_withdrawn',
                                                   'recall_expired')
                                 order by h.sequence desc limit 1) last on a.current
            where case when not a.current then a.stage not in ('rejected', 'closed')
                       else a.stage is distinct from case last.event when 'taken_back' then 'closed'
                                                                     when 'approval_canceled' then 'submitted'
                                                                     when 'recalled' then 'rejected'
                                                                     when 'recall_withdrawn' then 'approved'
                                                                     when 'recall_expired' then 'approved'
                                                                     else last.event end end""",
    ),
    (
        "I11",
        "somebody who has a part in a request is not among its parties",
        """select r.id from recall_request r
             join lateral (select r.requester_id as person, true as concerned
                            union select owner_id, true from recall_line where request_id = r.id
                            union select r.escalated_to, false where r.escalated_to is not null
                            union select decided_by, false from decision where request_id = r.id
                            union select on_behalf_of, false from decision where request_id = r.id and on_behalf_of is not null) p on true
             left join recall_party h on h.number = r.number and h.person_id = p.person
            where h.person_id is null or (p.concerned and not h.concerned)""",
    ),
    (
        "I9",
        "the last reminder is another one than that of the history",
        """select r.id from recall_request r
            where r.reminders <> (select coalesce(max(cast(h.facts ->> 'count' as integer)), 0) from history h
                                   where h.subject_kind = 'recall' and h.subject_id = r.id::text and h.event = 'reminded')""",
    ),
)
QUESTIONS: Final = (
    *_OF_PROJECTS,
    *audit_money.QUESTIONS,
    *audit_requests.QUESTIONS,
    *audit_asked.QUESTIONS,
    *audit_production.QUESTIONS,
    *audit_figures.QUESTIONS,
)


async def audit(url: str, *, times: bool = False) -> list[Finding]:
    """Everything in the database that must not be; `url` is a postgresql:// address of a role that may read it.

    times: whether to ask for what came too early, too: not where a test has moved the clock of Temporal alone.
    """
    questions = (*QUESTIONS, *audit_requests.TIMES) if times else QUESTIONS
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return [
                Finding(invariant, problem, str(row[0]))
                for invariant, problem, sql in questions
                for row in await connection.fetch(sql)
            ]
    finally:
        await connection.close()
