"""The example for receivers in docs/channels.md does what it says, against the vectors and our own signatures."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from domain.webhook_signature import sign
from tests.webhook_vectors import vectors

pytestmark = pytest.mark.unit

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "channels.md").read_text(encoding="utf-8")
SECRET = "whsec_KdLF9cjHx8At+mrK4IzKP8jnOkPt3QFzI5yvXIlCOIo="


@pytest.fixture
def is_genuine() -> Callable[[dict[str, str], bytes, str], bool]:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict[str, Any] = {}
    exec(example, names)  # the page's own code
    found: Callable[[dict[str, str], bytes, str], bool] = names["is_genuine"]
    return found


def headers_of(body: bytes, *, at: int, secrets: list[str]) -> dict[str, str]:
    signature = sign("evt_1", timestamp=at, body=body, secrets=secrets)
    return {"webhook-id": "evt_1", "webhook-timestamp": str(at), "webhook-signature": signature}


def test_a_receiver_knows_what_we_signed(is_genuine: Callable[..., bool]) -> None:
    now, body = int(time.time()), b'{"type":"ping"}'
    other = "whsec_c2VjcmV0c2VjcmV0c2VjcmV0"

    assert is_genuine(headers_of(body, at=now, secrets=[SECRET]), body, SECRET)
    assert is_genuine(headers_of(body, at=now, secrets=[other, SECRET]), body, SECRET)
    assert not is_genuine(headers_of(body, at=now, secrets=[other]), body, SECRET)
    assert not is_genuine(headers_of(body, at=now, secrets=[SECRET]), body + b" ", SECRET)
    assert not is_genuine(headers_of(body, at=now - 301, secrets=[SECRET]), body, SECRET)


def test_what_we_sign_is_what_the_vectors_have_signed() -> None:
    vector = next(one for one in vectors() if one.name == "valid")
    headers = dict(vector.headers)

    ours = sign(
        headers["webhook-id"], timestamp=int(headers["webhook-timestamp"]), body=vector.body, secrets=vector.secrets
    )

    assert ours == headers["webhook-signature"]
