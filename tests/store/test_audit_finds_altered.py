"""The audit finds rows that somebody altered whom no trigger and no right stops: a superuser, or a restore gone wrong."""

from __future__ import annotations

from decimal import Decimal

import asyncpg
import pytest
from temporalio.client import Client

from domain.production.commands import ConsumptionLine, OutputLine
from domain.production.recall_facts import Choice, Heading
from store.actuals import VALUE_COLUMNS
from store.audit import audit
from tests.damaging import found_altered
from tests.databases import FreshDatabase
from tests.in_process import Stage, on_stage
from tests.plant import Plant, output, plant
from tests.production_examples import figures
from workflows.contracts import ToSettle

pytestmark = pytest.mark.store

ZERO_SUM = ("I2", "does not net to zero with its original")
DAY = ("I2", "reversal on a day that is neither that of its original nor the first open one after it")
STATUSES = ("I2", "pair without the statuses that its posting gives")
UNREVERSED = ("I2", "no longer counts and is not reversed")
TOO_FEW = ("I3", "recalled line that fewer people, or fewer rights, approved than its policy asks for")
ACTS_FOR = ("I4", "decided by somebody who acts for a party to the request")
OUTCOME = ("I5", "applied decision without a settled line, or a refused one with one")
EVENTS = ("I9", "events of an entry are not those of its requests, or of somebody else")
LEFT = ("P3", "closing reversal of capacity leaves what nobody chose to leave")
UNLIKE = ("P2", "capacity taken back differs from its original, or adds to it")
UNRULED = ("P2", "taken back by a request on a day, or under a document or unit, that no rule gives")
SHARE = ("P4", "partly taken back and not at its share of the cost")
SHARE_OF_CAPACITY = ("P4", "capacity taken back by requests alone and not at its share of the cost")
NOBODY = ("P5", "register of a recall that is of nobody who decided so")
STAGE = ("I9", "approval record at another stage than the history of its entry says")

WORDS = (
    "currency",
    "task",
    "resource",
    "role",
    "category",
    "product",
    "unit_of_measure",
    "contract",
    "contract_line",
    "customer",
)
OTHER = {
    "type": "'resourcing_cost'",
    "class": "'material'",
    "billing_type": "'complimentary'",
    "amount_method": "'fixed'",
    "project_id": "gen_random_uuid()",
    "entry_id": "gen_random_uuid()",
    **{column: f"coalesce({column}, '') || 'x'" for column in WORDS},
}
COPIES = [
    (
        f"{column} of reversals",
        f"update actual set {column} = {OTHER.get(column, f'{column} + 1')} where reverses_id is not null",
        ZERO_SUM,
    )
    for column in VALUE_COLUMNS
    if column != "accounting_date"
]
CANCELED = "(select reverses_id from actual where posting_kind = '{}')"
ACTS = """insert into delegation (id, giver_id, taker_id, since, until, purpose, created_by, created_at)
          select gen_random_uuid(), {}, d.decided_by, '2000-01-01', '2199-12-31', 'requests', 'admin', d.received_at - interval '1 day'
            from decision d join recall_request r on r.id = d.request_id"""
