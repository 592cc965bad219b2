"""Walks every path again and writes its history and the fingerprint: `python -m tests.replay.record`.

To be run on purpose, after a change of the workflow that open requests survive (a patch) or need not survive.
"""

from __future__ import annotations

import asyncio
import json

from temporalio.client import Client

from tests.replay.paths import PATHS, walked
from tests.replay.recorded import FINGERPRINT, FOLDER, commands, file_of, scrubbed
from tests.servers import Servers


async def record(address: str) -> None:
    """Walk all paths on the server there and write what they left."""
    client = await Client.connect(address, identity="tilbake")
    FOLDER.mkdir(exist_ok=True)
    found = {}
    for name in PATHS:
        history = await walked(client, name)
        file_of(name).write_text(scrubbed(history), encoding="utf-8")
        found[name] = commands(history)
    FINGERPRINT.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Start the servers, record, stop them."""
    servers = Servers()
    try:
        asyncio.run(record(servers.start().temporal_address))
    finally:
        servers.stop()


if __name__ == "__main__":
    main()
