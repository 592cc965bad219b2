"""The database; `None` for its address means: use the embedded server."""

from __future__ import annotations

from dataclasses import dataclass

from tilbake.settings.declaring import setting
from tilbake.settings.forms import database, port


@dataclass(frozen=True)
class Postgres:
    """Addresses of one database, by the role that connects."""

    database_url: str | None = setting(
        database,
        default=None,
        meaning="`postgresql://USER:PASSWORD@HOST:PORT/DATABASE` as the application; Postgres 15 or later",
        secret=True,
        shown="embedded server",
    )
    owner_database_url: str | None = setting(
        database,
        default=None,
        meaning="the same database as the role that runs migrations; it needs `CREATEROLE` once",
        secret=True,
        otherwise=lambda others, _: others.database_url,
        shown="`TILBAKE_DATABASE_URL`",
    )
    auditor_database_url: str | None = setting(
        database,
        default=None,
        meaning="the same database as a role that only reads what an audit needs: `scripts/tilbake doctor --audit` signs in by it "
        "(security.md)",
        secret=True,
        shown="`TILBAKE_DATABASE_URL`",
    )
    postgres_port: int = setting(port, default=54330, meaning="port of the embedded server, on loopback")
