"""`python -m api`: the API process."""

from __future__ import annotations

import sys

import uvicorn

from api.main import create_app
from tilbake.errors import CannotStart
from tilbake.leaving import leave
from tilbake.settings import Settings


def main() -> int:
    """Serve until stopped; 1 with a sentence when it cannot."""
    try:
        settings = Settings.from_environment()
        app = create_app(settings)
    except CannotStart as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    uvicorn.run(
        app,
        host=settings.api_host,
        port=settings.api_port,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=5,
        timeout_keep_alive=75,
    )
    return 0


if __name__ == "__main__":
    leave(main())
