"""Lines whose approval waits for a credit."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from store.database import Connection, execute, fetch


async def requests_of(connection: Connection, subjects: Collection[str]) -> dict[str, list[str]]:
    """The open requests in which approvals of these subjects wait, with the subjects, both in a stable order."""
    rows = await fetch(
        connection,
        """select request_id::text as request, array_agg(subject_id::text order by position) as subjects
             from recall_line
            where parked_by <> '{}' and subject_id = any(cast(:subjects as uuid[]))
            group by request_id order by request_id""",
        subjects=list(subjects),
    )
    return {row.request: list(row.subjects) for row in rows}


async def take_off(connection: Connection, request: str, subjects: Sequence[str]) -> None:
    """Their approvals wait no longer."""
    await execute(
        connection,
        """update recall_line set parked_by = '{}'
            where request_id = cast(:request as uuid) and subject_id = any(cast(:subjects as uuid[]))""",
        request=request,
        subjects=list(subjects),
    )
