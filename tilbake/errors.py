"""Failures a person can do something about, told in one sentence instead of a traceback."""

from __future__ import annotations


class CannotStart(Exception):
    """Something on this machine stands in the way; the message says what it is and what to do."""
