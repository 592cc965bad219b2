"""A mail server as a process: it takes, refuses, delays and hangs as the address of the recipient says.

`python -m tests.postbox FOLDER [USER PASSWORD]` prints its port; a mail it takes is a file in the folder. Of the address NAME+RULE@HOST
the rule says what happens at the recipient, in turn, the last one for ever: 250, 451, 550, data554, hang; for example grey+451.250@a.no.
With a user it takes mail only from who has signed in.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

_REPLIES = {"451": "451 4.7.1 come again later", "550": "550 5.1.1 nobody of that name", "452": "452 4.2.2 full"}


class Postbox:
    """What the server does with each command."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen: Counter[str] = Counter()

    async def handle_RCPT(  # noqa: N802 - the name aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """The recipient decides."""
        rule = self._rule(address)
        if rule == "hang":
            await asyncio.sleep(3600)
        if rule in _REPLIES:
            return _REPLIES[rule]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        """Keep the mail, or refuse what it says."""
        if "data554" in envelope.rcpt_tos[0]:
            return "554 5.6.0 not this"
        number = len(list(self._folder.glob("*.eml")))
        draft = self._folder / f"{number:04}.draft"
        content = envelope.content or b""
        draft.write_bytes(content if isinstance(content, bytes) else content.encode())
        draft.rename(self._folder / f"{number:04}.eml")
        return "250 kept"

    def _rule(self, address: str) -> str:
        _, _, rules = address.partition("@")[0].partition("+")
        script = rules.split(".") if rules else ["250"]
        said = script[min(self._seen[address], len(script) - 1)]
        self._seen[address] += 1
        return said


async def main(folder: Path, account: tuple[str, ...]) -> None:
    """Serve on a free port of loopback until killed."""
    handler = Postbox(folder)

    def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: LoginPassword) -> AuthResult:
        wanted = tuple(word.encode() for word in account)
        return AuthResult(success=(given.login, given.password) == wanted, handled=False)

    signing_in: dict[str, Any] = {}
    if account:
        signing_in = {"authenticator": authenticate, "auth_required": True, "auth_require_tls": False}

    def connection() -> SMTP:
        return SMTP(handler, hostname="postbox.example.com", **signing_in)

    server = await asyncio.get_running_loop().create_server(connection, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), tuple(sys.argv[2:])))
