"""`python -m api`: the API process."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
import time
from contextlib import suppress
from types import FrameType
from typing import Final

import uvicorn
from fastapi import FastAPI

from api.local_issuer import IssuerKeyError, issuer_key
from api.main import create_app
from api.service import Service
from tilbake.errors import CannotStart
from tilbake.file_faults import why
from tilbake.process.least_rights import require_least_rights
from tilbake.process.leaving import leave
from tilbake.process.observing import observe
from tilbake.process.texts import KEY_OF_NO_USE
from tilbake.settings import Settings

_CLOSE: Final = (b"connection", b"close")


class Server(uvicorn.Server):
    """A server that leaves politely (ADR 028).

    Told to end, it first says so by /readyz and on each connection, and serves on until nobody should come any more. Then it ends
    open event streams and waits for outcomes: it would else wait for them as long as it waits for anybody.
    """

    def __init__(self, config: uvicorn.Config, service: Service) -> None:
        super().__init__(config)
        self._service = service
        self._gone_at: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """SIGTERM is the request to leave, once; anything else, and where nobody is to be waited for, ends it at once."""
        if sig == signal.SIGTERM and self._gone_at is None and self.started and self._service.settings.drain_seconds:
            self._gone_at = time.monotonic() + self._service.settings.drain_seconds
            self._service.leaving = True
            self.config.encoded_headers.append(_CLOSE)
            self.server_state.default_headers = [*self.server_state.default_headers, _CLOSE]
        else:
            super().handle_exit(sig, frame)

    async def on_tick(self, counter: int) -> bool:
        """Whether it is time to stop."""
        is_over = await super().on_tick(counter)
        return is_over or (self._gone_at is not None and time.monotonic() >= self._gone_at)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop: streams and waiting for outcomes at once, other requests in their time."""
        self._service.events.stop()
        self._service.outcomes.let_go()
        await super().shutdown(sockets)


def _sockets(settings: Settings) -> list[socket.socket] | None:
    """None where the port is this process's alone. A shared one is heard by each that asks to share it (ADR 033)."""
    if settings.api_own_port is None:
        return None
    shared = (settings.api_host, settings.api_port)
    return [_listening(shared, is_shared=True), _listening(("127.0.0.1", settings.api_own_port), is_shared=False)]


def _listening(address: tuple[str, int], *, is_shared: bool) -> socket.socket:
    heard = socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET)
    heard.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if is_shared:
        heard.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    heard.bind(address)
    return heard


def require_issuer_key(settings: Settings) -> None:
    """The key of the local issuer, made now if there is none. Raises CannotStart: else whoever signs in first would find it of no use."""
    if settings.oidc_issuer is not None:
        return
    path = settings.issuer_key_path
    try:
        issuer_key(path)
    except IssuerKeyError as problem:
        raise CannotStart(problem.text, path=path) from None
    except OSError as problem:
        raise CannotStart(KEY_OF_NO_USE, path=path, why=why(problem)) from None


def served(app: FastAPI, settings: Settings) -> uvicorn.Config:
    """How the application is served. Nothing is believed of who calls or by which scheme: nobody asks, and a header could say anything."""
    return uvicorn.Config(
        app,
        host=settings.api_host,
        port=settings.api_port,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_config=None,  # as tilbake.process.logs has it, like all libraries
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=5,
        timeout_keep_alive=75,
    )


def main() -> int:
    """Serve until stopped; 1 with a sentence when it cannot."""
    try:
        settings = Settings.from_environment()
        asyncio.run(require_least_rights(settings))
        observe(settings, process="tilbake-api")
        app = create_app(settings)
        require_issuer_key(settings)
    except CannotStart as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    server = Server(served(app, settings), app.state.service)
    with suppress(KeyboardInterrupt):  # raised again when everything has stopped
        server.run(_sockets(settings))
    return 0 if server.started else 3


if __name__ == "__main__":
    leave(main())
