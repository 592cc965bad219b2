"""Who sent this webhook, and how we sign ours: Standard Webhooks, symmetric v1, read strictly. Verifying never raises.

The signed bytes are id.timestamp.body; the signature is base64 of their HMAC-SHA256. Only the one plain spelling of each
part is accepted, so that a message has one reading.
Source: API contract, Webhooks in; the vectors in tests/data/webhooks.json.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

TOLERANCE_SECONDS = 300
MOST_SIGNATURES = 8
SECRET_PREFIX = "whsec_"  # noqa: S105 - the public prefix of every secret, not a secret

_ID = re.compile("[A-Za-z0-9_-]{1,255}")
_TIMESTAMP = re.compile("[1-9][0-9]{0,11}")
_SIGNATURE_BYTES = 32

Header = tuple[bytes | str, bytes | str]


@dataclass(frozen=True, slots=True)
class VerifiedWebhook:
    """A message whose sender is known: its id, by which a repetition is told, and when it was signed (Unix seconds)."""

    id: str
    timestamp: int


def verify(headers: Sequence[Header], *, body: bytes, secrets: Sequence[str], now: int) -> VerifiedWebhook | None:
    """The message, if one of its signatures is by one of the live secrets; else None, without saying why.

    headers: in the order of arrival, a repeated one repeated. body: the bytes as they came.
    secrets: all live ones of the sender, as "whsec_" and base64. now: the receiver's clock in Unix seconds.
    """
    message_id, timestamp, signatures = (
        _only(headers, name=f"webhook-{part}") for part in ("id", "timestamp", "signature")
    )
    if not _ID.fullmatch(message_id) or not _TIMESTAMP.fullmatch(timestamp):
        return None
    tokens = signatures.split(" ")
    if abs(now - int(timestamp)) > TOLERANCE_SECONDS or len(tokens) > MOST_SIGNATURES:
        return None
    signed = f"{message_id}.{timestamp}.".encode("ascii") + body
    expected = [hmac.digest(key, signed, hashlib.sha256) for key in _keys(secrets)]
    given = [signature for token in tokens if (signature := _signature(token)) is not None]
    matches = [hmac.compare_digest(one, other) for one in expected for other in given]
    return VerifiedWebhook(message_id, int(timestamp)) if any(matches) else None


def sign(message_id: str, *, timestamp: int, body: bytes, secrets: Sequence[str]) -> str:
    """The header `webhook-signature` of a message: a signature by each live secret, newest first, parted by spaces.

    timestamp: Unix seconds, as in the header `webhook-timestamp`. secrets: as for `verify`.
    """
    signed = f"{message_id}.{timestamp}.".encode("ascii") + body
    digests = (hmac.digest(key, signed, hashlib.sha256) for key in _keys(secrets))
    return " ".join(f"v1,{base64.b64encode(digest).decode('ascii')}" for digest in digests)


def _only(headers: Sequence[Header], *, name: str) -> str:
    """The value of a header that came exactly once; else nothing, which no rule accepts."""
    values = [_text(value) for key, value in headers if _text(key).lower() == name]
    return values[0] if len(values) == 1 else ""


def _text(value: bytes | str) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _keys(secrets: Sequence[str]) -> Iterator[bytes]:
    for secret in secrets:
        key = _decoded(secret.removeprefix(SECRET_PREFIX))
        if key:  # an empty key would let anybody sign
            yield key


def _signature(token: str) -> bytes | None:
    version, _, text = token.partition(",")
    signature = _decoded(text) if version == "v1" else None
    return signature if signature is not None and len(signature) == _SIGNATURE_BYTES else None


def _decoded(text: str) -> bytes | None:
    """Bytes from padded standard base64 in its one canonical spelling."""
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return found if base64.b64encode(found).decode("ascii") == text else None
