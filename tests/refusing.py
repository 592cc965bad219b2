"""A server that speaks as much TLS, HTTP/2 and gRPC as it takes to refuse a client of Temporal."""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from tests.reading import exactly
from tilbake.embedded.mutual_tls import Certificates

_PREFACE: Final = 24
_HEADERS, _SETTINGS = 1, 4
_END_STREAM, _END_HEADERS, _ACK = 0x1, 0x4, 0x1
_STATUS_200: Final = b"\x88"


@contextmanager
def refusing(shown: Certificates, *, trusts: Certificates, status: int = 16) -> Iterator[int]:
    """Its port. It asks for a certificate that `trusts` signed, and answers every call of who has one with a status of gRPC.

    In threads: sockets that wait say what they do not like about a certificate before they hang up, and asyncio does not.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shown.certificate("server"), shown.key("server"))
    context.load_verify_locations(trusts.authority)
    context.verify_mode = ssl.CERT_REQUIRED
    context.set_alpn_protocols(["h2"])

    class Talk(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError, EOFError):
                _refuse(_encrypted(self.request, context), status)

    with _Server(("127.0.0.1", 0), Talk) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False


def _encrypted(plain: socket.socket, context: ssl.SSLContext) -> ssl.SSLSocket:
    """Who hangs up while something is still to be read sends a reset, which takes the reason with it."""
    wrapped = context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False)
    try:
        wrapped.do_handshake()
    except ssl.SSLError:
        rest = socket.socket(fileno=wrapped.detach())
        rest.shutdown(socket.SHUT_WR)
        rest.settimeout(2)
        while rest.recv(4096):
            pass
        rest.close()
        raise
    return wrapped


def _refuse(client: ssl.SSLSocket, status: int) -> None:
    exactly(client, _PREFACE)
    client.sendall(_frame(_SETTINGS, 0, 0, b""))
    while True:
        head = exactly(client, 9)
        kind, flags, stream = head[3], head[4], int.from_bytes(head[5:9], "big")
        exactly(client, int.from_bytes(head[:3], "big"))
        if kind == _SETTINGS and not flags & _ACK:
            client.sendall(_frame(_SETTINGS, _ACK, 0, b""))
        if kind == _HEADERS:
            said = _STATUS_200 + _header(b"content-type", b"application/grpc")
            said += _header(b"grpc-status", str(status).encode()) + _header(b"grpc-message", b"no")
            client.sendall(_frame(_HEADERS, _END_STREAM | _END_HEADERS, stream, said))


def _frame(kind: int, flags: int, stream: int, content: bytes) -> bytes:
    return len(content).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + content


def _header(name: bytes, value: bytes) -> bytes:
    """A literal that is not indexed (RFC 7541, 6.2.2)."""
    return b"\x00" + bytes([len(name)]) + name + bytes([len(value)]) + value