ALTERED = [
    *COPIES,
    (
        "day of reversals",
        "update actual set accounting_date = accounting_date + 400 where reverses_id is not null",
        DAY,
    ),
    (
        "day before that of the original",
        "update actual set accounting_date = accounting_date - 1 where reverses_id is not null",
        DAY,
    ),
    *(
        (f"{column} of {side} of a {kind}", f"update actual set {column} = '{value}' where {which}", STATUSES)
        for kind in ("recall", "cancel_approval", "reprice")
        for side, column, value, which in (
            ("originals", "adjustment_status", "none", f"id in {CANCELED.format(kind)}"),
            ("originals", "billing_status", "on_draft", f"id in {CANCELED.format(kind)}"),
            ("reversals", "billing_status", "unbilled", f"posting_kind = '{kind}' and reverses_id is not null"),
        )
    ),
    (
        "what was billed, of its original",
        f"update actual set billing_status = 'unbilled' where id in {CANCELED.format('invoice')}",
        STATUSES,
    ),
    ("a reversal is gone", "delete from actual where posting_kind = 'cancel_approval' and type = 'cost'", UNREVERSED),
    (
        "the reversal of a billed row is gone",
        "delete from actual where posting_kind = 'invoice' and reverses_id is not null",
        UNREVERSED,
    ),
    (
        "a live row is called adjusted",
        "update actual a set adjustment_status = 'adjusted' where adjustment_status = 'none' and type = 'cost'",
        UNREVERSED,
    ),
    (
        "the first approval was of another plan",
        "update decision_line set plan_hash = '0000' where outcome = 'approved'",
        TOO_FEW,
    ),
    ("who decided may ask for the requester", ACTS.format("r.requester_id"), ACTS_FOR),
    (
        "an owner, in whose name who decided may ask",
        "update recall_line set owner_id = 'admin'; " + ACTS.format("'admin'"),
        ACTS_FOR,
    ),
    (
        "a decision that counted is called refused",
        "update decision set outcome = 'refused' where verdict = 'reject'",
        OUTCOME,
    ),
    *(
        (
            f"{column} of {event}",
            f"update history set {column} = 'admin' where subject_kind = 'entry' and event = '{event}'",
            EVENTS,
        )
        for event in ("recall_requested", "recalled", "recall_rejected", "recall_withdrawn")
        for column in ("actor", "on_behalf_of")
    ),
    (
        "another event than the line says",
        "update history set event = 'recall_expired' where event = 'recall_withdrawn'",
        EVENTS,
    ),
    ("every approval record is approved", "update approval set stage = 'approved'", STAGE),
    *(
        (f"a record {stage}", f"update approval set stage = 'recall_rejected' where stage = '{stage}'", STAGE)
        for stage in ("submitted", "approved", "rejected", "closed", "recall_requested")
    ),
    ("an approval rejected", "update approval set stage = 'approved' where stage = 'recall_rejected'", STAGE),
    ("an older record", "update approval set stage = 'approved' where not current", STAGE),
]


OF_REQUEST = ("I5", "figures and their request disagree")
OF_DECISION = ("I5", "figures and the decision by which a request ended disagree")
FIGURES = [
    (f"{column} of figures", f"update recall_figure set {column} = {value}", expected)
    for column, value, expected in (
        ("unit_id", "'another'", OF_REQUEST),
        ("ended_on", "ended_on - 40", OF_REQUEST),
        ("kind", "'another'", OF_REQUEST),
        ("subject", "'another'", OF_REQUEST),
        ("reason_code", "'another'", OF_REQUEST),
        ("status", "'expired'", ("I5", "has no figures although it ended, or the other way round")),
        ("decided_by", "case when decided_by is not null then 'admin' end", OF_DECISION),
        ("lead_seconds", "lead_seconds + 1", OF_DECISION),
        ("blocked_by", "array['period_closed']", ("I9", "figures and what blocked a request disagree")),
    )
]
REPEATED = ("I5", "figures and earlier requests on the same disagree")
REPEATED_OF_PRODUCTION = (
    (
        "repeated of figures",
        "update recall_figure set repeated = not repeated",
        ("P4", "figures of production and earlier requests on the same posting disagree"),
    ),
    (
        "repeated of figures from before it was counted by posting",
        "update recall_figure set repeated = not repeated, repeated_by_posting = false",
        REPEATED,
    ),
)
SUMS_OF_PROJECTS = [
    ("repeated of figures", "update recall_figure set repeated = not repeated", REPEATED),
    *(
        (
            f"{column} of figures",
            f"update recall_figure set {column} = {column} + 1",
            ("I2", "figures and reversals disagree"),
        )
        for column in ("sales", "cost")
    ),
]
COST_OF_PRODUCTION = (
    "cost of figures",
    "update recall_figure set cost = cost * 10",
    ("P4", "figures and the cost of what was taken back disagree"),
)
COST_FROM_BEFORE = (
    "cost of figures from before it was counted by line",
    "update recall_figure set cost = cost * 10, cost_by_line = false",
    ("P4", "figures from before costs were counted by line and the cost of what was taken back disagree"),
)


async def settled(stage: Stage, recall: dict[str, object], *, by: int, verdict: str = "approve") -> None:
    await stage.activities.settle_decision(
        ToSettle(str(recall["id"]), await stage.decided(recall, by=by, verdict=verdict))
    )


