"""A password for mail that cannot be read is a reason to try again, never a fault of the worker."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from sending.mail_server import MailServer
from sending.smtp import submit
from sending.undelivered import Undelivered

pytestmark = pytest.mark.sending


@pytest.mark.parametrize("content", [None, b"hemmelig\xff", b"a" * 70_000])
async def test_a_password_of_no_use_is_no_password(content: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "password"
    if content is not None:
        file.write_bytes(content)
    server = MailServer("127.0.0.1", 9, "none", "tilbake@example.com", user="u", password_file=file)

    with pytest.raises(Undelivered) as refused:
        await submit(EmailMessage(), "mia@example.com", server=server)

    assert refused.value.problem == "no_password"
