"""Lists: every item once over all pages, filters, and what is refused."""

from __future__ import annotations

import pytest

from tests.api.world import Json, World, code_of, new_project

pytestmark = pytest.mark.api


def pages(world: World, path: str, *, limit: int, person: str = "admin") -> list[list[Json]]:
    """All pages of a list."""
    found: list[list[Json]] = []
    cursor = ""
    while True:
        joint = "&" if "?" in path else "?"
        page = world.get(f"{path}{joint}limit={limit}{cursor}", person=person)
        found.append(page["items"])
        assert len(page["items"]) <= limit
        if page["next"] is None:
            return found
        cursor = f"&cursor={page['next']}"
        assert len(found) < 100


def ids(world: World, path: str, *, limit: int = 200, person: str = "admin") -> list[str]:
    return [item["id"] for page in pages(world, path, limit=limit, person=person) for item in page]


@pytest.fixture(scope="module")
def filled(shared_world: World) -> World:
    """Entries of two people on three days, three kinds, two of them approved; three requests."""
    world = shared_world
    for index in range(12):
        world.draft(
            "bob" if index % 3 else "sid",
            date=f"2026-02-0{1 + index % 3}",
            kind=("time", "expense", "material")[index % 3],
        )
    for owner in ("bob", "bob", "sid"):
        world.requested(world.approved(owner, date="2026-02-05"), owner=owner)
    return world


@pytest.mark.parametrize("limit", [1, 2, 5, 14, 15, 16, 200])
def test_all_pages_hold_every_entry_once_and_in_one_order(filled: World, limit: int) -> None:
    found = ids(filled, f"/v1/entries?project={filled.project}", limit=limit)

    whole = filled.get(f"/v1/entries?project={filled.project}&limit=200")["items"]
    assert found == [item["id"] for item in whole]
    assert len(set(found)) == len(found) == 15
    assert [item["date"] for item in whole] == sorted(item["date"] for item in whole)


@pytest.mark.parametrize("limit", [1, 2, 3, 200])
def test_all_pages_hold_every_recall_once_newest_first(filled: World, limit: int) -> None:
    found = ids(filled, f"/v1/recalls?unit={filled.unit}", limit=limit)

    whole = filled.get(f"/v1/recalls?unit={filled.unit}")["items"]
    numbers = [int(item["number"].removeprefix("R-")) for item in whole]
    assert found == [item["id"] for item in whole]
    assert numbers == sorted(numbers, reverse=True)
    assert len(set(found)) == 3


@pytest.mark.parametrize("limit", [1, 2, 3, 200])
def test_all_pages_hold_every_project_once_by_name(world: World, limit: int) -> None:
    for name in ("Beta", "Beta", "Gamma"):
        new_project(world, name, approvers=("mia",))

    listed = [item for page in pages(world, f"/v1/projects?unit={world.unit}", limit=limit) for item in page]

    assert [item["name"] for item in listed] == ["Alfa", "Beta", "Beta", "Gamma"]
    assert len({item["id"] for item in listed}) == 4


def test_what_is_added_behind_a_cursor_moves_nothing(world: World) -> None:
    first = [world.draft(date="2026-02-02") for _ in range(4)]
    page = world.get(f"/v1/entries?project={world.project}&limit=2")

    world.draft(date="2026-02-01")
    rest = world.get(f"/v1/entries?project={world.project}&limit=2&cursor={page['next']}")

    assert [item["id"] for item in page["items"] + rest["items"]] == first


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("status=draft", 12),
        ("status=draft&status=recall_requested", 15),
        ("status=deleted", 0),
        ("kind=time", 7),
        ("kind=expense&kind=material", 8),
        ("from=2026-02-03", 7),
        ("until=2026-02-02", 8),
        ("from=2026-02-02&until=2026-02-03", 8),
        ("from=2026-02-03&until=2026-02-03", 4),
        ("owner=nobody", 0),
        ("owner=", 0),
    ],
)
def test_entries_are_filtered(filled: World, query: str, count: int) -> None:
    assert len(ids(filled, f"/v1/entries?project={filled.project}&{query}")) == count


def test_entries_are_filtered_by_owner(filled: World) -> None:
    assert len(ids(filled, f"/v1/entries?owner={filled.people['sid']}")) == 5
    assert ids(filled, "/v1/entries?project=nothing") == []


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("status=awaiting_decision", 3),
        ("status=recalled&status=rejected", 0),
        ("requester={bob}", 2),
        ("approver={mia}", 3),
        ("approver={noor}", 0),
        ("subject={project}", 3),
        ("subject=x", 0),
        ("requester=", 0),
        ("approver=", 0),
        ("subject=", 0),
        ("requester={bob}&status=awaiting_decision&approver={mia}", 2),
    ],
)
def test_recalls_are_filtered(filled: World, query: str, count: int) -> None:
    wanted = query.format(project=filled.project, **filled.people)

    assert len(ids(filled, f"/v1/recalls?unit={filled.unit}&{wanted}")) == count


def test_an_empty_unit_is_no_unit(filled: World) -> None:
    assert ids(filled, "/v1/recalls?unit=") == []


@pytest.mark.parametrize(("person", "count"), [("mia", 3), ("noor", 3), ("bob", 0), ("fia", 0), ("admin", 0)])
def test_the_queue_is_what_waits_for_the_reader(filled: World, person: str, count: int) -> None:
    assert len(ids(filled, f"/v1/recalls?unit={filled.unit}&waiting_for=me", person=person)) == count


def test_what_is_decided_or_ones_own_waits_for_nobody(world: World) -> None:
    project = new_project(world, "Own", approvers=("mia", "bob"))
    own = world.requested(world.approved(project=project))
    decided = world.requested(world.approved("sid", project=project), owner="sid")
    queue = f"/v1/recalls?unit={world.unit}&waiting_for=me"

    assert ids(world, queue, person="mia") == [decided["id"], own["id"]]
    assert ids(world, queue, person="bob") == [decided["id"]]

    world.decide(decided, verdict="reject")
    assert ids(world, queue, person="mia") == [own["id"]]


@pytest.mark.parametrize(
    "path",
    ["/v1/entries?status=x", "/v1/entries?kind=", "/v1/entries?from=yesterday", "/v1/entries?until=2026-02-30",
     "/v1/entries?from=2026-02-02&from=2026-02-03", "/v1/recalls?status=open", "/v1/recalls?waiting_for=mia",
     "/v1/recalls?unit=a&unit=b", "/v1/entries?sort=", "/v1/entries?sort=quantity", "/v1/entries?sort=date&sort=-date",
     "/v1/recalls?sort=created", "/v1/invoices?project=x&sort=number", "/v1/projects", "/v1/invoices",
     "/v1/entries?owner=%00", "/v1/entries?owner=%E2%80%AE"],
)  # fmt: skip
def test_a_filter_with_a_value_that_is_none_is_refused(shared_world: World, path: str) -> None:
    assert code_of(shared_world.call("bob", "GET", path)) == (400, "invalid_value")


def test_days_that_end_before_they_begin_are_refused_alike_by_every_list(world: World) -> None:
    lists = [f"/v1/{name}?unit={world.unit}&" for name in ("stats", "actuals.csv", "actuals.beancount")]
    for path in ["/v1/entries?", *lists]:
        answer = world.call("admin", "GET", f"{path}from=2026-03-01&until=2026-02-01")

        assert code_of(answer) == (400, "invalid_value"), path
        (error,) = answer.json()["errors"]
        assert (error["parameter"], error["facts"]["expected"]) == ("until", "not_before_from")
        assert "the day lies before from" in error["detail"]
