"""The certificates of a stack on one machine: who may read them, and when they are made anew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from tilbake.embedded.mutual_tls import GOOD_FOR, RENEWED_BELOW, Certificates, certificates_in

pytestmark = pytest.mark.unit
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def serials(found: Certificates) -> list[int]:
    return [
        x509.load_pem_x509_certificate(found.certificate(side).read_bytes()).serial_number
        for side in ("server", "client")
    ]


def test_only_their_owner_may_read_them_and_the_key_of_the_authority_is_nowhere(tmp_path: Path) -> None:
    found = certificates_in(tmp_path / "tls")

    modes = {path.name: path.stat().st_mode & 0o777 for path in found.directory.iterdir()}
    assert modes == dict.fromkeys(["authority.pem", "client.key", "client.pem", "server.key", "server.pem"], 0o600)
    assert found.directory.stat().st_mode & 0o777 == 0o700


def test_they_stay_until_they_near_their_end(tmp_path: Path) -> None:
    first = serials(certificates_in(tmp_path / "tls", now=NOW))
    almost = NOW + GOOD_FOR - RENEWED_BELOW

    assert serials(certificates_in(tmp_path / "tls", now=almost - timedelta(seconds=1))) == first
    assert not set(serials(certificates_in(tmp_path / "tls", now=almost))) & set(first)


def test_what_a_killed_start_left_is_made_anew(tmp_path: Path) -> None:
    found = certificates_in(tmp_path / "tls", now=NOW)
    found.certificate("server").write_bytes(b"half")
    (tmp_path / "tls.draft").mkdir()

    assert len(serials(certificates_in(tmp_path / "tls", now=NOW))) == 2
    assert not (tmp_path / "tls.draft").exists()
