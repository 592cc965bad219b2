"""What one may not see is not there: by delegation, escalation, lost rights, in outline; and lists agree with single reads."""

from __future__ import annotations

import pytest

from tests.api.world import Json, World, code_of, new_project

pytestmark = pytest.mark.api
TODAY = "2026-03-10"


@pytest.fixture
def dated(world: World) -> World:
    """A world whose unit has a day."""
    world.do("admin", f"/v1/units/{world.unit}/clock", {"today": TODAY})
    return world


def give_roles(world: World, **roles: str) -> None:
    """The usual roles of a world, and others."""
    usual = {"finance": [world.people["fia"]], "member": [world.people["bob"], world.people["sid"]]}
    more = {role: [world.people[name]] for role, name in roles.items()}
    world.do("admin", f"/v1/units/{world.unit}/roles", usual | more, method="PUT")


def delegate(world: World, giver: str, taker: str, *, days: tuple[str, str], purpose: str) -> str:
    people = {"giver": world.people[giver], "taker": world.people[taker]}
    body = {**people, "since": days[0], "until": days[1], "purpose": purpose}
    return str(world.do(giver, "/v1/delegations", body)["id"])


def sees(world: World, person: str, path: str) -> bool:
    """Whether something is there for somebody; if it is not, it is as if it did not exist."""
    answer = world.call(person, "GET", path)
    assert answer.status_code in {200, 404}, answer.text
    return answer.status_code == 200


def of_entry(entry: str) -> str:
    return f"/v1/entries/{entry}"


def of_recall(recall: Json) -> str:
    return f"/v1/recalls/{recall['id']}"


def test_a_hidden_entry_is_refused_as_one_that_is_not_there(world: World) -> None:
    entry = world.approved()

    hidden = world.call("sid", "GET", of_entry(entry))
    missing = world.call("sid", "GET", of_entry("01890a5d-ac96-774b-bcce-b302099a8057"))

    assert code_of(hidden) == code_of(missing) == (404, "unknown_entry")
    assert hidden.json()["detail"] == missing.json()["detail"]


def test_a_delegate_for_requests_sees_the_entries_of_the_days(dated: World) -> None:
    within, outside = dated.approved(date="2026-02-10"), dated.approved(date="2026-02-21")
    asked = dated.requested(within)
    id = delegate(dated, "bob", "sid", days=("2026-02-09", "2026-02-20"), purpose="requests")

    seen = [sees(dated, "sid", path) for path in (of_entry(within), of_entry(outside), of_recall(asked))]
    dated.call("bob", "DELETE", f"/v1/delegations/{id}")
    after = [sees(dated, "sid", path) for path in (of_entry(within), of_recall(asked))]

    assert seen == [True, False, True]
    assert after == [False, False]


def test_a_delegate_for_requests_sees_all_requests_of_the_giver_while_it_lasts(dated: World) -> None:
    recall = dated.requested(dated.approved())
    delegate(dated, "bob", "sid", days=(TODAY, TODAY), purpose="requests")

    today = sees(dated, "sid", of_recall(recall))
    dated.do("admin", f"/v1/units/{dated.unit}/clock", {"today": "2026-03-11"})

    assert today
    assert not sees(dated, "sid", of_recall(recall))


def test_a_delegate_for_decisions_sees_what_may_be_decided_that_day(dated: World) -> None:
    entry = dated.approved()
    recall = dated.requested(entry)
    delegate(dated, "mia", "fia", days=(TODAY, TODAY), purpose="decisions")
    give_roles(dated, finance="noor")  # fia is nothing in the unit any more

    today = [sees(dated, "fia", path) for path in (of_entry(entry), of_recall(recall))]
    dated.do("admin", f"/v1/units/{dated.unit}/clock", {"today": "2026-03-11"})
    after = [sees(dated, "fia", path) for path in (of_entry(entry), of_recall(recall))]

    assert today == [True, True]
    assert after == [False, False]


def test_who_asked_for_somebody_sees_the_request_for_good(dated: World) -> None:
    entry = dated.approved(date=TODAY)
    id = delegate(dated, "bob", "sid", days=(TODAY, TODAY), purpose="requests")
    recall = dated.requested(entry, owner="sid")

    dated.call("bob", "DELETE", f"/v1/delegations/{id}")

    assert sees(dated, "sid", of_recall(recall))
    assert not sees(dated, "sid", of_entry(entry))


def test_who_decided_sees_the_request_after_the_right_was_lost(world: World) -> None:
    entry, other = world.approved(), world.approved()
    recall, undecided = world.requested(entry), world.requested(other)
    assert world.decide(recall, by="noor").status_code == 200

    world.do("admin", f"/v1/projects/{world.project}/approvers", {"approvers": [world.people["mia"]]}, method="PUT")

    paths = (of_recall(recall), of_entry(entry), of_recall(undecided))
    assert [sees(world, "noor", path) for path in paths] == [True, False, False]
    assert code_of(world.decide(undecided, by="noor")) == (403, "not_approver")


