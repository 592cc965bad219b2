"""What a process begins with so that it can be seen: the runtime of the Temporal SDK, and where its spans go."""

from __future__ import annotations

import asyncio
import logging
import threading
from contextlib import suppress
from typing import Final

from temporalio.runtime import (
    LogForwardingConfig,
    LoggingConfig,
    PrometheusConfig,
    Runtime,
    TelemetryConfig,
    TelemetryFilter,
)

from telemetry.spans import stop_recording
from telemetry.work import BUCKETS
from tilbake.errors import CannotStart
from tilbake.process import texts
from tilbake.settings import Settings

_LAST_SPANS_SECONDS: Final = 1


def observe(settings: Settings, *, process: str, metrics_address: str | None = None) -> None:
    """Call once, before any client of Temporal and any database is made. Raises CannotStart where an address is taken.

    OpenTelemetry is loaded only where a collector is set.
    """
    metrics = None
    if metrics_address is not None:
        metrics = PrometheusConfig(
            metrics_address,
            counters_total_suffix=True,
            unit_suffix=True,
            durations_as_seconds=True,
            histogram_bucket_overrides=BUCKETS,
        )
    try:
        Runtime.set_default(
            Runtime(telemetry=TelemetryConfig(logging=_logging(), metrics=metrics)), error_if_already_set=False
        )
    except (RuntimeError, ValueError) as error:
        raise CannotStart(texts.NO_FIGURES, address=metrics_address) from error
    if settings.otlp_endpoint is not None:
        from telemetry.otlp import send_spans  # noqa: PLC0415 - whoever collects nothing does without

        send_spans(settings.otlp_endpoint, process=process)


async def stop_observing() -> None:
    """Send the last spans, for a moment: a collector that is away holds up no stop.

    The thread is one that nobody waits for: a loop that closes would wait for those of its own.
    """
    loop, sent = asyncio.get_running_loop(), asyncio.Event()

    def send() -> None:
        stop_recording()
        with suppress(RuntimeError):  # the loop is closed: it took too long
            loop.call_soon_threadsafe(sent.set)

    threading.Thread(target=send, daemon=True).start()
    with suppress(TimeoutError):
        await asyncio.wait_for(sent.wait(), _LAST_SPANS_SECONDS)


def _logging() -> LoggingConfig:
    """The SDK's own words become events as well, without the fields that hold what failed."""
    forwarding = LogForwardingConfig(logging.getLogger("temporalio.core"), append_log_fields_to_message=False)
    return LoggingConfig(TelemetryFilter(core_level="WARN", other_level="ERROR"), forwarding=forwarding)
