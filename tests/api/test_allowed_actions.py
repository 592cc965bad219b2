"""What is offered is possible, and what is not offered is refused with the reason that was told (api.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tests.api.factory import ROOM, new_factory
from tests.api.world import Json, World

pytestmark = pytest.mark.api

Offered = Mapping[str, tuple[bool, str | None, str | None]]
ROOMS = {
    "submit": "/v1/entries/submit",
    "recall": "/v1/entries/recall",
    "approve": "/v1/entries/approve",
    "reject": "/v1/entries/reject",
    "cancel_approval": "/v1/entries/cancel-approval",
    "delete": "/v1/entries/delete",
}


def offers(shown: Json) -> Offered:
    return {one["action"]: (one["allowed"], one["code"], one["reason"]) for one in shown["allowed_actions"]}


def entry_as(world: World, person: str, entry: str) -> Json:
    """An entry as somebody reads it, alone and in a list, which say the same."""
    one = world.get(f"/v1/entries/{entry}", person=person)
    listed = world.get(f"/v1/entries?project={world.project}&limit=200", person=person)["items"]
    assert one == next(other for other in listed if other["id"] == entry)
    return one


def auditing(world: World, person: str) -> None:
    """Let somebody see everything of the unit, who may do nothing."""
    people = world.people
    roles = {"finance": [people["fia"]], "member": [people["bob"], people["sid"]], "auditor": [people[person]]}
    world.do("admin", f"/v1/units/{world.unit}/roles", roles, method="PUT")


def on_draft(world: World) -> str:
    entry = world.approved()
    world.drafted_invoice(entry)
    return entry


def on_draft_where_that_blocks(world: World) -> str:
    policy = {"block_request_on_draft_invoice": True}
    world.set_policy(**policy)
    return on_draft(world)


def invoiced(world: World) -> str:
    entry = world.approved()
    world.invoiced(entry)
    return entry


def credited_in_part(world: World) -> str:
    entry = world.approved()
    draft = world.do("fia", f"/v1/invoices/{world.invoiced(entry)}/revise", {"quantities": {entry: "6"}})
    world.do("fia", f"/v1/invoices/{draft['id']}/confirm", {})
    return entry


def matched_to_a_vendor_invoice(world: World) -> str:
    entry = world.approved()
    world.do("fia", "/v1/vendor-invoices", {"entries": [entry]})
    return entry


def outside_the_window(world: World) -> str:
    world.set_policy(recall_window_days=1)
    return world.approved(date="2020-02-02")


def on_a_closed_day(world: World) -> str:
    entry = world.approved()
    world.set_policy(reversal_date="today")
    world.close_for_now()
    return entry


def asked_for(world: World) -> str:
    entry = world.approved()
    world.requested(entry)
    return entry


SITUATIONS: list[tuple[Callable[[World], str], str | None, str | None]] = [
    (World.draft, "not_recallable", "wrong_status"),
    (World.submitted, "not_recallable", "wrong_status"),
    (World.approved, None, None),
    (lambda world: world.approved(external=True), "external_entry", None),
    (on_draft, None, "on_draft_invoice"),
    (on_draft_where_that_blocks, "on_draft_invoice", "on_draft_invoice"),
    (invoiced, "already_invoiced", "already_invoiced"),
    (credited_in_part, "partially_credited", "partially_credited"),
    (matched_to_a_vendor_invoice, "vendor_invoice_lock", "vendor_invoice_lock"),
    (outside_the_window, "outside_recall_window", None),
    (on_a_closed_day, None, "period_closed"),
    (asked_for, "recall_pending", "wrong_status"),
]


@pytest.mark.parametrize(("prepare", "request_code", "cancel_code"), SITUATIONS)
def test_a_recall_and_a_cancel_are_offered_as_they_are_possible(
    world: World, prepare: Callable[[World], str], request_code: str | None, cancel_code: str | None
) -> None:
    entry = prepare(world)

    of_owner, of_approver = (offers(entry_as(world, person, entry)) for person in ("bob", "mia"))
    preview = world.call("bob", "POST", "/v1/recalls/preview", json={"entries": [entry]})
    cancel = world.call("mia", "POST", ROOMS["cancel_approval"], json={"entries": [entry]})

    assert of_owner["request_recall"][:2] == (request_code is None, request_code)
    assert of_approver["cancel_approval"][:2] == (cancel_code is None, cancel_code)
    for offered, answer in ((of_owner["request_recall"], preview), (of_approver["cancel_approval"], cancel)):
        if offered[0]:
            assert answer.status_code == 200
        else:
            (error,) = answer.json()["errors"]
            assert (error["code"], error["detail"]) == offered[1:]


@pytest.mark.parametrize("prepare", [World.draft, World.submitted, World.approved, asked_for])
@pytest.mark.parametrize("person", ["bob", "mia", "sid"])
@pytest.mark.parametrize("action", list(ROOMS))
def test_what_is_offered_of_an_entry_is_done_and_what_is_not_is_refused_with_its_reason(
    world: World, prepare: Callable[[World], str], person: str, action: str
) -> None:
    auditing(world, "sid")
    entry = prepare(world)
    allowed, code, reason = offers(entry_as(world, person, entry))[action]

    answer = world.call(person, "POST", ROOMS[action], json={"entries": [entry]})

    assert (answer.status_code == 200) is allowed
    if not allowed:
        (error,) = answer.json()["errors"]
        assert (error["code"], error["detail"]) == (code, reason)


def test_what_blocks_names_the_invoice_in_the_reader_s_language(world: World) -> None:
    entry = invoiced(world)
    (invoice,) = world.get(f"/v1/invoices?project={world.project}")["items"]

    norwegian = world.get(f"/v1/entries/{entry}", person="bob", headers={"accept-language": "nb"})

    reason = offers(norwegian)["request_recall"][2]
    assert reason is not None
    assert reason.startswith(f"Oppføringen er fakturert på {invoice['number']}.")


def test_who_may_ask_for_others_is_offered_that_for_the_days_it_covers(world: World) -> None:
    auditing(world, "sid")
    people = {"giver": world.people["bob"], "taker": world.people["sid"]}
    world.do("bob", "/v1/delegations", {**people, "since": "2026-02-02", "until": "2026-02-02", "purpose": "requests"})
    covered, other = world.approved(), world.approved(date="2026-02-03")

    assert offers(entry_as(world, "sid", covered))["request_recall"][0]
    assert offers(entry_as(world, "sid", other))["request_recall"][:2] == (False, "not_yours")


def invoice_as(world: World, invoice: str, person: str = "fia") -> Json:
    """An invoice alone and in the list of its project, which say the same."""
    one = world.get(f"/v1/invoices/{invoice}", person=person)
    listed = world.get(f"/v1/invoices?project={world.project}", person=person)["items"]
    assert one == next(other for other in listed if other["id"] == invoice)
    return one


def emptied(world: World) -> tuple[str, str]:
    entry = world.approved()
    invoice = world.drafted_invoice(entry)
    world.do("fia", f"/v1/invoices/{invoice}/remove", {"entries": [entry]})
    return invoice, entry


def test_of_a_draft_without_lines_only_its_removal_is_offered(world: World) -> None:
    invoice, entry = emptied(world)

    offered = offers(invoice_as(world, invoice))
    answers = {
        "confirm": world.call("fia", "POST", f"/v1/invoices/{invoice}/confirm", json={}),
        "remove_lines": world.call("fia", "POST", f"/v1/invoices/{invoice}/remove", json={"entries": [entry]}),
        "change": world.call("fia", "PATCH", f"/v1/invoices/{invoice}", json={"billed": {entry: "6"}}),
    }

    for action, answer in answers.items():
        (error,) = answer.json()["errors"]
        assert offered[action] == (False, "not_invoiceable", error["detail"])
        assert (error["code"], error["facts"]["why"]) == ("not_invoiceable", "no_lines")
        assert "has no lines" in error["detail"]
    assert offered["delete"][0]
    assert world.call("fia", "DELETE", f"/v1/invoices/{invoice}").status_code == 204


def test_a_revision_is_offered_as_long_as_something_is_left_to_credit(world: World) -> None:
    entry = world.approved()
    invoice = world.invoiced(entry)
    assert offers(invoice_as(world, invoice))["revise"][0]
    first = world.do("fia", f"/v1/invoices/{invoice}/revise", {"quantities": {entry: "6"}})["id"]
    assert offers(invoice_as(world, first))["revise"][:2] == (False, "invoice_not_confirmed")
    world.do("fia", f"/v1/invoices/{first}/confirm", {})

    of_first, of_corrective = offers(invoice_as(world, invoice)), offers(invoice_as(world, first))
    again = world.call("fia", "POST", f"/v1/invoices/{invoice}/revise", json={"quantities": {entry: "0"}})

    assert of_first["revise"] == (False, "not_invoiceable", again.json()["detail"])
    assert of_corrective["revise"][0]
    second = world.do("fia", f"/v1/invoices/{first}/revise", {"quantities": {entry: "0"}})["id"]
    world.do("fia", f"/v1/invoices/{second}/confirm", {})
    assert not offers(invoice_as(world, first))["revise"][0]
    assert not offers(invoice_as(world, second))["revise"][0]


def test_nothing_of_an_invoice_is_offered_to_others_than_finance(world: World) -> None:
    invoice, _ = emptied(world)

    assert {one[1] for one in offers(invoice_as(world, invoice, "mia")).values()} == {"not_finance"}


def test_nothing_of_an_order_is_offered_to_others_than_planners(world: World) -> None:
    factory = new_factory(world)
    order = factory.order("RPO-9", "BOLT", "5")

    of_planner, of_member = (offers(world.get(f"{ROOM}/orders/{order}", person=person)) for person in ("sid", "bob"))

    assert {one[1] for one in of_member.values()} == {"not_planner"}
    assert of_planner["reopen"][1] == "wrong_status"
    (listed,) = [
        one for one in world.get(f"{ROOM}/orders?unit={world.unit}", person="bob")["items"] if one["id"] == order
    ]
    assert offers(listed) == of_member


def test_an_entry_says_which_day_it_counts_for_before_and_after_its_approval(world: World) -> None:
    entry, approved = world.submitted(), world.approved()
    world.do("fia", f"/v1/units/{world.unit}/periods/close", {"until": "2026-02-28"})

    before = entry_as(world, "mia", entry)["accounting_date"]
    world.do("mia", ROOMS["approve"], {"entries": [entry]})

    assert before == entry_as(world, "mia", entry)["accounting_date"] == "2026-03-01"
    assert entry_as(world, "mia", approved)["accounting_date"] == "2026-02-02"
