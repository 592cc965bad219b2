"""From events to deliveries: one for each event and receiver, whoever looks and however often; later where Temporal is away."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from temporalio.client import Client

from application import announcing
from application.work import Work
from messaging.courier import Courier
from messaging.gateway import TemporalGateway
from store import announcements
from store.announcements import LOOK
from store.database import fetch
from tests.acting import ADMIN, ask_database
from tests.databases import FreshDatabase
from tests.overlap import Rounds
from tests.receiving import Delivering, Receiver
from tests.waiting import until
from tilbake.embedded.ports import free_ports

pytestmark = pytest.mark.workflow
Json = dict[str, Any]


async def delivered(post_office: Delivering, subscription: Json) -> list[Json]:
    """Its deliveries, once all have ended."""

    async def look() -> list[Json] | None:
        found = await post_office.deliveries_of(subscription)
        return None if any(one["status"] == "waiting" for one in found) else found

    return await until(look, what="all deliveries have ended") or []


async def planned(database: FreshDatabase) -> int:
    ((count,),) = await ask_database(database.owner_url, "select count(*) from delivery")
    return int(count)


async def test_many_couriers_at_once_start_each_delivery_once(post_office: Delivering, hooks: Receiver) -> None:
    subscriptions = [await post_office.subscribe(hooks.at(name), events=["recall.requested"]) for name in ("a", "b")]
    rounds, couriers = Rounds(together=3), 6
    gateway = TemporalGateway(post_office.stage.client, task_queue=post_office.stage.task_queue, language="en")

    for _ in range(5):
        await post_office.stage.people.asked(6)
        under_way = Counter[str]()

        async def work(courier: Courier, under_way: Counter[str]) -> None:
            under_way["now"] += 1
            under_way["peak"] = max(under_way["peak"], under_way["now"])
            while await courier.work():
                pass
            under_way["now"] -= 1

        some = [Courier(post_office.stage.database, gateway, mailing=False) for _ in range(couriers)]
        await asyncio.gather(*(work(courier, under_way) for courier in some))
        rounds.count(under_way["peak"])
    await post_office.told()

    rounds.prove()
    for name, subscription in zip(("a", "b"), subscriptions, strict=True):
        found = await delivered(post_office, subscription)
        assert Counter(one["status"] for one in found) == {"delivered": 30}
        messages = await hooks.got(name)
        assert len(messages) == len({one["headers"]["webhook-id"] for one in messages}) == 30


async def test_while_temporal_is_away_deliveries_wait_and_none_is_lost(
    post_office: Delivering, hooks: Receiver, database: FreshDatabase
) -> None:
    subscription = await post_office.subscribe(hooks.at("later"), events=["recall.requested"])
    (nobody_listens,) = free_ports(1)
    away = await Client.connect(f"127.0.0.1:{nobody_listens}", lazy=True)
    queue = post_office.stage.task_queue
    blind = Courier(post_office.stage.database, TemporalGateway(away, task_queue=queue, language="en"), mailing=False)
    await post_office.stage.people.asked(3)

    async def postponed() -> bool:
        await blind.work()
        sql = "select count(*) from delivery where started_at is null and postponed > 0 and due_at > now()"
        return await ask_database(database.owner_url, sql) == [(3,)]

    await until(postponed, what="three deliveries are postponed")
    await ask_database(database.owner_url, "update delivery set due_at = now()")
    await post_office.told()

    assert [one["status"] for one in await delivered(post_office, subscription)] == ["delivered"] * 3


async def test_where_nobody_listens_events_are_passed_over_and_not_told_later(
    post_office: Delivering, hooks: Receiver, database: FreshDatabase
) -> None:
    people = post_office.stage.people
    await people.asked(2)
    await post_office.told()
    assert await planned(database) == 0

    subscription = await post_office.subscribe(hooks.at("new"), events=["recall.requested"])
    await post_office.told()
    await people.asked(1)
    await post_office.told()

    assert len(await delivered(post_office, subscription)) == 1


async def test_who_subscribes_while_a_courier_finds_that_nobody_listens_hears_what_happens_then(
    post_office: Delivering, hooks: Receiver
) -> None:
    people, database = post_office.stage.people, post_office.stage.database
    await people.asked(1)
    async with database.reading() as connection:
        looked = await announcements.to_do(connection)

    subscription = await post_office.subscribe(hooks.at("just"), events=["recall.requested"])
    await people.asked(1)
    async with database.begin() as connection:
        await announcing.pass_over(Work(connection, "courier", await database.now(connection)))
    await post_office.told()

    assert (looked.news, looked.listeners) == (True, False)
    assert len(await delivered(post_office, subscription)) == 1


async def test_a_subscription_of_another_unit_or_other_events_hears_nothing(
    post_office: Delivering, hooks: Receiver
) -> None:
    people = post_office.stage.people
    other = {"id": f"{people.unit}-2", "name": "Bergen", "currency": "NOK"}
    await people.done("POST", "/units", by=ADMIN, body=other)
    elsewhere = {"unit": other["id"], "url": hooks.at("elsewhere"), "events": ["recall.requested"]}
    await people.done("POST", "/subscriptions", by=ADMIN, body=elsewhere)
    await post_office.subscribe(hooks.at("ends"), events=["recall.expired"])
    heard = await post_office.subscribe(hooks.at("heard"), events=["recall.requested"])

    await people.asked(1)
    await post_office.told()
    await delivered(post_office, heard)

    assert [len(await hooks.got(name)) for name in ("heard", "elsewhere", "ends")] == [1, 0, 0]


async def test_an_event_whose_transaction_ends_late_is_not_passed_over(
    post_office: Delivering, hooks: Receiver, database: FreshDatabase
) -> None:
    people = post_office.stage.people
    subscription = await post_office.subscribe(hooks.at("late"), events=["recall.escalated", "recall.requested"])
    (recall,) = await people.asked(1)
    slow = await asyncpg.connect(database.owner_url)
    transaction = slow.transaction()
    await transaction.start()
    await slow.execute(
        """with happened as (insert into history (subject_kind, subject_id, event, actor, business_at)
                            values ('recall', $1::uuid::text, 'escalated', 'system', now()))
           insert into outgoing_event (type, request_id, facts) values ('recall.escalated', $1::uuid, '{}')""",
        recall["id"],
    )
    await people.asked(1)

    for _ in range(3):
        await post_office.courier.work()
    before = await post_office.deliveries_of(subscription)
    await transaction.commit()
    await slow.close()
    await post_office.told()

    found = await delivered(post_office, subscription)
    assert {one["event"] for one in before} <= {"recall.requested"}
    assert Counter(one["event"] for one in found) == {"recall.requested": 2, "recall.escalated": 1}


async def test_receivers_that_hang_keep_nobody_else_waiting(post_office: Delivering, hooks: Receiver) -> None:
    hanging = await post_office.subscribe(hooks.at("hanging", "hang"), events=["recall.requested"])
    quick = await post_office.subscribe(hooks.at("quick"), events=["recall.requested"])
    await post_office.stage.people.asked(25)

    await post_office.told()
    found = await delivered(post_office, quick)

    assert Counter(one["status"] for one in found) == {"delivered": 25}
    assert len(await hooks.got("hanging")) <= 4 * 4
    assert {one["status"] for one in await post_office.deliveries_of(hanging)} == {"waiting"}


async def test_a_delivery_that_found_no_place_comes_again(post_office: Delivering, hooks: Receiver) -> None:
    subscription = await post_office.subscribe(hooks.at("busy", "hang,hang,hang,hang,204"), events=["recall.requested"])
    await post_office.stage.people.asked(5)
    await post_office.told()

    async def all_but_four() -> bool:
        found = await post_office.deliveries_of(subscription)
        return sum(int(one["attempt_count"]) for one in found) >= 4

    await until(all_but_four, what="four attempts have ended", seconds=40)
    for one in await post_office.deliveries_of(subscription):
        if one["status"] == "waiting":
            await post_office.fast_forward(one, timedelta(seconds=20))

    assert Counter(one["status"] for one in await delivered(post_office, subscription)) == {"delivered": 5}


async def test_looking_reads_no_event_that_was_looked_at_before(
    post_office: Delivering, database: FreshDatabase
) -> None:
    await post_office.stage.people.asked(20)
    await post_office.told()
    async with post_office.stage.database.reading() as connection:
        rows = await fetch(connection, f"explain (analyze, costs off, timing off) {LOOK}")
    plan = "\n".join(str(row[0]) for row in rows)

    assert "using outgoing_event_turn" in plan
    assert "Seq Scan on outgoing_event" not in plan
    assert "Rows Removed" not in plan
