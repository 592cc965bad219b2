"""`python -m tests.oidc.server PORT`: serves what it is told to serve, well or badly; told by PUT /control.

Modes: good, slow, failing, redirecting, huge, garbage, list (JSON, but no object). The child of a test, which ends it.
"""

from __future__ import annotations

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

DOCUMENTS = ("/.well-known/openid-configuration", "/keys")
SLOWEST_SECONDS = 60.0


class State:
    """What the issuer serves now, and how often it was asked for each document."""

    def __init__(self) -> None:
        self.documents: dict[str, Any] = {}
        self.mode = "good"
        self.asked: dict[str, int] = dict.fromkeys(DOCUMENTS, 0)
        self.told = threading.Event()

    def tell(self, order: dict[str, Any]) -> None:
        """Serve something else from now on; who is kept waiting is let go."""
        self.documents |= order.get("documents", {})
        self.mode = order.get("mode", self.mode)
        if order.get("forget"):
            self.asked = dict.fromkeys(DOCUMENTS, 0)
        self.told.set()
        self.told = threading.Event()


STATE = State()


class Handler(BaseHTTPRequestHandler):
    """One request."""

    def do_PUT(self) -> None:
        """An order of the test."""
        STATE.tell(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        self._answer(200, b"{}")

    def do_GET(self) -> None:
        """A document, or how often each was asked for."""
        if self.path == "/asked":
            self._answer(200, json.dumps(STATE.asked).encode())
            return
        if self.path not in STATE.documents:
            self._answer(404, b"")
            return
        STATE.asked[self.path] += 1
        body = json.dumps(STATE.documents[self.path]).encode()
        if STATE.mode == "slow":
            STATE.told.wait(SLOWEST_SECONDS)
        status, body = {
            "failing": (500, b"{}"),
            "redirecting": (302, b""),
            "huge": (200, body[:-1] + b" " * 2_000_000 + b"}"),
            "garbage": (200, b"<html>not what you asked for" * 100),
            "list": (200, b"[" + body + b"]"),
        }.get(STATE.mode, (200, body))
        self._answer(status, body)

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        if status == 302:
            self.send_header("location", "/keys")
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
