"""What an answer of a receiver means, and how long it may ask us to wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.outgoing.answers import Outcome, judge, judge_mail, wait_of

pytestmark = pytest.mark.unit

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome.DELIVERED), (204, Outcome.DELIVERED), (299, Outcome.DELIVERED), (410, Outcome.REFUSED),
        (199, Outcome.TRY_AGAIN), (300, Outcome.TRY_AGAIN), (301, Outcome.TRY_AGAIN), (302, Outcome.TRY_AGAIN), (308, Outcome.TRY_AGAIN),
        (400, Outcome.TRY_AGAIN), (401, Outcome.TRY_AGAIN), (404, Outcome.TRY_AGAIN), (409, Outcome.TRY_AGAIN),
        (429, Outcome.TRY_AGAIN), (500, Outcome.TRY_AGAIN), (503, Outcome.TRY_AGAIN), (599, Outcome.TRY_AGAIN),
    ],
)  # fmt: skip
def test_a_status_is_taken_is_gone_or_is_tried_again(status: int, outcome: Outcome) -> None:
    assert judge(status) is outcome


@pytest.mark.parametrize(
    ("code", "about_mail", "outcome"),
    [
        (250, True, Outcome.DELIVERED), (250, False, Outcome.DELIVERED), (299, True, Outcome.DELIVERED),
        (421, True, Outcome.TRY_AGAIN), (451, True, Outcome.TRY_AGAIN), (499, True, Outcome.TRY_AGAIN), (354, True, Outcome.TRY_AGAIN),
        (500, True, Outcome.REFUSED), (550, True, Outcome.REFUSED), (554, True, Outcome.REFUSED),
        (535, False, Outcome.TRY_AGAIN), (554, False, Outcome.TRY_AGAIN),
    ],
)  # fmt: skip
def test_a_mail_is_refused_for_good_only_where_it_is_about_the_mail(
    code: int, about_mail: object, outcome: Outcome
) -> None:
    assert judge_mail(code, about_mail=bool(about_mail)) is outcome


@pytest.mark.parametrize(
    ("status", "header", "wait"),
    [
        (429, "120", timedelta(seconds=120)),
        (503, " 120 ", timedelta(seconds=120)),
        (503, "Mon, 02 Mar 2026 10:02:00 GMT", timedelta(minutes=2)),
        (503, "Mon, 02 Mar 2026 09:02:00 GMT", timedelta(seconds=5)),
        (429, "0", timedelta(seconds=5)),
        (429, "5", timedelta(seconds=5)),
        (429, "999999999", timedelta(hours=24)),
        (429, "86400", timedelta(hours=24)),
        (503, "Fri, 02 Mar 2096 10:02:00 GMT", timedelta(hours=24)),
        (500, "120", None),
        (302, "120", None),
        (429, None, None),
        (429, "", None),
        (429, "soon", None),
        (429, "-5", None),
        (429, "1.5", None),
        (429, "9" * 10, None),
        (429, "\u0661\u0662", None),
        (503, "Mon, 99 Mar 2026 10:02:00 GMT", None),
    ],
)
def test_a_receiver_asks_to_be_left_alone(status: int, header: str | None, wait: timedelta | None) -> None:
    assert wait_of(status, header, now=NOW) == wait
