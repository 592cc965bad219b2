"""Long requests of few lines: what counts as long, and how many lines a chunk has, made small for a test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from application import asking, bulk, deciding, settling


@contextmanager
def chunks_of(lines: int) -> Iterator[None]:
    """Inside, a request of more lines than this is a long one, in this process."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (asking, bulk, deciding, settling):
            patch.setattr(module, "CHUNK_LINES", lines)
        yield
