"""Whether events may be sent to a URL, as far as can be told now; at every attempt it is asked again."""

from __future__ import annotations

import asyncio
from typing import Final

from fastapi import Request

from api.edge import edge_error
from api.service import service_of
from application.work import ADMINISTRATOR
from domain.outgoing.receivers import receiver_of
from domain.refusals import Code
from sending.addresses import addresses_of
from sending.undelivered import Undelivered

_PATIENCE_SECONDS: Final = 5.0


async def require_receiver(request: Request, person: str, url: str) -> None:
    """Raise EdgeError address_not_allowed unless the URL is plain, by https, and leads to public addresses only.

    Asked before the transaction, because a name server may take its time; and only for who may register a receiver at all.
    """
    if person != ADMINISTRATOR:
        return
    allowed = service_of(request).allowed_receivers
    receiver = receiver_of(url, allowed=allowed)
    problem = receiver if isinstance(receiver, str) else None
    if not isinstance(receiver, str):
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await addresses_of(receiver, allowed=allowed)
        except Undelivered as undelivered:
            problem = undelivered.problem
        except TimeoutError:
            problem = "unknown_host"
    if problem is not None:
        raise edge_error(Code.ADDRESS_NOT_ALLOWED, place={"pointer": "/url"}, address_problem=problem)
