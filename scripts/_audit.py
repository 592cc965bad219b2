"""What the audit of dependencies found, beside what is explained in deploy/audit.yaml; silence is never taken for an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Audited:
    """How many packages were asked about, and sentences on the rest."""

    asked: int
    unexplained: list[str] = field(default_factory=list)
    explained: list[str] = field(default_factory=list)
    outdated: list[str] = field(default_factory=list)
    not_asked: list[str] = field(default_factory=list)


def audited(report: Mapping[str, Any], explanations: Mapping[str, str]) -> Audited:
    """Read a report of pip-audit; explanations by the id of what was found."""
    packages = report["dependencies"]
    found = {
        fault["id"]: f"{one['name']} {one['version']} has {fault['id']}"
        for one in packages
        for fault in one.get("vulns", [])
    }
    return Audited(
        asked=sum("vulns" in one for one in packages),
        unexplained=[
            f"{text}; there is no word on it in deploy/audit.yaml."
            for id, text in found.items()
            if id not in explanations
        ],
        explained=[f"{text}: {explanations[id]}" for id, text in found.items() if id in explanations],
        outdated=[
            f"{id} is explained in deploy/audit.yaml, and nothing has it any more."
            for id in explanations
            if id not in found
        ],
        not_asked=[one["name"] for one in packages if "vulns" not in one],
    )
