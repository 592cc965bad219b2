"""What GET /metrics tells: this process by itself, and the database once for all who ask within some seconds.

A database that is away, or takes too long, is told as such; the answer is given all the same.
"""

from __future__ import annotations

import asyncio
import time
from typing import Final

import structlog
from prometheus_client.core import Metric

from api.observed import Handled
from domain.recall.reconciliation import Disagreement
from domain.recall.request import RequestStatus
from store import operating
from store.database import Database
from telemetry.figures import Figures, counter, gauge, gauges

_log = structlog.get_logger()
_KEPT_SECONDS: Final = 5.0
_PATIENCE_SECONDS: Final = 4.0
"""For connection and answer together: less than a scraper waits."""


class Operating:
    """The figures of one API process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._figures = Figures()
        self._known: operating.Figures | None = None
        self._until = 0.0
        self._asking = asyncio.Lock()

    def count(self, handled: Handled) -> None:
        """A request was answered."""
        self._figures.handled(
            route=handled.route, method=handled.method, status=handled.status, seconds=handled.seconds
        )

    async def text(self) -> bytes:
        """All figures as Prometheus reads them."""
        found = await self._of_database()
        pool = [
            gauge("tilbake_pool_connections_in_use", "Connections that acts hold now", self._database.in_use),
            gauge("tilbake_pool_connections_most", "Connections the pool may have", self._database.pool_size),
            gauge("tilbake_database_up", "Whether the database answers with these figures", float(found is not None)),
        ]
        return self._figures.text(*pool, *([] if found is None else _business(found)))

    async def _of_database(self) -> operating.Figures | None:
        async with self._asking:
            if time.monotonic() >= self._until:
                self._known = await self._ask()
                self._until = time.monotonic() + _KEPT_SECONDS
            return self._known

    async def _ask(self) -> operating.Figures | None:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS), self._database.snapshot() as connection:
                return await operating.figures(connection)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the database, the other figures are told
            _log.warning("metrics.without_database", error=type(error).__name__)
            return None


def _business(found: operating.Figures) -> list[Metric]:
    """Names, words, and a zero for each label of a closed list."""
    statuses = {status.value: 0.0 for status in RequestStatus}
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
