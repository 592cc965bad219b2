"""What GET /metrics tells: this process by itself, and the database once for all who ask within some seconds.

A database that is away, or takes too long, is told as such; the answer is given all the same.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Generic, TypeVar

import structlog
from prometheus_client.core import Metric

from api.observed import Handled
from domain.recall.reconciliation import Disagreement
from domain.recall.request import RequestStatus
from store import operating
from store.database import Connection, Database
from telemetry.figures import Figures, counter, gauge, gauges

_log = structlog.get_logger()
_KEPT_SECONDS: Final = 5.0
_TOTALS_KEPT_SECONDS: Final = 60.0
_PATIENCE_SECONDS: Final = 4.0
"""For connection and answer together: less than a scraper waits."""
FoundT = TypeVar("FoundT")


class _Kept(Generic[FoundT]):
    """What the database said, for all who ask within some seconds; None where it does not answer now."""

    def __init__(self, ask: Callable[[Connection], Awaitable[FoundT]], *, seconds: float) -> None:
        self._ask = ask
        self._seconds = seconds
        self._until = 0.0
        self._known: FoundT | None = None
        self._asking = asyncio.Lock()

    async def of(self, database: Database) -> FoundT | None:
        """What is known, asked for anew where that was too long ago."""
        async with self._asking:
            if time.monotonic() >= self._until:
                self._known = await self._answer(database)
                self._until = time.monotonic() + (_KEPT_SECONDS if self._known is None else self._seconds)
            return self._known

    async def _answer(self, database: Database) -> FoundT | None:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS), database.snapshot() as connection:
                return await self._ask(connection)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the database, the other figures are told
            _log.warning("metrics.without_database", error=type(error).__name__)
            return None


class Operating:
    """The figures of one API process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._figures = Figures()
        self._present = _Kept(operating.figures, seconds=_KEPT_SECONDS)
        self._totals = _Kept(operating.totals, seconds=_TOTALS_KEPT_SECONDS)

    def count(self, handled: Handled) -> None:
        """A request was answered."""
        self._figures.handled(
            route=handled.route, method=handled.method, status=handled.status, seconds=handled.seconds
        )

    async def text(self) -> bytes:
        """All figures as Prometheus reads them."""
        found = await self._present.of(self._database)
        totals = None if found is None else await self._totals.of(self._database)
        pool = [
            gauge("tilbake_pool_connections_in_use", "Connections that acts hold now", self._database.in_use),
            gauge("tilbake_pool_connections_most", "Connections the pool may have", self._database.pool_size),
            gauge("tilbake_database_up", "Whether the database answers with these figures", float(found is not None)),
        ]
        return self._figures.text(*pool, *([] if found is None else _business(found, totals)))


def _business(found: operating.Figures, totals: Mapping[str, float] | None) -> list[Metric]:
    """Names, words, and a zero for each label of a closed list; what has ended is not told where its sums are not known."""
    statuses = {} if totals is None else {status.value: 0.0 for status in RequestStatus} | dict(totals)
    kinds = {kind.value: 0.0 for kind in Disagreement}
    return [
        gauges(
            "tilbake_requests",
            "Requests for recall by status",
            "status",
            values={**statuses, **found.by_label("requests")},
        ),
        gauge(
            "tilbake_oldest_open_request_seconds",
            "Age of the oldest request that awaits a decision",
            found.one("oldest_open_seconds"),
        ),
        gauge("tilbake_requests_overdue", "Requests whose next step is more than a minute late", found.one("overdue")),
        gauges(
            "tilbake_lines_blocked", "Open lines by what blocks them", "code", values=found.by_label("blocked_lines")
        ),
        gauge("tilbake_outbox_messages", "Messages that Temporal has not been told", found.one("outbox")),
        gauge("tilbake_outbox_lag_seconds", "Age of the oldest of them", found.one("outbox_lag_seconds")),
        gauge("tilbake_deliveries_waiting", "Deliveries under way or to start", found.one("deliveries_waiting")),
        gauge("tilbake_deliveries_oldest_seconds", "Age of the oldest of them", found.one("deliveries_oldest_seconds")),
        counter(
            "tilbake_deliveries_failed", "Deliveries that were given up or refused", found.one("deliveries_failed")
        ),
        gauges(
            "tilbake_differences",
            "Disagreements of Postgres and Temporal that are there now",
            "kind",
            values={**kinds, **found.by_label("differences")},
        ),
        counter("tilbake_differences_repairs", "How often something was done about one", found.one("repairs")),
    ]
