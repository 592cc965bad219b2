"""A machine whose clock was set wrong: a Python process that finds this on its path reads a clock that is so many seconds off.

Only what asks for the time of day is; a clock that only goes forward stays as it is, as it does on such a machine.
"""

from __future__ import annotations

import ctypes
import datetime as dt
import gc
import os
import time

_OFF_SECONDS = float(os.environ.get("TILBAKE_TEST_CLOCK_OFF_SECONDS", "0"))
_right = time.time


def _off() -> float:
    return _right() + _OFF_SECONDS


def _off_ns() -> int:
    return int(_off() * 1e9)


def _now(cls: type[dt.datetime], tz: dt.tzinfo | None = None) -> dt.datetime:
    return cls.fromtimestamp(_off(), tz)


time.time = _off
time.time_ns = _off_ns
# The class is written in C and lets nobody set its attributes: they are set where it keeps them.
_attributes = next(one for one in gc.get_referents(dt.datetime.__dict__) if isinstance(one, dict) and "now" in one)
_attributes["now"] = classmethod(_now)
ctypes.pythonapi.PyType_Modified(ctypes.py_object(dt.datetime))
