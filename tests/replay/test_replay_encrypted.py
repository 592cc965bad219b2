"""An encrypted history replays like a plain one, with the ring that has its keys and with no other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.encrypting import encrypting
from tests.replay.every import walked_now
from tests.replay.recorded import FINGERPRINT, commands
from tests.replay.test_replay import replayer
from tests.servers import Addresses

pytestmark = pytest.mark.workflow


@pytest.mark.parametrize("path", ["approved", "delivery_given_up", "compared"])
async def test_an_encrypted_history_replays(path: str, servers: Addresses, tmp_path: Path) -> None:
    client = await encrypting(servers.temporal_address, tmp_path, "a")
    rotated = await encrypting(servers.temporal_address, tmp_path, "b", "a")
    other = await encrypting(servers.temporal_address, tmp_path, "b")

    history = await walked_now(client, path)

    assert commands(history) == json.loads(FINGERPRINT.read_text(encoding="utf-8"))[path]
    await replayer(rotated.data_converter).replay_workflow(history)
    with pytest.raises(RuntimeError):
        await replayer(other.data_converter).replay_workflow(history)
