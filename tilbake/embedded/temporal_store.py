"""The file in which the embedded Temporal keeps its state, where a start was killed while it was being made.

The server makes its tables when the file is new, and expects them when it is there. So a file that was left half made is
removed; it can hold nothing, because the namespace, without which nothing is kept, is made last.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

HAS_NAMESPACE = "select count(*) from namespaces where name = 'default'"


def remove_half_made(database: Path) -> None:
    """Remove a file without the namespace. One that is no database at all stays: it is not ours to judge."""
    if database.exists() and _is_half_made(database):
        for suffix in ("-wal", "-shm", "-journal", ""):
            database.with_name(f"{database.name}{suffix}").unlink(missing_ok=True)


def _is_half_made(database: Path) -> bool:
    try:
        with closing(sqlite3.connect(database)) as connection:
            (found,) = connection.execute(HAS_NAMESPACE).fetchone()
            return not found
    except sqlite3.OperationalError as problem:
        return "no such table" in str(problem)
    except sqlite3.DatabaseError:
        return False
