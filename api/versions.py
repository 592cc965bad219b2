"""If-Match on what counts its versions: only the version that was seen may be changed."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Request

from api.etag import IfMatch, if_match
from application.work import Refused
from domain.refusals import Code, Refusal


def if_match_of(request: Request) -> IfMatch | None:
    """What the If-Match lines of a request ask for, all of them; None where there is none."""
    lines = request.headers.getlist("if-match")
    return if_match(", ".join(lines)) if lines else None


def check_version(request: Request, subject: str) -> Callable[[int], None]:
    """With If-Match only the version that was seen may be changed."""
    wanted = if_match_of(request)

    def check(version: int) -> None:
        if wanted is not None and not wanted.matches(str(version)):
            raise Refused(Refusal(Code.STALE_VERSION, subject))

    return check
