"""What was acknowledged beside what is stored, and everything that must not be in a database: asked when calm has come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from temporalio.client import Client

from application import messages
from store.audit import audit
from tests.acting import ask_database
from tests.soak.ledger import SEEN, Ledger
from tests.waiting import until
from workflows.contracts import WORKFLOW_NAME

FIRST_DAY: Final = "2026-03-02"
NOON: Final = f"{FIRST_DAY} 12:00:00+00"
CALM_SECONDS: Final = 180.0
AGREEING_SECONDS: Final = 60.0
"""Within so many seconds of calm Postgres and Temporal agree (I10)."""

STORED: Final[Mapping[str, str]] = {
    "entry": "select id::text, 1 from entry",
    "submitted": """select subject_id, count(*) from history where subject_kind = 'entry' and event = 'submitted' group by 1""",
    "approved": """select subject_id, count(*) from history where subject_kind = 'entry' and event = 'approved' group by 1""",
    "request": "select id::text, 1 from recall_request",
    "line": "select subject_id::text, count(*) from recall_line group by 1",
    "decision": "select id::text, 1 from decision",
    "withdrawn": "select request_id::text, 1 from recall_line where status = 'withdrawn' group by 1",
    "invoice": "select id::text, 1 from invoice",
    "confirmed": """select subject_id, count(*) from history where subject_kind = 'invoice' and event = 'confirmed' group by 1""",
    "register": "select register_id::text, count(*) from item_entry where reverses_id is null group by 1",
    "hours": f"select id, extract(epoch from business_now - '{NOON}')::bigint / 3600 from unit",
    "end": "select id || ' ' || status, 1 from recall_request where status <> 'awaiting_decision'",
    "actual": "select id::text, 1 from actual",
}
"""Each kind of fact of the ledger as the database has it: ids, and how many times."""


@dataclass(slots=True)
class Outcome:
    """What was lost, what was doubled, and what else must not be; one sentence each."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether there is nothing of these."""
        return not (self.lost or self.doubled or self.wrong)


async def compare(ledger: Ledger, database: str) -> Outcome:
    """Every fact beside the rows; what is stored and was told to nobody counts as doubled, for everybody asked until told."""
    outcome = Outcome()
    for kind, sql in STORED.items():
        stored = Counter({str(id): int(number) for id, number in await ask_database(database, sql)})
        told = Counter(id for one, id in ledger.seen if one == kind) if kind in SEEN else ledger.facts[kind]
        outcome.lost += [f"{kind} {id}: {number} fewer than acknowledged" for id, number in (told - stored).items()]
        if kind not in SEEN:
            extra = stored - told
            outcome.doubled += [f"{kind} {id}: {number} more than acknowledged" for id, number in extra.items()]
    for sentence in ledger.wrong:
        (outcome.doubled if sentence.startswith("doubled") else outcome.wrong).append(sentence)
    return outcome


async def look_over(outcome: Outcome, database: str, client: Client) -> None:
    """Wait for calm, then ask everything that must not be, and whether Temporal waits for what is open and nothing else."""
    try:
        await until(lambda: _calm(database), what="nothing is on its way", seconds=CALM_SECONDS)
        await until(lambda: _agree(database, client), what="both sides agree", seconds=AGREEING_SECONDS)
    except AssertionError as late:
        outcome.wrong.append(f"{late}: {await _on_its_way(database)}; {await _apart(database, client)}")
    outcome.wrong += [f"{one.invariant} {one.problem}: {one.subject}" for one in await audit(database, times=True)]
    failed = f"WorkflowType = '{WORKFLOW_NAME}' and ExecutionStatus in ('Failed', 'TimedOut', 'Terminated')"
    outcome.wrong += [f"the workflow {one.id} ended as {one.status}" async for one in client.list_workflows(failed)]


_ON_ITS_WAY: Final = """
select 'outbox', count(*) from outbox
union all select 'pending decisions', count(*) from decision where outcome = 'pending'
union all select 'overdue', count(*) from recall_request r join unit u on u.id = r.unit_id
           where r.status = 'awaiting_decision' and r.next_step_at <= coalesce(u.business_now, now())
union all select 'differences', count(*) from difference where gone_at is null"""


async def _on_its_way(database: str) -> dict[str, int]:
    return {what: int(number) for what, number in await ask_database(database, _ON_ITS_WAY) if number}


async def _calm(database: str) -> bool:
    return not await _on_its_way(database)


async def _agree(database: str, client: Client) -> bool:
    return await _apart(database, client) == ([], [])


async def _apart(database: str, client: Client) -> tuple[list[str], list[str]]:
    """Workflows that should run and do not, and those that run and should not."""
    rows = await ask_database(
        database, "select number, id::text from recall_request where status = 'awaiting_decision'"
    )
    wanted = {messages.workflow_id(number, id) for number, id in rows}
    running = f"WorkflowType = '{WORKFLOW_NAME}' and ExecutionStatus = 'Running'"
    found = {one.id async for one in client.list_workflows(running)}
    return sorted(wanted - found), sorted(found - wanted)
