"""What an older release reads and writes stays: each migration only adds, or says here what it takes away and why (ADR 028)."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import asyncpg
import pytest

from store.migrate import migrations
from tests.databases import FreshDatabase
from tests.store.schema_snapshot import Snapshot, snapshot, taken_away

pytestmark = pytest.mark.store

# Columns that no code has ever changed: a right less, of which nobody has made use.
_NARROWED: Final = {
    "approval": "entry_id id submitted_at submitted_by submitted_quantity",
    "decision": (
        "body_hash business_at client comment decided_by event_id id on_behalf_of park received_at "
        "request_id sequence source verdict"
    ),
    "decision_line": "decision_id plan_hash subject_id",
    "invoice": "corrects_id created_at created_by id kind number project_id unit_id",
    "invoice_line": "actual_id entry_id invoice_id quantity",
    "recall_line": "days kind label originals owner_id position request_id subject_id warned",
    "recall_request": (
        "amount approver_id base_worth batch_id business_at created_at currency expires_at id kind number "
        "policy policy_version reason reason_code requester_id subject title unit_id"
    ),
    "vendor_invoice": "created_at created_by id number unit_id",
    "vendor_invoice_line": "entry_id vendor_invoice_id",
}

# By migration. Until 22 nothing had been released: of those before, 13 and 19 would have stopped the code of the day before.
KNOWN: Final = {
    # No code refers to rows that are not there, or removes those that are referred to.
    6: [
        "new rule actual_refers_to_what_is_there of actual",
        "new rule entry_no_truncate of entry",
        "new rule entry_stays of entry",
        "new rule project_no_truncate of project",
        "new rule project_stays of project",
    ],
    # An index that refuses less: lines without an entry are outside of it.
    7: ["other rule invoice_line_one_per_row of invoice_line"],
    # As 6, of the ledgers of production.
    11: [
        "new rule capacity_entry_refers_to_what_is_there of capacity_entry",
        "new rule item_application_refers_to_what_is_there of item_application",
        "new rule item_entry_refers_to_what_is_there of item_entry",
        "new rule item_no_truncate of item",
        "new rule item_stays of item",
        "new rule production_line_no_truncate of production_line",
        "new rule production_line_stays of production_line",
        "new rule production_order_no_truncate of production_order",
        "new rule production_order_stays of production_order",
        "new rule value_entry_refers_to_what_is_there of value_entry",
        "new rule work_center_no_truncate of work_center",
        "new rule work_center_stays of work_center",
    ],
    # Policies became documents: code from before could neither read its policy nor store a request.
    13: [
        "column unit.policy is gone",
        "new column recall_request.policy_version has to be given",
        "new rule recall_request_policy_version of recall_request",
        "new rule unit_has_a_policy of unit",
    ],
    # Holds for the default of its new column, whatever else is written.
    15: ["new rule recall_line_parked of recall_line"],
    # As 15.
    16: ["new rule project_one_without_project of project", "new rule project_without_project of project"],
    # One secret and no old one is what code from before writes.
    17: ["new rule channel_old_secret of channel", "new rule channel_one_or_two_secrets of channel"],
    # Who is asked has to be said: code from before could not store a request.
    19: ["new rule recall_request_asked of recall_request"],
    # Copies the time zone of a policy; refuses one that Postgres does not know, which no policy so far had.
    23: ["new rule policy_version_tells_time_zone of policy_version"],
    # Adds the figure of a request that ends, whoever ends it.
    24: ["new rule recall_request_has_its_figure of recall_request"],
    # Least rights: see above. No code has written through the view.
    26: sorted(
        [
            *(
                f"no right any more: {table}.{column} update"
                for table, columns in _NARROWED.items()
                for column in columns.split()
            ),
            "no right any more: actual_link.actual_id insert",
            "no right any more: actual_link.entry_id insert",
            "no right any more: actual_link.link insert",
            "no right any more: actual_link.linked_actual_id insert",
            "no right any more: actual_link.linked_role insert",
            "no right any more: actual_link.role insert",
        ]
    ),
    # No code has removed a delivery or an event. Attempts go with their delivery.
    28: [
        "new rule delivery_is_kept of delivery",
        "new rule event_is_kept of outgoing_event",
        "other rule delivery_attempt_delivery_id_fkey of delivery_attempt",
    ],
    # Every release has rounded what it writes to the currency of the row, and its base amount to that of the unit.
    30: ["new rule amount_fits_its_currency of actual"],
    # A rule that refuses less: somebody may be asked although nobody approved.
    32: ["other rule recall_request_asked of recall_request"],
}


async def after_each(url: str) -> list[tuple[int, Snapshot]]:
    """The schema after each migration, by its number."""
    found = []
    connection = await asyncpg.connect(url)
    for number, _, sql in migrations():
        async with connection.transaction():
            await connection.execute(sql)
        found.append((number, await snapshot(url)))
    await connection.close()
    return found


async def test_each_migration_only_adds_unless_it_is_named_here(empty: str) -> None:
    steps = await after_each(empty)

    pairs = pairwise(steps)
    found = {number: taken_away(before, after) for (_, before), (number, after) in pairs}
    assert {number: lines for number, lines in found.items() if lines} == KNOWN


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("alter table person drop column language", "column person.language is gone"),
        ("alter table person rename column language to tongue", "column person.language is gone"),
        (
            "alter table person alter column name type varchar(200)",
            "column person.name was text and is character varying(200)",
        ),
        ("alter table outbox add column told date not null", "new column outbox.told has to be given"),
        ("alter table delegation alter column ended_by set not null", "column delegation.ended_by has to be given"),
        ("alter table outbox alter column due_at drop default", "column outbox.due_at has to be given"),
        ("alter table project add constraint brief check (length(name) < 9)", "new rule brief of project"),
        ("create unique index one_of_a_name on person (name)", "new rule one_of_a_name of person"),
        (
            "create trigger later before insert on person for each row execute function refuse_ledger_change()",
            "new rule later of person",
        ),
        ("drop function event_turn() cascade", "function event_turn() is gone or gives something else"),
        ("revoke delete on outbox from tilbake_application", "no right any more: outbox delete"),
        ("revoke update on outbox from tilbake_application", "no right any more: outbox.due_at update"),
        ("drop table difference", "column difference.kind is gone"),
        (
            "alter table outbox drop constraint outbox_kind_check, add constraint outbox_kind_check check (kind in ('start'))",
            "other rule outbox_kind_check of outbox",
        ),
    ],
)
async def test_what_an_older_release_would_miss_is_found(
    change: str, told: str, damaged_database: FreshDatabase
) -> None:
    before = await snapshot(damaged_database.owner_url)
    await changed(damaged_database, change)

    assert told in taken_away(before, await snapshot(damaged_database.owner_url))


@pytest.mark.parametrize(
    "change",
    [
        "alter table person add column birthday date",
        "alter table person add column tall boolean not null default false, add constraint how_tall check (tall is not null)",
        "create table birthday (person_id text not null references person)",
        "alter table recall_request alter column amount type numeric(38, 5)",
        "alter table person drop constraint person_language_check, alter column name drop not null",
        """alter table person drop constraint person_language_check,
           add constraint person_language_check check (language in ('nb', 'en', 'nn'))""",
    ],
)
async def test_what_only_adds_is_not_complained_of(change: str, damaged_database: FreshDatabase) -> None:
    before = await snapshot(damaged_database.owner_url)
    await changed(damaged_database, change)

    assert taken_away(before, await snapshot(damaged_database.owner_url)) == []


async def changed(database: FreshDatabase, sql: str) -> None:
    connection = await asyncpg.connect(database.owner_url)
    await connection.execute(sql)
    await connection.close()
