"""What the answer of a receiver means, and when to try again.

Source: API contract, Webhooks out: at least once, up to three days, 410 disables, redirects are not followed.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Final

GONE: Final = 410
TELL_WHEN: Final = frozenset({429, 503})
SOONEST: Final = timedelta(seconds=5)
LATEST: Final = timedelta(hours=24)
_SECONDS: Final = re.compile("[0-9]{1,9}")


class Outcome(StrEnum):
    """How an attempt ended: it was taken, it was refused for good, or it is worth another."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    TRY_AGAIN = "try_again"


def judge(status: int) -> Outcome:
    """2xx is taken, 410 says that nobody wants any more of it; everything else, redirects too, is a failure to try again."""
    if 200 <= status < 300:
        return Outcome.DELIVERED
    return Outcome.REFUSED if status == GONE else Outcome.TRY_AGAIN


def wait_of(status: int, retry_after: str | None, *, now: datetime) -> timedelta | None:
    """How long a receiver asks to be left alone, from 5 seconds to a day; None where it does not say so in a form of RFC 9110.

    retry_after: the header Retry-After of a 429 or 503, in seconds or as a date.
    """
    if status not in TELL_WHEN or retry_after is None:
        return None
    asked = _seconds(retry_after.strip()) if _SECONDS.fullmatch(retry_after.strip()) else _until(retry_after, now)
    return None if asked is None else min(max(asked, SOONEST), LATEST)


def _seconds(text: str) -> timedelta:
    return timedelta(seconds=int(text))


def _until(text: str, now: datetime) -> timedelta | None:
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return at - now if at.tzinfo is not None else None


def judge_mail(code: int, *, about_mail: bool) -> Outcome:
    """A mail server's reply (RFC 5321, 4.2.1): 2xx is taken, 4xx means later; 5xx is for good where it is about the mail itself.

    A 5xx about the sender, the sign-in or the connection is a matter of settings: once they are mended, the mail goes.
    """
    if 200 <= code < 300:
        return Outcome.DELIVERED
    return Outcome.REFUSED if code >= 500 and about_mail else Outcome.TRY_AGAIN
