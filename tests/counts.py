"""How much of something a test does: a little in every run, all of it with `scripts/test --long`, less with `scripts/mutate`."""

from __future__ import annotations

import os

LONG = os.environ.get("TILBAKE_TEST_LONG") == "1"
MUTANTS = os.environ.get("TILBAKE_TEST_MUTANTS") == "1"
FEWER = 5
PATIENCE = 10 if LONG else 1
"""How many times longer a test at full counts may take before it counts as hanging, on a machine that others use, too."""


def count(short: int, long: int) -> int:
    """Examples, races, kills: the same test at the size of this run."""
    if MUTANTS:
        return max(1, short // FEWER)
    return long if LONG else short
