"""Every act by the wrong person, every refusal with its lines, both languages, and no number that is not text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.api.world import World, code_of, new_project

pytestmark = pytest.mark.api

Act = Callable[[World], tuple[str, str, str, Any]]


RefusedAct = tuple[str, str, Act]


def acts_on_work() -> Iterator[RefusedAct]:
    """What people do with entries and recalls. Name, code, and the act: who, method, path, body."""
    for act in ("submit", "delete", "recall"):
        yield (
            f"{act} by another",
            "not_yours",
            _on_entries(act, by="sid", made="submitted" if act == "recall" else "draft"),
        )
    for act in ("approve", "reject"):
        yield f"{act} by the owner", "not_approver", _on_entries(act, by="bob", made="submitted")
        yield f"{act} by finance", "not_approver", _on_entries(act, by="fia", made="submitted")
        yield f"{act} by admin", "not_approver", _on_entries(act, by="admin", made="submitted")
    yield "edit by another", "not_yours", lambda w: ("sid", "PATCH", f"/v1/entries/{w.draft()}", {"quantity": "1"})
    yield "delete one by another", "not_yours", lambda w: ("sid", "DELETE", f"/v1/entries/{w.draft()}", None)
    yield (
        "create for another",
        "not_yours",
        lambda w: ("sid", "POST", "/v1/entries", _entry(w) | {"owner": w.people["bob"]}),
    )
    yield "preview by another", "not_yours", _on_entries("../recalls/preview", by="sid", made="approved")
    yield "request by another", "not_yours", _on_entries("../recalls", by="mia", made="approved")
    yield "decide by the requester", "not_approver", _on_recall("decisions", by="bob")
    yield "decide by finance", "not_approver", _on_recall("decisions", by="fia")
    yield "decide by admin", "not_approver", _on_recall("decisions", by="admin")
    yield "decide own", "own_request", _decide_own
    yield "withdraw by another", "not_yours", _on_recall("withdraw", by="sid")
    yield "withdraw by the approver", "not_yours", _on_recall("withdraw", by="mia")


def acts_on_the_unit() -> Iterator[RefusedAct]:
    """What finance and the administrator do."""
    yield (
        "draft an invoice",
        "not_finance",
        lambda w: ("mia", "POST", "/v1/invoices", {"project": w.project, "entries": [w.approved()]}),
    )
    for act in ("confirm", "remove"):
        yield f"{act} an invoice", "not_finance", _on_invoice(act)
    yield (
        "delete an invoice",
        "not_finance",
        lambda w: ("mia", "DELETE", f"/v1/invoices/{w.drafted_invoice(w.approved())}", None),
    )
    yield "policy", "not_finance", lambda w: ("mia", "PUT", f"/v1/policies/{w.unit}", {"policy": {}, "comment": "Mine"})
    yield (
        "rates",
        "not_finance",
        lambda w: ("mia", "PUT", f"/v1/projects/{w.project}/rates", {"cost": "1", "sales": "2"}),
    )
    yield (
        "milestone",
        "not_finance",
        lambda w: (
            "mia",
            "POST",
            f"/v1/projects/{w.project}/milestones",
            {"amount": "1", "name": "A", "date": "2026-02-02"},
        ),
    )
    yield "roles", "not_allowed", lambda w: ("fia", "PUT", f"/v1/units/{w.unit}/roles", {"finance": [w.people["fia"]]})
    yield (
        "approvers",
        "not_allowed",
        lambda w: ("fia", "PUT", f"/v1/projects/{w.project}/approvers", {"approvers": [w.people["fia"]]}),
    )
    yield "person", "not_allowed", lambda w: ("fia", "POST", "/v1/people", {"id": "new-one", "name": "New"})
    yield (
        "unit",
        "not_allowed",
        lambda w: ("fia", "POST", "/v1/units", {"id": "new-unit", "name": "N", "currency": "USD"}),
    )
    yield (
        "project",
        "not_allowed",
        lambda w: ("fia", "POST", "/v1/projects", {"unit": w.unit, "name": "N", "approvers": []}),
    )
    yield "channel", "not_allowed", lambda w: ("fia", "POST", "/v1/channels", {"id": "new-channel", "unit": w.unit})
    yield "clock", "not_allowed", lambda w: ("fia", "POST", f"/v1/units/{w.unit}/clock", {"today": "2026-03-02"})
    yield (
        "clock moved",
        "not_allowed",
        lambda w: ("fia", "POST", f"/v1/units/{w.unit}/clock/advance", {"duration": "1d"}),
    )


def _entry(world: World) -> dict[str, Any]:
    return {"project": world.project, "kind": "time", "date": "2026-02-02", "quantity": "8"}


def _on_entries(act: str, *, by: str, made: str) -> Act:
    def prepare(world: World) -> tuple[str, str, str, Any]:
        body = {"entries": [getattr(world, made)()]}
        path = f"/v1/{act.removeprefix('../')}" if act.startswith("../") else f"/v1/entries/{act}"
        return by, "POST", path, body | ({"reason": "x"} if "recalls" in act else {})

    return prepare


def _on_recall(act: str, *, by: str) -> Act:
    def prepare(world: World) -> tuple[str, str, str, Any]:
        body = {"decision": "reject"} if act == "decisions" else {}
        return by, "POST", f"/v1/recalls/{world.requested(world.approved())['id']}/{act}", body

    return prepare


def _on_invoice(act: str) -> Act:
    def prepare(world: World) -> tuple[str, str, str, Any]:
        entry = world.approved()
        body = {"entries": [entry]} if act == "remove" else {}
        return "mia", "POST", f"/v1/invoices/{world.drafted_invoice(entry)}/{act}", body

    return prepare


def _decide_own(world: World) -> tuple[str, str, str, Any]:
    project = new_project(world, "Own", approvers=("bob", "mia"))
    recall = world.requested(world.approved(project=project))
    return "bob", "POST", f"/v1/recalls/{recall['id']}/decisions", {"decision": "reject"}


ACTS = [*acts_on_work(), *acts_on_the_unit()]


@pytest.mark.parametrize(("code", "act"), [(code, act) for _, code, act in ACTS], ids=[name for name, _, _ in ACTS])
def test_the_wrong_person_is_refused(world: World, code: str, act: Act) -> None:
    person, method, path, body = act(world)

    answer = world.call(person, method, path, json=body)

    assert code_of(answer) == (403, code)


def test_a_refused_act_leaves_everything_as_it_was(world: World) -> None:
    entry = world.approved()
    recall = world.requested(entry)
    watched = [
        f"/v1/entries/{entry}",
        f"/v1/entries/{entry}/actuals",
        f"/v1/entries/{entry}/history",
        f"/v1/recalls/{recall['id']}",
        f"/v1/recalls/{recall['id']}/history",
    ]
    before = [world.get(path) for path in watched]

    world.decide(recall, by="bob")
    world.decide(recall, by="fia")
    world.call("sid", "POST", f"/v1/recalls/{recall['id']}/withdraw", json={})
    world.call("bob", "POST", "/v1/recalls", json={"entries": [entry], "reason": "again"})
    world.call("bob", "POST", "/v1/entries/delete", json={"entries": [entry]})

    assert [world.get(path) for path in watched] == before


def test_every_bad_line_is_named_with_its_place(world: World) -> None:
    good, draft, foreign, invoiced, pending = (
        world.approved(),
        world.draft(),
        world.approved("sid"),
        world.approved(),
        world.approved(),
    )
    world.invoiced(invoiced)
    world.requested(pending)
    unknown = "00000000-0000-0000-0000-000000000000"
    lines = [good, draft, foreign, unknown, invoiced, good, pending]

    answer = world.call("bob", "POST", "/v1/recalls", json={"entries": lines, "reason": " \n "})

    assert code_of(answer) == (422, "several_refusals")
    named = [(error["pointer"], error["subject"], error["code"]) for error in answer.json()["errors"]]
    assert named == [
        ("/entries/1", draft, "not_recallable"),
        ("/entries/2", foreign, "not_yours"),
        ("/entries/3", unknown, "unknown_entry"),
        ("/entries/4", invoiced, "already_invoiced"),
        ("/entries/5", good, "duplicate_line"),
        ("/entries/6", pending, "recall_pending"),
        (None, None, "reason_required"),
    ]
    facts = {error["code"]: error["facts"] for error in answer.json()["errors"]}
    assert facts["already_invoiced"]["invoice"].startswith("INV-")
    assert facts["not_recallable"] == {"status": "draft"}
    assert world.get(f"/v1/entries/{good}")["status"] == "approved"


def test_lines_that_share_a_code_share_it_at_the_top(world: World) -> None:
    drafts = [world.draft(), world.draft()]

    answer = world.call("bob", "POST", "/v1/recalls", json={"entries": drafts, "reason": "x"})

    assert code_of(answer) == (422, "not_recallable")
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/entries/0", "/entries/1"]


@pytest.mark.parametrize("path", ["submit", "approve", "reject", "recall", "delete"])
def test_a_selection_is_done_as_a_whole_or_not_at_all(world: World, path: str) -> None:
    person = "mia" if path in {"approve", "reject"} else "bob"
    good = world.draft() if path in {"submit", "delete"} else world.submitted()
    before = world.get(f"/v1/entries/{good}")
    bad = world.approved()

    mixed = world.call(person, "POST", f"/v1/entries/{path}", json={"entries": [good, bad]})
    nothing = world.call(person, "POST", f"/v1/entries/{path}", json={"entries": []})
    twice = world.call(person, "POST", f"/v1/entries/{path}", json={"entries": [good, good]})
    unknown = world.call(person, "POST", f"/v1/entries/{path}", json={"entries": ["x", good]})

    assert mixed.status_code == 422
    assert mixed.json()["errors"][0]["pointer"] == "/entries/1"
    assert code_of(nothing) == (422, "nothing_selected")
    assert code_of(twice) == (422, "duplicate_line")
    assert code_of(unknown) == (422, "unknown_entry")
    assert world.get(f"/v1/entries/{good}") == before


@pytest.mark.parametrize(
    ("header", "detail"),
    [
        ("nb", "En oppføring med status Utkast kan ikke tilbakekalles."),
        ("nb-NO,nb;q=0.9,en;q=0.5", "En oppføring med status Utkast kan ikke tilbakekalles."),
        ("no", "En oppføring med status Utkast kan ikke tilbakekalles."),
        ("en", "An entry in status Draft cannot be recalled."),
        ("de", "An entry in status Draft cannot be recalled."),
        ("", "An entry in status Draft cannot be recalled."),
    ],
)
def test_a_refusal_speaks_the_language_of_its_reader(shared_world: World, header: str, detail: str) -> None:
    body = {"entries": [shared_world.draft()], "reason": "x"}

    answer = shared_world.call("bob", "POST", "/v1/recalls", json=body, headers={"accept-language": header})

    assert answer.json()["errors"][0]["detail"] == detail
    assert answer.json()["code"] == "not_recallable"
    assert answer.headers["content-language"] == ("nb" if "nb" in header or header == "no" else "en")


def test_every_code_that_is_answered_is_in_the_catalogue(shared_world: World) -> None:
    nb = shared_world.get("/v1/refusals", headers={"accept-language": "nb"})["items"]
    en = shared_world.get("/v1/refusals", headers={"accept-language": "en"})["items"]

    assert [one["code"] for one in nb] == [one["code"] for one in en]
    assert all(one["text"] and one["advice"] for one in (*nb, *en))


def test_waiting_answers_with_the_result_of_each_line(world: World) -> None:
    first, second = world.approved(), world.approved()
    recall = world.requested(first, second)
    invoice = world.drafted_invoice(second)

    partly = world.decide(recall)

    assert partly.status_code == 200
    assert partly.headers["preference-applied"] == "wait=20"
    results = {line["subject"]: (line["outcome"], line["code"]) for line in partly.json()["decision"]["lines"]}
    assert results == {first: ("recalled", None), second: ("blocked", "on_draft_invoice")}
    assert partly.json()["recall"]["status"] == "awaiting_decision"

    blocked = world.decide(partly.json()["recall"])
    assert code_of(blocked) == (422, "on_draft_invoice")
    assert blocked.json()["errors"][0]["facts"]["invoice"] == world.get(f"/v1/invoices/{invoice}")["number"]

    world.do("fia", f"/v1/invoices/{invoice}/remove", {"entries": [second]})
    done = world.decide(world.get(f"/v1/recalls/{recall['id']}"))
    assert done.json()["recall"]["status"] == "recalled"


def test_all_lines_blocked_are_all_named(world: World) -> None:
    first, second = world.approved(), world.approved()
    recall = world.requested(first, second)
    world.drafted_invoice(first)
    world.invoiced(second)

    answer = world.decide(recall)

    assert code_of(answer) == (422, "several_refusals")
    assert {(error["subject"], error["code"]) for error in answer.json()["errors"]} == {
        (first, "on_draft_invoice"),
        (second, "already_invoiced"),
    }


@pytest.mark.parametrize("prefer", ["", "wait=0", "wait=x", "respond-async", "wait=-1"])
def test_who_does_not_wait_is_told_where_to_look(world: World, prefer: str) -> None:
    recall = world.requested(world.approved())

    answer = world.decide(recall, headers={"prefer": prefer})

    assert answer.status_code == 202
    assert answer.headers["location"] == f"/v1/recalls/{recall['id']}"


def test_preview_shows_the_rows_of_the_request_and_of_the_ledger_and_writes_nothing(world: World) -> None:
    entry = world.approved(quantity="7.25")
    before = [world.get(f"/v1/entries/{entry}{more}") for more in ("", "/actuals", "/history")]

    shown = world.do("bob", "/v1/recalls/preview", {"entries": [entry]})

    assert [world.get(f"/v1/entries/{entry}{more}") for more in ("", "/actuals", "/history")] == before
    recall = world.requested(entry)
    rows = shown["lines"][0]["rows"]
    assert recall["lines"][0]["rows"] == rows
    settled = world.decide(recall).json()["recall"]
    assert [{name: value for name, value in row.items() if name != "id"} for row in settled["lines"][0]["rows"]] == rows
    assert shown["amount"] == recall["amount"] == {"amount": "1450.00", "currency": "USD"}


MONEY = re.compile(r"-?(0|[1-9]\d*)(\.\d+)? [A-Z]{3}")
COUNTS = {"version", "reminders", "sequence", "generation", "position", "schema", "quorum"}
COUNTS |= {"policy_version", "approvals_needed", "waiting_for_me"}


def faults_of(value: Any, path: str = "") -> Iterator[str]:
    """Every number that is no count, every money that is not an amount and a currency, every text with an exponent."""
    if isinstance(value, float) or (isinstance(value, int) and not isinstance(value, bool)):
        if path.rpartition("/")[2] not in COUNTS and "/progress/" not in path:
            yield f"{path}: {value}"
    elif isinstance(value, dict):
        if set(value) == {"amount", "currency"} and not MONEY.fullmatch(f"{value['amount']} {value['currency']}"):
            yield f"{path}: {value}"
        for name, one in value.items():
            yield from faults_of(one, f"{path}/{name}")
    elif isinstance(value, list):
        for one in value:
            yield from faults_of(one, path)
    elif isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?[eE][+-]?\d+|-0(\.0*)?|NaN|Infinity", value):
        yield f"{path}: {value}"


def test_no_answer_holds_a_number_where_figures_belong(world: World) -> None:
    project = new_project(
        world,
        "Rates",
        approvers=("mia",),
        currency="JPY",
        exchange_rate="0.0067",
        customers=[{"id": "C1", "share": "33.33333"}, {"id": "C2", "share": "66.66667", "rounding": True}],
    )
    entry = world.approved(project=project, quantity="0.00001", amount_method="fixed", amount="0", kind="expense")
    other = world.approved(project=project, quantity="100", task="1e5")
    invoice = world.do("fia", "/v1/invoices", {"project": project, "entries": [other]})
    world.do("fia", f"/v1/projects/{project}/milestones", {"amount": "10", "name": "M", "date": "2026-02-02"})
    recall = world.requested(entry)
    decided = world.decide(recall).json()
    entry_paths = [
        f"/v1/entries/{id}{more}" for id in (entry, other) for more in ("", "/actuals", "/history", "/recalls")
    ]
    paths = [
        *entry_paths,
        f"/v1/entries?project={project}",
        f"/v1/units/{world.unit}",
        f"/v1/projects/{project}",
        f"/v1/projects?unit={world.unit}",
        f"/v1/projects/{project}/totals",
        f"/v1/invoices/{invoice['id']}",
        f"/v1/invoices?project={project}",
        f"/v1/recalls/{recall['id']}",
        f"/v1/recalls/{recall['id']}/history",
        f"/v1/recalls?unit={world.unit}",
        "/v1/me",
    ]

    found = [fault for path in paths for fault in faults_of(world.get(path), path)]
    found += [*faults_of(decided, "decision"), *faults_of(invoice, "invoice"), *faults_of(recall, "recall")]

    assert [fault for fault in found if "/task" not in fault] == []


def test_every_instant_is_utc(world: World) -> None:
    recall = world.requested(world.approved())

    for name in ("created_at", "next_step_at"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", recall[name])