async def work(stage: Stage) -> None:
    """Something of everything: taken back by two, rejected, withdrawn, waiting; canceled, repriced, billed; live."""
    people, owner = stage.people, stage.people.owner
    taken, rejected, withdrawn, _waiting = await people.asked(4)
    canceled, repriced, billed, back, _live = await people.approved_entries(5)
    await settled(stage, taken, by=0)
    await settled(stage, taken, by=1)
    await settled(stage, rejected, by=0, verdict="reject")
    await people.done("POST", f"/recalls/{withdrawn['id']}/withdraw", by=owner, body={})
    await people.done("POST", "/entries/cancel-approval", by=people.approvers[0], body={"entries": [canceled, back]})
    await people.done("POST", "/entries/recall", by=owner, body={"entries": [back]})
    rates = {"entries": [repriced], "rates": {"cost": "120", "sales": "240"}}
    await people.done("POST", f"/projects/{people.project}/reprice", by=people.finance, body=rates)
    drafted = await people.done(
        "POST", "/invoices", by=people.finance, body={"project": people.project, "entries": [billed]}
    )
    await people.done("POST", f"/invoices/{drafted['id']}/confirm", by=people.finance, body={})
    (again,) = taken["lines"]
    await people.done("POST", "/entries/submit", by=owner, body={"entries": [again["subject"]]})


async def test_rows_of_projects_that_were_altered_are_found(
    damaged_database: FreshDatabase, temporal_client: Client
) -> None:
    async with on_stage(damaged_database, temporal_client, working=False, policy={"quorum": 2}) as stage:
        await work(stage)
    assert await audit(damaged_database.owner_url, times=True) == []

    admin = await asyncpg.connect(damaged_database.admin_url)
    altered = (*ALTERED, *FIGURES, *SUMS_OF_PROJECTS)
    missed = [what for what, sql, expected in altered if expected not in await found_altered(admin, sql)]
    await admin.close()
    assert missed == []


BACK = "from {ledger} r where r.id = v.{ledger}_id and r.reverses_id is not null"
ALTERED_PRODUCTION = [
    ("a closing reversal takes one minute", "update capacity_entry set run = -1 where closes and run < -1", LEFT),
    ("a closing reversal takes no stop", "update capacity_entry set stop = 0 where closes and stop < 0", LEFT),
    ("a closing reversal takes no scrap", "update capacity_entry set scrap = 0 where closes and scrap < 0", LEFT),
    ("minutes are added", "update capacity_entry set run = -run where reverses_id is not null and run < 0", UNLIKE),
    ("of another operation", "update capacity_entry set operation = '99' where reverses_id is not null", UNLIKE),
    (
        "of another center",
        "update capacity_entry set center_id = gen_random_uuid() where reverses_id is not null",
        UNLIKE,
    ),
    (
        "a tenth of the cost of capacity",
        f"update value_entry v set amount = amount / 10 {BACK.format(ledger='capacity_entry')} and r.closes",
        SHARE_OF_CAPACITY,
    ),
    (
        "a tenth of the cost of a part of capacity",
        f"update value_entry v set amount = amount / 10 {BACK.format(ledger='capacity_entry')} and not r.closes",
        SHARE_OF_CAPACITY,
    ),
    (
        "ten times the cost of a part",
        f"update value_entry v set amount = amount * 10 {BACK.format(ledger='item_entry')} and not r.closes",
        SHARE,
    ),
    (
        "no cost of a part",
        f"delete from value_entry v using item_entry r {BACK.format(ledger='item_entry').partition(' r ')[2]}",
        SHARE,
    ),
    *(
        (
            f"{column} of reversals in {ledger}",
            f"update {ledger} set {column} = {value} where reverses_id is not null",
            UNRULED,
        )
        for ledger in ("item_entry", "capacity_entry")
        for column, value in (("posting_date", "posting_date + 300"), ("document", "'another'"))
    ),
    ("in another unit", "update item_entry set unit = 'BOX', per_unit = 12 where reverses_id is not null", UNRULED),
    ("by who did not decide", "update posting_register set created_by = 'pia' where kind = 'recall'", NOBODY),
    ("in a name nobody decided in", "update posting_register set on_behalf_of = 'pia' where kind = 'recall'", NOBODY),
]


