"""How a request stands, for operators: states, deadlines and codes; not why, for how much, nor what the rows say (permissions.md)."""

from __future__ import annotations

from typing import Any, Final

from api.render.values import Json

_OF_A_RECALL: Final = dict.fromkeys(("title", "reason", "amount"))


def of_recall(shown: dict[str, Any]) -> Json:
    """A request without what it is about."""
    lines = [of_line(line) for line in shown["lines"]]
    decisions = [one | {"comment": None} for one in shown["decisions"]]
    return shown | _OF_A_RECALL | {"lines": lines, "decisions": decisions}


def of_line(shown: dict[str, Any]) -> Json:
    """A line without its label and rows. What blocks it is told by its code: its facts would name invoices and quantities."""
    blocked = shown["blocked_by"]
    told = None if blocked is None else blocked | {"detail": blocked["advice"], "facts": {}}
    return {name: value for name, value in shown.items() if name != "rows"} | {"label": None, "blocked_by": told}
