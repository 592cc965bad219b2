"""The audit finds what it is for: each invariant of requests is broken on purpose, and named."""

from __future__ import annotations

import json

import asyncpg
import pytest
from temporalio.client import Client

from store.audit import audit
from tests.damaging import found_after
from tests.databases import FreshDatabase
from tests.in_process import on_stage
from workflows.contracts import Reminder, ToSettle

pytestmark = pytest.mark.store

BROKEN = [
    (
        "I4",
        "decided by the right of a party to the request",
        "update decision set on_behalf_of = (select requester_id from recall_request limit 1)",
    ),
    (
        "I3",
        "recalled line that fewer people, or fewer rights, approved than its policy asks for",
        "update recall_request set policy = policy || '{\"quorum\": 2}'",
    ),
    (
        "I7",
        "one event of a source is several decisions",
        """alter table decision drop constraint decision_source_event_id_key;
           insert into decision (id, request_id, source, event_id, body_hash, decided_by, verdict, received_at, business_at, outcome)
           select gen_random_uuid(), request_id, source, event_id, body_hash, decided_by, verdict, received_at, business_at, outcome
             from decision""",
    ),
    (
        "I8",
        "what happened to a request and what the world is told differ",
        "insert into outgoing_event (type, request_id, facts) select 'recall.recalled', id, '{}' from recall_request",
    ),
    (
        "I10",
        "Postgres and Temporal differ for more than a minute",
        "insert into difference (kind, workflow_id, found_at) values ('lost', 'recall-1-00000000', now() - interval '2 minutes')",
    ),
    (
        "I11",
        "open request without a next step",
        "update recall_request set next_step = null where status = 'awaiting_decision'",
    ),
    (
        "I12",
        "a step of the clock was taken twice",
        """insert into history (subject_kind, subject_id, event, actor, business_at)
           select 'recall', id::text, 'escalated', 'clock', now() from recall_request, generate_series(1, 2)""",
    ),
    (
        "I12",
        "expired before its time",
        """update recall_request set expires_at = created_at + interval '1 day';
           insert into history (subject_kind, subject_id, event, actor, business_at)
           select 'recall', id::text, 'expired', 'clock', created_at from recall_request""",
    ),
]


async def test_what_must_not_be_is_found(damaged_database: FreshDatabase, temporal_client: Client) -> None:
    async with on_stage(damaged_database, temporal_client, working=False) as stage:
        done, _ = await stage.people.asked(2)
        told = ToSettle(done["id"], await stage.decided(done))
        assert (await stage.activities.settle_decision(told)).status == "recalled"
    assert await audit(damaged_database.owner_url, times=True) == []

    owner = await asyncpg.connect(damaged_database.owner_url)
    for invariant, problem, sql in BROKEN:
        assert (invariant, problem) in await found_after(owner, sql), problem
    await owner.close()


TAKEN_OUT = "alter table history disable trigger user; delete from history where event = 'reminded' and facts ->> 'count' = '{}'"
EARLY = ("I12", "reminded before its time")
GONE = ("I9", "a reminder that the world was told of is not in the history")
BETWEEN = ("I9", "between two reminders of the history others are gone")
FORGOTTEN = "; alter table outgoing_event disable trigger user; delete from outgoing_event"
FALLEN = ("I12", "a reminder has no higher number than the one before it")
REMINDERS = [
    ("one from the middle was taken out", TAKEN_OUT.format(2), GONE),
    ("one from the middle was taken out after what was told is forgotten", TAKEN_OUT.format(2) + FORGOTTEN, BETWEEN),
    ("the first was taken out after what was told is forgotten", TAKEN_OUT.format(1) + FORGOTTEN, BETWEEN),
    ("the last was taken out", TAKEN_OUT.format(6), GONE),
    (
        "the last came a minute early",
        "update recall_request set business_at = business_at + interval '1 minute'",
        EARLY,
    ),
    (
        "one stands for some that were not due yet",
        "update recall_request set business_at = business_at + interval '2 days'",
        EARLY,
    ),
    (
        "hours of working time are shorter than hours",
        'update recall_request set policy = policy || \'{"remind_after": "25wh"}\'',
        EARLY,
    ),
    (
        "a number came after a higher one",
        """insert into history (subject_kind, subject_id, event, facts, actor, business_at)
           select 'recall', id::text, 'reminded', '{"count": "5"}', 'clock', now() from recall_request""",
        FALLEN,
    ),
]


async def test_reminders_are_held_to_their_times_and_numbers_and_may_stand_for_missed_ones(
    damaged_database: FreshDatabase, temporal_client: Client
) -> None:
    owner = await asyncpg.connect(damaged_database.owner_url)
    async with on_stage(damaged_database, temporal_client, working=False) as stage:
        (recall,) = await stage.people.asked(1)
        await owner.execute("update recall_request set business_at = business_at - interval '6 days'")
        for days, number in ((1, 1), (2, 2), (6, 3)):  # the third comes late, for four
            await stage.activities.remind_approver(Reminder(recall["id"], number, days * 86_400.0))
    numbers = await owner.fetch("select facts from history where event = 'reminded' order by sequence")
    said = [json.loads(row[0]) for row in numbers]
    assert [(one["count"], one["missed"]) for one in said] == [("1", "0"), ("2", "0"), ("6", "3")]
    assert await audit(damaged_database.owner_url, times=True) == []

    for what, sql, expected in REMINDERS:
        assert expected in await found_after(owner, sql), what
    await owner.close()
