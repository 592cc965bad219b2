"""`Prefer: wait=N` (RFC 7240): how long a caller would rather wait for the outcome than read it later."""

import re

LONGEST_WAIT_SECONDS = 20
APPLIED_HEADER = "Preference-Applied"
_WAIT = re.compile(r'(?:^|[,;])\s*wait\s*=\s*"?([0-9]{1,6})"?\s*(?=$|[,;])', re.IGNORECASE)
_LONGEST_HEADER = 500


def wait_seconds(header: str | None) -> int:
    """Seconds to wait, at most LONGEST_WAIT_SECONDS; 0 where nothing was preferred. What is not understood is ignored."""
    found = _WAIT.search((header or "")[:_LONGEST_HEADER])
    return min(int(found.group(1)), LONGEST_WAIT_SECONDS) if found else 0
