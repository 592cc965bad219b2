"""A Temporal that does not let us in: one sentence with the setting to look at, wherever it matters, and no key in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest
from temporalio.service import RPCError, RPCStatusCode

from api.main import create_app
from tests.refusing import refusing
from tilbake.commands.doctor.shown_to_temporal import shown_to_temporal
from tilbake.commands.doctor.temporal import temporal
from tilbake.embedded.mutual_tls import GOOD_FOR, SERVER_NAME, Certificates, certificates_in
from tilbake.embedded.ports import free_ports
from tilbake.errors import CannotStart
from tilbake.process import reaching
from tilbake.process.reaching import reach_temporal
from tilbake.settings import Settings
from tilbake.temporal.credentials import credentials
from tilbake.temporal.refusals import why_refused

pytestmark = pytest.mark.sending
SECRET = "hemmelig"
LAST_YEAR = datetime.now(UTC) - GOOD_FOR - timedelta(days=1)


@pytest.fixture
def ours(tmp_path: Path) -> Certificates:
    return certificates_in(tmp_path / "ours")


@pytest.fixture
def foreign(tmp_path: Path) -> Certificates:
    return certificates_in(tmp_path / "foreign")


@pytest.fixture
def expired(tmp_path: Path) -> Certificates:
    return certificates_in(tmp_path / "expired", now=LAST_YEAR)


def shown(certificates: Certificates, port: int) -> Settings:
    """Settings that are right for a server with these certificates."""
    return Settings(
        temporal_address=f"127.0.0.1:{port}",
        temporal_tls_ca_file=certificates.authority,
        temporal_tls_cert_file=certificates.certificate("client"),
        temporal_tls_key_file=certificates.key("client"),
        temporal_tls_server_name=SERVER_NAME,
    )


async def refusal_of(settings: Settings) -> str:
    """What is said at a start, which is also what the running processes and the doctor say."""
    with pytest.raises(CannotStart) as problem:
        await reach_temporal(settings)
    said = str(problem.value)
    assert await why_refused(settings) == said
    assert [(one.good, one.text) for one in await temporal(settings)] == [(False, said)]
    assert SECRET not in said
    assert len(said.splitlines()) == 1
    return said


@pytest.mark.parametrize("status", [7, 16])
async def test_a_key_that_is_refused(ours: Certificates, tmp_path: Path, status: int) -> None:
    file = tmp_path / "key"
    file.write_text(f"{SECRET}\n")
    with refusing(ours, trusts=ours, status=status) as port:
        plain = shown(ours, port)
        without = await refusal_of(plain)
        given = await refusal_of(replace(plain, temporal_api_key=SECRET))
        in_file = await refusal_of(replace(plain, temporal_api_key_file=file, temporal_namespace="acme"))

    where = f"Temporal on 127.0.0.1:{port}"
    wrong = "refuses the key: it is wrong, has expired, or is not for the namespace"
    assert without == (
        f"{where} asks for a key to the namespace default; set TILBAKE_TEMPORAL_API_KEY or TILBAKE_TEMPORAL_API_KEY_FILE."
    )
    assert given == f"{where} {wrong} default; see TILBAKE_TEMPORAL_API_KEY."
    assert in_file == f"{where} {wrong} acme; see TILBAKE_TEMPORAL_API_KEY_FILE."


async def test_a_certificate_that_is_asked_for_and_not_there(ours: Certificates) -> None:
    with refusing(ours, trusts=ours) as port:
        said = await refusal_of(replace(shown(ours, port), temporal_tls_cert_file=None, temporal_tls_key_file=None))

    assert said == (
        f"Temporal on 127.0.0.1:{port} asks for a certificate; "
        "set TILBAKE_TEMPORAL_TLS_CERT_FILE and TILBAKE_TEMPORAL_TLS_KEY_FILE."
    )


async def test_a_certificate_that_the_server_does_not_know(ours: Certificates, foreign: Certificates) -> None:
    with refusing(ours, trusts=foreign) as port:
        said = await refusal_of(shown(ours, port))

    assert said.startswith(f"Temporal on 127.0.0.1:{port} refuses our certificate (")
    assert said.endswith("; see TILBAKE_TEMPORAL_TLS_CERT_FILE.")


async def test_a_server_that_is_not_the_one_we_trust(
    ours: Certificates, foreign: Certificates, expired: Certificates
) -> None:
    with refusing(ours, trusts=ours) as port:
        given = shown(ours, port)
        unknown = await refusal_of(replace(given, temporal_tls_ca_file=foreign.authority))
        unsigned = await refusal_of(replace(given, temporal_tls_ca_file=None))
        misnamed = await refusal_of(replace(given, temporal_tls_server_name="elsewhere.example"))
    with refusing(expired, trusts=ours) as late:
        over = await refusal_of(replace(shown(ours, late), temporal_tls_ca_file=expired.authority))

    for said in (unknown, unsigned):
        assert said.startswith(f"The certificate of Temporal on 127.0.0.1:{port} is not signed by whom we trust (")
        assert said.endswith("; see TILBAKE_TEMPORAL_TLS_CA_FILE.")
    assert misnamed == (
        f"The certificate of Temporal on 127.0.0.1:{port} is not one for elsewhere.example; see TILBAKE_TEMPORAL_TLS_SERVER_NAME."
    )
    assert over == f"The certificate of Temporal on 127.0.0.1:{late} has expired; it is renewed there."


async def test_a_server_that_is_away_refuses_nothing(ours: Certificates) -> None:
    (nobody,) = free_ports(1)
    settings = shown(ours, nobody)

    with pytest.raises(
        CannotStart, match=r"^Temporal does not answer on \S+ with TLS; see TILBAKE_TEMPORAL_ADDRESS\.$"
    ):
        await reach_temporal(settings)
    assert await why_refused(settings) is None


async def test_one_that_is_not_well_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its database is started again just now, so it answers, but nobody can work with it."""
    connecting = (
        'Failed client connect: Status { code: Unavailable, message: "Frontend is not healthy yet", metadata: {} }'
    )
    answers: list[object] = [RuntimeError(connecting), unwell(), "the client"]

    async def reached(_settings: Settings) -> object:
        answer = answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    monkeypatch.setattr(reaching, "_reached", reached)
    monkeypatch.setattr(reaching, "ASK_AGAIN_AFTER_SECONDS", 0.01)

    client: object = await reach_temporal(Settings(temporal_address="temporal:7233"))
    assert (client, answers) == ("the client", [])


