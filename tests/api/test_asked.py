"""Who is asked about an open request while its approver is away: before it, meanwhile, until the day turns in the unit's time zone."""

from __future__ import annotations

import pytest

from tests.api.factory import new_factory
from tests.api.test_lists import ids
from tests.api.test_visibility import delegate
from tests.api.world import Json, World, code_of

pytestmark = pytest.mark.api
TODAY, TOMORROW, LATER = "2026-03-10", "2026-03-11", "2026-03-13"
AWAY = (TODAY, LATER)


@pytest.fixture
def dated(world: World) -> World:
    """A world whose unit has a day: noon UTC is 13:00 in Oslo, and the next day begins there at 23:00 UTC."""
    world.do("admin", f"/v1/units/{world.unit}/clock", {"today": TODAY})
    return world


def hand_over(world: World, giver: str = "mia", taker: str = "fia", *, days: tuple[str, str] = AWAY) -> str:
    return delegate(world, giver, taker, days=days, purpose="decisions")


def read(world: World, recall: Json, **more: str) -> Json:
    return world.get(f"/v1/recalls/{recall['id']}", headers=more)


def asked(world: World, recall: Json) -> str:
    """Who is asked, by the name in the test."""
    return by_name(world, read(world, recall)["asked"])


def by_name(world: World, id: str | None) -> str:
    return next((name for name, known in world.people.items() if known == id), str(id))


def reroutings(world: World, recall: Json) -> list[tuple[str, str, str, str | None]]:
    """From whom to whom, by whom and for whom."""
    items = world.get(f"/v1/recalls/{recall['id']}/history")["items"]
    return [
        (
            by_name(world, one["facts"]["from"]),
            by_name(world, one["facts"]["to"]),
            by_name(world, one["by"]),
            one["on_behalf_of"] and by_name(world, one["on_behalf_of"]),
        )
        for one in items
        if one["event"] == "rerouted"
    ]


def set_approvers(world: World, *people: str) -> None:
    body = {"approvers": [world.people[one] for one in people]}
    world.do("admin", f"/v1/projects/{world.project}/approvers", body, method="PUT")


def queue(world: World, person: str) -> list[str]:
    """What waits for somebody."""
    return ids(world, "/v1/recalls?waiting_for=me", person=person)


def advance(world: World, duration: str) -> None:
    world.do("admin", f"/v1/units/{world.unit}/clock/advance", {"duration": duration})


def test_the_approver_is_asked_and_nobody_once_it_has_ended(world: World) -> None:
    recall = world.requested(world.approved())

    ended = world.decide(recall, by="noor").json()["recall"]

    assert (by_name(world, recall["approver"]), by_name(world, recall["asked"])) == ("mia", "mia")
    assert (by_name(world, ended["approver"]), ended["asked"]) == ("mia", None)


def test_a_request_made_while_the_approver_is_away_asks_who_decides_these_days(dated: World) -> None:
    hand_over(dated)

    recall = dated.requested(dated.approved())

    assert (by_name(dated, recall["approver"]), by_name(dated, recall["asked"])) == ("mia", "fia")
    assert asked(dated, recall) == "fia"
    assert reroutings(dated, recall) == []


def test_open_requests_of_the_giver_are_handed_over_and_come_back_at_the_end(dated: World) -> None:
    mine, also_mine = dated.requested(dated.approved()), dated.requested(dated.approved())
    other = dated.requested(dated.approved(by="noor"))

    id = hand_over(dated)
    away = [asked(dated, recall) for recall in (mine, also_mine, other)]
    dated.call("admin", "DELETE", f"/v1/delegations/{id}")

    assert away == ["fia", "fia", "noor"]
    assert [asked(dated, recall) for recall in (mine, also_mine, other)] == ["mia", "mia", "noor"]
    assert reroutings(dated, mine) == [("mia", "fia", "mia", None), ("fia", "mia", "admin", "mia")]
    assert reroutings(dated, other) == []
    facts = [one["facts"] for one in dated.get(f"/v1/recalls/{mine['id']}/history")["items"][1:]]
    assert [one["delegation"] for one in facts] == [id, id]


