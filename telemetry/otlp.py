"""Spans sent by OTLP/HTTP. Imported only where an address is set: whoever collects no traces loads nothing of OpenTelemetry."""

from __future__ import annotations

from typing import Final

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import (
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    set_span_in_context,
)

from telemetry import spans
from telemetry.spans import Attributes, Kind
from telemetry.trace import Trace

_KINDS: Final = {
    Kind.SERVER: SpanKind.SERVER,
    Kind.CLIENT: SpanKind.CLIENT,
    Kind.PRODUCER: SpanKind.PRODUCER,
    Kind.CONSUMER: SpanKind.CONSUMER,
}
_SEND_EVERY_MS: Final = 1000
_SEND_TIMEOUT_SECONDS: Final = 5


def send_spans(endpoint: str, *, process: str) -> None:
    """Record spans of this process and send them to a collector; `endpoint` is its base, as OTEL_EXPORTER_OTLP_ENDPOINT is.

    Headers, certificates, sampling and further attributes are read from the standard OTEL_ variables.
    """
    resource = Resource.create({"service.name": process})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    exporter = OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces", timeout=_SEND_TIMEOUT_SECONDS)
    provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=_SEND_EVERY_MS))
    tracer = provider.get_tracer("tilbake")

    def begin(name: str, kind: Kind, parent: Trace | None) -> _Recorded:
        return _Recorded(tracer.start_span(name, context=_context_of(parent), kind=_KINDS[kind]))

    spans.record(begin, stop=provider.shutdown)


class _Recorded:
    def __init__(self, span: Span) -> None:
        self._span = span

    @property
    def trace(self) -> Trace:
        context = self._span.get_span_context()
        return Trace(f"{context.trace_id:032x}", f"{context.span_id:016x}", sampled=context.trace_flags.sampled)

    def end(self, name: str, attributes: Attributes, *, failed: str | None) -> None:
        self._span.update_name(name)
        self._span.set_attributes(dict(attributes))
        if failed is not None:
            self._span.set_attribute("error.type", failed)
            self._span.set_status(Status(StatusCode.ERROR))
        self._span.end()


def _context_of(parent: Trace | None) -> Context:
    """Ours is not the context of the library: what is under way is told to it each time."""
    if parent is None:
        return Context()
    flags = TraceFlags(TraceFlags.SAMPLED if parent.sampled else TraceFlags.DEFAULT)
    above = SpanContext(int(parent.trace_id, 16), int(parent.span_id, 16), is_remote=True, trace_flags=flags)
    return set_span_in_context(NonRecordingSpan(above), Context())
