"""How a stack on one machine is laid out: which Temporal, and how many APIs and workers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from tilbake.embedded.ports import free_ports
from tilbake.settings import Settings


@dataclass(frozen=True, slots=True)
class Layout:
    """`temporal_on_postgres`: as production has it, instead of the small one that keeps a file."""

    temporal_on_postgres: bool = False
    apis: int = 1
    workers: int = 1

    @property
    def worker_names(self) -> list[str]:
        """What the workers are called, also in the names of their logs."""
        return _names("Worker", self.workers)

    def apis_of(self, settings: Settings) -> dict[str, Settings]:
        """The settings of each API by its name. Several share the port, and each has one of its own besides (ADR 033)."""
        names = _names("API", self.apis)
        if self.apis == 1:
            return {names[0]: settings}
        ports = free_ports(self.apis)
        return {name: replace(settings, api_own_port=port) for name, port in zip(names, ports, strict=True)}


def _names(kind: str, count: int) -> list[str]:
    return [kind, *(f"{kind} {number}" for number in range(2, count + 1))]


ORDINARY: Final = Layout()
PRODUCTION_LIKE: Final = Layout(temporal_on_postgres=True, apis=2, workers=2)
