"""How often one caller may call: so many times a second in the long run, more for a moment (security.md, API4).

Kept in the process: each API has an account of its own for every caller.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Final

from api.edge import EdgeError, Fault
from domain.refusals import Code, Refusal

BURST_SECONDS: Final = 10
"""Whoever was quiet may call at once as often as else in so many seconds: a page that loads, a list that is worked off."""
MOST_CALLERS: Final = 10_000


class Pacing:
    """Callers, and when each will have used up no more than its share: the virtual scheduling of a leaky bucket (GCRA)."""

    def __init__(self, per_second: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        """`per_second` calls of each caller in the long run; 0: as many as they like."""
        self._per_second = per_second
        self._clock = clock
        self._even_at: dict[str, float] = {}

    def check(self, caller: str) -> None:
        """Count a call. One that comes too soon is not counted: raises EdgeError rate_limited, with Retry-After in whole seconds."""
        if not self._per_second:
            return
        now = self._clock()
        even_at = max(self._even_at.get(caller, now), now) + 1 / self._per_second
        too_soon = even_at - now - BURST_SECONDS
        if too_soon > 0:
            raise EdgeError(Fault(Refusal(Code.RATE_LIMITED)), headers={"Retry-After": str(math.ceil(too_soon))})
        if len(self._even_at) >= MOST_CALLERS:
            self._forget_quiet(now)
        self._even_at[caller] = even_at

    def _forget_quiet(self, now: float) -> None:
        """Those with nothing to wait for are as those who never called."""
        self._even_at = {caller: even_at for caller, even_at in self._even_at.items() if even_at > now}