def test_a_request_that_has_ended_is_handed_to_nobody(dated: World) -> None:
    recall = dated.requested(dated.approved())
    dated.do("bob", f"/v1/recalls/{recall['id']}/withdraw", {})

    hand_over(dated)

    assert reroutings(dated, recall) == []


def test_of_overlapping_delegations_the_one_that_began_last_counts(dated: World) -> None:
    recall = dated.requested(dated.approved())

    first = hand_over(dated, taker="fia", days=("2026-03-01", LATER))
    second = hand_over(dated, taker="noor")
    hand_over(dated, taker="sid", days=("2026-02-01", LATER))
    both = asked(dated, recall)
    dated.call("mia", "DELETE", f"/v1/delegations/{second}")
    one = asked(dated, recall)
    dated.call("fia", "DELETE", f"/v1/delegations/{first}")

    assert [both, one, asked(dated, recall)] == ["noor", "fia", "sid"]


@pytest.mark.parametrize("party", ["bob", "sid"])
def test_a_party_of_the_request_is_passed_over(party: str, dated: World) -> None:
    """sid asks for an entry of bob: both could not decide it."""
    delegate(dated, "bob", "sid", days=("2026-01-01", LATER), purpose="requests")
    recall = dated.requested(dated.approved(), owner="sid")

    hand_over(dated, taker=party)

    assert asked(dated, recall) == asked(dated, dated.requested(dated.approved(), owner="sid")) == "mia"
    assert reroutings(dated, recall) == []


def test_letting_somebody_ask_hands_no_decision_over(dated: World) -> None:
    recall = dated.requested(dated.approved())

    delegate(dated, "mia", "fia", days=AWAY, purpose="requests")

    assert asked(dated, recall) == "mia"


def test_the_day_turns_in_the_time_zone_of_the_unit(dated: World) -> None:
    hand_over(dated, days=(TOMORROW, TOMORROW))
    recall = dated.requested(dated.approved())

    advance(dated, "659m")
    before = read(dated, recall, **{"accept-language": "nb"})
    advance(dated, "2m")
    during = read(dated, recall)
    advance(dated, "24h")
    after = read(dated, recall)

    assert by_name(dated, recall["asked"]) == "mia"
    assert (recall["next_step"], recall["next_step_at"]) == ("Somebody else is asked", "2026-03-10T23:00:00.000Z")
    assert (by_name(dated, before["asked"]), before["next_step"]) == ("mia", "En annen blir spurt")
    assert (by_name(dated, during["asked"]), during["next_step"]) == ("fia", "The approver is reminded")
    assert (by_name(dated, after["asked"]), after["reminders"]) == ("mia", 1)
    assert reroutings(dated, recall) == [("mia", "fia", "clock", None), ("fia", "mia", "clock", None)]


def test_a_unit_elsewhere_has_its_own_midnight(dated: World) -> None:
    dated.set_policy(calendar={"time_zone": "America/New_York", "country": None})
    hand_over(dated, days=(TOMORROW, TOMORROW))

    recall = dated.requested(dated.approved())

    assert recall["next_step_at"] == "2026-03-11T04:00:00.000Z"


def test_a_delegation_given_while_it_waits_reaches_a_workflow_that_sleeps(dated: World) -> None:
    recall = dated.requested(dated.approved())
    hand_over(dated, days=(TOMORROW, LATER))

    told = read(dated, recall)
    advance(dated, "12h")

    assert by_name(dated, told["asked"]) == "mia"
    assert (recall["next_step"], told["next_step"]) == ("The approver is reminded", "Somebody else is asked")
    assert told["next_step_at"] == "2026-03-10T23:00:00.000Z"
    assert asked(dated, recall) == "fia"


