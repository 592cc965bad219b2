"""Whatever arrives, the verifier answers; and nothing but the message that was signed is accepted."""

import base64
import hashlib
import hmac

from hypothesis import given
from hypothesis import strategies as st

from domain.webhook_signature import Header, verify

NOW = 1772445600
KEY = hashlib.sha256(b"a key of this test").digest()
SECRET = "whsec_" + base64.b64encode(KEY).decode()

names = st.sampled_from(["webhook-id", "Webhook-Timestamp", "webhook-signature"]) | st.text(max_size=20)
values = (
    st.text(max_size=60) | st.binary(max_size=60) | st.from_regex(r"v1a?,[A-Za-z0-9+/]{0,44}={0,2}", fullmatch=True)
)
headers = st.lists(st.tuples(names | st.binary(max_size=20), values), max_size=8)


@given(headers, st.binary(max_size=200), st.lists(st.text(max_size=60), max_size=3), st.integers(0, 10**12))
def test_noise_is_never_accepted_and_never_raises(
    sent: list[Header], body: bytes, secrets: list[str], now: int
) -> None:
    assert verify(sent, body=body, secrets=secrets, now=now) is None


@given(st.from_regex(r"[A-Za-z0-9_-]{1,255}", fullmatch=True), st.binary(max_size=300), st.integers(-300, 300))
def test_what_was_signed_is_accepted(message_id: str, body: bytes, late_seconds: int) -> None:
    sent = signed(message_id, body=body)

    found = verify(sent, body=body, secrets=[SECRET], now=NOW + late_seconds)

    assert found is not None
    assert found.id == message_id


@given(st.binary(min_size=1, max_size=300), st.data())
def test_a_changed_byte_is_refused(body: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(body) - 1))
    change = data.draw(st.integers(1, 255))
    altered = body[:place] + bytes([body[place] ^ change]) + body[place + 1 :]

    assert verify(signed("msg_1", body=body), body=altered, secrets=[SECRET], now=NOW) is None


def signed(message_id: str, *, body: bytes) -> list[Header]:
    digest = hmac.digest(KEY, f"{message_id}.{NOW}.".encode() + body, "sha256")
    signature = "v1," + base64.b64encode(digest).decode()
    return [("webhook-id", message_id), ("webhook-timestamp", str(NOW)), ("webhook-signature", signature)]
