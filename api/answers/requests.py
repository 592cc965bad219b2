"""An example of every request body, by operation."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from api.answers.base import ENTRY_ID, INVOICE_ID, PLAN_HASH, PROJECT_ID, RECALL_ID

_CHOSEN: Final = {"entries": [ENTRY_ID]}
_WISH: Final = {"entries": [ENTRY_ID], "reason": "Wrong project"}
_RATES: Final = {"cost": "104.60", "sales": "215.20"}
_PERIOD: Final = {"until": "2026-01-31"}

_OUTPUT: Final = {
    "unit": "oslo",
    "lines": [{"order": "RPO-1", "operation": "10", "setup": "15", "run": "200", "output": "40", "scrap": "2"}],
}
_CONSUMPTION: Final = {"unit": "oslo", "lines": [{"order": "RPO-1", "item": "STEEL", "quantity": "80"}]}

REQUESTS: Final[Mapping[str, object]] = MappingProxyType(
    {
        "create_person": {"id": "bob", "name": "Bob Berg"},
        "create_unit": {
            "id": "oslo",
            "name": "Oslo",
            "currency": "USD",
            "policy": {"quorum": 1, "remind_after": "24h"},
        },
        "put_policy": {
            "policy": {"recall_window_days": 90, "remind_after": "8wh", "expire_after": "80wh"},
            "comment": "Reminders in working hours",
        },
        "replay_policy": {"policy": {"expire_after": "16wh", "recall_window_days": 30}},
        "put_roles": {"finance": ["fia"], "planner": [], "member": ["bob", "sid"]},
        "create_project": {
            "unit": "oslo",
            "name": "Alfa",
            "code": "A-1",
            "client": "Fjord Hotels",
            "billing": "time_and_materials",
            "currency": "USD",
            "approvers": ["mia", "noor"],
            "customers": [{"id": "C1", "share": "100", "rounding": True}],
            "rates": {"cost": "100", "sales": "200"},
        },
        "put_rates": _RATES,
        "put_exchange_rate": {"since": "2026-03-02", "rate": "11.85"},
        "put_approvers": {"approvers": ["mia", "noor"]},
        "create_milestone": {"amount": "5000", "name": "Delivery", "date": "2026-02-01"},
        "change_person": {"email": "mia@example.com", "language": "nb"},
        "create_channel": {"id": "mail", "unit": "oslo", "people": ["mia", "noor"], "projects": [PROJECT_ID]},
        "change_channel": {"people": ["mia"], "projects": []},
        "rotate_channel": {"old_until": "2026-06-08T08:00:00Z"},
        "retire_channel_secret": {},
        "disable_channel": {},
        "enable_channel": {},
        "create_subscription": {
            "unit": "oslo",
            "url": "https://hooks.example.com/tilbake",
            "events": ["recall.decision_needed", "recall.recalled"],
            "language": "en",
        },
        "change_subscription": {"events": ["recall.recalled", "recall.rejected"]},
        "rotate_subscription": {"old_until": "2026-06-08T08:00:00Z"},
        "retire_subscription_secret": {},
        "disable_subscription": {},
        "enable_subscription": {},
        "ping_subscription": {},
        "replay_delivery": {},
        "create_delegation": {
            "giver": "bob",
            "taker": "sid",
            "since": "2026-02-09",
            "until": "2026-02-20",
            "purpose": "requests",
        },
        "create_entry": {
            "project": PROJECT_ID,
            "kind": "time",
            "date": "2026-02-02",
            "quantity": "8",
            "task": "Foundation",
        },
        "edit_entry": {"quantity": "7.5", "task": "Facade"},
        "submit_entries": _CHOSEN,
        "approve_entries": {**_CHOSEN, "billable": "6"},
        "reject_entries": {**_CHOSEN, "comment": "Please name the task"},
        "cancel_approvals": _CHOSEN,
        "recall_submitted_entries": _CHOSEN,
        "delete_entries": _CHOSEN,
        "preview_recall": _WISH,
        "request_recall": _WISH,
        "decide_recall": {"decision": "approve", "comment": "Right, it was Beta", "lines": [ENTRY_ID]},
        "decide_recalls": {"decision": "approve", "recalls": [{"id": RECALL_ID, "etag": PLAN_HASH}]},
        "withdraw_recall": {},
        "receive_decision": {
            "type": "recall.decision",
            "timestamp": "2026-02-03T10:00:00Z",
            "data": {"recall_id": RECALL_ID, "decision": "approve", "approver": "mia", "plan_hash": PLAN_HASH},
        },
        "draft_invoice": {"project": PROJECT_ID, "entries": [ENTRY_ID], "billed": {ENTRY_ID: "6"}},
        "remove_invoice_lines": _CHOSEN,
        "confirm_invoice": {},
        "change_invoice": {"billed": {ENTRY_ID: "6"}},
        "confirm_invoices": {"invoices": [INVOICE_ID]},
        "pay_invoice": {},
        "revise_invoice": {"quantities": {ENTRY_ID: "0"}},
        "confirm_vendor_invoice": _CHOSEN,
        "cancel_vendor_invoice": {},
        "reprice_entries": {**_CHOSEN, "rates": _RATES},
        "correct_entries": {**_CHOSEN, "fields": {"task": "Foundation"}},
        "close_period": _PERIOD,
        "reopen_period": _PERIOD,
        "set_clock": {"today": "2026-03-02"},
        "advance_clock": {"duration": "3d"},
        "create_item": {"unit": "oslo", "number": "BOLT", "unit_cost": "50", "units": {"BOX": "12"}},
        "change_item": {"unit_cost": "55"},
        "create_center": {"unit": "oslo", "number": "100", "unit_cost": "1.2"},
        "change_center": {"unit_cost": "1.5"},
        "create_routing": {
            "unit": "oslo",
            "number": "R-1",
            "operations": [{"operation": "10", "center": "100", "setup_minutes": "20", "run_minutes": "15"}],
        },
        "create_order": {
            "unit": "oslo",
            "number": "RPO-1",
            "status": "released",
            "lines": [
                {
                    "line": 1,
                    "item": "BOLT",
                    "quantity": "100",
                    "routing": "R-1",
                    "components": [{"item": "STEEL", "quantity_per": "2", "flushing": "backward"}],
                }
            ],
        },
        "release_order": {},
        "finish_order": {},
        "reopen_order": {},
        "post_output_journal": _OUTPUT,
        "preview_output_journal": _OUTPUT,
        "explode_routing": {"unit": "oslo", "order": "RPO-1"},
        "post_consumption_journal": _CONSUMPTION,
        "preview_consumption_journal": _CONSUMPTION,
        "post_shipment": {"unit": "oslo", "item": "BOLT", "quantity": "8"},
        "post_receipt": {"unit": "oslo", "item": "STEEL", "quantity": "500", "unit_cost": "3"},
        "reserve_entry": {"quantity": "5", "demand": "SO-7"},
        "release_reservations": {},
        "import_entries": (
            "Date,Client,Project,Project Code,Task,Notes,Hours,Billable?,Invoiced?,Approved?,First Name,Last Name,"
            "Roles,Employee?,Billable Rate,Billable Amount,Cost Rate,Cost Amount,Currency,External Reference URL\n"
            "2026-02-02,Fjord Hotels,Alfa,A-1,Foundation,,8.00,Yes,No,Yes,Bob,Berg,,Yes,"
            "1200.00,9600.00,600.00,4800.00,NOK - Norwegian Krone,\n"
        ),
    }
)
