"""At most two secrets are live, so that one can take the place of the other unhurriedly."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.live_secrets import LiveSecrets, OldSecret
from domain.refusals import Code, Refusal

pytestmark = pytest.mark.unit

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SOON, DAY = NOW + timedelta(hours=1), timedelta(days=1)
FIRST = LiveSecrets("first", NOW - DAY)
BOTH = FIRST.rotated("second", now=NOW, until=SOON)


def test_a_new_secret_is_the_newest_and_the_one_before_it_stays_good_until_then() -> None:
    assert LiveSecrets("second", NOW, OldSecret("first", NOW - DAY, SOON)) == BOTH


@pytest.mark.parametrize(
    ("now", "live"),
    [(NOW, ("second", "first")), (SOON - timedelta(seconds=1), ("second", "first")), (SOON, ("second",))],
)
def test_both_sign_newest_first_until_the_old_one_ends(now: datetime, live: tuple[str, ...]) -> None:
    assert BOTH.live_at(now) == live
    assert BOTH.old_at(now) == (BOTH.old if len(live) == 2 else None)


def test_without_an_end_the_old_one_is_good_until_it_is_retired() -> None:
    lasting = FIRST.rotated("second", now=NOW, until=None)

    assert lasting.live_at(NOW + 999 * DAY) == ("second", "first")
    assert lasting.retired() == LiveSecrets("second", NOW)


def test_one_alone_signs_alone() -> None:
    assert FIRST.live_at(NOW) == ("first",)
    assert FIRST.old_at(NOW) is None


def test_a_third_live_secret_is_refused() -> None:
    assert FIRST.check_rotation(NOW) is None
    assert BOTH.check_rotation(NOW) == Refusal(Code.ROTATION_UNDER_WAY)
    assert BOTH.check_rotation(SOON) is None
    assert replace(BOTH, old=None).check_rotation(NOW) is None