def test_who_a_request_is_escalated_to_sees_it_and_its_entry_and_so_does_their_delegate(dated: World) -> None:
    dated.set_policy(escalate_to=dated.people["noor"], escalate_after="2h")
    project = new_project(dated, "Beta", approvers=("mia",))
    entry = dated.approved(project=project)
    recall = dated.requested(entry)
    delegate(dated, "noor", "sid", days=(TODAY, TODAY), purpose="decisions")

    before = [sees(dated, name, path) for name in ("noor", "sid") for path in (of_entry(entry), of_recall(recall))]
    dated.do("admin", f"/v1/units/{dated.unit}/clock/advance", {"duration": "3h"})
    after = [sees(dated, name, path) for name in ("noor", "sid") for path in (of_entry(entry), of_recall(recall))]

    assert before == [False] * 4
    assert after == [True] * 4


def test_a_role_that_is_given_counts_from_the_next_call_on(world: World) -> None:
    entry = world.approved()

    before = sees(world, "sid", of_entry(entry))
    give_roles(world, auditor="sid")

    assert not before
    assert sees(world, "sid", of_entry(entry))


def test_an_operator_sees_how_a_request_stands_and_no_more(world: World) -> None:
    give_roles(world, operator="noor")
    project = new_project(world, "Beta", approvers=("mia",))
    entry = world.approved(project=project, task="Secret task")
    recall = world.requested(entry)
    invoice = world.do("fia", "/v1/invoices", {"project": project, "entries": [entry]})["number"]
    refused = world.decide(recall, comment="A word to nobody")
    paths = (of_recall(recall), f"{of_recall(recall)}/lines", f"{of_recall(recall)}/history")

    shown = [world.call("noor", "GET", path) for path in paths]
    (listed,) = world.get(f"/v1/recalls?subject={project}", person="noor")["items"]

    assert code_of(refused) == (422, "on_draft_invoice")
    whole = shown[0].json()
    assert whole["status"] == listed["status"] == "awaiting_decision"
    assert whole["lines"][0]["blocked_by"]["code"] == "on_draft_invoice"
    assert whole["next_step_at"]
    assert [whole[name] for name in ("title", "reason", "amount")] == [None] * 3
    assert not any(one["allowed"] for one in whole["allowed_actions"])
    for hidden in ("Secret task", "Wrong project", "A word to nobody", invoice):
        assert [path for path, one in zip(paths, shown, strict=True) if hidden in one.text] == [], hidden
        assert hidden not in str(listed)
    assert not sees(world, "noor", of_entry(entry))


def test_an_operator_who_decides_sees_the_request_whole(world: World) -> None:
    give_roles(world, operator="noor")
    recall = world.requested(world.approved())

    assert world.get(of_recall(recall), person="noor")["reason"] == "Wrong project"


def test_members_see_which_projects_there_are_without_their_prices(world: World) -> None:
    for person, rates in (("bob", None), ("mia", {"cost": "100", "sales": "200"})):
        shown = world.get(f"/v1/projects/{world.project}", person=person)
        (listed,) = world.get(f"/v1/projects?unit={world.unit}", person=person)["items"]
        assert shown["rates"] == listed["rates"] == rates, person


def test_a_selection_takes_of_somebody_else_only_what_one_sees(world: World) -> None:
    world.approved()
    body = {"selection": {"project": world.project, "owner": world.people["bob"]}, "reason": "Wrong project"}

    assert code_of(world.call("sid", "POST", "/v1/recalls", json=body)) == (422, "nothing_selected")
    previewed = world.call("sid", "POST", "/v1/recalls/preview", json=body)
    assert previewed.json() == {"at_once": [], "left": []}


@pytest.mark.parametrize("person", ["bob", "sid", "mia", "noor", "fia", "admin"])
def test_lists_have_exactly_what_single_reads_show(shared_world: World, person: str) -> None:
    world = shared_world
    beta = new_project(world, f"Of {person}", approvers=("noor",))
    entries = [world.approved(owner) for owner in ("bob", "sid")]
    entries += [world.approved(owner, by="noor", project=beta) for owner in ("bob", "sid")]
    recalls = [
        world.requested(entry, owner=owner)["id"] for entry, owner in zip(entries, ("bob", "sid") * 2, strict=True)
    ]

    found = listed(world, f"/v1/entries?sort=-created&project={world.project}", person)
    found |= listed(world, f"/v1/entries?sort=created&project={beta}", person)
    asked = listed(world, f"/v1/recalls?unit={world.unit}", person)

    assert {one for one in entries if one in found} == {one for one in entries if sees(world, person, of_entry(one))}
    assert {one for one in recalls if one in asked} == {
        one for one in recalls if sees(world, person, of_recall({"id": one}))
    }


def listed(world: World, path: str, person: str) -> set[str]:
    """All items of a list, page by page; none twice."""
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = world.get(f"{path}&limit=3{cursor and f'&cursor={cursor}'}", person=person)
        found += [one["id"] for one in page["items"]]
        cursor = page["next"]
    assert len(set(found)) == len(found)
    return set(found)
