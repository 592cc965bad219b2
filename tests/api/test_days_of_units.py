"""A day is one by the clocks of the unit, for rights, lists, rows and figures alike (ADR 029)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.api.world import World, code_of

pytestmark = pytest.mark.api


@pytest.fixture
def far(world: World) -> World:
    """A unit where it is another day than by UTC, as it is somewhere at any time."""
    set_zone(world, zone_of_another_day())
    return world


def zone_of_another_day() -> str:
    return "Pacific/Kiritimati" if datetime.now(UTC).hour >= 11 else "Etc/GMT+12"


def set_zone(world: World, zone: str) -> None:
    world.set_policy(calendar={"country": None, "time_zone": zone}, reversal_date="today")


def days(world: World) -> tuple[date, date]:
    """The day of the unit, and that of UTC, which is another one."""
    local = date.fromisoformat(world.get(f"/v1/units/{world.unit}")["today"])
    assert local == datetime.now(ZoneInfo(zone_of_another_day())).date()
    utc = datetime.now(UTC).date()
    assert local != utc
    return local, utc


def hand_over(world: World, day: date) -> None:
    """mia lets sid decide on one day."""
    body = {"giver": world.people["mia"], "taker": world.people["sid"], "purpose": "decisions"}
    world.do("mia", "/v1/delegations", body | {"since": day.isoformat(), "until": day.isoformat()})


def waiting(world: World, person: str) -> list[str]:
    return [one["id"] for one in world.get("/v1/recalls?waiting_for=me", person=person)["items"]]


def test_a_delegate_of_the_day_of_the_unit_is_asked_sees_it_and_may_decide(far: World) -> None:
    hand_over(far, days(far)[0])
    recall = far.requested(far.approved())

    assert far.get(f"/v1/recalls/{recall['id']}", person="sid")["asked"] == far.people["sid"]
    assert waiting(far, "sid") == [recall["id"]]
    assert far.decide(recall, by="sid").status_code == 200


def test_a_delegate_of_the_day_of_utc_has_no_right_there(far: World) -> None:
    local, utc = days(far)
    hand_over(far, utc)
    recall = far.requested(far.approved())

    assert waiting(far, "sid") == []
    status, code = code_of(far.decide(recall, by="sid"))

    assert (status, code) == (403, "delegation_expired" if utc < local else "not_approver")


def test_rows_dated_today_are_dated_by_the_unit(far: World) -> None:
    entry = far.approved()

    assert far.decide(far.requested(entry)).status_code == 200

    rows = far.get(f"/v1/entries/{entry}/actuals")["items"]
    dated = {row["accounting_date"] for row in rows if row["reverses"]}
    assert dated == {days(far)[0].isoformat()}


def test_figures_are_of_the_day_of_the_unit(far: World) -> None:
    local, utc = days(far)
    assert far.decide(far.requested(far.approved())).status_code == 200

    def counted(day: date) -> int:
        found = far.get(f"/v1/stats?unit={far.unit}&from={day}&until={day}", person="fia")
        return int(found["requests"])

    assert (counted(local), counted(utc)) == (1, 0)
    assert far.get(f"/v1/stats?unit={far.unit}", person="fia")["until"] == local.isoformat()


def test_a_window_ends_with_the_day_of_the_unit(world: World) -> None:
    zone = zone_of_another_day()
    local, utc = datetime.now(ZoneInfo(zone)).date(), datetime.now(UTC).date()
    entry = world.approved(date=(min(local, utc) - timedelta(days=10)).isoformat())

    world.set_policy(calendar={"country": None, "time_zone": zone}, recall_window_days=10)
    answer = world.call("bob", "POST", "/v1/recalls/preview", json={"entries": [entry], "reason": "Wrong"})

    if local < utc:
        assert answer.status_code == 200, answer.text
    else:
        assert code_of(answer) == (422, "outside_recall_window")


def test_a_test_clock_shows_the_day_it_was_set_to_wherever_the_unit_is(world: World) -> None:
    for zone in ("Pacific/Kiritimati", "Etc/GMT+12", "Asia/Kathmandu", "Europe/Oslo"):
        set_zone(world, zone)
        shown = world.do("admin", f"/v1/units/{world.unit}/clock", {"today": "2026-03-29"})
        assert shown["today"] == "2026-03-29", zone
