"""Figures for managers over HTTP: what the requests of a unit came to."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.api.factory import new_factory
from tests.api.world import World, code_of

pytestmark = pytest.mark.api


def figures(world: World, *, person: str = "fia", days: str = "") -> dict[str, Any]:
    return world.get(f"/v1/stats?unit={world.unit}{days}", person=person)


def today(world: World) -> date:
    return date.fromisoformat(world.get(f"/v1/units/{world.unit}")["today"])


def test_a_unit_without_requests_has_figures_of_nothing(world: World) -> None:
    found = figures(world)

    assert found["requests"] == 0
    assert found["lead_time"] == {"decided": 0, "p50_seconds": None, "p95_seconds": None}
    assert found["approvers"] == found["subjects"] == found["reasons"] == []
    assert found["blocked_by_invoice"] == found["repeated"] == {"requests": 0, "share": None}
    zero = {"amount": "0.00", "currency": "USD"}
    assert found["taken_back"] == {"sales": zero, "cost": zero}


def test_each_way_to_end_is_counted_and_only_what_was_recalled_is_taken_back(world: World) -> None:
    recalled, rejected, withdrawn, waiting = (world.approved(description=mark) for mark in "abcd")
    assert world.decide(world.requested(recalled)).status_code == 200
    assert world.decide(world.requested(rejected), by="noor", verdict="reject", comment="No").status_code == 200
    world.do("bob", f"/v1/recalls/{world.requested(withdrawn)['id']}/withdraw", {})
    world.requested(waiting)

    found = figures(world)

    assert found["requests"] == 3
    assert found["by_status"] == {"recalled": 1, "rejected": 1, "partly_recalled": 0, "withdrawn": 1, "expired": 0}
    assert found["taken_back"]["sales"] == {"amount": "1600.00", "currency": "USD"}
    assert found["taken_back"]["cost"] == {"amount": "800.00", "currency": "USD"}
    assert found["reasons"] == [{"reason_code": None, "requests": 3}]


def test_lead_times_stand_under_the_name_of_who_decided(world: World) -> None:
    first, second, third = (world.approved(description=mark) for mark in "abc")
    for entry, by in ((first, "mia"), (second, "noor"), (third, "noor")):
        assert world.decide(world.requested(entry), by=by).status_code == 200

    found = figures(world)

    assert [(one["person"], one["decided"]) for one in found["approvers"]] == [
        (world.people["noor"], 2),
        (world.people["mia"], 1),
    ]
    assert [(one["subject"], one["name"], one["decided"]) for one in found["subjects"]] == [(world.project, "Alfa", 3)]
    for one in (found["lead_time"], *found["approvers"], *found["subjects"]):
        assert 0 <= one["p50_seconds"] <= one["p95_seconds"] < 60


def test_a_request_that_an_invoice_blocked_counts_as_such_whatever_came_of_it(world: World) -> None:
    blocked, free = world.approved(description="a"), world.approved(description="b")
    recall = world.requested(blocked)
    world.drafted_invoice(blocked)
    assert world.decide(recall).status_code == 422
    assert world.decide(world.get(f"/v1/recalls/{recall['id']}"), verdict="reject", comment="Billed").status_code == 200
    assert world.decide(world.requested(free)).status_code == 200

    found = figures(world)

    assert found["blocked_by_invoice"] == {"requests": 1, "share": "0.5"}
    assert found["by_status"]["rejected"] == found["by_status"]["recalled"] == 1


def test_what_is_taken_back_a_second_time_is_repeated(world: World) -> None:
    entry = world.approved()
    assert world.decide(world.requested(entry)).status_code == 200
    world.do("bob", "/v1/entries/submit", {"entries": [entry]})
    world.do("mia", "/v1/entries/approve", {"entries": [entry]})
    assert world.decide(world.requested(entry)).status_code == 200

    found = figures(world)

    assert found["repeated"] == {"requests": 1, "share": "0.5"}
    assert found["taken_back"]["sales"]["amount"] == "3200.00"


def test_output_taken_back_counts_by_its_cost_under_the_unit(world: World) -> None:
    factory = new_factory(world)
    output = factory.output("10")
    asked = factory.asked(outputs=[{"entry": output["item_entry"]}])
    assert asked.status_code == 201, asked.text
    (recall,) = asked.json()["recalls"]
    worth = world.get(f"/v1/recalls/{recall['id']}")["amount"]["amount"]

    assert world.decide(recall).status_code == 200

    found = figures(world)
    assert found["requests"] == found["by_status"]["recalled"] == 1
    assert [one["subject"] for one in found["subjects"]] == [world.unit]
    assert float(worth) != 0
    assert found["taken_back"]["cost"]["amount"] == worth.lstrip("-")
    assert found["taken_back"]["sales"]["amount"] == "0.00"


def test_requests_count_on_the_day_they_ended(world: World) -> None:
    assert world.decide(world.requested(world.approved())).status_code == 200
    day = today(world)

    assert figures(world)["requests"] == 1
    assert figures(world, days=f"&from={day - timedelta(days=1)}&until={day}")["requests"] == 1
    assert figures(world, days=f"&from=2001-01-01&until={day - timedelta(days=2)}")["requests"] == 0


def test_without_days_the_last_ninety_are_meant(world: World) -> None:
    found = figures(world)

    first, last = date.fromisoformat(found["from"]), date.fromisoformat(found["until"])
    assert last - first == timedelta(days=89)
    assert last == today(world)
    assert figures(world, days="&until=2026-03-31")["from"] == "2026-01-01"


def test_days_that_are_none_are_refused(world: World) -> None:
    for days in (
        "&from=2026-02-02&until=2026-02-01",
        "&from=yesterday",
        "&until=2026-02-30",
        "&from=2026-02-02&from=2026-02-03",
    ):
        answer = world.call("fia", "GET", f"/v1/stats?unit={world.unit}{days}")
        assert answer.status_code in {400, 422}, (days, answer.text)
        assert code_of(answer)[1] != "internal_error"


@pytest.mark.parametrize(
    ("language", "told"),
    [("nb", "{} er den siste det finnes tall for"), ("en", "{} is the last there are figures of")],
)
def test_figures_from_a_day_to_come_are_refused_with_the_last_day_there_are_some_of(
    world: World, language: str, told: str
) -> None:
    day = today(world)
    path = f"/v1/stats?unit={world.unit}&from="

    answer = world.call("fia", "GET", f"{path}{day + timedelta(days=1)}", headers={"accept-language": language})

    assert code_of(answer) == (400, "invalid_value")
    assert answer.json()["errors"][0]["facts"]["field"] == "from"
    assert told.format(day) in answer.json()["detail"]
    assert world.get(f"{path}{day}", person="fia")["from"] == day.isoformat()


def test_figures_name_people_and_are_for_those_who_see_the_whole_unit(world: World) -> None:
    assert code_of(world.call("bob", "GET", f"/v1/stats?unit={world.unit}")) == (403, "not_finance")
    assert code_of(world.call("fia", "GET", "/v1/stats?unit=elsewhere")) == (404, "unknown_unit")
    assert figures(world, person="admin")["requests"] == 0


@pytest.mark.parametrize(
    ("language", "sentence", "advice"),
    [
        (
            "nb",
            "Bare økonomi, ledere og revisorer i enheten kan lese dette.",
            "Be en av dem om det, eller administratoren om en av rollene.",
        ),
        (
            "en",
            "Only finance, managers and auditors of the unit can read this.",
            "Ask one of them for it, or the administrator for one of the roles.",
        ),
    ],
)
@pytest.mark.parametrize("path", ["stats", "actuals.csv", "actuals.beancount"])
def test_who_may_not_read_a_whole_unit_is_told_everybody_who_may(
    world: World, path: str, language: str, sentence: str, advice: str
) -> None:
    answer = world.call("bob", "GET", f"/v1/{path}?unit={world.unit}", headers={"accept-language": language})

    assert code_of(answer) == (403, "not_finance")
    assert (answer.json()["detail"], answer.json()["advice"]) == (sentence, advice)
