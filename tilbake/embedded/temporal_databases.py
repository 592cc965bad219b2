"""The two databases of a Temporal server on the embedded Postgres, and the role that owns them.

The role enters nothing else, and the roles of Tilbake do not enter these: whoever takes over one of the two learns nothing of
the other's rows.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from pathlib import Path
from typing import Final

import asyncpg

from files.writing import write_whole
from tilbake.embedded import texts
from tilbake.embedded.ports import LOOPBACK
from tilbake.embedded.postgres import Postgres
from tilbake.embedded.processes import Launch, run_to_end
from tilbake.errors import CannotStart

ROLE: Final = "tilbake_temporal"
SCHEMAS: Final = {"temporal": "temporal", "temporal_visibility": "visibility"}
"""The databases, and what the tool calls their schemas."""
_PLUGIN: Final = "postgres12_pgx"
_PATIENCE_SECONDS: Final = 60.0


def password_in(directory: Path) -> str:
    """The password of the role on this data directory, made on first use and readable by its owner only."""
    path = directory / "postgres-password"
    if not path.exists():
        directory.mkdir(parents=True, exist_ok=True)
        write_whole(path, secrets.token_hex(16))
    return path.read_text()


async def ensure_databases(server: Postgres, *, password: str, tool: Path) -> None:
    """Create role and databases where they are missing, bring their schemas up to date, and forget who was a member.

    Nobody else uses them: the members of before are processes that have ended, and would be waited for. Raises CannotStart,
    also where Postgres goes away meanwhile.
    """
    try:
        await _ensure(server, password=password, tool=tool)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
        raise CannotStart(texts.NO_TEMPORAL_DATABASES, why=error) from error


async def _ensure(server: Postgres, *, password: str, tool: Path) -> None:
    connection = await asyncpg.connect(server.admin_url())
    try:
        await _ensure_role(connection, password)
        found = {row["datname"] for row in await connection.fetch("SELECT datname FROM pg_database")}
        new = [name for name in SCHEMAS if name not in found]
        for name in new:
            await _draft(connection, f"{name}_draft")
        tools = [_Tool(tool, server, password, f"{name}_draft" if name in new else name) for name in SCHEMAS]
        await asyncio.gather(*(one.write_schema(SCHEMAS[one.name]) for one in tools))
        for name in new:
            await _ask(server, f"{name}_draft", f"UPDATE schema_version SET db_name = '{name}'")
            await connection.execute(f'ALTER DATABASE "{name}_draft" RENAME TO "{name}"')
    finally:
        await connection.close()
    await _ask(server, "temporal", "DELETE FROM cluster_membership")


async def _ensure_role(connection: asyncpg.Connection[asyncpg.Record], password: str) -> None:
    """The password is our own, letters and digits, so it may stand in the statement."""
    known = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", ROLE)
    verb = "ALTER" if known else "CREATE"
    await connection.execute(f"{verb} ROLE {ROLE} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD '{password}'")


async def _draft(connection: asyncpg.Connection[asyncpg.Record], name: str) -> None:
    """A database takes its name, which also stands in it, when its schema is complete: what a killed start left is removed."""
    await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    await connection.execute(f'CREATE DATABASE "{name}" OWNER {ROLE} TEMPLATE template0 STRATEGY file_copy')
    await connection.execute(f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC')


async def _ask(server: Postgres, database: str, statement: str) -> None:
    connection = await asyncpg.connect(server.admin_url(database))
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


class _Tool:
    """Temporal's own tool, for one database; the password goes by environment, where `ps` does not show it."""

    def __init__(self, program: Path, server: Postgres, password: str, database: str) -> None:
        self._program = program
        self._server = server
        self._password = password
        self._database = database

    @property
    def name(self) -> str:
        """Of the database, once it is complete."""
        return self._database.removesuffix("_draft")

    async def write_schema(self, schema: str) -> None:
        """Begin where there is nothing, then bring it to the newest version; one that is up to date is left as it is."""
        if self._database != self.name:
            await self._run("setup-schema", "--version", "0.0")
        await self._run("update-schema", "--schema-name", f"postgresql/v12/{schema}")

    async def _run(self, *words: str) -> None:
        access = {"SQL_PLUGIN": _PLUGIN, "SQL_HOST": LOOPBACK, "SQL_PORT": str(self._server.port), "SQL_USER": ROLE}
        access |= {"SQL_PASSWORD": self._password, "SQL_DATABASE": self._database}
        log_path = self._server.data_dir / "logs" / f"{self.name}-schema.log"
        launch = Launch("schema tool", [self._program, *words], log_path, environment=os.environ | access)
        child = await run_to_end(launch, within_seconds=_PATIENCE_SECONDS)
        if child.exit_code != 0:
            raise CannotStart(texts.NO_TEMPORAL_SCHEMA, name=self.name, log=log_path)
