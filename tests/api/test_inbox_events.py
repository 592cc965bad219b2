"""The events of an inbox: of the requests that concern its reader, and of no others, whatever else the reader sees."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.acting import ADMIN
from tests.databases import FreshDatabase
from tests.servers import Addresses
from tests.streams import Serving, counted_pages, serving
from tests.waiting import until

pytestmark = pytest.mark.api
INBOX = "/inbox/events"


@pytest.fixture
async def here(database: FreshDatabase, servers: Addresses) -> AsyncIterator[Serving]:
    async with serving(database, temporal_address=servers.temporal_address) as running:
        yield running


async def test_an_inbox_tells_what_happens_to_requests_and_nothing_else(here: Serving) -> None:
    people = here.people
    async with here.stream(INBOX, by=people.owner) as asking, here.stream(INBOX, by=people.approvers[1]) as deciding:
        await asking.block()
        await deciding.block()
        (recall,) = await people.asked(1)
        await people.done("POST", f"/recalls/{recall['id']}/withdraw", by=people.owner, body={})
        told = [await stream.events(2) for stream in (asking, deciding)]

    for events in told:
        assert [one.type for one in events] == ["recall.requested", "recall.withdrawn"]
        assert {one.subject for one in events} == {recall["id"]}


async def test_who_only_sees_the_unit_has_nothing_of_it_in_the_inbox(here: Serving) -> None:
    (recall,) = await here.people.asked(1)
    await until(lambda: told_to(here, here.people.owner, recall["id"]), what="the owner is told")

    for person in (here.people.finance, ADMIN):
        seen = await here.poll(f"/recalls/{recall['id']}/events", by=person)
        inbox = await here.poll(INBOX, by=person, limit=200)

        assert [one["type"] for one in seen["items"]] == ["recall.requested"]
        assert inbox["items"] == []


async def told_to(here: Serving, person: str, recall: str) -> bool:
    return recall in {one["subject"] for one in (await here.poll(INBOX, by=person, limit=200))["items"]}


async def test_what_an_inbox_has_not_counted_comes_behind_its_cursor(here: Serving) -> None:
    before = await here.people.done("GET", "/inbox", by=here.people.owner)
    (recall,) = await here.people.asked(1)

    async with here.stream(f"{INBOX}?cursor={before['cursor']}", by=here.people.owner) as stream:
        await stream.block()
        told = await stream.event()

    after = await here.people.done("GET", "/inbox", by=here.people.owner)
    assert (told.type, told.subject) == ("recall.requested", recall["id"])
    assert before["by_status"]["awaiting_decision"] == 0
    assert after["by_status"]["awaiting_decision"] == 1
    assert after["waiting_for_me"] == 0


async def test_who_comes_back_to_an_inbox_gets_the_rest_and_nothing_twice(here: Serving) -> None:
    owner = here.people.owner
    async with here.stream(INBOX, by=owner) as stream:
        await stream.block()
        first, _ = await here.people.asked(2)
        told = await stream.event()
    await here.people.done("POST", f"/recalls/{first['id']}/withdraw", by=owner, body={})

    async with here.stream(INBOX, by=owner, headers={"last-event-id": told.id}) as stream:
        await stream.block()
        rest = await stream.events(2)
    listed = await here.poll(INBOX, by=owner, limit=200)

    assert [one.type for one in rest] == ["recall.requested", "recall.withdrawn"]
    assert listed["items"] == [told.data, *(one.data for one in rest)]


async def test_who_may_no_longer_decide_is_told_no_more(here: Serving) -> None:
    stays, goes = here.people.approvers
    await here.people.asked(1)
    body = {"approvers": [stays]}
    await here.people.done("PUT", f"/projects/{here.people.project}/approvers", by=ADMIN, body=body)
    (later,) = await here.people.asked(1)
    await until(lambda: told_to(here, stays, later["id"]), what="who may still decide is told")

    assert (await here.poll(INBOX, by=goes, limit=200))["items"] == []


async def test_an_inbox_asks_the_database_only_when_something_happened_to_a_request(
    here: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = counted_pages(here, monkeypatch)
    here.streams.look_every_seconds = 0.01

    async with here.stream(INBOX, by=here.people.owner) as stream:
        await stream.block()
        await here.people.approved_entries(10)
        await here.people.asked(1)
        await stream.event()

    assert 2 <= pages[0] <= 5


async def test_me_tells_who_one_is_and_which_delegations_are_in_force(here: Serving) -> None:
    owner, (mia, noor) = here.people.owner, here.people.approvers
    dates = {"since": "2015-01-01", "until": "2199-12-31", "purpose": "decisions"}
    kept = await here.people.done("POST", "/delegations", by=mia, body={"giver": mia, "taker": noor, **dates})
    ended = await here.people.done("POST", "/delegations", by=mia, body={"giver": mia, "taker": owner, **dates})
    await here.people.done(
        "POST", "/delegations", by=mia, body={"giver": mia, "taker": noor, **dates, "until": "2015-01-02"}
    )
    await here.people.done("DELETE", f"/delegations/{ended['id']}", by=mia)
    await here.people.asked(2)

    given, taken, mine = [await here.people.done("GET", "/me", by=one) for one in (mia, noor, owner)]

    assert [one["id"] for one in given["delegations"]] == [kept["id"]] == [one["id"] for one in taken["delegations"]]
    assert (given["approves"], given["waiting_for_me"]) == ([here.people.project], 2)
    assert (mine["id"], mine["email"], mine["delegations"], mine["waiting_for_me"]) == (owner, None, [], 0)
    assert mine["roles"] == [{"unit": here.people.unit, "role": "member"}]
