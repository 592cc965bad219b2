"""The state of one running case: which id of the service stands behind each name of the case."""

import uuid
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from tilbake.conformance.client import Api, Channel
from tilbake.conformance.format import Case
from tilbake.conformance.outcomes import CaseFailed

ADMIN = "admin"
"""Sets worlds up and reads what is there. One person who sees everything keeps sight out of the expectations."""


def plain(value: object) -> Any:
    """A value of a case as the API wants it: decimals and days as text."""
    match value:
        case Decimal():
            return format(value, "f")
        case date():
            return value.isoformat()
        case Mapping():
            return {name: plain(one) for name, one in value.items()}
        case list() | tuple():
            return [plain(one) for one in value]
        case _:
            return value


@dataclass
class Stage:
    """One case on its way. Only this object changes while a case runs."""

    case: Case
    api: Api
    suffix: str
    unit: str
    project: str = ""
    channel: Channel | None = None
    people: dict[str, str] = field(default_factory=dict)
    entries: dict[str, str] = field(default_factory=dict)
    recalls: dict[str, tuple[str, ...]] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)
    orders: dict[str, str] = field(default_factory=dict)
    items: dict[str, str] = field(default_factory=dict)
    centers: dict[str, str] = field(default_factory=dict)
    decisions_sent: int = 0

    def person(self, name: str) -> str:
        """The id of a person of the case."""
        if name not in self.people:
            raise CaseFailed(f"{name} is nobody in this case")
        return self.people[name]

    def person_named(self, person_id: str | None) -> str | None:
        """The name the case has for a person."""
        return next((name for name, one in self.people.items() if one == person_id), person_id)

    def entry(self, name: str) -> str:
        """The id of an entry the case knows."""
        if name not in self.entries:
            raise CaseFailed(f"{name} is no entry of this case")
        return self.entries[name]

    def chosen(self, names: Iterable[str]) -> list[str]:
        """The ids of entries a step chose; a name the case does not know becomes an id the service does not know."""
        return [self.entries.get(name) or str(uuid.uuid5(uuid.NAMESPACE_OID, self.unit + name)) for name in names]

    def entry_named(self, entry_id: str) -> str:
        """The name the case has for an entry."""
        return next((name for name, one in self.entries.items() if one == entry_id), entry_id)

    def recalls_of(self, name: str) -> tuple[str, ...]:
        """The requests made under one name; several when several approvers were asked."""
        if name not in self.recalls:
            raise CaseFailed(f"no request was made under the name {name}")
        return self.recalls[name]

    def created(self, name: str) -> str:
        """The id of an invoice (or the like) that an earlier step made."""
        if name not in self.made:
            raise CaseFailed(f"nothing was made under the name {name}")
        return self.made[name]

    def order(self, name: str) -> str:
        """The id of a production order of the case."""
        if name not in self.orders:
            raise CaseFailed(f"{name} is no order of this case")
        return self.orders[name]

    def next_by_webhook(self) -> bool:
        """Decisions go by webhook and by API in turn; which comes first is fixed by the case's id."""
        turn = zlib.crc32(self.case.id.encode()) + self.decisions_sent
        self.decisions_sent += 1
        return turn % 2 == 0
