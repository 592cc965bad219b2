"""A collector of traces in the test's own process: it takes OTLP by HTTP, as protobuf, and keeps what came."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)

from tests.waiting import until


@dataclass(frozen=True, slots=True)
class Collected:
    """A span as it came; ids in hex."""

    process: str
    name: str
    trace_id: str
    span_id: str
    parent_id: str
    attributes: Mapping[str, str]
    nanoseconds: int
    failed: bool


@dataclass(slots=True)
class Collector:
    """What has come so far: spans as they were decoded, and the bodies as they were sent."""

    port: int = 0
    spans: list[Collected] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)

    @property
    def endpoint(self) -> str:
        """What a process is given as its endpoint."""
        return f"http://127.0.0.1:{self.port}"

    def of(self, trace_id: str) -> list[Collected]:
        """The spans of a trace."""
        return [one for one in self.spans if one.trace_id == trace_id]

    async def has(self, trace_id: str, *names: str) -> list[Collected]:
        """The spans of a trace, once these are among them."""

        async def look() -> bool:
            return set(names) <= {one.name for one in self.of(trace_id)}

        await until(look, what=f"{names} of {trace_id} were sent; so far {sorted(self._names(trace_id))}")
        return self.of(trace_id)

    def _names(self, trace_id: str) -> set[str]:
        return {one.name for one in self.of(trace_id)}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, which may be kept for many requests."""
        try:
            while line := await reader.readline():
                await self._take(line.decode("latin-1"), reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _take(self, line: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        headers = {}
        while (header := (await reader.readline()).decode("latin-1").strip()) != "":
            name, _, value = header.partition(":")
            headers[name.lower()] = value.strip()
        body = await reader.readexactly(int(headers["content-length"]))
        fits = line.startswith("POST /v1/traces ") and headers["content-type"] == "application/x-protobuf"
        if fits:
            self._note(headers, gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body)
        answer = ExportTraceServiceResponse().SerializeToString()
        status = "200 OK" if fits else "400 Bad Request"
        head = f"HTTP/1.1 {status}\r\ncontent-type: application/x-protobuf\r\ncontent-length: {len(answer)}\r\n\r\n"
        writer.write(head.encode() + answer)
        await writer.drain()

    def _note(self, headers: Mapping[str, str], body: bytes) -> None:
        self.headers.append(headers)
        self.bodies.append(body)
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            about = {one.key: one.value.string_value for one in resource.resource.attributes}
            for scope in resource.scope_spans:
                self.spans += [
                    Collected(
                        process=about["service.name"],
                        name=one.name,
                        trace_id=one.trace_id.hex(),
                        span_id=one.span_id.hex(),
                        parent_id=one.parent_span_id.hex(),
                        attributes={
                            attribute.key: attribute.value.string_value or str(attribute.value.int_value)
                            for attribute in one.attributes
                        },
                        nanoseconds=one.end_time_unix_nano - one.start_time_unix_nano,
                        failed=one.status.code == one.status.STATUS_CODE_ERROR,
                    )
                    for one in scope.spans
                ]


@asynccontextmanager
async def collector() -> AsyncIterator[Collector]:
    """A collector that takes traces until the end of the block."""
    made = Collector()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
