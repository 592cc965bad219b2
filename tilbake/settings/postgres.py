"""The database; `None` for its address means: use the embedded server."""

from __future__ import annotations

from dataclasses import dataclass

from tilbake.language import said
from tilbake.settings import texts
from tilbake.settings.declaring import setting
from tilbake.settings.forms import Unusable, database, number, port


def _zero_or_more_than_a_week(value: str) -> int:
    """Days; the database itself refuses to forget sooner (migration 28)."""
    days = number(0, 3650)(value)
    if 0 < days < 7:
        raise Unusable(said(texts.DAYS), value)
    return days


@dataclass(frozen=True)
class Postgres:
    """Addresses of one database, by the role that connects."""

    database_url: str | None = setting(
        database,
        default=None,
        meaning="`postgresql://USER:PASSWORD@HOST:PORT/DATABASE` as the application; Postgres 15 or later. By TLS with "
        "`?sslmode=verify-full&sslrootcert=FILE`, the file having the certificates of who signs for it: none are known without",
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
    keep_answers_days: int = setting(
        number(1, 3650),
        default=30,
        meaning="days for which an answer is kept by its Idempotency-Key; a repetition after that acts anew ([retention.md](retention.md))",
    )
    keep_deliveries_days: int = setting(
        _zero_or_more_than_a_week,
        default=90,
        meaning="days after their end for which deliveries, their attempts and their events are kept; `0`: for ever "
        "([retention.md](retention.md))",
    )
    postgres_port: int = setting(port, default=54330, meaning="port of the embedded server, on loopback")
