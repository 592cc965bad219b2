"""Chunks of long decisions: the next lines a decision has no outcome for, and the rest of the request as a summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.recall.deciding import Decision
from domain.recall.plan import request_hash
from domain.recall.request import Line, LineStatus, Verdict
from domain.refusals import Code, Refusal
from store import decisions, recalls
from store.database import Connection, execute, fetch, fetch_one
from store.recalls import StoredRequest


@dataclass(frozen=True, slots=True)
class Others:
    """How many lines of a request, besides those of the chunk, have the same owner, status and code in the way, and wait or not."""

    owner: str
    status: LineStatus
    code: str | None
    parked: bool
    count: int


@dataclass(frozen=True, slots=True)
class Tally:
    """How many lines of a request have the same owner, status and code in the way, and wait for a credit or not.

    Every change of a line makes another version of its request, so a tally holds as long as the version does.
    """

    request: str
    version: int
    counts: Mapping[tuple[str, LineStatus, str | None, bool], int]

    def without(self, lines: Iterable[Line]) -> list[Others]:
        """The lines besides these."""
        counts = Counter(self.counts)
        counts.subtract(_group(line) for line in lines)
        return [Others(*group, count) for group, count in counts.items() if count]

    def after(self, before: Iterable[Line], lines: Iterable[Line]) -> Tally:
        """The next version, in which lines became these."""
        counts = Counter(self.counts)
        counts.subtract(map(_group, before))
        counts.update(map(_group, lines))
        return Tally(self.request, self.version + 1, counts)


def _group(line: Line) -> tuple[str, LineStatus, str | None, bool]:
    return line.owner, line.status, line.blocked_by.code.value if line.blocked_by else None, bool(line.parked_by)


@dataclass(slots=True)
class Run:
    """Chunks that are settled one after the other: what one knows of the request, the next need not count again.

    It ends with the first of them that fails: what was not committed must not be taken for known.
    """

    tally: Tally | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """Lines of a decision that are settled together.

    `stored` is the request with these lines and one that stands for each group of `others`: all its rules ask about those
    is whose they are and whether they are open. `outcome` is that of the decision; one that is not pending has no lines.
    """

    stored: StoredRequest
    decision: Decision
    on_behalf_of: str | None
    decided_at: datetime
    outcome: str
    seen: Mapping[str, str]
    others: Sequence[Others]
    tally: Tally
    is_last: bool

    @property
    def lines(self) -> tuple[str, ...]:
        """The subjects of the lines of this chunk."""
        return tuple(self.seen)


async def hold(connection: Connection, decision: str, *, request: str, most: int) -> bool:
    """Hold a request to settle a decision on it; whether that names more lines than this, which never changes."""
    row = await fetch_one(
        connection,
        """select exists (select from decision_line where decision_id = cast(:decision as uuid) offset :most) as is_long
             from recall_request where id = cast(:request as uuid) for update""",
        decision=decision,
        request=request,
        most=most,
    )
    return row is not None and bool(row.is_long)


async def next_chunk(
    connection: Connection, decision: str, *, request: str, most: int, known: Tally | None = None
) -> Chunk | None:
    """Hold the request and load its next lines of this decision, in the order of their subjects; None for a stranger.

    `known` is what was counted before, if anything was.
    """
    await recalls.hold(connection, request, to_change=True)
    head = await fetch_one(connection, _HEAD, request=request, decision=decision)
    if head is None:
        return None
    rows = await fetch(connection, _LINES, request=request, decision=decision, most=most + 1)
    chosen = rows[:most] if head.outcome == "pending" else []
    lines = {subject: recalls.line(subject, *state) for subject, _seen, *state in chosen}
    if known is None or (known.request, known.version) != (request, head.version):
        known = await _counted(connection, request, version=head.version)
    others = known.without(lines.values())
    return Chunk(
        stored=recalls.stored_request(head, lines | _standing_for(others), {}),
        decision=Decision(head.decided_by, Verdict(head.verdict), tuple(lines), head.park),
        on_behalf_of=head.on_behalf_of,
        decided_at=head.decided_at,
        outcome=head.outcome,
        seen={subject: seen for subject, seen, *_state in chosen},
        others=others,
        tally=known,
        is_last=len(rows) <= most,
    )


_HEAD = """
select r.*, r.id::text as request, r.batch_id::text as batch, u.business_now, d.decided_by, d.on_behalf_of, d.business_at as decided_at,
       d.verdict, d.park, d.outcome
  from recall_request r
  join unit u on u.id = r.unit_id
  join decision d on d.request_id = r.id and d.id = cast(:decision as uuid)
 where r.id = cast(:request as uuid)
