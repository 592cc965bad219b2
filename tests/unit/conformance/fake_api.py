"""A small service in memory that behaves like the API for the cases of the runner's own tests.

It knows one kind of entry at 100 / 200, approvals, requests, decisions by API and webhook, and draft invoices. Its
faults are switched on by name, so that a test can show that the runner sees them.
"""

import json
import re
from collections.abc import Callable
from copy import deepcopy
from decimal import Decimal
from typing import Any

import httpx

SECRET = "whsec_dGVzdCBzZWNyZXQgb2YgdGhlIGZha2U="


class Refusal(Exception):
    def __init__(self, status: int, codes: list[str]) -> None:
        self.status, self.codes = status, codes


class FakeApi:
    """`faults`: clock_off, changes_on_refusal, half_reversal, never_settles, broken."""

    def __init__(self, *, faults: frozenset[str] = frozenset()) -> None:
        self.faults = faults
        self.entries: dict[str, Any] = {}
        self.actuals: dict[str, list[Any]] = {}
        self.history: dict[str, list[Any]] = {}
        self.recalls: dict[str, Any] = {}
        self.invoices: dict[str, Any] = {}
        self.projects: dict[str, Any] = {}
        self.keys: list[str] = []
        self.sent_by: list[str] = []
        self.approvals_without_etag = 0

    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self.answer)

    def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/v1")
        body = json.loads(request.content) if request.content else {}
        person = request.headers.get("authorization", "").removeprefix("Bearer ")
        if key := request.headers.get("idempotency-key"):
            self.keys.append(key)
        for method, pattern, do in self._routes():
            if method == request.method and (match := re.fullmatch(pattern, path)):
                try:
                    return self._answered(do(*match.groups(), body=body, person=person, request=request))
                except Refusal as refusal:
                    return self._refused(refusal)
        return httpx.Response(404, json={"code": "not_found", "detail": path})

    def _answered(self, body: Any) -> httpx.Response:
        return httpx.Response(200, json=deepcopy(body), headers={"etag": '"seen"'})

    def _refused(self, refusal: Refusal) -> httpx.Response:
        codes = refusal.codes
        top = codes[0] if len(set(codes)) == 1 else "several_refusals"
        problem = {"code": top, "detail": top, "errors": [{"code": code} for code in codes]}
        return httpx.Response(refusal.status, json=problem, headers={"content-type": "application/problem+json"})

    def _routes(self) -> list[tuple[str, str, Callable[..., Any]]]:
        return [
            ("POST", "/people|/units|/units/[^/]+/clock/advance", self._accept),
            ("PUT", "/units/[^/]+/roles", self._accept),
            ("POST", "/units/[^/]+/clock", self._clock),
            ("POST", "/channels", lambda **_: {"secret": SECRET}),
            ("POST", "/projects", self._new_project),
            ("GET", "/projects/([^/]+)/totals", self._totals),
            ("POST", "/entries", self._new_entry),
            ("POST", "/entries/(submit|approve)", self._move),
            ("GET", "/entries/([^/]+)", lambda one, **_: self.entries[one]),
            ("GET", "/entries/([^/]+)/actuals", lambda one, **_: _listed(self.actuals[one])),
            ("GET", "/entries/([^/]+)/history", lambda one, **_: _listed(self.history[one])),
            ("POST", "/recalls", self._request),
            ("GET", "/recalls/([^/]+)", self._recall),
            ("POST", "/recalls/([^/]+)/decisions", self._decide_by_api),
            ("POST", "/webhooks/decisions/[^/]+", self._decide_by_webhook),
            ("POST", "/invoices", self._draft),
            ("GET", "/invoices", lambda **_: _listed(list(self.invoices.values()))),
            ("DELETE", "/invoices/([^/]+)", self._delete_invoice),
        ]

    def _accept(self, **_: Any) -> Any:
        if "broken" in self.faults:
            raise ZeroDivisionError
        return {}

    def _clock(self, **_: Any) -> Any:
        if "clock_off" in self.faults:
            raise Refusal(404, ["not_found"])
        return {}

    def _new_project(self, *, body: Any, **_: Any) -> Any:
        project = {"id": f"P{len(self.projects)}", **body}
        self.projects[project["id"]] = project
        return project

    def _totals(self, project: str, **_: Any) -> Any:
        live = [
            row
            for entry, rows in self.actuals.items()
            for row in rows
            if row["adjustment"] == "none" and self.entries[entry]["project"] == project
        ]
        sums = {
            name: sum((Decimal(row["amount"]["amount"]) for row in live if row["type"] == kind), Decimal(0))
            for name, kind in (("cost", "cost"), ("backlog", "unbilled_sales"), ("billed", "billed_sales"))
        }
        return {name: _money(amount) for name, amount in sums.items()}

    def _new_entry(self, *, body: Any, **_: Any) -> Any:
        entry = {"id": f"E{len(self.entries)}", "status": "draft", "approval": None, "allowed_actions": [], **body}
        self.entries[entry["id"]] = entry
        self.actuals[entry["id"]], self.history[entry["id"]] = [], []
        return entry

    def _set(self, entry: Any, *, status: str, stage: str | None = None) -> None:
        events = self.history[entry["id"]]
        events.append({"sequence": len(events) + 1, "event": status, "from": entry["status"], "to": status})
        entry["status"] = status
        entry["approval"] = {"stage": stage or status}

    def _move(self, action: str, *, body: Any, **_: Any) -> Any:
        moves = {"submit": ("draft", "submitted"), "approve": ("submitted", "approved")}
        allowed, status = moves[action]
        chosen: list[Any] = [self.entries[one] for one in body["entries"]]
        if wrong := [one for one in chosen if one["status"] != allowed]:
            if "changes_on_refusal" in self.faults:
                wrong[0]["status"] = "returned"
            raise Refusal(422, ["wrong_status" for _ in wrong])
        for entry in chosen:
            self._set(entry, status=status)
            if action == "approve":
                self._write(entry)
        return {"entries": body["entries"]}

    def _write(self, entry: Any) -> None:
        rows = self.actuals[entry["id"]]
        rows.append(_row(entry, kind="cost", price=100, number=len(rows)))
        rows.append(_row(entry, kind="unbilled_sales", price=200, number=len(rows)))

    def _request(self, *, body: Any, **_: Any) -> Any:
        if not body.get("reason"):
            raise Refusal(422, ["reason_required"])
        chosen: list[Any] = [self.entries.get(one) for one in body["entries"]]
        codes = ["unknown_entry" if one is None else "not_recallable" for one in chosen if not _approved(one)]
        if codes:
            raise Refusal(422, codes)
        for entry in chosen:
            self._set(entry, status="recall_requested")
        warnings = [{"code": "on_draft_invoice", "subject": one} for one in body["entries"] if self._drafted(one)]
        return {"batch": "B", "recalls": [self._new_recall(body["entries"])], "warnings": warnings}

    def _new_recall(self, entries: list[str]) -> Any:
        lines = [{"subject": one, "status": "open", "blocked_by": None} for one in entries]
        recall: dict[str, Any] = {
            "id": f"R{len(self.recalls)}",
            "status": "awaiting_decision",
            "lines": lines,
            "decisions": [],
        }
        self.recalls[recall["id"]] = recall
        return recall

    def _drafted(self, entry: str) -> bool:
        return any(entry in one["entries"] for one in self.invoices.values())

    def _recall(self, recall: str, **_: Any) -> Any:
        """Pending decisions are worked on only after they have been seen once, as by a workflow."""
        seen = deepcopy(self.recalls[recall])
        if "never_settles" not in self.faults:
            for decision in self.recalls[recall]["decisions"]:
                if decision["outcome"] == "pending":
                    self._settle(self.recalls[recall], decision=decision)
        return seen

    def _decide_by_api(self, recall: str, *, body: Any, person: str, request: httpx.Request) -> Any:
        self.sent_by.append("api")
        self.approvals_without_etag += request.headers.get("if-match") != '"seen"'
        decision = self._store(recall, body=body, person=person)
        self._settle(self.recalls[recall], decision=decision)
        if decision["outcome"] == "refused":
            raise Refusal(422, [line["code"] for line in decision["lines"]])
        return {"decision": decision, "recall": self.recalls[recall]}

    def _decide_by_webhook(self, *, body: Any, **_: Any) -> Any:
        self.sent_by.append("webhook")
        data = body["data"]
        return {"decision": self._store(data["recall_id"], body=data, person=data["approver"])["id"]}

    def _store(self, recall: str, *, body: Any, person: str) -> Any:
        if not person.startswith(("mia", "noor")):
            raise Refusal(403, ["not_approver"])
        if self.recalls[recall]["status"] != "awaiting_decision":
            raise Refusal(409, ["request_closed"])
        decisions = self.recalls[recall]["decisions"]
        decision = {
            "id": f"{recall}-D{len(decisions)}",
            "by": person,
            "decision": body["decision"],
            "outcome": "pending",
            "received_at": f"2026-03-02T12:00:{len(decisions):02}Z",
            "lines": [],
            "named": body.get("lines"),
        }
        decisions.append(decision)
        return decision

    def _settle(self, recall: Any, *, decision: Any) -> None:
        named = decision["named"]
        for line in recall["lines"]:
            if line["status"] in ("open", "blocked") and (named is None or line["subject"] in named):
                self._settle_line(line, decision=decision)
        took = any(line["code"] is None for line in decision["lines"])
        decision["outcome"] = "applied" if took else "refused"
        if all(line["status"] not in ("open", "blocked") for line in recall["lines"]):
            recall["status"] = recall["lines"][0]["status"]

    def _settle_line(self, line: Any, *, decision: Any) -> None:
        entry = self.entries[line["subject"]]
        blocked = decision["decision"] == "approve" and self._drafted(entry["id"])
        code = "on_draft_invoice" if blocked else None
        taken = {"approve": "recalled", "reject": "rejected"}[decision["decision"]]
        outcome = "blocked" if blocked else taken
        decision["lines"].append({"subject": entry["id"], "outcome": outcome, "code": code})
        if blocked:
            line.update(status="blocked", blocked_by={"code": code})
            if "changes_on_refusal" in self.faults:
                self.actuals[entry["id"]][0]["status"] = "canceled"
        elif decision["decision"] == "approve":
            line["status"] = "recalled"
            self._set(entry, status="returned", stage="rejected")
            self._reverse(entry)
        else:
            line["status"] = "rejected"
            self._set(entry, status="approved", stage="recall_rejected")

    def _reverse(self, entry: Any) -> None:
        rows = self.actuals[entry["id"]]
        for row in [one for one in rows if one["adjustment"] == "none"]:
            row.update(adjustment="adjusted", status="canceled")
            if "half_reversal" in self.faults and row["type"] == "cost":
                continue
            rows.append(_reversal(row))

    def _draft(self, *, body: Any, **_: Any) -> Any:
        invoice = {"id": f"I{len(self.invoices)}", "number": f"INV-{len(self.invoices)}", "entries": body["entries"]}
        self.invoices[invoice["id"]] = invoice
        return invoice

    def _delete_invoice(self, invoice: str, **_: Any) -> Any:
        del self.invoices[invoice]
        return {}


