"""The mail server that mail is handed over to."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from files.reading import read_text

Tls = Literal["starttls", "tls", "none"]


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over, and by whom it is sent. A password in a file is read at each attempt: it may be changed."""

    host: str
    port: int
    tls: Tls
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    password_file: Path | None = None

    def read_password(self) -> str | None:
        """The password. Raises OSError where its file cannot be read."""
        return self.password if self.password_file is None else read_text(self.password_file).strip()
