"""At most two secrets are live: the newest, and the one before it until its time is over or it is retired."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.live_secrets import LiveSecrets
from domain.refusals import Code, Refusal

pytestmark = pytest.mark.unit

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FIRST = LiveSecrets("a", NOW - HOUR)


def test_a_new_channel_has_one() -> None:
    assert FIRST.live_at(NOW) == ("a",)
    assert FIRST.old_at(NOW) is None
    assert FIRST.check_rotation(NOW) is None


def test_a_rotated_one_has_two_until_it_is_retired() -> None:
    rotated = FIRST.rotated("b", now=NOW, until=None)

    assert rotated.live_at(NOW + 9999 * HOUR) == ("b", "a")
    assert rotated.check_rotation(NOW) == Refusal(Code.ROTATION_UNDER_WAY)
    assert rotated.since == NOW
    assert rotated.old_at(NOW) is not None
    assert rotated.retired() == LiveSecrets("b", NOW)


def test_an_old_one_ends_at_its_moment_and_not_before() -> None:
    rotated = FIRST.rotated("b", now=NOW, until=NOW + HOUR)

    assert rotated.live_at(NOW + HOUR - timedelta(microseconds=1)) == ("b", "a")
    assert rotated.live_at(NOW + HOUR) == ("b",)
    assert rotated.check_rotation(NOW + HOUR) is None
    assert rotated.rotated("c", now=NOW + HOUR, until=None).live_at(NOW + HOUR) == ("c", "b")