async def test_one_that_is_never_well_is_named(ours: Certificates, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reaching, "PATIENCE_SECONDS", 0.5)
    with refusing(ours, trusts=ours, status=RPCStatusCode.UNAVAILABLE) as port:
        settings = shown(ours, port)
        with pytest.raises(CannotStart) as problem:
            await reach_temporal(settings)

    said = str(problem.value)
    assert said.startswith(f"Temporal on 127.0.0.1:{port} with TLS is there and not well (")
    assert said.endswith("); look at it and at its database.")


def unwell() -> RPCError:
    return RPCError(
        "GetNamespace operation failed. Error no usable database connection", RPCStatusCode.UNAVAILABLE, b""
    )


def missing(given: Certificates, _: Certificates, __: Path) -> str:
    given.certificate("client").unlink()
    return "TILBAKE_TEMPORAL_TLS_CERT_FILE: {client} cannot be read (no such file or directory)."


def a_directory(given: Certificates, _: Certificates, __: Path) -> str:
    given.key("client").unlink()
    given.key("client").mkdir()
    return "TILBAKE_TEMPORAL_TLS_KEY_FILE: {key} cannot be read (it is a directory)."


def no_certificate(given: Certificates, _: Certificates, __: Path) -> str:
    given.authority.write_text(SECRET)
    return "TILBAKE_TEMPORAL_TLS_CA_FILE: {authority} holds no certificate in PEM."


def no_key(given: Certificates, _: Certificates, __: Path) -> str:
    given.key("client").write_text(SECRET)
    return "TILBAKE_TEMPORAL_TLS_KEY_FILE: {key} holds no private key in PEM without a password."


def the_key_of_another(given: Certificates, foreign: Certificates, _: Path) -> str:
    shutil.copy(foreign.key("client"), given.key("client"))
    return "TILBAKE_TEMPORAL_TLS_KEY_FILE: {key} is not the key of the certificate in {client}."


def expired_meanwhile(given: Certificates, _: Certificates, folder: Path) -> str:
    past = certificates_in(folder / "past", now=LAST_YEAR)
    shutil.copy(past.certificate("client"), given.certificate("client"))
    return f"TILBAKE_TEMPORAL_TLS_CERT_FILE: {{client}} expired on {(LAST_YEAR + GOOD_FOR).date()}; renew it."


@pytest.mark.parametrize("spoil", [missing, a_directory, no_certificate, no_key, the_key_of_another, expired_meanwhile])
async def test_a_file_of_no_use_stops_the_start_with_one_line(
    ours: Certificates, foreign: Certificates, tmp_path: Path, spoil: Callable[[Certificates, Certificates, Path], str]
) -> None:
    sentence = spoil(ours, foreign, tmp_path)
    settings = shown(ours, 1)

    with pytest.raises(CannotStart) as problem:
        credentials(settings)

    said = sentence.format(client=ours.certificate("client"), key=ours.key("client"), authority=ours.authority)
    assert str(problem.value) == said
    assert [(one.mark, one.text) for one in shown_to_temporal(settings)] == [("BAD ", said)]


def test_the_api_does_not_begin_with_a_file_of_no_use(ours: Certificates, tmp_path: Path) -> None:
    ours.key("client").unlink()
    settings = replace(shown(ours, 1), database_url="postgresql://a:b@127.0.0.1:1/tilbake", data_dir=tmp_path)

    with pytest.raises(CannotStart, match=r"^TILBAKE_TEMPORAL_TLS_KEY_FILE: .* cannot be read"):
        create_app(settings)


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff\xfe", b"a\nb"])
def test_a_file_without_a_key_stops_the_start_with_one_line(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "key"
    file.write_bytes(content)

    with pytest.raises(CannotStart) as problem:
        credentials(Settings(temporal_api_key_file=file))

    assert str(problem.value) == f"TILBAKE_TEMPORAL_API_KEY_FILE: {file} holds no key."


def test_what_we_show_is_looked_at_by_the_doctor(ours: Certificates, tmp_path: Path) -> None:
    def token(days: float) -> str:
        return jwt.encode({"exp": datetime.now(UTC) + timedelta(days=days, hours=1)}, SECRET * 5, algorithm="HS256")

    file = tmp_path / "key"
    file.write_text(token(-1))

    assert [one.mark for one in shown_to_temporal(shown(ours, 1))] == ["ok  "]
    assert [one.mark for one in shown_to_temporal(Settings(temporal_api_key=token(3)))] == ["WARN"]
    assert [one.mark for one in shown_to_temporal(Settings(temporal_api_key=token(-1)))] == ["BAD "]
    assert [one.mark for one in shown_to_temporal(Settings(temporal_api_key_file=file))] == ["BAD "]
    assert shown_to_temporal(Settings(temporal_api_key=SECRET)) == []
