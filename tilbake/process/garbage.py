"""How seldom a long-lived process looks for garbage.

What a process has loaded by the time it serves stays until it ends. Looking through all of it again and again costs time on
every request, so it is set aside, and the rest is looked through after many new objects instead of seven hundred.
"""

from __future__ import annotations

import gc
from typing import Final

_NEW_OBJECTS: Final = 20_000


def collect_seldom() -> None:
    """Call once, when everything is loaded and before the first request."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 10, 20)