def _approved(entry: Any) -> bool:
    return entry is not None and entry["status"] == "approved"


def _listed(items: list[Any]) -> Any:
    return {"items": items, "next": None}


def _money(amount: Decimal) -> Any:
    return {"amount": f"{amount:.2f}", "currency": "USD"}


def _row(entry: Any, *, kind: str, price: int, number: int) -> Any:
    amount = Decimal(entry["quantity"]) * price
    dimensions = dict.fromkeys(("task", "resource", "role", "category", "product", "unit_of_measure"))
    return {
        "id": f"{entry['id']}-A{number}",
        "type": kind,
        "billing_type": "chargeable",
        "customer": None,
        "quantity": entry["quantity"],
        "price": str(price),
        "amount": _money(amount),
        "base_amount": _money(amount),
        "adjustment": "none",
        "status": "unbilled",
        "reverses": None,
        "accounting_date": entry["date"],
        "project": entry["project"],
        **dimensions,
    }


def _reversal(row: Any) -> Any:
    negated = {name: _money(-Decimal(row[name]["amount"])) for name in ("amount", "base_amount")}
    quantity = str(-Decimal(row["quantity"]))
    return {
        **row,
        **negated,
        "id": row["id"] + "-R",
        "quantity": quantity,
        "adjustment": "unadjustable",
        "reverses": row["id"],
    }
