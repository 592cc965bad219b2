"""What the doctor says of certificates, of servers on loopback that show one made here."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tilbake.commands.doctor.certificates import certificates
from tilbake.commands.doctor.findings import Finding
from tilbake.embedded.ports import free_ports
from tilbake.settings import Settings

pytestmark = pytest.mark.sending
Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter, ssl.SSLContext], Awaitable[None]]
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])


def shown(folder: Path, *, days: float) -> ssl.SSLContext:
    """What a server shows whose certificate is good for so many days more."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(NAME)
        .issuer_name(NAME)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + timedelta(days=days, hours=1))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "server.pem"
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


async def tls(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter, context: ssl.SSLContext) -> None:
    await writer.start_tls(context)


async def postgres(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, context: ssl.SSLContext) -> None:
    assert await reader.readexactly(8) == bytes.fromhex("0000000804d2162f")
    writer.write(b"S")
    await writer.start_tls(context)


async def mail(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, context: ssl.SSLContext) -> None:
    for answer in (b"220 here\r\n", b"250-here\r\n250 STARTTLS\r\n"):
        writer.write(answer)
        await reader.readline()
    writer.write(b"220 go on\r\n")
    await writer.start_tls(context)


@asynccontextmanager
async def served(serve: Serve, context: ssl.SSLContext) -> AsyncIterator[int]:
    """A server on loopback: its port."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await serve(reader, writer, context)
        await reader.read()
        writer.close()

    async with await asyncio.start_server(talk, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


def by_temporal(port: int) -> Settings:
    return Settings(temporal_address=f"127.0.0.1:{port}", temporal_tls=True)


def by_postgres(port: int) -> Settings:
    return Settings(database_url=f"postgresql://me:secret@127.0.0.1:{port}/tilbake?sslmode=require")


def by_mail(port: int) -> Settings:
    return Settings(smtp_host="127.0.0.1", smtp_port=port, smtp_tls="starttls", mail_from="tilbake@example.com")


def by_issuer(port: int) -> Settings:
    return Settings(oidc_issuer=f"https://127.0.0.1:{port}/realms/oslo", oidc_audience="tilbake")


EVERY_WAY = [
    pytest.param(tls, by_temporal, "Temporal", id="Temporal"),
    pytest.param(postgres, by_postgres, "Postgres", id="Postgres"),
    pytest.param(mail, by_mail, "the mail server", id="mail"),
    pytest.param(tls, by_issuer, "the issuer", id="issuer"),
]


async def found(serve: Serve, settings: Callable[[int], Settings], folder: Path, *, days: float) -> tuple[Finding, int]:
    async with served(serve, shown(folder, days=days)) as port:
        (one,) = await certificates(settings(port))
        return one, port


@pytest.mark.parametrize(("serve", "settings", "name"), EVERY_WAY)
async def test_a_certificate_with_time_left_is_good_however_it_is_asked_for(
    serve: Serve, settings: Callable[[int], Settings], name: str, tmp_path: Path
) -> None:
    one, port = await found(serve, settings, tmp_path, days=90)

    assert (one.mark, one.text.partition(" days left")[0]) == ("ok  ", f"{name} (127.0.0.1:{port}): 90")


@pytest.mark.parametrize(("days", "mark"), [(14, "ok  "), (13, "WARN"), (0, "WARN")])
async def test_one_that_expires_within_two_weeks_is_a_warning(days: float, mark: str, tmp_path: Path) -> None:
    one, _ = await found(tls, by_temporal, tmp_path, days=days)

    assert one.mark == mark
    assert ("renew it now" in one.text) is (mark == "WARN")


async def test_one_that_has_expired_is_bad(tmp_path: Path) -> None:
    one, _ = await found(tls, by_temporal, tmp_path, days=-1)

    assert one.mark == "BAD "
    assert "expired on" in one.text


async def test_who_does_not_answer_or_speaks_no_tls_is_told() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(8)
        writer.write(b"N")
        writer.close()

    (nobody,) = free_ports(1)
    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as server:
        (without,) = await certificates(by_postgres(server.sockets[0].getsockname()[1]))
    (silent,) = await certificates(by_temporal(nobody))

    assert (without.mark, silent.mark) == ("WARN", "WARN")
    assert without.text.endswith("cannot be read: it speaks no TLS")
    assert "secret" not in without.text


async def test_where_nothing_is_reached_by_tls_there_is_none() -> None:
    (only,) = await certificates(Settings())

    assert (only.mark, only.subject) == ("ok  ", "Certificates")
