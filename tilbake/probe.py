"""`python -m tilbake.probe PORT PATH`: whether this machine answers there with 200; what containers are probed by, instead of curl.

Standard library only, and nothing of the service is loaded: a probe runs every few seconds.
"""

from __future__ import annotations

import http.client
import sys
from collections.abc import Sequence

_PATIENCE_SECONDS = 3.0


def main(words: Sequence[str]) -> int:
    """0 when the answer is 200; else 1, with one line on standard error."""
    port, path = words
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=_PATIENCE_SECONDS)
    try:
        connection.request("GET", path)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        sys.stderr.write(f"{path} does not answer: {type(error).__name__}\n")
        return 1
    finally:
        connection.close()
    if status != http.HTTPStatus.OK:
        sys.stderr.write(f"{path} answers {status}\n")
    return 0 if status == http.HTTPStatus.OK else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
