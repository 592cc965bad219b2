"""How commands end: their exit codes, in one place because people write scripts around them."""

from typing import Final

GOOD: Final = 0
FAULTS: Final = 1
"""Faults were found, or the service refused."""
USAGE: Final = 2
"""A file cannot be read or written, or the call is incomplete."""
AWAY: Final = 3
"""No service answers."""


class Ended(Exception):
    """Ends a command with an exit code, after a sentence that said why."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code
