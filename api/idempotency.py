"""The pure parts of Idempotency-Key: what a key may be, and what makes two requests the same one.

Storage belongs to the store: kept with the person, in the transaction of the effect. Source: API contract.
"""

import hashlib
import re
from collections.abc import Sequence

from api.edge import bad_parameter

HEADER = "Idempotency-Key"
REPLAY_HEADER = "Idempotent-Replay"
_KEY = re.compile("[\x21-\x7e]{1,255}")


def idempotency_key(lines: Sequence[str]) -> str | None:
    """The key of a request, by the lines of the header; None where there is none.

    Raises EdgeError invalid_value unless it is 1 to 255 visible ASCII, and where there are two: nobody knows which one was meant.
    """
    if len(lines) > 1:
        raise bad_parameter(HEADER, expected="once")
    if lines and not _KEY.fullmatch(lines[0]):
        raise bad_parameter(HEADER, expected="key")
    return lines[0] if lines else None


def request_hash(method: str, *, path: str, body: bytes) -> str:
    """Sha256, as hex, of what the request asks. path: as sent, with its query where that changes the effect."""
    digest = hashlib.sha256()
    for part in (method.upper().encode(), path.encode("utf-8", "surrogatepass"), body):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()
