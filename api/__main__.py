"""`python -m api`: the API process."""

from __future__ import annotations

import socket
import sys
from contextlib import suppress

import uvicorn

from api.main import create_app
from api.service import Service
from tilbake.errors import CannotStart
from tilbake.leaving import leave
from tilbake.observing import observe
from tilbake.settings import Settings


class Server(uvicorn.Server):
    """A server that ends open event streams first: it would else wait for them as long as it waits for anybody."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop: streams at once, other requests in their time."""
        service: Service = self.config.app.state.service  # type: ignore[union-attr]  # it is the application of main()
        service.events.stop()
        await super().shutdown(sockets)


def main() -> int:
    """Serve until stopped; 1 with a sentence when it cannot."""
    try:
        settings = Settings.from_environment()
        observe(settings, process="tilbake-api")
        app = create_app(settings)
    except CannotStart as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    config = uvicorn.Config(
        app,
        host=settings.api_host,
        port=settings.api_port,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_config=None,  # as tilbake.logs has it, like all libraries
        server_header=False,
        timeout_graceful_shutdown=5,
        timeout_keep_alive=75,
    )
    server = Server(config)
    with suppress(KeyboardInterrupt):  # raised again when everything has stopped
        server.run()
    return 0 if server.started else 3


if __name__ == "__main__":
    leave(main())
