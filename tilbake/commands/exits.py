"""How commands end: their exit codes, in one place because people write scripts around them."""

from typing import Final

GOOD: Final = 0
FAULTS: Final = 1
"""Faults were found, or the service refused."""
USAGE: Final = 2
"""A file cannot be read or written, or the call is incomplete."""
AWAY: Final = 3
"""No service answers."""
