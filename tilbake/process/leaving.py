"""The end of a process that has spoken to Temporal.

The SDK's threads hand every answer over while holding the interpreter; when the interpreter is being taken down at that
moment the process aborts or crashes (seen in every second run that ends right after a call, SDK 1.35, Python 3.11). So
the entry points end their process themselves, with everything written.
"""

from __future__ import annotations

import os
import sys
from typing import NoReturn


def leave(code: int) -> NoReturn:
    """Write what is buffered and end the process with this exit code, without taking the interpreter down."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            code = code or 1
    os._exit(code)
