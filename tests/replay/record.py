"""Walks paths again and writes their histories and the fingerprint: `python -m tests.replay.record [PATH ...]`, else all.

To be run on purpose, after a change of the workflow that open requests survive (a patch) or need not survive.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Sequence

from temporalio.client import Client

from tests.replay.every import EVERY_PATH, walked_now
from tests.replay.recorded import FINGERPRINT, FOLDER, commands, file_of, scrubbed
from tests.servers import Servers


async def record(address: str, paths: Sequence[str]) -> None:
    """Walk paths on the server there and write what they left; the others keep what was recorded before."""
    client = await Client.connect(address, identity="tilbake")
    FOLDER.mkdir(exist_ok=True)
    found = json.loads(FINGERPRINT.read_text(encoding="utf-8")) if FINGERPRINT.exists() else {}
    for name in paths:
        history = await walked_now(client, name)
        file_of(name).write_text(scrubbed(history), encoding="utf-8")
        found[name] = commands(history)
    ordered = {name: found[name] for name in EVERY_PATH if name in found}
    FINGERPRINT.write_text(json.dumps(ordered, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Start the servers, record, stop them."""
    servers = Servers()
    try:
        asyncio.run(record(servers.start().temporal_address, sys.argv[1:] or list(EVERY_PATH)))
    finally:
        servers.stop()


if __name__ == "__main__":
    main()
