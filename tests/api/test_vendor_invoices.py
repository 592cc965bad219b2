"""While the cost of an entry is matched to a confirmed vendor invoice nothing takes the entry back."""

from __future__ import annotations

import httpx
import pytest

from tests.acting import ask_database
from tests.api.world import Json, World, code_of, new_world
from tests.waiting import eventually

pytestmark = pytest.mark.api


def matched(world: World, *entries: str) -> str:
    """A confirmed vendor invoice."""
    return str(world.do("fia", "/v1/vendor-invoices", {"entries": list(entries)})["id"])


def canceled(world: World, invoice: str, *, by: str = "fia") -> httpx.Response:
    return world.call(by, "POST", f"/v1/vendor-invoices/{invoice}/cancel", json={})


def test_recall_cancel_of_the_approval_and_correction_wait_for_the_vendor_invoice(world: World) -> None:
    entry = world.approved()
    invoice = matched(world, entry)
    acts = {
        "/v1/recalls": ("bob", {"entries": [entry], "reason": "Wrong project"}),
        "/v1/recalls/preview": ("bob", {"entries": [entry]}),
        "/v1/entries/cancel-approval": ("mia", {"entries": [entry]}),
        "/v1/corrections": ("fia", {"entries": [entry], "fields": {"task": "Design"}}),
    }

    refused = {path: code_of(world.call(who, "POST", path, json=body)) for path, (who, body) in acts.items()}
    assert canceled(world, invoice).status_code == 200
    corrected = world.call("fia", "POST", "/v1/corrections", json=acts["/v1/corrections"][1])

    assert set(refused.values()) == {(422, "vendor_invoice_lock")}
    assert corrected.status_code == 201
    assert world.decide(world.requested(entry)).status_code == 200


def test_one_that_is_confirmed_before_the_decision_blocks_it_until_it_is_canceled(world: World) -> None:
    entry, other = world.approved(), world.approved()
    recall = world.requested(entry, other)
    invoice = matched(world, entry)

    partly = world.decide(recall)
    canceled(world, invoice)
    answer = world.decide(world.get(f"/v1/recalls/{recall['id']}"))

    lines = {line["subject"]: line for line in partly.json()["recall"]["lines"]}
    assert lines[other]["status"] == "recalled"
    assert (lines[entry]["status"], lines[entry]["blocked_by"]["code"]) == ("blocked", "vendor_invoice_lock")
    assert answer.json()["recall"]["status"] == "recalled"


def test_an_entry_is_matched_once_and_a_vendor_invoice_canceled_once(world: World) -> None:
    entry = world.approved()
    invoice = matched(world, entry)

    again = world.call("fia", "POST", "/v1/vendor-invoices", json={"entries": [entry]})
    first, second = canceled(world, invoice), canceled(world, invoice)

    assert code_of(again) == (422, "vendor_invoice_lock")
    assert first.json()["status"] == "canceled"
    assert code_of(second) == (422, "wrong_status")
    assert matched(world, entry) != invoice


def test_one_is_of_one_unit_whose_finance_can_cancel_it(world: World) -> None:
    other = new_world(world.service, world.http)
    entries = [world.approved(), other.approved()]

    answer = world.call("admin", "POST", "/v1/vendor-invoices", json={"entries": entries})

    assert code_of(answer) == (422, "not_supported")
    assert answer.json()["errors"][0]["facts"]["why"] == "several_units"
    assert other.decide(other.requested(entries[1])).status_code == 200


def test_only_finance_confirms_and_cancels(world: World) -> None:
    entry = world.approved()
    invoice = matched(world, entry)

    confirming = world.call("mia", "POST", "/v1/vendor-invoices", json={"entries": [world.approved()]})

    assert code_of(confirming) == (403, "not_finance")
    assert code_of(canceled(world, invoice, by="mia")) == (404, "unknown_invoice")
    assert code_of(canceled(world, world.unit)) == (404, "unknown_invoice")


def test_a_correction_of_nothing_is_refused_and_writes_nothing(world: World) -> None:
    entry = world.approved()

    answer = world.call("fia", "POST", "/v1/corrections", json={"entries": [entry], "fields": {}})

    assert code_of(answer) == (400, "invalid_value")
    assert len(world.get(f"/v1/entries/{entry}/actuals")["items"]) == 2


async def test_the_unit_remembers_who_locked_and_who_freed(world: World) -> None:
    first, second = world.approved(), world.approved()
    invoice = matched(world, first, second)
    canceled(world, invoice)
    canceled(world, invoice)

    rows = await ask_database(
        world.service.settings.database_url,
        """select event, actor, facts ->> 'entries' from history
            where subject_kind = 'unit' and subject_id = $1 and facts ->> 'vendor_invoice' = $2 order by sequence""",
        world.unit,
        invoice,
    )

    fia = world.people["fia"]
    assert [tuple(row) for row in rows] == [
        ("vendor_invoice_confirmed", fia, "2"),
        ("vendor_invoice_canceled", fia, "2"),
    ]


@pytest.mark.parametrize(("person", "told"), [("fia", 2), ("bob", 0), ("mia", 0)])
def test_what_becomes_of_it_is_told_to_those_who_see_it(world: World, person: str, told: int) -> None:
    canceled(world, matched(world, world.approved()))
    # Events wait for transactions that began before theirs, whoever has them open.
    eventually(lambda: invoices_among(everything_told(world, "fia")) == 2)

    events = everything_told(world, person)

    assert invoices_among(events) == told
    assert "unit.roles_set" in {one["type"] for one in events}


def invoices_among(events: list[Json]) -> int:
    """How many tell what became of a vendor invoice."""
    return sum(one["type"].startswith("unit.vendor_invoice_") for one in events)


def everything_told(world: World, person: str) -> list[Json]:
    """All events that a person is told."""
    found: list[Json] = []
    place, before = "0-0", ""
    while place != before:
        page = world.get(f"/v1/events?limit=200&cursor={place}", person=person, headers={"accept": "application/json"})
        found += page["items"]
        place, before = page["next"], place
    return found
