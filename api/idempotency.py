"""The pure parts of Idempotency-Key: what a key may be, and what makes two requests the same one.

Storage belongs to the store: kept with the person, in the transaction of the effect. Source: API contract.
"""

import hashlib
import re

from api.edge import bad_parameter

HEADER = "Idempotency-Key"
REPLAY_HEADER = "Idempotent-Replay"
_KEY = re.compile("[\x21-\x7e]{1,255}")


def idempotency_key(header: str | None) -> str | None:
    """The key of a request; None where there is none. Raises EdgeError invalid_value unless 1 to 255 visible ASCII."""
    if header is not None and not _KEY.fullmatch(header):
        raise bad_parameter(HEADER, expected="key")
    return header


def request_hash(method: str, *, path: str, body: bytes) -> str:
    """Sha256, as hex, of what the request asks. path: as sent, with its query where that changes the effect."""
    digest = hashlib.sha256()
    for part in (method.upper().encode(), path.encode("utf-8", "surrogatepass"), body):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()
