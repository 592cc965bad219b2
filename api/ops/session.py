"""Who looks at the dashboard: by the Authorization header, as everywhere, or by a cookie that holds the same token.

The cookie is for the pages below /ops only: nothing below /v1 reads it, whatever a browser sends.
"""

from __future__ import annotations

import asyncio
import re
import time
from typing import Final
from urllib.parse import urlsplit

from fastapi import Request, Response

from api.acting import ask_in, known_person
from api.edge import EdgeError, Fault, edge_error
from api.service import DATABASE_PATIENCE_SECONDS, service_of
from api.sign_in import unauthenticated
from api.tokens import Valid
from application.dashboard import require_dashboard
from application.work import Refused
from domain.refusals import Code

COOKIE: Final = "tilbake_ops"
PATH: Final = "/ops"
LONGEST: Final = 3800
"""Browsers drop a cookie that is longer than 4096 with its name and attributes."""
_SCHEME: Final = re.compile(r"\Abearer\s+", re.IGNORECASE)


def require_own_page(request: Request) -> None:
    """Browsers say where a form or a call comes from; what another site sends counts for nothing.

    Older ones name only the origin. Programs name nothing, and bring their token themselves. Raises EdgeError not_allowed.
    """
    site, origin = request.headers.get("sec-fetch-site", "same-origin"), request.headers.get("origin")
    public = urlsplit(service_of(request).settings.public_url).netloc
    own = {request.headers.get("host", ""), public}
    if site not in {"same-origin", "none"} or (origin is not None and urlsplit(origin).netloc not in own):
        raise edge_error(Code.NOT_ALLOWED, why="dashboard")


async def looking(request: Request) -> str:
    """The person who looks. Raises EdgeError unauthenticated, and not_allowed for who may not see the dashboard."""
    return await may_look(request, await _signed_in(request))


async def signed_in(request: Request) -> str | None:
    """The person who looks, or None where nobody is signed in. Raises EdgeError not_allowed as `looking` does."""
    try:
        return await looking(request)
    except EdgeError as refused:
        if refused.faults[0].refusal.code is not Code.UNAUTHENTICATED:
            raise
        return None


async def may_look(request: Request, valid: Valid) -> str:
    """The person a token stands for, if they may see the dashboard. Raises EdgeError as `looking` does.

    A database that says nothing is not waited for: who looks wants to know just that.
    """
    try:
        async with asyncio.timeout(DATABASE_PATIENCE_SECONDS):
            person = await known_person(request, valid.who)
            await ask_in(service_of(request), person, require_dashboard)
    except Refused as refused:
        raise EdgeError(*(Fault(one) for one in refused.refusals)) from None
    return person


async def valid_token(request: Request, token: str) -> Valid:
    """What a token says. Raises EdgeError unauthenticated for a wrong or expired one."""
    valid = await service_of(request).verifier.valid(token)
    if valid is None:
        raise unauthenticated()
    return valid


async def _signed_in(request: Request) -> Valid:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return await valid_token(request, token.strip())
    return await valid_token(request, request.cookies.get(COOKIE, ""))


def pasted_token(pasted: str) -> str:
    """The token somebody pasted: without what stands around it, and without the scheme that stands before it in a header."""
    return _SCHEME.sub("", pasted.strip())


def remember(response: Response, token: str, valid: Valid, *, secure: bool) -> None:
    """Sign a browser in, until the token ends. Raises EdgeError payload_too_large where no cookie can hold it."""
    if len(token) > LONGEST:
        raise edge_error(Code.PAYLOAD_TOO_LARGE, limit=str(LONGEST))
    seconds = max(valid.expires_at - int(time.time()), 1)
    response.set_cookie(COOKIE, token, max_age=seconds, path=PATH, secure=secure, httponly=True, samesite="strict")


def forget(response: Response, *, secure: bool) -> None:
    """Sign a browser out."""
    response.delete_cookie(COOKIE, path=PATH, secure=secure, httponly=True, samesite="strict")