def test_a_delegation_ended_before_it_began_turns_nothing(dated: World) -> None:
    recall = dated.requested(dated.approved())
    id = hand_over(dated, days=(TOMORROW, LATER))
    dated.call("mia", "DELETE", f"/v1/delegations/{id}")

    advance(dated, "14h")

    assert asked(dated, recall) == "mia"
    assert read(dated, recall)["next_step"] == "The approver is reminded"
    assert reroutings(dated, recall) == []


def test_a_reminder_and_the_escalation_keep_the_turn(dated: World) -> None:
    dated.set_policy(remind_after="4h", escalate_after="6h", escalate_to=dated.people["noor"])
    hand_over(dated, days=(TOMORROW, LATER))
    recall = dated.requested(dated.approved())

    advance(dated, "9h")
    before = read(dated, recall)
    advance(dated, "2h")

    assert (before["reminders"], before["next_step_at"]) == (2, "2026-03-10T23:00:00.000Z")
    assert asked(dated, recall) == "fia"


def test_being_asked_gives_no_right_and_takes_none(dated: World) -> None:
    """sid is asked for noor, and mia, who is not asked, may decide; once noor approves no more sid may not, and mia is asked."""
    recall, other = (dated.requested(dated.approved(by="noor")) for _ in range(2))
    hand_over(dated, "noor", "sid")
    before = asked(dated, recall)
    by_another = dated.decide(other, by="mia")
    set_approvers(dated, "mia")

    refused = dated.decide(recall, by="sid")

    assert (before, by_another.status_code) == ("sid", 200)
    assert asked(dated, dated.requested(dated.approved())) == "mia"
    assert asked(dated, recall) == "mia"
    assert code_of(refused) == (403, "not_approver")
    assert dated.decide(recall, by="mia").status_code == 200


def test_who_was_handed_a_request_has_it_in_the_queue_and_decides_for_the_giver(dated: World) -> None:
    recall = dated.requested(dated.approved())
    hand_over(dated)

    queues = {name: ids(dated, "/v1/recalls?waiting_for=me", person=name) for name in ("fia", "mia", "noor", "sid")}
    decided = dated.decide(recall, by="fia").json()

    assert queues == {"fia": [recall["id"]], "mia": [recall["id"]], "noor": [recall["id"]], "sid": []}
    assert decided["recall"]["status"] == "recalled"
    assert by_name(dated, decided["decision"]["on_behalf_of"]) == "mia"


def test_the_escalation_person_has_it_in_the_queue_beside_who_is_asked(dated: World) -> None:
    dated.set_policy(escalate_after="1h", escalate_to=dated.people["sid"])
    hand_over(dated)
    recall = dated.requested(dated.approved())

    advance(dated, "2h")

    assert asked(dated, recall) == "fia"
    for person in ("sid", "fia"):
        assert ids(dated, "/v1/recalls?waiting_for=me", person=person) == [recall["id"]]


def test_a_clock_that_is_set_to_another_day_asks_who_is_asked_then(dated: World) -> None:
    hand_over(dated, days=(TOMORROW, LATER))
    recall = dated.requested(dated.approved())

    dated.do("admin", f"/v1/units/{dated.unit}/clock", {"today": LATER})

    assert asked(dated, recall) == "fia"


def test_of_production_the_first_approver_of_the_unit_hands_over(world: World) -> None:
    factory = new_factory(world)
    before = factory.asked(outputs=[{"entry": factory.output()["item_entry"]}]).json()["recalls"][0]

    hand_over(world, days=("2020-01-01", "2199-12-31"))
    during = factory.asked(outputs=[{"entry": factory.output()["item_entry"]}]).json()["recalls"][0]

    assert by_name(world, before["asked"]) == "mia"
    assert by_name(world, during["asked"]) == "fia"
    assert asked(world, before) == "fia"
