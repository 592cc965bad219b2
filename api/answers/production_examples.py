"""Examples of answers about production."""

from __future__ import annotations

from typing import Any

from api.answers.base import RECALL_ID, allowed, refused, usd
from domain.refusals import Code

ITEM_ID = "019c2a10-11aa-7d01-8f00-0a1b2c3d4e01"
CENTER_ID = "019c2a10-11aa-7d01-8f00-0a1b2c3d4e02"
ORDER_ID = "019c2a10-11aa-7d01-8f00-0a1b2c3d4e03"
LINE_ID = "019c2a10-11aa-7d01-8f00-0a1b2c3d4e04"
OUTPUT_ID = "019c2a10-11aa-7d01-8f00-0a1b2c3d4e05"
CAPACITY_ID = "019c2a10-11aa-7d01-8f00-0a1b2c3d4e06"
REGISTER_ID = "019c2a10-11aa-7d01-8f00-0a1b2c3d4e07"
RESERVATION_ID = "019c2a10-11aa-7d01-8f00-0a1b2c3d4e08"
_NAMED = dict[str, Any]
ITEM: _NAMED = {
    "id": ITEM_ID,
    "unit": "oslo",
    "number": "BOLT",
    "description": None,
    "base_unit": "PCS",
    "units": {"BOX": "12"},
    "unit_cost": "50",
    "tracking": "none",
    "negative_stock": False,
    "blocked": False,
    "stock": "40",
    "version": 1,
}
ITEMS = {"items": [ITEM], "next": None}
CENTER: _NAMED = {
    "id": CENTER_ID,
    "unit": "oslo",
    "number": "100",
    "unit_cost": "1.2",
    "overhead_rate": "0",
    "indirect_percent": "0",
    "subcontractor": False,
    "basis": "time",
    "version": 1,
}
_STEP = {"operation": "10", "center": "100", "setup_minutes": "20", "run_minutes": "15"}
ROUTING = {"unit": "oslo", "number": "R-1", "operations": [_STEP]}
_FIGURES = {"setup": "15", "run": "200", "stop": "0", "output": "40", "scrap": "2"}
ORDER: _NAMED = {
    "id": ORDER_ID,
    "unit": "oslo",
    "number": "RPO-1",
    "status": "released",
    "reopened": False,
    "lines": [
        {
            "line": 1,
            "item": "BOLT",
            "variant": None,
            "location": "MAIN",
            "quantity": "100",
            "finished": "40",
            "remaining": "60",
            "operations": [{"operation": "10", "center": "100", "status": "in_progress", **_FIGURES}],
            "components": [
                {"item": "STEEL", "quantity_per": "2", "flushing": "manual", "operation": None, "consumed": "0"}
            ],
        }
    ],
    "allowed_actions": [
        allowed("release"),
        allowed("finish"),
        refused("reopen", Code.WRONG_STATUS, "This is not possible: the status is Released."),
    ],
    "version": 1,
}
ORDERS = {"items": [ORDER], "next": None}
_POSTED = {
    "order": "RPO-1",
    "order_id": ORDER_ID,
    "line": 1,
    "date": "2026-03-02",
    "document": None,
    "register": REGISTER_ID,
    "register_number": 17,
    "recall": None,
    "posted_by": "pia",
}
ITEM_ENTRY: _NAMED = {
    "id": OUTPUT_ID,
    "number": 41,
    "type": "output",
    "item": "BOLT",
    "variant": None,
    "location": "MAIN",
    "lot": None,
    "serial": None,
    "quantity": "40",
    "remaining": "40",
    "reserved": "0",
    "open": True,
    "reversed": False,
    "applies_to": None,
    "applies_from": None,
    "unit": "PCS",
    "unit_quantity": "40",
    "cost": usd("2000.00"),
    **_POSTED,
}
ITEM_ENTRIES = {"items": [ITEM_ENTRY], "next": None}
CAPACITY_ENTRY: _NAMED = {
    "id": CAPACITY_ID,
    "number": 52,
    "type": "capacity",
    "operation": "10",
    "center": "100",
    **_FIGURES,
    "reversed": False,
    "reverses": None,
    "item_entry": OUTPUT_ID,
    "cost": usd("258.00"),
    "direct_cost": usd("258.00"),
    "indirect_cost": usd("0.00"),
    **_POSTED,
}
CAPACITY_ENTRIES = {"items": [CAPACITY_ENTRY], "next": None}
_ROW = {
    "posting_date": "2026-03-02",
    "order": ORDER_ID,
    "line": LINE_ID,
    "document": None,
    "closes": "no",
    "reverses": None,
}
ITEM_ROW: _NAMED = {
    "id": OUTPUT_ID,
    "ledger": "item",
    "type": "output",
    "quantity": "40",
    "amount": usd("2000.00"),
    "item": ITEM_ID,
    **dict.fromkeys(("variant", "location", "lot", "serial")),
    "unit": "PCS",
    **_ROW,
}
CAPACITY_ROW: _NAMED = {
    "id": CAPACITY_ID,
    "ledger": "capacity",
    "type": "capacity",
    "operation": "10",
    **_FIGURES,
    "amount": usd("258.00"),
    "direct_amount": usd("258.00"),
    **_ROW,
}
POSTED: _NAMED = {
    "register": REGISTER_ID,
    "register_number": 17,
    "lines": [
        {
            "item_entry": OUTPUT_ID,
            "capacity_entry": CAPACITY_ID,
            "stop_entry": None,
            "entries": [ITEM_ROW],
            "capacities": [CAPACITY_ROW],
        }
    ],
}
PROPOSAL = {
    "unit": "oslo",
    "lines": [{"order": "RPO-1", "line": 1, "operation": "10", **dict.fromkeys(_FIGURES, "0"), "output": "60"}],
}
RESERVATION = {
    "id": RESERVATION_ID,
    "entry": OUTPUT_ID,
    "quantity": "5",
    "demand": "SO-7",
    "reserved_by": "pia",
    "reserved_at": "2026-03-02T10:00:00.000Z",
}
RESERVATIONS = {"entry": OUTPUT_ID, "reservations": [RESERVATION]}
SHIPPED = {**ITEM_ENTRY, "id": RECALL_ID, "type": "sale", "quantity": "-8", "remaining": "0", "open": False}
DEPENDENTS = {
    "items": [
        {
            "quantity": "8",
            "uses": OUTPUT_ID,
            "depth": 1,
            "entry": {**SHIPPED, "order": None, "order_id": None, "line": None},
        }
    ],
    "reservations": [RESERVATION],
    "complete": True,
}
