"""scripts/bench --stats: how long figures take, of a million requests and of those of the last 90 days, beside a list of 50 requests."""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable, Callable

from tests.bench.ground import UNIT
from tests.bench.http import Caller
from tests.bench.rounds import as_superuser
from tilbake.stack import Stack
from tilbake.tokens import local_token

REQUESTS = 1_000_000
_DAYS = 700
# Who stands in no other table is nobody's: only the figures are filled, as if their requests were there.
_FILL = f"""
insert into recall_figure (request_id, unit_id, ended_on, kind, subject, status, decided_by, lead_seconds, reason_code, blocked_by,
                           repeated, sales, cost)
select gen_random_uuid(), '{UNIT}', current_date - ({REQUESTS} - n) / ({REQUESTS} / {_DAYS}), 'project_entry',
       cast(md5(cast(n % 500 as text)) as uuid), (array['recalled', 'recalled', 'recalled', 'rejected', 'expired'])[1 + n % 5],
       case when n % 5 < 4 then 'approver-' || n % 197 end, case when n % 5 < 4 then cast(exp(random() * 10) * 60 as integer) end,
       (array['wrong_project', 'wrong_hours', null])[1 + n % 3], case when n % 9 = 0 then array['already_invoiced'] else '{{}}' end,
       n % 20 = 0, cast(random() * 1000 as numeric(10, 2)), cast(random() * 500 as numeric(10, 2))
  from generate_series(1, {REQUESTS}) n"""
_PEOPLE = "insert into person (id, name) select 'approver-' || n, 'Approver ' || n from generate_series(0, 196) n"


async def bench_stats(rounds: int) -> None:
    """One run."""
    async with Stack.throw_away() as stack:
        settings = stack.settings
        caller = Caller(settings.api_url)
        headers = {"Authorization": f"Bearer {local_token('admin', settings.issuer_key_path)}"}
        body = f'{{"id": "{UNIT}", "name": "Bench", "currency": "EUR"}}'.encode()
        await caller.post("/v1/units", body, headers | {"Content-Type": "application/json"}, expect=201)
        await _fill(stack)
        paths = {
            f"all {REQUESTS:,} requests": f"/v1/stats?unit={UNIT}&from=2000-01-01",
            "those of the last 90 days": f"/v1/stats?unit={UNIT}",
            "a list of 50 requests": f"/v1/recalls?unit={UNIT}&limit=50",
        }
        for name, path in paths.items():
            ask = _asking(caller, path, headers)
            await ask()
            times = [await _timed(ask) for _ in range(rounds)]
            print(f"{name:<28} median {statistics.median(times):6.0f} ms, at most {max(times):6.0f} ms")


async def _fill(stack: Stack) -> None:
    async with as_superuser(stack) as connection:
        await connection.execute("set session_replication_role = 'replica'")
        await connection.execute(_PEOPLE)
        await connection.execute(_FILL)
        await connection.execute("vacuum analyze recall_figure")


def _asking(caller: Caller, path: str, headers: dict[str, str]) -> Callable[[], Awaitable[object]]:
    async def ask() -> object:
        return await caller.send("GET", path, b"", headers, expect=200)

    return ask


async def _timed(ask: Callable[[], Awaitable[object]]) -> float:
    """Milliseconds."""
    started = time.perf_counter()
    await ask()
    return (time.perf_counter() - started) * 1000
