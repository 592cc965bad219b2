"""Webhooks by https: the certificate has to be the host's own, and somebody's who is trusted."""

from __future__ import annotations

import asyncio
import datetime as dt
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from domain.outgoing.receivers import Receiver, receiver_of
from sending import addresses
from sending.post import Answered, post
from sending.undelivered import Undelivered
from tests.receiving import LOOPBACK

pytestmark = pytest.mark.sending


def certificate(folder: Path, address: str) -> tuple[Path, Path]:
    """A certificate of its own for an address, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "receiver")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "certificate.pem", folder / "key.pem"
    certificate_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, plain)
    )
    return certificate_file, key_file


@asynccontextmanager
async def serving(answer: bytes, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server that gives every request the same answer; its port, and what was asked."""
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield server.sockets[0].getsockname()[1], asked


async def sent_to(url: str) -> Answered:
    receiver = receiver_of(url, allowed=LOOPBACK)
    assert isinstance(receiver, Receiver)
    return await post(receiver, headers={"x-one": "1"}, body=b"{}", allowed=LOOPBACK)


@pytest.mark.parametrize(("of", "trusted"), [("127.0.0.1", True), ("127.0.0.1", False), ("127.0.0.9", True)])
async def test_a_certificate_is_checked(
    *, of: str, trusted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate_file, key_file = certificate(tmp_path, of)
    served = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    served.load_cert_chain(certificate_file, key_file)
    ours = ssl.create_default_context(cafile=str(certificate_file) if trusted else None)
    monkeypatch.setattr(addresses, "_tls", lambda: ours)

    async with serving(b"HTTP/1.1 204 Said\r\n\r\n", tls=served) as (port, _):
        if trusted and of == "127.0.0.1":
            assert (await sent_to(f"https://127.0.0.1:{port}/")).status == 204
        else:
            with pytest.raises(Undelivered, match="certificate"):
                await sent_to(f"https://127.0.0.1:{port}/")


async def test_the_host_is_named_as_in_the_url_and_the_connection_is_not_kept() -> None:
    async with serving(b"HTTP/1.1 429 Later\r\nRetry-After: 7\r\n\r\n") as (port, asked):
        answered = await sent_to(f"http://127.0.0.1:{port}/a/b?c=d%20e")

    lines = asked[0].decode().lower().split("\r\n")
    assert lines[0] == "post /a/b?c=d%20e http/1.1"
    assert {f"host: 127.0.0.1:{port}", "content-length: 2", "connection: close", "x-one: 1"} <= set(lines)
    assert answered == Answered(429, "7")


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (b"", "closed"),
        (b"HTTP/1.1 200", "closed"),
        (b"220 mail.example.com ESMTP\r\n\r\n", "not_http"),
        (b"\xff" * 100, "closed"),
    ],
)
async def test_what_is_no_answer_is_none(answer: bytes, problem: str) -> None:
    async with serving(answer) as (port, _):
        with pytest.raises(Undelivered, match=problem):
            await sent_to(f"http://127.0.0.1:{port}/")


async def test_answers_before_the_answer_are_passed_over() -> None:
    async with serving(b"HTTP/1.1 103 Early\r\n\r\nHTTP/1.1 200 Said\r\nContent-Length: 99999999\r\n\r\n") as (port, _):
        assert (await sent_to(f"http://127.0.0.1:{port}/")).status == 200
