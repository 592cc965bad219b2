"""Events: nothing is lost, nothing comes twice, whatever is committed in whatever order; and streams cost nothing when they end."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import suppress

import asyncpg
import httpx
import pytest

from api.render.events import place_of
from store import events
from store.migrate import migrate
from tests.databases import FreshDatabase
from tests.harness import Service
from tests.servers import Addresses
from tests.streams import Serving, Stream, counted_pages, serving
from tests.waiting import until
from tilbake.tokens import local_token

pytestmark = pytest.mark.api
_HAPPENED = """insert into history (subject_kind, subject_id, event, actor, business_at) values ('unit', $1, $2, 'admin', now())"""


@pytest.fixture
async def here(database: FreshDatabase, servers: Addresses) -> AsyncIterator[Serving]:
    async with serving(database, temporal_address=servers.temporal_address) as running:
        yield running


@pytest.fixture
async def writer(database: FreshDatabase) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    connection = await asyncpg.connect(database.owner_url)
    yield connection
    await connection.close()


def ids_rise(ids: list[str]) -> bool:
    places = [place_of(id) for id in ids]
    return all(a is not None and b is not None and a < b for a, b in itertools.pairwise(places))


async def test_a_stream_begins_now_and_tells_what_happens(here: Serving) -> None:
    (before,) = await here.people.approved_entries(1)

    async with here.stream() as stream:
        opening = await stream.block()
        (recall,) = await here.people.asked(1)
        told = await stream.events(5)
        while sum(one.subject != before for one in told) < 5:
            told.append(await stream.event())

    # Now is what every transaction that runs can see: what ended just before another one may still be told.
    told = [one for one in told if one.subject != before]
    assert opening.retry == "2000"
    assert [one.type for one in told[:3]] == ["entry.created", "entry.submitted", "entry.approved"]
    assert {one.type for one in told[3:]} == {"recall.requested", "entry.recall_requested"}
    (asked,) = [one.data for one in told if one.data and one.type == "recall.requested"]
    assert (asked["subject"], asked["to"], asked["by"]) == (recall["id"], "awaiting_decision", here.people.owner)
    assert ids_rise([opening.id, *(one.id for one in told)])


async def test_who_comes_back_in_the_middle_gets_the_rest_and_nothing_twice(here: Serving) -> None:
    async with here.stream() as stream:
        opening = await stream.block()
        await here.people.approved_entries(2)
        first = await stream.events(2)
    await here.people.approved_entries(1)

    async with here.stream(headers={"last-event-id": first[-1].id}) as stream:
        await stream.block()
        rest = await stream.events(7)
    async with here.stream(headers={"last-event-id": opening.id}) as stream:
        await stream.block()
        whole = await stream.events(9)

    assert [one.id for one in whole] == [one.id for one in [*first, *rest]]
    assert ids_rise([one.id for one in whole])


async def test_a_reader_that_left_before_the_first_event_misses_nothing(here: Serving) -> None:
    async with here.stream() as stream:
        opening = await stream.block()
    await here.people.approved_entries(1)

    async with here.stream(f"/events?cursor={opening.id}") as stream:
        await stream.block()
        told = await stream.events(3)

    assert [one.type for one in told] == ["entry.created", "entry.submitted", "entry.approved"]


async def test_polling_tells_the_same_page_by_page(here: Serving) -> None:
    await here.people.asked(2)
    async with here.stream("/events?cursor=0-0") as stream:
        await stream.block()
        told = [one.data for one in await stream.events(10)]

    page = await here.poll(limit=4)
    found = list(page["items"])
    while page["items"]:
        page = await here.poll(limit=4, cursor=page["next"])
        found += page["items"]

    assert found[: len(told)] == told
    assert ids_rise([one["id"] for one in found])
    assert page["next"] == found[-1]["id"]


async def test_a_recall_tells_its_own_events_from_the_first_on(here: Serving) -> None:
    recall, other = await here.people.asked(2)
    path = f"/recalls/{recall['id']}/events"

    async with here.stream(path) as stream:
        await stream.block()
        first = await stream.event()
        await here.people.done("POST", f"/recalls/{other['id']}/withdraw", by=here.people.owner, body={})
        await here.people.done("POST", f"/recalls/{recall['id']}/withdraw", by=here.people.owner, body={})
        last = await stream.event()
    listed = await here.poll(path)

    assert (first.type, last.type) == ("recall.requested", "recall.withdrawn")
    assert listed["items"] == [first.data, last.data]
    assert {one["subject"] for one in listed["items"]} == {recall["id"]}


async def test_two_readers_get_the_same(here: Serving) -> None:
    async with here.stream() as one, here.stream(by=here.people.finance) as other:
        await asyncio.gather(one.block(), other.block())
        await here.people.approved_entries(2)
        told = await asyncio.gather(one.events(6), other.events(6))

    assert [event.id for event in told[0]] == [event.id for event in told[1]]


async def test_what_commits_late_is_neither_lost_nor_in_front_of_what_was_told(
    here: Serving, database: FreshDatabase, writer: asyncpg.Connection[asyncpg.Record]
) -> None:
    async with here.stream() as stream:
        await stream.block()
        slow = writer.transaction()
        await slow.start()
        await writer.execute(_HAPPENED, here.people.unit, "slow")
        fast = await asyncpg.connect(database.owner_url)
        await fast.execute(_HAPPENED, here.people.unit, "fast")
        before = await here.poll()
        await slow.commit()
        told = await stream.events(2)
        await fast.close()

    assert not {"unit.slow", "unit.fast"} & {one["type"] for one in before["items"]}
    assert [one.type for one in told] == ["unit.slow", "unit.fast"]
    assert ids_rise([one.id for one in told])


async def test_a_row_numbered_before_another_and_written_after_it_still_comes_after_it(
    here: Serving, database: FreshDatabase, writer: asyncpg.Connection[asyncpg.Record]
) -> None:
    """The sequence of the late row is the lower one, and its reader was already behind it."""
    sql = _HAPPENED.replace("(subject_kind", "(sequence, subject_kind").replace(
        "values (", "overriding system value values ($3, "
    )
    early = await writer.fetchval("select nextval('history_sequence_seq')")
    async with here.stream() as stream:
        opening = await stream.block()
        other = await asyncpg.connect(database.owner_url)
        await other.execute(_HAPPENED, here.people.unit, "quick")
        quick = await stream.event()
        await writer.execute(sql, here.people.unit, "late", early)
        late = await stream.event()
        await other.close()

    assert (quick.type, late.type) == ("unit.quick", "unit.late")
    assert ids_rise([opening.id, quick.id, late.id])


async def test_many_writers_at_once_lose_nothing_and_double_nothing(here: Serving, database: FreshDatabase) -> None:
    async def write(number: int) -> None:
        connection = await asyncpg.connect(database.owner_url)
        for round_ in range(10):
            async with connection.transaction():
                await connection.execute(_HAPPENED, here.people.unit, f"w{number}r{round_}a".translate(_WORDS))
                await asyncio.sleep(0)
                await connection.execute(_HAPPENED, here.people.unit, f"w{number}r{round_}b".translate(_WORDS))
        await connection.close()

    async with here.stream() as stream:
        await stream.block()
        writers = asyncio.gather(*(write(number) for number in range(8)))
        told = await stream.events(160)
        await writers

    assert len({one.type for one in told}) == 160
    assert ids_rise([one.id for one in told])


_WORDS = str.maketrans("0123456789", "ghijklmnop")


@pytest.mark.parametrize(
    "id", ["", "x", "1", "1-", "-1", "01-1", "1-1-1", "1 1", "9" * 40 + "-1", "1.5-1", "999999999999999999-1", "NaN-0"]
)
async def test_an_id_that_never_was_is_refused(here: Serving, id: str) -> None:
    for accept in ("application/json", "text/event-stream"):
        headers = {"last-event-id": id, "accept": accept}
        answer = await here.people.call("GET", "/events", by=here.people.owner, headers=headers)
        named = await here.people.call("GET", f"/events?cursor={id}", by=here.people.owner, headers={"accept": accept})

        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_value")
        assert named.status_code == 400
        told = [one.json()["errors"][0]["parameter"] for one in (answer, named)]
        assert told == ["Last-Event-ID", "cursor"]


async def test_a_quiet_stream_says_that_it_is_still_there(here: Serving) -> None:
    here.streams.heartbeat_seconds = 0.05

    async with here.stream() as stream:
        await stream.block()
        beats = [await stream.block() for _ in range(3)]
        await here.people.approved_entries(1)
        told = await stream.event()

    assert [one.comment for one in beats] == ["still here"] * 3
    assert told.type == "entry.created"


async def test_the_heartbeat_comes_every_15_seconds_unless_a_test_says_otherwise(here: Serving) -> None:
    assert here.streams.heartbeat_seconds == 15


async def test_a_stream_of_an_unknown_recall_is_not_there(here: Serving) -> None:
    path = "/recalls/00000000-0000-0000-0000-000000000000/events"
    answer = await here.people.call("GET", path, by=here.people.owner, headers={"accept": "text/event-stream"})

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_recall")


async def test_a_reader_that_leaves_frees_everything(here: Serving) -> None:
    async with here.stream() as one:
        await one.block()
        async with here.stream() as other:
            await other.block()
            await until(lambda: _is(here.streams.open, wanted=2), what="both streams are known")

    await until(here.no_stream_is_open, what="nothing is left of the streams", seconds=2)
    await until(lambda: _is(here.streams._watching, wanted=None), what="nobody looks for news", seconds=2)


async def _is(value: object, *, wanted: object) -> bool:
    return value == wanted


async def test_a_stream_asks_the_database_only_when_it_was_told_of_news(
    here: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = counted_pages(here, monkeypatch)
    here.streams.look_every_seconds = 0.01
    (recall,) = await here.people.asked(1)

    async with here.stream(f"/recalls/{recall['id']}/events") as stream:
        await stream.event()
        await here.people.approved_entries(10)
        await here.people.done("POST", f"/recalls/{recall['id']}/withdraw", by=here.people.owner, body={})
        await stream.event()

    assert 2 <= pages[0] <= 5


async def test_a_reader_that_does_not_read_makes_nobody_wait_and_is_read_nothing_for(
    here: Serving, writer: asyncpg.Connection[asyncpg.Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = counted_pages(here, monkeypatch)
    sql = """insert into history (subject_kind, subject_id, event, actor, business_at, facts)
             select 'unit', $1, 'noted', 'admin', now(), jsonb_build_object('text', cast($2 as text)) from generate_series(1, 8000)"""

    async with here.stream() as slow, here.stream() as quick:
        await slow.block()
        await quick.block()
        await writer.execute(sql, here.people.unit, "x" * 4000)
        told = await quick.events(8000)

        assert len(told) == 8000
        assert pages[1] >= 40
        assert pages[0] < 30


async def to_the_end(stream: Stream) -> None:
    with suppress(StopAsyncIteration):
        while True:
            await stream.block()


async def test_a_stream_whose_database_is_away_ends_and_is_gone_on_with(
    here: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise ConnectionRefusedError

    async with here.stream() as stream:
        opening = await stream.block()
        with monkeypatch.context() as patch:
            patch.setattr(events, "page", away)
            await to_the_end(stream)
    await here.people.approved_entries(1)

    async with here.stream(headers={"last-event-id": opening.id}) as stream:
        await stream.block()
        assert (await stream.event()).type == "entry.created"


async def test_a_stream_ends_in_time_and_is_gone_on_with(here: Serving) -> None:
    longest, here.streams.longest_seconds = here.streams.longest_seconds, 0.2
    here.streams.heartbeat_seconds = 0.05
    async with here.stream() as stream:
        opening = await stream.block()
        await to_the_end(stream)

    # An event waits for transactions elsewhere in the cluster, for longer than such a stream lasts.
    here.streams.longest_seconds = longest
    await here.people.approved_entries(1)
    async with here.stream(headers={"last-event-id": opening.id}) as stream:
        await stream.block()
        assert (await stream.event()).type == "entry.created"


async def test_a_server_with_open_streams_stops_at_once(here: Serving) -> None:
    async with here.stream() as stream:
        await stream.block()
        await here.stop()
        started = time.monotonic()
        with pytest.raises(StopAsyncIteration):
            await stream.block()

    assert time.monotonic() - started < 3


async def test_ctrl_c_ends_the_process_although_streams_are_open(own_service: Service) -> None:
    token = local_token("admin", own_service.settings.issuer_key_path)
    headers = {"authorization": f"Bearer {token}", "accept": "text/event-stream"}
    async with (
        httpx.AsyncClient(timeout=10) as http,
        http.stream("GET", f"{own_service.url}/v1/events", headers=headers) as answer,
    ):
        stream = Stream(answer)
        await stream.block()
        started = time.monotonic()
        os.kill(own_service.api.pid, signal.SIGINT)
        await until(
            lambda: _is(own_service.api.exit_code is None, wanted=False), what="the process has ended", seconds=10
        )

    assert time.monotonic() - started < 4


async def test_events_go_on_after_a_restore_into_another_cluster(
    here: Serving, database: FreshDatabase, writer: asyncpg.Connection[asyncpg.Record]
) -> None:
    """Rows of a cluster that has counted further would else hide what is written now, for years."""
    sql = _HAPPENED.replace("business_at)", "business_at, turn)").replace("now())", "now(), 900000000000)")
    await writer.execute(sql, here.people.unit, "restored")

    await migrate(database.owner_url)
    await here.people.approved_entries(1)

    async def told() -> list[str]:
        page = await here.poll(cursor="900000000000-0")
        return [one["type"] for one in page["items"]]

    async def all_told() -> bool:
        return await told() == ["unit.restored", "entry.created", "entry.submitted", "entry.approved"]

    await until(all_told, what="what was written after the restore comes after what was written before")
