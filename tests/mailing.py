"""A stage whose worker mails to a mail server of the test, and the mails as they arrive there."""

from __future__ import annotations

import email
import email.policy
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from temporalio.client import Client

from sending.mail_server import MailServer
from tests.acting import ADMIN
from tests.databases import FreshDatabase
from tests.receiving import Delivering, delivering, process
from tests.waiting import until

Json = dict[str, Any]
Made = Callable[..., AbstractAsyncContextManager["Mailing"]]


@dataclass(slots=True)
class Mailing:
    """A stage whose worker mails, and the folder in which its mails arrive."""

    post_office: Delivering
    folder: Path

    async def reachable(self, *people: str, language: str | None = None, rule: str = "") -> None:
        """Give people an address of their own."""
        for person in people:
            address = f"{person}{'+' + rule if rule else ''}@example.com"
            body = {"email": address, "language": language}
            await self.post_office.stage.people.done("PATCH", f"/people/{person}", by=ADMIN, body=body)

    async def mails(self, count: int) -> list[EmailMessage]:
        """Every mail that has arrived, once there are so many."""

        async def look() -> list[EmailMessage]:
            found = [message(file) for file in sorted(self.folder.glob("*.eml"))]
            return found if len(found) >= count else []

        return await until(look, what=f"{count} mails have arrived") if count else await look()

    async def ended(self, recall: Mapping[str, Any]) -> list[Json]:
        """The deliveries of a recall, once all have ended."""

        async def look() -> list[Json] | None:
            found = await self.post_office.deliveries(recall=recall["id"])
            return None if any(one["status"] == "waiting" for one in found) else found

        return await until(look, what="all deliveries have ended") or []


def message(file: Path) -> EmailMessage:
    """A mail as a mail program reads it."""
    found = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def parts(mail: EmailMessage) -> tuple[str, str]:
    """The text and the HTML of a mail."""
    text, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    return str(text.get_content()), str(html.get_content())


def recipients(mails: list[EmailMessage]) -> list[str]:
    return sorted(str(mail["To"].addresses[0].addr_spec).partition("-")[0] for mail in mails)


@asynccontextmanager
async def mailing_to(database: FreshDatabase, client: Client, folder: Path, **more: Any) -> AsyncIterator[Mailing]:
    """A stage that mails. `account` is who may sign in to the mail server; `server` changes what the worker knows of it."""
    account = more.pop("account", ())
    async with process("tests.postbox", str(folder), *account) as port:
        signed_in = {"user": account[0], "password": account[1]} if account else {}
        known = {"host": "127.0.0.1", "port": port, "tls": "none", "sender": "tilbake@example.com"}
        server = MailServer(**{**known, **signed_in, **more.pop("server", {})})
        async with delivering(database, client, mail_server=server, **more) as post_office:
            yield Mailing(post_office, folder)
