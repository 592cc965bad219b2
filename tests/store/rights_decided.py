"""What each role may do with each table, view and function: the decision, beside which the database is held.

A new table belongs here before it is of use: what the application may do with it, and whether the auditor may read it.
"""

from __future__ import annotations

from typing import Final

ADDED: Final = "insert, select"
KEPT: Final = "insert, select, update"
MEMBERS: Final = "delete, insert, select"
WORK: Final = "delete, insert, select, update"
READ: Final = "select"
NOTHING: Final = ""

TABLES: Final[dict[str, tuple[str, str]]] = {
    "actual": (f"{ADDED}, update(adjustment_status billing_status invoice_id)", READ),
    "actual_link": (READ, READ),
    "approval": (f"{ADDED}, update(approver_id billable_quantity billing_type comment current decided_at stage)", READ),
    "capacity_entry": (f"{ADDED}, update(reversed)", READ),
    "channel": (KEPT, "select(created_at enabled id old_since old_until people projects secret_since unit_id version)"),
    "decision": (f"{ADDED}, update(outcome refused_code settled_at)", READ),
    "decision_line": (f"{ADDED}, update(code facts outcome)", READ),
    "delegation": (f"{ADDED}, update(ended_at ended_by)", READ),
    "delivery": (
        f"{MEMBERS}, update(body due_at ended_at postponed problem round started_at status)",
        (
            "select(created_at due_at ended_at event_id event_type id message_id person_id postponed problem "
            "request_id round sequence started_at status subscription_id)"
        ),
    ),
    "delivery_attempt": (ADDED, READ),
    "delivery_progress": (f"{READ}, update", READ),
    "difference": (f"{ADDED}, update(due_at gone_at repairs seen_at)", READ),
    "entry": (KEPT, READ),
    "event_count": (READ, READ),
    "history": (ADDED, READ),
    "idempotency": (WORK, NOTHING),
    "import_batch": (ADDED, READ),
    "invoice": (f"{ADDED}, update(status version)", READ),
    "invoice_line": (f"{ADDED}, update(billed removed)", READ),
    "item": (f"{ADDED}, update(blocked stock unit_cost version)", READ),
    "item_application": (ADDED, READ),
    "item_entry": (f"{ADDED}, update(remaining reversed)", READ),
    "item_unit": (ADDED, READ),
    "outbox": (WORK, READ),
    "outgoing_event": (MEMBERS, READ),
    "period_closing": (f"{ADDED}, update(reopened_at reopened_by)", READ),
    "person": (KEPT, "select(created_at employee_id first_name id language last_name name)"),
    "policy_version": (ADDED, READ),
    "posting_register": (ADDED, READ),
    "production_choice": (ADDED, READ),
    "production_component": (ADDED, READ),
    "production_consumption": (f"{ADDED}, update(quantity)", READ),
    "production_line": (f"{ADDED}, update(finished)", READ),
    "production_operation": (f"{ADDED}, update(output run scrap setup status stop)", READ),
    "production_order": (f"{ADDED}, update(reopened status version)", READ),
    "project": (KEPT, READ),
    "project_approver": (MEMBERS, READ),
    "project_customer": (MEMBERS, READ),
    "project_decider": (READ, READ),
    "project_exchange_rate": (KEPT, READ),
    "recall_figure": (ADDED, READ),
    "recall_figure_now": (READ, READ),
    "recall_line": (f"{ADDED}, update(approved_by basis blocked_code blocked_facts parked_by plan_hash status)", READ),
    "recall_party": (ADDED, READ),
    "recall_plan": (ADDED, READ),
    "recall_request": (
        (
            f"{ADDED}, update(asked_id asked_through asked_until closed_at escalated_to next_step next_step_at "
            "plan_hash reminders status version)"
        ),
        READ,
    ),
    "reservation": (f"{ADDED}, update(released_at released_by)", READ),
    "routing": (ADDED, READ),
    "routing_operation": (ADDED, READ),
    "schema_migration": (READ, READ),
    "subscription": (
        KEPT,
        (
            "select(created_at created_by deleted_at disabled_reason enabled events id language old_since "
            "old_until secret_since unit_id version)"
        ),
    ),
    "unit": (KEPT, READ),
    "unit_role": (MEMBERS, READ),
    "value_entry": (ADDED, READ),
    "vendor_invoice": (f"{ADDED}, update(status)", READ),
    "vendor_invoice_line": (f"{ADDED}, update(canceled)", READ),
    "work_center": (f"{ADDED}, update(unit_cost version)", READ),
}
FUNCTIONS: Final = {"event_turn()": "tilbake_application", "event_horizon()": "tilbake_application"}
"""Who may call what; nobody may call the guards, which run as triggers."""
