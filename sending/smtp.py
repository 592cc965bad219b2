"""One mail to one mail server, bounded in time; what the server says is read for its code only."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final

import aiosmtplib

from sending.mail_server import MailServer
from sending.undelivered import Undelivered

TIMEOUT_SECONDS: Final = 20.0
_GOODBYE_SECONDS: Final = 2.0
_ACCEPTED: Final = 250


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server said; `about_mail` where it is about this mail or its recipient, so that another attempt may be in vain."""

    code: int
    about_mail: bool


async def submit(message: EmailMessage, recipient: str, *, server: MailServer) -> Reply:
    """Hand a mail over, twenty seconds for all of it. Raises Undelivered timeout, no_connection, no_password, not_smtp."""
    try:
        async with asyncio.timeout(TIMEOUT_SECONDS):
            await _send(message, recipient, server=server)
    except aiosmtplib.SMTPRecipientsRefused as refused:
        return Reply(max(one.code for one in refused.recipients), about_mail=True)
    except aiosmtplib.SMTPDataError as refused:
        return Reply(refused.code, about_mail=True)
    except aiosmtplib.SMTPResponseException as refused:
        return Reply(refused.code, about_mail=False)
    except TimeoutError:
        raise Undelivered("timeout") from None
    except OSError:
        raise Undelivered("no_connection") from None
    except aiosmtplib.SMTPException:
        raise Undelivered("not_smtp") from None
    return Reply(_ACCEPTED, about_mail=True)


async def _send(message: EmailMessage, recipient: str, *, server: MailServer) -> None:
    try:
        password = server.read_password()
    except OSError:
        raise Undelivered("no_password") from None
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        username=server.user,
        password=password,
        use_tls=server.tls == "tls",
        start_tls=server.tls == "starttls",
        local_hostname=server.sender.rpartition("@")[2],
        timeout=TIMEOUT_SECONDS,
    )
    try:
        await client.connect()
        await client.send_message(message, sender=server.sender, recipients=[recipient])
        with suppress(aiosmtplib.SMTPException, OSError):
            await client.quit(timeout=_GOODBYE_SECONDS)
    finally:
        client.close()  # the library's own `send` would say goodbye to a server that hangs, and wait for its answer
