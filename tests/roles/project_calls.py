"""How the routes of entries, requests, invoices and rows are called. The owner is bob, who approves is mia, finance is fia."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tests.roles.cast import Asked, Call, Cast
from tests.waiting import eventually

_REJECTS: Final = {"decision": "reject", "comment": "No"}


def _entry(made: str, *, body: Any = None, query: str = "") -> Call:
    """About one entry of the owner, in a status."""
    return lambda cast: Asked({"entry": getattr(cast.world, made)()}, body, query)


def _entries(made: str, **more: Any) -> Call:
    """About entries of the owner that the body names."""
    return lambda cast: Asked(body={"entries": [getattr(cast.world, made)()], **more})


def _new_entry(cast: Cast) -> Asked:
    return Asked(body={"project": cast.world.project, "kind": "time", "date": "2026-02-02", "quantity": "8"})


def _listed_entries(cast: Cast) -> Asked:
    entry = cast.world.approved()
    return Asked(query=f"project={cast.world.project}&sort=-created", shows=entry)


def _actuals(cast: Cast) -> Asked:
    return Asked({"entry": cast.world.approved()})


def _requested(cast: Cast) -> str:
    return str(cast.world.requested(cast.world.approved())["id"])


def _request(*, body: Any = None, headers: Mapping[str, str] | None = None) -> Call:
    """About one open request of the owner."""
    return lambda cast: Asked({"recall": _requested(cast)}, body, headers=headers or {})


def _listed_requests(cast: Cast) -> Asked:
    return Asked(query=f"unit={cast.unit}", shows=_requested(cast))


def _requests_of_entry(cast: Cast) -> Asked:
    recall = cast.world.requested(cast.world.approved())
    return Asked({"entry": recall["lines"][0]["subject"]}, shows=recall["id"])


def _many_decisions(cast: Cast) -> Asked:
    return Asked(body={**_REJECTS, "recalls": [{"id": _requested(cast)}]})


def _invoice(made: str, *, body: Any = None) -> Call:
    """About an invoice with one entry of the owner."""
    return lambda cast: Asked({"invoice": getattr(cast.world, made)(cast.world.approved())}, body)


def _on_invoice(made: str, say: Any) -> Call:
    """About an invoice; the body names the entry on it."""

    def called(cast: Cast) -> Asked:
        entry = cast.world.approved()
        return Asked({"invoice": getattr(cast.world, made)(entry)}, say(entry))

    return called


def _draft(cast: Cast) -> Asked:
    return Asked(body={"project": cast.world.project, "entries": [cast.world.approved()]})


def _listed_invoices(cast: Cast) -> Asked:
    invoice = cast.world.drafted_invoice(cast.world.approved())
    return Asked(query=f"project={cast.world.project}&sort=-created", shows=invoice)


def _many_invoices(cast: Cast) -> Asked:
    return Asked(body={"invoices": [cast.world.drafted_invoice(cast.world.approved())]})


def _reprice(cast: Cast) -> Asked:
    body = {"entries": [cast.world.approved()], "rates": {"cost": "1", "sales": "2"}}
    return Asked({"project": cast.world.project}, body)


def _vendor_invoice(cast: Cast) -> Asked:
    made = cast.make("/v1/vendor-invoices", {"entries": [cast.world.approved()]}, by="fia")
    return Asked({"invoice": made["id"]}, {})


def _events_of_inbox(cast: Cast) -> Asked:
    """What happens to a request of the owner, as soon as it is told."""
    place = cast.call("owner", "GET", "/v1/inbox", Asked()).json()["cursor"]
    recall = _requested(cast)
    asked = Asked(query=f"cursor={place}&limit=200", headers={"accept": "application/json"}, shows=recall)
    eventually(lambda: bool(cast.call("owner", "GET", "/v1/inbox/events", asked).json()["items"]))
    return asked


PROJECT_CALLS: Final[Mapping[str, Call]] = {
    "create_entry": _new_entry,
    "list_entries": _listed_entries,
    "get_entry": _entry("draft"),
    "edit_entry": _entry("draft", body={"quantity": "7"}),
    "delete_entry": _entry("draft"),
    "submit_entries": _entries("draft"),
    "approve_entries": _entries("submitted"),
    "reject_entries": _entries("submitted", comment="No"),
    "cancel_approvals": _entries("approved"),
    "recall_submitted_entries": _entries("submitted"),
    "delete_entries": _entries("draft"),
    "list_entry_actuals": _actuals,
    "get_entry_history": _entry("draft"),
    "list_entry_recalls": _requests_of_entry,
    "preview_recall": _entries("approved"),
    "request_recall": _entries("approved", reason="Wrong project"),
    "list_recalls": _listed_requests,
    "get_recall": _request(),
    "list_recall_lines": _request(),
    "get_recall_history": _request(),
    "list_recall_events": _request(headers={"accept": "application/json"}),
    "list_inbox_events": _events_of_inbox,
    "decide_recall": _request(body=_REJECTS),
    "decide_recalls": _many_decisions,
    "withdraw_recall": _request(body={}),
    "draft_invoice": _draft,
    "list_invoices": _listed_invoices,
    "get_invoice": _invoice("drafted_invoice"),
    "delete_invoice": _invoice("drafted_invoice"),
    "change_invoice": _on_invoice("drafted_invoice", lambda entry: {"billed": {entry: "6"}}),
    "remove_invoice_lines": _on_invoice("drafted_invoice", lambda entry: {"entries": [entry]}),
    "confirm_invoice": _invoice("drafted_invoice", body={}),
    "confirm_invoices": _many_invoices,
    "pay_invoice": _invoice("invoiced", body={}),
    "revise_invoice": _on_invoice("invoiced", lambda entry: {"quantities": {entry: "0"}}),
    "reprice_entries": _reprice,
    "correct_entries": _entries("approved", fields={"task": "Foundation"}),
    "confirm_vendor_invoice": _entries("approved"),
    "cancel_vendor_invoice": _vendor_invoice,
}