async def work_in(plant: Plant) -> None:
    """Taken back: an output, a part of one, capacity without output, a consumption."""
    await plant.item("BOLT", "16.667")
    await plant.item("STEEL", "3")
    await plant.center("100", "1.37", overhead="0.2", percent="20")
    await plant.order("RPO-1", "BOLT", "100", routing={"10": "100", "20": "100"})
    await plant.receive("STEEL", "100", "3")
    made = figures(output=10, run=30, setup=5, stop=3, scrap=1)
    whole, part = [(await plant.output(OutputLine("RPO-1", operation="20", figures=made))).lines[0] for _ in range(2)]
    sawn = (await plant.output(OutputLine("RPO-1", operation="10", figures=figures(run=20)))).lines[0]
    used = (await plant.consume(ConsumptionLine("RPO-1", "STEEL", Decimal(10)))).lines[0]
    await plant.take_back(output(whole.entries[0]), Choice(sawn.capacities[0], Heading.CAPACITY))
    await plant.take_back(output(part.entries[0], "4"))
    await plant.take_back(Choice(used.entries[0], Heading.CONSUMPTION))


async def test_rows_of_production_that_were_altered_are_found(damaged_database: FreshDatabase) -> None:
    async with plant(damaged_database, output_reversal_needs_approval=False) as made:
        await work_in(made)
    assert await audit(damaged_database.owner_url, times=True) == []

    admin = await asyncpg.connect(damaged_database.admin_url)
    altered = (*ALTERED_PRODUCTION, *FIGURES, *REPEATED_OF_PRODUCTION, COST_OF_PRODUCTION, COST_FROM_BEFORE)
    missed = [what for what, sql, expected in altered if expected not in await found_altered(admin, sql)]
    await admin.close()
    assert missed == []


ALLOWED = [
    ("created while it was decided", "update delegation set created_at = (select received_at from decision)"),
    ("ended before", "update delegation set ended_at = (select received_at from decision), ended_by = 'admin'"),
    ("of other days", "update delegation set until = '2000-01-02'"),
    ("to decide, not to ask", "update delegation set purpose = 'decisions'"),
    ("where the policy allows it", "update recall_request set policy = policy || '{\"allow_self_decision\": true}'"),
]


async def test_who_acted_for_a_party_is_found_only_where_that_was_in_the_way(
    damaged_database: FreshDatabase, temporal_client: Client
) -> None:
    async with on_stage(damaged_database, temporal_client, working=False) as stage:
        (recall,) = await stage.people.asked(1)
        await settled(stage, recall, by=0)
    acts = ACTS.format("r.requester_id")

    admin = await asyncpg.connect(damaged_database.admin_url)
    found = [what for what, sql in ALLOWED if ACTS_FOR in await found_altered(admin, f"{acts}; {sql}")]
    await admin.close()
    assert found == []


async def test_a_decision_that_waited_and_was_called_refused_with_its_request_is_of_an_older_release(
    damaged_database: FreshDatabase, temporal_client: Client
) -> None:
    async with on_stage(damaged_database, temporal_client, working=False) as stage:
        (recall,) = await stage.people.asked(1)
        await settled(stage, recall, by=0, verdict="reject")
    parked = "update decision_line set outcome = 'parked'; update decision set outcome = 'refused', refused_code = {}"

    admin = await asyncpg.connect(damaged_database.admin_url)
    closed, another = [
        await found_altered(admin, parked.format(code)) for code in ("'request_closed'", "'not_approver'")
    ]
    await admin.close()
    assert (OUTCOME in closed, OUTCOME in another) == (False, True)


async def test_days_by_the_policy_today_and_by_another_time_zone_are_right(
    database: FreshDatabase, temporal_client: Client
) -> None:
    async with on_stage(database, temporal_client, working=False, policy={"reversal_date": "today"}) as stage:
        people = stage.people
        canceled, taken = await people.approved_entries(2)
        await people.done("POST", "/entries/cancel-approval", by=people.approvers[0], body={"entries": [canceled]})
        await settled(stage, await people.ask(taken), by=0)

        for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):  # by one of them it was another day than in Oslo
            await people.set_policy(calendar={"time_zone": zone})
            assert await audit(database.owner_url, times=True) == []


async def test_what_is_taken_back_of_minutes_below_nothing_is_right(database: FreshDatabase) -> None:
    async with plant(database, output_reversal_needs_approval=False) as made:
        await made.item("BOLT", "16.667")
        await made.center("100", "1.37", overhead="0.2", percent="20")
        await made.order("RPO-1", "BOLT", "100", routing={"10": "100"})
        for setup in (0, 12):
            line = OutputLine("RPO-1", operation="10", figures=figures(output=10, run=-5, setup=setup))
            entry = (await made.output(line)).lines[0].entries[0]

            await made.take_back(output(entry, "4"))
            await made.take_back(output(entry, "6"))
