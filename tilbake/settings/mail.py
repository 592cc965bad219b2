"""The mail server, or that there is none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from domain.mail_address import is_address
from tilbake.language import said
from tilbake.settings import texts
from tilbake.settings.declaring import setting
from tilbake.settings.forms import choice, path, port, text

Tls = Literal["starttls", "tls", "none"]
_PORTS: dict[Tls, int] = {"starttls": 587, "tls": 465, "none": 25}


@dataclass(frozen=True)
class Mail:
    """What goes out as mail goes this way."""

    smtp_host: str | None = setting(text, default=None, meaning="the mail server; without one nothing is mailed")
    smtp_tls: Tls = setting(
        choice("starttls", "tls", "none"),
        default="starttls",
        meaning="`starttls`, `tls` (from the first byte) or `none`",
    )
    smtp_port: int = setting(
        port,
        default=587,
        meaning="its port",
        otherwise=lambda others, _: _PORTS[others.smtp_tls],
        shown="`587`, `465` or `25` by `TILBAKE_SMTP_TLS`",
    )
    smtp_user: str | None = setting(text, default=None, meaning="who signs in there; needs a password and TLS")
    smtp_password: str | None = setting(text, default=None, meaning="the password", secret=True)
    smtp_password_file: Path | None = setting(
        path, default=None, meaning="a file with the password instead, read at each mail"
    )
    mail_from: str | None = setting(text, default=None, meaning="the sender's address; needed with a mail server")

    def mail_problems(self) -> Iterator[str]:
        """Mail needs a server and a sender; a password goes to neither in the clear nor from two places."""
        if self.smtp_host is None:
            return
        if self.mail_from is None or not is_address(self.mail_from):
            given = self.mail_from or ""
            yield said(texts.SENDER, given=given)
        has_password = self.smtp_password is not None or self.smtp_password_file is not None
        if (self.smtp_user is not None) != has_password:
            yield said(texts.MAIL_USER)
        if self.smtp_password is not None and self.smtp_password_file is not None:
            yield said(texts.NOT_BOTH, one="TILBAKE_SMTP_PASSWORD", other="TILBAKE_SMTP_PASSWORD_FILE")
        if has_password and self.smtp_tls == "none":
            yield said(texts.MAIL_TLS, given=self.smtp_tls)
