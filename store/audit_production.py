"""The invariants of the production ledgers as questions to any database: what they find must not exist.

P1 stock, remaining, finished and consumed are the sums of the ledger; P2 reversals agree with their originals, at most one
closes each; P3 flags and links agree, and what closes leaves nothing; P4 what is taken back is so at its share of the cost, wholly
at all of it; P5 nothing is taken back by a request without a decision for its line.
Each is asked of all rows at once, by joins and sums: what is looked up row by row takes the square of the time.
"""

from __future__ import annotations

from typing import Final

QUESTIONS: Final[tuple[tuple[str, str, str], ...]] = (
    (
        "P1",
        "stock is not the sum of the entries",
        """select i.id from item i
            where i.stock <> coalesce((select sum(e.quantity) from item_entry e where e.item_id = i.id), 0)""",
    ),
    (
        "P1",
        "stock is not the sum of what remains",
        """select i.id from item i
            where i.stock <> coalesce((select sum(e.remaining) from item_entry e where e.item_id = i.id), 0)""",
    ),
    (
        "P1",
        "remaining is not what the applications leave",
        """select e.id from item_entry e
            where e.quantity > 0 and e.remaining <> e.quantity - coalesce(
                      (select sum(a.quantity) from item_application a where a.inbound_id = e.id and not a.cost_only), 0)""",
    ),
    (
        "P1",
        "outbound entry took more or less than the applications say",
        """select e.id from item_entry e
            where e.quantity < 0 and e.remaining <> e.quantity + coalesce(
                      (select sum(a.quantity) from item_application a where a.outbound_id = e.id and not a.cost_only), 0)""",
    ),
    (
        "P1",
        "less remains than is reserved",
        """select e.id from item_entry e join reservation r on r.entry_id = e.id and r.released_at is null
            group by e.id having sum(r.quantity) > e.remaining""",
    ),
    (
        "P1",
        "finished is not the output of the line",
        """select l.id from production_line l
            where l.finished <> coalesce((select sum(e.quantity) from item_entry e where e.line_id = l.id and e.type = 'output'), 0)""",
    ),
    (
        "P1",
        "consumed is not the consumption of the line",
        """select coalesce(c.line_id, e.line_id) from production_consumption c
             full join (select line_id, item_id, -sum(quantity) as quantity from item_entry
                         where type = 'consumption' group by line_id, item_id) e
               on e.line_id = c.line_id and e.item_id = c.item_id
            where coalesce(c.quantity, 0) <> coalesce(e.quantity, 0)""",
    ),
    (
        "P1",
        "figures of an operation are not the sums of its capacity",
        """select p.line_id from production_operation p
             left join capacity_entry c on c.line_id = p.line_id and c.operation = p.operation
            group by p.line_id, p.operation, p.setup, p.run, p.stop, p.output, p.scrap
           having (p.setup, p.run, p.stop, p.output, p.scrap) is distinct from
                  (coalesce(sum(c.setup), 0), coalesce(sum(c.run), 0), coalesce(sum(c.stop), 0), coalesce(sum(c.output), 0),
                   coalesce(sum(c.scrap), 0))""",
    ),
    (
        "P2",
        "reversals exceed their original, or it is one itself",
        """select o.id from item_entry o join item_entry r on r.reverses_id = o.id
            group by o.id
           having abs(sum(r.quantity)) > abs(o.quantity) or sign(sum(r.quantity)) = sign(o.quantity)
               or o.reverses_id is not null or count(*) filter (where r.closes) > 1""",
    ),
    (
        "P2",
        "reversal differs from its original",
        """select r.id from item_entry r join item_entry o on o.id = r.reverses_id
            where (r.type, r.item_id, r.order_id, r.line_id, r.variant, r.location, r.lot, r.serial)
                  is distinct from (o.type, o.item_id, o.order_id, o.line_id, o.variant, o.location, o.lot, o.serial)""",
    ),
    (
        "P2",
        "capacity taken back exceeds its original, or it is one itself",
        """select o.id from capacity_entry o join capacity_entry r on r.reverses_id = o.id
            group by o.id
           having abs(sum(r.setup)) > abs(o.setup) or abs(sum(r.run)) > abs(o.run) or abs(sum(r.stop)) > abs(o.stop)
               or abs(sum(r.output)) > abs(o.output) or abs(sum(r.scrap)) > abs(o.scrap)
               or o.reverses_id is not null or count(*) filter (where r.closes) > 1""",
    ),
    (
        "P2",
        "capacity taken back differs from its original, or adds to it",
        """select r.id from capacity_entry r join capacity_entry o on o.id = r.reverses_id
            where (r.order_id, r.line_id, r.operation, r.center_id) <> (o.order_id, o.line_id, o.operation, o.center_id)
               or greatest(r.setup * o.setup, r.run * o.run, r.stop * o.stop, r.output * o.output, r.scrap * o.scrap) > 0""",
    ),
    (
        "P2",
        "taken back by a request on a day, or under a document or unit, that no rule gives",
        """select r.id from (select r.id, r.register_id, r.posting_date as day, o.posting_date as original,
                                 (r.document, r.unit, r.per_unit) is distinct from (o.document, o.unit, o.per_unit) as differs
                            from item_entry r join item_entry o on o.id = r.reverses_id
                           union all
                          select r.id, r.register_id, r.posting_date, o.posting_date, r.document is distinct from o.document
                            from capacity_entry r join capacity_entry o on o.id = r.reverses_id) r
             join posting_register g on g.id = r.register_id
             join recall_request q on q.id = g.recall_request_id
            where r.differs
               or r.day <> r.original and not coalesce(q.policy ->> 'reversal_date' = 'today', false)
                  and not exists (select from period_closing c where c.unit_id = g.unit_id and c.day = r.day - 1
                                     and c.day >= r.original)""",
    ),
    (
        "P3",
        "closing reversal of capacity leaves what nobody chose to leave",
        # What typed lines took back of an output counts too, not what they added: theirs are rows of their own that close nothing.
        """select o.id from capacity_entry o
             join capacity_entry r on r.reverses_id = o.id and r.closes
             join posting_register g on g.id = r.register_id
             join (select reverses_id, sum(setup) as setup, sum(run) as run, sum(stop) as stop, sum(output) as output, sum(scrap) as scrap
                     from capacity_entry group by reverses_id) b on b.reverses_id = o.id
             left join (select e.reverses_id as entry, c.stop <> 0 as stops, sum(least(c.setup, 0)) as setup, sum(least(c.run, 0)) as run,
                               sum(least(c.stop, 0)) as stop, sum(least(c.output, 0)) as output, sum(least(c.scrap, 0)) as scrap
                          from item_entry e join capacity_entry c on c.item_entry_id = e.id and c.reverses_id is null
                         where e.reverses_id is not null group by 1, 2) t
               on t.entry = o.item_entry_id and t.stops = (o.stop <> 0)
             left join production_choice c on c.request_id = g.recall_request_id and c.subject_id = o.item_entry_id
            where c.setup is null and o.setup + b.setup + coalesce(t.setup, 0) > 0
               or c.run is null and o.run + b.run + coalesce(t.run, 0) > 0
               or c.scrap is null and o.scrap + b.scrap + coalesce(t.scrap, 0) > 0
               or o.stop + b.stop + coalesce(t.stop, 0) > 0
               or o.output + b.output + coalesce(t.output, 0) > 0""",
    ),
    (
        "P3",
        "reversed is not what the reversals say",
        """select o.id from item_entry o
             left join (select reverses_id, sum(quantity) as quantity from item_entry group by reverses_id) r on r.reverses_id = o.id
            where o.reversed <> (o.reverses_id is not null or o.quantity + coalesce(r.quantity, 0) = 0)""",
    ),
    (
        "P3",
        "closing reversal where something is left, or none where nothing is",
        """select o.id from item_entry o join item_entry r on r.reverses_id = o.id
            group by o.id having (sum(r.quantity) + o.quantity = 0) <> bool_or(r.closes)""",
    ),
    (
        "P3",
        "capacity is reversed without a closing row, or the other way round",
        """select o.id from capacity_entry o
            where o.reversed <> (o.reverses_id is not null
                                 or exists (select from capacity_entry r where r.reverses_id = o.id and r.closes))""",
    ),
    (
        "P3",
        "link and application of a reversal disagree",
        """select r.id from item_entry r
             left join (select inbound_id, outbound_id, cost_only, sum(quantity) as quantity from item_application
                         group by inbound_id, outbound_id, cost_only) a
               on a.inbound_id = coalesce(r.applies_to, r.id) and a.outbound_id = coalesce(r.applies_from, r.id)
              and a.cost_only = (r.applies_from is not null)
            where r.reverses_id is not null and coalesce(a.quantity, 0) <> abs(r.quantity)""",
    ),
    (
        "P4",
        "wholly taken back and the costs do not sum to nothing",
        """select o.id from value_entry v
             join item_entry e on e.id = v.item_entry_id
             join item_entry o on o.id = coalesce(e.reverses_id, e.id)
            where o.reversed and o.reverses_id is null
            group by o.id having sum(v.amount) <> 0""",
    ),
    (
        "P4",
        "capacity wholly taken back by requests and the costs do not sum to nothing",
        """select o.id from capacity_entry o
             join (select reverses_id, sum(setup) as setup, sum(run) as run, sum(output) as output, sum(scrap) as scrap
                     from capacity_entry group by reverses_id) r on r.reverses_id = o.id
             join (select coalesce(c.reverses_id, c.id) as id, sum(v.amount) as amount
                     from value_entry v join capacity_entry c on c.id = v.capacity_entry_id group by 1) cost on cost.id = o.id
            where (r.setup + o.setup, r.run + o.run, r.output + o.output, r.scrap + o.scrap) = (0, 0, 0, 0)
              and cost.amount <> 0""",
    ),
    (
        "P4",
        "partly taken back and not at its share of the cost",
        # Amounts are rounded to the decimals of a currency, of which some have none: half a unit is more than any rounding,
        # and the last of an entry takes the rounding of all before it.
        """with cost as (select item_entry_id as id, sum(amount) as amount from value_entry where item_entry_id is not null group by 1)
           select r.id from item_entry r
             join item_entry o on o.id = r.reverses_id
             left join cost whole on whole.id = o.id
             left join cost part on part.id = r.id
            where not r.closes
              and abs(coalesce(part.amount, 0) * o.quantity - coalesce(whole.amount, 0) * r.quantity)
                  > 0.5 * abs(o.quantity) * (select count(*) from item_entry x where x.reverses_id = o.id and x.number <= r.number)""",
    ),
    (
        "P4",
        "capacity taken back by requests alone and not at its share of the cost",
        """with cost as (select capacity_entry_id as id, sum(amount) as amount from value_entry
                           where capacity_entry_id is not null group by 1),
                counted as (select c.id, c.reverses_id, c.item_entry_id, coalesce(cost.amount, 0) as cost,
                                   case w.basis when 'time' then c.setup + c.run else c.output + c.scrap end as units,
                                   least(c.setup, c.run, c.output, c.scrap) as least
                              from capacity_entry c join work_center w on w.id = c.center_id left join cost on cost.id = c.id),
                back as (select reverses_id as id, sum(units) as units, sum(cost) as cost from counted
                          where reverses_id is not null group by 1)
           select r.id from counted r
             join counted o on o.id = r.reverses_id
             join back b on b.id = o.id
            where o.least >= 0
              and case when o.units + b.units = 0 then o.cost + b.cost <> 0
                       else abs(r.cost * o.units - o.cost * r.units) > 0.5 * o.units end
              and not exists (select from item_entry e join capacity_entry c on c.item_entry_id = e.id and c.reverses_id is null
                               where e.reverses_id = o.item_entry_id)""",
    ),
    (
        "P5",
        "register of a recall that is of nobody who decided so",
        """select g.id from posting_register g
            where g.recall_request_id is not null
              and not exists (select from decision d join decision_line s on s.decision_id = d.id and s.outcome = 'recalled'
                               where d.request_id = g.recall_request_id and d.decided_by = g.created_by
                                 and d.on_behalf_of is not distinct from g.on_behalf_of)""",
    ),
    (
        "P5",
        "taken back by a request without a recalled line",
        """with recalled as (select request_id, subject_id from recall_line where kind = 'production' and status = 'recalled'),
                found as (select x.id, g.recall_request_id as request_id, x.original,
                                 coalesce(o.register_id, c.register_id) as register, c.item_entry_id as output
                            from posting_register g
                            join (select register_id, id, reverses_id as original from item_entry
                                   union all select register_id, id, reverses_id from capacity_entry) x on x.register_id = g.id
                            left join item_entry o on o.id = x.original
                            left join capacity_entry c on c.id = x.original
                           where g.recall_request_id is not null)
           select f.id from found f
             left join recalled a on (a.request_id, a.subject_id) = (f.request_id, f.original)
             left join recalled b on (b.request_id, b.subject_id) = (f.request_id, f.register)
             left join recalled c on (c.request_id, c.subject_id) = (f.request_id, f.output)
            where coalesce(a.subject_id, b.subject_id, c.subject_id) is null""",
    ),
    (
        "P5",
        "recalled line without a reversal",
        """with back as (select g.recall_request_id as request_id, x.original, x.wrote from posting_register g
                           join (select r.register_id, r.reverses_id as original, o.register_id as wrote
                                   from item_entry r join item_entry o on o.id = r.reverses_id
                                  union all
                                 select r.register_id, r.reverses_id, o.register_id
                                   from capacity_entry r join capacity_entry o on o.id = r.reverses_id) x on x.register_id = g.id)
           select l.subject_id from recall_line l
            where l.kind = 'production' and l.status = 'recalled'
              and not exists (select from back b where b.request_id = l.request_id and b.original = l.subject_id)
              and not exists (select from back b where b.request_id = l.request_id and b.wrote = l.subject_id)""",
    ),
    (
        "P5",
        "line of posted production without its choice",
        """select l.subject_id from recall_line l
            where l.kind = 'production'
              and not exists (select from production_choice c where c.request_id = l.request_id and c.subject_id = l.subject_id)""",
    ),
)
