"""What containers are probed by."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tilbake.embedded.ports import free_ports
from tilbake.probe import main

pytestmark = pytest.mark.sending


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """Of a server that is well at /healthz and nowhere else."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = await reader.readline()
        status = b"200 OK" if b" /healthz " in line else b"503 Service Unavailable"
        writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize(("path", "code", "said"), [("/healthz", 0, ""), ("/readyz", 1, "/readyz answers 503\n")])
async def test_only_200_is_well(port: int, path: str, code: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert await asyncio.to_thread(main, [str(port), path]) == code
    assert capsys.readouterr().err == said


def test_nobody_there_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    (free,) = free_ports(1)

    assert main([str(free), "/healthz"]) == 1
    assert capsys.readouterr().err == "/healthz does not answer: ConnectionRefusedError\n"
