"""The programs of a Temporal server on Postgres: the server, the tool that writes its schema, and the web UI.

Built once from deploy/temporal and cached under their versions, as the server of one machine is (temporal_binary.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tilbake.embedded import texts
from tilbake.embedded.locks import waiting_for
from tilbake.embedded.progress import Say
from tilbake.embedded.temporal_build import Program, build
from tilbake.language import said

SERVER_VERSION = "1.32.1"
UI_VERSION = "2.55.0"
SERVER = Program("temporal-server", "go.temporal.io/server/cmd/server")
SCHEMA_TOOL = Program("temporal-sql-tool", "go.temporal.io/server/cmd/tools/sql")
UI = Program("temporal-ui", "github.com/temporalio/ui-server/v2/cmd/server")
_ALL = (SERVER, SCHEMA_TOOL, UI)


@dataclass(frozen=True, slots=True)
class Programs:
    """Where the programs lie."""

    place: Path

    @property
    def server(self) -> Path:
        """Frontend, history, matching and system workers in one process."""
        return self.place / SERVER.name

    @property
    def schema_tool(self) -> Path:
        """Creates and updates the tables."""
        return self.place / SCHEMA_TOOL.name

    @property
    def ui(self) -> Path:
        """The web UI, a process of its own."""
        return self.place / UI.name


def cached_programs(cache_dir: Path) -> Programs:
    """Where they lie once they are there."""
    return Programs(cache_dir / f"temporal-server-{SERVER_VERSION}-ui-{UI_VERSION}")


def are_there(programs: Programs) -> bool:
    """Whether nothing has to be built."""
    return all((programs.place / program.name).exists() for program in _ALL)


async def temporal_programs(cache_dir: Path, *, say: Say) -> Programs:
    """The programs to run, built where they are not there yet. Two starts at the same time build once."""
    cached = cached_programs(cache_dir)
    if are_there(cached):
        return cached
    async with waiting_for(cached.place / "lock", on_wait=lambda pid: say(said(texts.WAITING, pid=pid))):
        if not are_there(cached):
            await build(_ALL, place=cached.place, what=said(texts.TEMPORAL_ON_POSTGRES), say=say)
    return cached