"""
# Thousands of rows are read by place: subject, what was seen of it, and the columns of `recalls.line` after its subject.
_LINES = """
with given as materialized (
    select subject_id, plan_hash, cast(:request as uuid) as request from decision_line
     where decision_id = cast(:decision as uuid) and outcome is null order by subject_id limit :most
)
select s.subject_id::text, s.plan_hash, l.owner_id, l.plan_hash, l.status, l.blocked_code, l.blocked_facts,
       nullif(l.approved_by, '{}'), nullif(l.parked_by, '{}')
  from given s
  join recall_line l on l.subject_id = s.subject_id and l.request_id is not distinct from s.request
 order by s.subject_id
"""


async def _counted(connection: Connection, request: str, *, version: int) -> Tally:
    """The lines of a held request by owner, status, code and whether they wait."""
    rows = await fetch(
        connection,
        """select owner_id, status, blocked_code, parked_by <> '{}' as parked, count(*) as lines from recall_line
            where request_id = cast(:request as uuid) group by 1, 2, 3, 4 order by 1, 2, 3, 4""",
        request=request,
    )
    counts = {(row.owner_id, LineStatus(row.status), row.blocked_code, row.parked): int(row.lines) for row in rows}
    return Tally(request, version, counts)


def _standing_for(others: Sequence[Others]) -> dict[str, Line]:
    """One line for each group; its name is no id, so it is never taken for a real one."""
    return {
        f"others {number}": Line(
            f"others {number}",
            one.owner,
            "",
            one.status,
            Refusal(Code(one.code), f"others {number}") if one.code else None,
        )
        for number, one in enumerate(others)
    }


async def write_outcomes(
    connection: Connection, decision: str, outcomes: Mapping[str, tuple[str, Refusal | None]]
) -> None:
    """How the decision ended for these lines."""
    await execute(
        connection,
        """with given as materialized (
               select cast(:decision as uuid) as decision, t.*
                 from unnest(cast(:subjects as uuid[]), cast(:outcomes as text[]), cast(:codes as text[]), cast(:facts as jsonb[]))
                      as t(subject, outcome, code, facts)
           )
           update decision_line l set outcome = t.outcome, code = t.code, facts = t.facts
             from given t
            where l.decision_id = t.decision and l.subject_id = t.subject and l.outcome is null""",
        decision=decision,
        subjects=list(outcomes),
        outcomes=[outcome for outcome, _ in outcomes.values()],
        codes=[refusal.code.value if refusal else None for _, refusal in outcomes.values()],
        facts=[recalls.facts_text(refusal) for _, refusal in outcomes.values()],
    )


async def close(connection: Connection, decision: str, *, refused: Refusal | None, now: datetime) -> str:
    """End a decision: applied if it counted for any line. What is left of it is refused; returns the outcome.

    The signal that was to tell the workflow about it is forgotten, unless it is being delivered just now.
    """
    row = await fetch_one(
        connection,
        f"""with rest as (
               update decision_line set outcome = 'refused', code = :code
                where decision_id = cast(:decision as uuid) and outcome is null
           ), told as (
               delete from outbox where id in (
                   select o.id from outbox o join decision d on o.request_id = d.request_id
                    where d.id = cast(:decision as uuid) and o.kind = 'decision' and o.payload ->> 'decision' = cast(d.id as text)
                      for update of o skip locked)
           )
           update decision d
              set outcome = {decisions.OUTCOME},
                  refused_code = :code, settled_at = :now
            where id = cast(:decision as uuid)
        returning outcome, pg_notify('tilbake_settled', cast(id as text))""",
        decision=decision,
        code=None if refused is None else refused.code.value,
        now=now,
    )
    assert row is not None
    return str(row.outcome)


async def open_hash(connection: Connection, request: str) -> str:
    """The fingerprint of the open lines of a request and the plans last stored for them."""
    rows = await fetch(
        connection,
        """select subject_id::text as subject, plan_hash from recall_line
            where request_id = cast(:request as uuid) and status in ('open', 'blocked')""",
        request=request,
    )
    return request_hash({row.subject: row.plan_hash for row in rows})


async def set_hash(connection: Connection, request: str, plan_hash: str) -> None:
    """What the request stands for now."""
    sql = "update recall_request set plan_hash = :hash where id = cast(:request as uuid)"
    await execute(connection, sql, request=request, hash=plan_hash)
