"""A list of recalls says how many lines there are and shows the first few, whatever their number (api.md)."""

from __future__ import annotations

import pytest

from tests.api.world import Json, World

pytestmark = pytest.mark.api
FIRST = 5


def listed(world: World, recall: Json, *, person: str = "mia") -> Json:
    """A recall as the list of its project shows it."""
    items = world.get(f"/v1/recalls?subject={world.project}", person=person)["items"]
    (found,) = [item for item in items if item["id"] == recall["id"]]
    return dict(found)


def asked(world: World, lines: int, owner: str = "bob") -> Json:
    entries = [world.draft(owner) for _ in range(lines)]
    world.do(owner, "/v1/entries/submit", {"entries": entries})
    world.do("mia", "/v1/entries/approve", {"entries": entries})
    return world.requested(*entries, owner=owner)


def without_rows(line: Json) -> Json:
    return {name: value for name, value in line.items() if name != "rows"}


@pytest.mark.parametrize("lines", [1, FIRST, FIRST + 1, 12])
def test_a_list_shows_the_first_lines_counts_all_and_names_where_they_are(world: World, lines: int) -> None:
    recall = asked(world, lines)

    shown = listed(world, recall)

    whole = world.get(f"/v1/recalls/{recall['id']}", person="mia")
    assert shown["lines"] == [without_rows(line) for line in whole["lines"][:FIRST]]
    assert shown["progress"] == whole["progress"]
    assert shown["progress"]["lines"] == lines
    pages = world.get(shown["lines_url"])["items"]
    assert [line["subject"] for line in pages] == [line["subject"] for line in whole["lines"]]
    assert shown["lines_url"] == whole["lines_url"] == f"/v1/recalls/{recall['id']}/lines"


def test_everything_else_is_as_it_is_read_alone(world: World) -> None:
    recall = asked(world, 8)
    blocked, settled, *_ = (line["subject"] for line in recall["lines"])
    world.drafted_invoice(blocked)
    assert world.decide(recall, lines=[blocked, settled]).status_code == 200

    for person in ("mia", "noor", "bob", "fia"):
        shown, whole = listed(world, recall, person=person), world.get(f"/v1/recalls/{recall['id']}", person=person)
        different = {name for name in whole if shown[name] != whole[name]}
        assert different == {"lines", "decisions"}
        (decision,) = shown["decisions"]
        assert decision == {name: value for name, value in whole["decisions"][0].items() if name != "lines"}
    counts = {
        "lines": 8,
        "open": 6,
        "blocked": 1,
        "recalled": 1,
        "rejected": 0,
        "withdrawn": 0,
        "expired": 0,
        "parked": 0,
    }
    assert shown["progress"] == counts
    assert [line["status"] for line in shown["lines"][:2]] == ["blocked", "recalled"]
    assert shown["lines"][0]["blocked_by"]["code"] == "on_draft_invoice"


def test_the_recalls_of_an_entry_are_shown_like_any_list(world: World) -> None:
    recall = asked(world, 7)

    (shown,) = world.get(f"/v1/entries/{recall['lines'][6]['subject']}/recalls", person="mia")["items"]

    assert shown == listed(world, recall)


def test_what_is_offered_is_the_same_in_a_list_where_approvals_have_counted_for_some_lines(world: World) -> None:
    world.set_policy(quorum=2)
    recall = asked(world, 7)
    some = [line["subject"] for line in recall["lines"][:3]]

    def offered(person: str) -> list[tuple[str, bool]]:
        shown, whole = listed(world, recall, person=person), world.get(f"/v1/recalls/{recall['id']}", person=person)
        assert shown["allowed_actions"] == whole["allowed_actions"]
        return [(one["action"], one["allowed"]) for one in shown["allowed_actions"]]

    assert world.decide(recall, lines=some).status_code == 200
    after_some = offered("mia")
    assert world.decide(world.get(f"/v1/recalls/{recall['id']}"), by="mia").status_code == 200

    assert after_some == [("approve", True), ("reject", True), ("withdraw", False)]
    assert offered("mia") == [("approve", False), ("reject", True), ("withdraw", False)]
    assert offered("noor") == [("approve", True), ("reject", True), ("withdraw", False)]
    assert offered("bob") == [("approve", False), ("reject", False), ("withdraw", True)]
