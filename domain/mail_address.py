"""What is an address that mail can be sent to: the one plain form, in ASCII, without quotes, comments or address literals.

Source: RFC 5321, 4.1.2, less what lets one address be written in several ways.
"""

from __future__ import annotations

import re
from typing import Final

LONGEST_ADDRESS: Final = 254
_LOCAL: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
_LABEL: Final = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
ADDRESS: Final = rf"{_LOCAL}@{_LABEL}(?:\.{_LABEL})+"
_FORM: Final = re.compile(ADDRESS)


def is_address(text: str) -> bool:
    """Whether mail can be sent there, as far as its form tells."""
    return len(text) <= LONGEST_ADDRESS and _FORM.fullmatch(text) is not None


def domain_of(address: str) -> str:
    """What stands behind the @."""
    return address.rpartition("@")[2]
