"""Pages of every list: each item once whatever the sort and whatever is added meanwhile, and what is no page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import pytest

from api.cursor import Key, encode_cursor
from tests.api.test_lists import ids, pages
from tests.api.world import Json, World, code_of, new_project

pytestmark = pytest.mark.api

LISTS = (
    "entries",
    "recalls",
    "projects",
    "invoices",
    "delegations",
    "refusals",
    "entry's actuals",
    "entry's history",
    "entry's recalls",
    "recall's lines",
    "recall's history",
)
SORTED = {
    "entries": ("date", "-date", "created", "-created"),
    "recalls": ("-number", "number"),
    "invoices": ("created", "-created"),
}
NO_PAGE = (
    "limit=0", "limit=201", "limit=-1", "limit=1.5", "limit=", "limit=x", "limit=1e2", "limit=%D9%A1", "limit=99999999999",
    "cursor=", "cursor=x", "cursor=AAAA", "cursor=%00", "cursor=" + "A" * 2000, "limit=1&limit=2", "colour=blue",
)  # fmt: skip
SOME_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
FORGED: tuple[tuple[str, list[Key]], ...] = (
    ("entries", []),
    ("entries", ["entries date"]),
    ("entries", ["2026-02-02", SOME_ID]),
    ("entries", ["entries date", "2026-02-30", SOME_ID]),
    ("entries", ["entries date", "20260202", SOME_ID]),
    ("entries", ["entries date", "2026-02-02", "not an id"]),
    ("entries", ["entries date", "2026-02-02", SOME_ID.upper()]),
    ("entries", ["entries date", "2026-02-02", 7]),
    ("entries", ["entries date", "2026-02-02", SOME_ID, SOME_ID]),
    ("projects", ["projects of a unit", "Alfa", "not an id"]),
    ("recalls", ["recalls -number", "7"]),
    ("invoices", ["invoices created", "2026-02-02T10:00:00", SOME_ID]),
    ("invoices", ["invoices created", "2026-02-02", SOME_ID]),
    ("invoices", ["invoices created", "0001-01-01T00:00:00+14:00", SOME_ID]),
    ("invoices", ["invoices created", "2026-02-02T10:00:00Z", SOME_ID]),
)


READERS = {"delegations": "bob"}
"""Who reads a list, where it is not the administrator: everybody sees delegations of their own."""


def reader(name: str) -> str:
    return READERS.get(name, "admin")


def with_query(path: str, query: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}{query}"


@pytest.fixture(scope="module")
def lists(shared_world: World) -> dict[str, str]:
    """The path of each list, each with two items at least."""
    world = shared_world
    new_project(world, "Beta", approvers=("mia",))
    for taker in ("mia", "noor", "sid"):
        days = {"since": "2026-02-02", "until": "2026-02-03", "purpose": "requests"}
        world.do("bob", "/v1/delegations", {"giver": world.people["bob"], "taker": world.people[taker], **days})
    for _ in range(3):
        world.drafted_invoice(world.approved())
    entry, other = world.approved(), world.approved()
    assert world.decide(world.requested(entry), verdict="reject").status_code == 200
    recall = world.requested(entry, other)["id"]
    world.do("bob", f"/v1/recalls/{recall}/withdraw", {})
    return {
        "entries": f"/v1/entries?project={world.project}",
        "recalls": f"/v1/recalls?unit={world.unit}",
        "projects": f"/v1/projects?unit={world.unit}",
        "invoices": f"/v1/invoices?project={world.project}",
        "delegations": "/v1/delegations",
        "refusals": "/v1/refusals",
        "entry's actuals": f"/v1/entries/{entry}/actuals",
        "entry's history": f"/v1/entries/{entry}/history",
        "entry's recalls": f"/v1/entries/{entry}/recalls",
        "recall's lines": f"/v1/recalls/{recall}/lines",
        "recall's history": f"/v1/recalls/{recall}/history",
    }


@pytest.mark.parametrize("limit", [1, 2, 3])
@pytest.mark.parametrize("name", LISTS)
def test_the_pages_of_a_list_are_the_whole_list(
    shared_world: World, lists: dict[str, str], name: str, limit: int
) -> None:
    whole = [item for page in pages(shared_world, lists[name], limit=200, person=reader(name)) for item in page]

    found = pages(shared_world, lists[name], limit=limit, person=reader(name))

    assert len(whole) >= 2
    assert [item for page in found for item in page] == whole
    assert [len(page) for page in found[:-1]] == [limit] * (len(found) - 1)
    assert found[-1]


@pytest.mark.parametrize("query", NO_PAGE)
@pytest.mark.parametrize("name", LISTS)
def test_what_is_no_page_is_refused(shared_world: World, lists: dict[str, str], name: str, query: str) -> None:
    answer = shared_world.call(reader(name), "GET", with_query(lists[name], query))

    assert code_of(answer)[0] == 400
    assert answer.json()["errors"][0]["parameter"] == query.partition("=")[0]


@pytest.mark.parametrize("name", LISTS)
def test_a_cursor_of_one_list_is_none_of_another(shared_world: World, lists: dict[str, str], name: str) -> None:
    cursor = shared_world.get(with_query(lists[name], "limit=1"), person=reader(name))["next"]

    for other, path in lists.items():
        answer = shared_world.call(reader(other), "GET", with_query(path, f"cursor={cursor}"))
        if other == name:
            assert answer.status_code == 200
        else:
            assert code_of(answer) == (400, "invalid_value"), other
            assert answer.json()["errors"][0]["parameter"] == "cursor"


@pytest.mark.parametrize("name", SORTED)
def test_a_cursor_of_one_sort_is_none_of_another(shared_world: World, lists: dict[str, str], name: str) -> None:
    for sort in SORTED[name]:
        cursor = shared_world.get(with_query(lists[name], f"sort={sort}&limit=1"), person=reader(name))["next"]
        for other in SORTED[name]:
            path = with_query(lists[name], f"sort={other}&cursor={cursor}")
            assert shared_world.call(reader(name), "GET", path).status_code == (200 if other == sort else 400), (
                sort,
                other,
            )


@pytest.mark.parametrize(("name", "keys"), FORGED)
def test_a_cursor_that_was_made_up_is_refused(
    shared_world: World, lists: dict[str, str], name: str, keys: list[Key]
) -> None:
    answer = shared_world.call(reader(name), "GET", with_query(lists[name], f"cursor={encode_cursor(keys)}"))

    assert code_of(answer) == (400, "invalid_value")


def same_days(world: World) -> list[str]:
    """Seven entries of three days, in the order they were made."""
    return [world.draft(date=f"2026-02-0{2 + index * 3 % 7 % 3}") for index in range(7)]


def added(world: World, page: int) -> None:
    """Entries before, on and behind any of those days."""
    for day in (date(2026, 1, 31) - timedelta(days=page), date(2026, 2, 3), date(2026, 2, 20)):
        world.draft(date=day.isoformat())


def paged_while(
    world: World, path: str, *, limit: int, meanwhile: Callable[[int], object], most: int = 30
) -> list[Json]:
    """The items of a list to which something is added after each of the first pages."""
    found: list[Json] = []
    cursor = ""
    for page in range(most):
        answer = world.get(f"{path}&limit={limit}{cursor}")
        found += answer["items"]
        if answer["next"] is None:
            return found
        cursor = f"&cursor={answer['next']}"
        if page < 3:
            meanwhile(page)
    raise AssertionError("the list has no end")


def only(found: Sequence[str], known: Sequence[str]) -> list[str]:
    return [id for id in found if id in set(known)]


@pytest.mark.parametrize("limit", [1, 2, 3])
@pytest.mark.parametrize("sort", SORTED["entries"])
def test_entries_that_were_there_come_once_whatever_is_added(world: World, sort: str, limit: int) -> None:
    made = same_days(world)
    path = f"/v1/entries?project={world.project}&sort={sort}"
    before = ids(world, path)

    found = paged_while(world, path, limit=limit, meanwhile=lambda page: added(world, page))

    all_ids = [item["id"] for item in found]
    assert only(all_ids, made) == before
    assert len(set(all_ids)) == len(all_ids)
    days = [item["date"] for item in found]
    if "date" in sort:
        assert days == sorted(days, reverse=sort.startswith("-"))


@pytest.mark.parametrize(("sort", "other"), [("date", "-date"), ("created", "-created")])
def test_entries_sort_both_ways(world: World, sort: str, other: str) -> None:
    made = same_days(world)
    path = f"/v1/entries?project={world.project}"

    forwards, backwards = (ids(world, f"{path}&sort={name}", limit=2) for name in (sort, other))

    assert forwards == backwards[::-1]
    assert set(forwards) == set(made)


@pytest.mark.parametrize("sort", SORTED["recalls"])
def test_recalls_that_were_there_come_once_whatever_is_added(world: World, sort: str) -> None:
    made = [world.requested(world.approved())["id"] for _ in range(5)]
    path = f"/v1/recalls?unit={world.unit}&sort={sort}"

    found = paged_while(world, path, limit=2, meanwhile=lambda _: world.requested(world.approved()))

    numbers = [int(item["number"].removeprefix("R-")) for item in found]
    assert only([item["id"] for item in found], made) == (made if sort == "number" else made[::-1])
    assert numbers == sorted(set(numbers), reverse=sort.startswith("-"))


@pytest.mark.parametrize("sort", SORTED["invoices"])
def test_invoices_that_were_there_come_once_whatever_is_added(world: World, sort: str) -> None:
    made = [world.drafted_invoice(world.approved()) for _ in range(5)]
    path = f"/v1/invoices?project={world.project}&sort={sort}"

    found = paged_while(world, path, limit=2, meanwhile=lambda _: world.drafted_invoice(world.approved()))

    all_ids = [item["id"] for item in found]
    assert only(all_ids, made) == (made if sort == "created" else made[::-1])
    assert len(set(all_ids)) == len(all_ids)
    assert all(item["lines"] for item in found)


def test_a_deleted_draft_is_on_no_page(world: World) -> None:
    kept = [world.drafted_invoice(world.approved()) for _ in range(3)]
    assert world.call("fia", "DELETE", f"/v1/invoices/{kept.pop(1)}").status_code == 204

    assert ids(world, f"/v1/invoices?project={world.project}", limit=1) == kept
